import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from 'nid-webauthn-emulator';
import { AuthenticatorEmulator, PasskeysCredentialsMemoryRepository, WebAuthnEmulator } from 'nid-webauthn-emulator';

/** What a browser sends; extra keys as real ones have them. */
export interface RegistrationJson {
  id: string;
  rawId?: string;
  type?: string;
  response: { clientDataJSON: string; attestationObject: string } & Record<string, unknown>;
}
export interface AssertionJson {
  id: string;
  rawId?: string;
  type?: string;
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | null } & Record<string, unknown>;
}

/** Bits of the flags of authenticator data (WebAuthn §6.1). */
export const flags = { present: 1, verified: 4, backupEligible: 8, backedUp: 16, attested: 64, extensions: 128 } as const;

/** How an answer differs from an honest one; the authenticator signs it all the same. */
export interface Twist {
  origin?: string;
  /** Merged into the client data. */
  clientData?: Record<string, unknown>;
  /** Hashed into the authenticator data in place of the id asked for. */
  rpId?: string;
  setFlags?: number;
  clearFlags?: number;
  signCount?: number;
  /** Rewrites the authenticator data after all that. */
  authenticatorData?: (bytes: Buffer) => Buffer;
}

export interface KeyOptions {
  transport?: 'internal' | 'usb';
  algorithm?: 'ES256' | 'RS256' | 'EdDSA';
  /** Synced to other devices: sets BE and BS. */
  synced?: boolean;
  /** Whether it counts signatures. */
  counts?: boolean;
  userVerified?: boolean;
}

export type SecurityKey = ReturnType<typeof createSecurityKey>;

/** An authenticator with a browser round it: makes credentials and proves them, and does what no honest one would. */
export function createSecurityKey({ transport = 'usb', algorithm = 'ES256', synced = false, counts = true, userVerified = true }: KeyOptions = {}) {
  const repository = new PasskeysCredentialsMemoryRepository();
  const emulator = new WebAuthnEmulator(
    new AuthenticatorEmulator({
      transports: [transport],
      algorithmIdentifiers: [algorithm],
      signCounterIncrement: counts ? 1 : 0,
      credentialsRepository: repository,
    }),
  );
  const own = synced ? 0 : flags.backupEligible | flags.backedUp;
  const always = own | (userVerified ? 0 : flags.verified);

  const twisted = (authenticatorData: Buffer, { rpId, setFlags = 0, clearFlags = 0, signCount, authenticatorData: rewrite }: Twist): Buffer => {
    const data = Buffer.from(authenticatorData);
    data.writeUInt8((data.readUInt8(32) & ~always & ~clearFlags) | setFlags, 32);
    if (rpId !== undefined) createHash('sha256').update(rpId).digest().copy(data);
    if (signCount !== undefined) data.writeUInt32BE(signCount, 33);
    return rewrite?.(data) ?? data;
  };
  const clientDataOf = (text: string, { clientData = {}, origin }: Twist): Buffer =>
    Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(text, 'base64url').toString()), ...(origin === undefined ? {} : { origin }), ...clientData }),
    );

  return {
    emulator,

    create(options: object, twist: Twist = {}): RegistrationJson {
      const made = emulator.createJSON(pageOf(options), options as PublicKeyCredentialCreationOptionsJSON);
      const object = Buffer.from(made.response.attestationObject, 'base64url');
      const start = object.indexOf('authData') + 'authData'.length;
      const length = cborHeadLength(object, start);
      const data = twisted(object.subarray(start + length), twist);
      const attestationObject = Buffer.concat([object.subarray(0, start), cborBytes(data)]);
      return {
        ...made,
        response: {
          ...made.response,
          clientDataJSON: clientDataOf(made.response.clientDataJSON, twist).toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
        },
      };
    },

    get(options: object, twist: Twist = {}): AssertionJson {
      const made = emulator.getJSON(pageOf(options), options as PublicKeyCredentialRequestOptionsJSON);
      const data = twisted(Buffer.from(made.response.authenticatorData, 'base64url'), twist);
      const clientData = clientDataOf(made.response.clientDataJSON, twist);
      const stored = repository.loadCredentials().find((one) => Buffer.from(one.publicKeyCredentialSource.id).toString('base64url') === made.id);
      if (stored === undefined) throw new Error('the authenticator forgot its credential');
      const key = createPrivateKey({ key: Buffer.from(stored.publicKeyCredentialSource.privateKey), format: 'der', type: 'pkcs8' });
      const payload = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
      return {
        ...made,
        response: {
          ...made.response,
          authenticatorData: data.toString('base64url'),
          clientDataJSON: clientData.toString('base64url'),
          signature: sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key).toString('base64url'),
        },
      };
    },
  };
}

/** The page such options were made for, as the harness has it. */
const pageOf = (options: object): string => {
  const { rp, rpId } = options as { rp?: { id?: string }; rpId?: string };
  const id = rp?.id ?? rpId ?? '';
  return id === 'localhost' ? 'http://localhost' : `https://${id}`;
};

const cborHeadLength = (bytes: Buffer, at: number): number => ({ 88: 2, 89: 3 })[bytes.readUInt8(at)] ?? 1;

/** RFC 8949 §3.1, major type 2. */
export function cborBytes(bytes: Buffer): Buffer {
  const head = bytes.length < 24 ? [0x40 | bytes.length] : bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}
