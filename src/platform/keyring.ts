import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { OwnError } from '../domain/fault.ts';
import type { Keyring, Random, SealedPlace } from '../domain/ports.ts';

/** A master key of 256 bits, from which all other keys are derived. */
export interface MasterKey {
  /** Eight hexadecimal characters that identify the key but reveal nothing about it. */
  id: string;
  bytes: Uint8Array;
}

/** A key mixed into password hashes. Without it, a copy of the database is not enough to guess passwords (NIST 800-63B-4 §3.1.1.2). */
export interface Pepper {
  keyId: string;
  secret: Uint8Array;
}

/** The keyring, with the peppers that only the platform needs. */
export interface PlatformKeyring extends Keyring {
  /** Returns the current pepper, or that of the named key. Null if there is no such key. */
  pepper(keyId?: string): Pepper | null;
}

/** The keys that check what cannot be made anew: digests of secrets and hashes of passwords. */
interface CheckingKeys {
  digests: Buffer;
  pepper: Buffer;
}

interface DerivedKeys extends CheckingKeys {
  id: string;
  sealing: Buffer;
}

const keyLength = 32;
const version = 1;
const headerLength = 5;
const nonceLength = 12;
const tagLength = 16;

/**
 * Reads master keys: 32 bytes each in base64 or base64url, separated by commas. The first one is used for new values.
 * Error messages never contain a key.
 */
export function parseMasterKeys(text: string): MasterKey[] {
  const keys = text.split(',').map((part, index) => masterKey(decodeKey(part.trim(), index + 1)));
  if (new Set(keys.map((key) => key.id)).size < keys.length) throw new OwnError('the same master key is listed twice');
  return keys;
}

/** Makes a master key and its id. The id is hashed with its own prefix, so that it reveals nothing about derived keys. */
export function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== keyLength) throw new OwnError(`a master key must have ${keyLength} bytes, but this one has ${bytes.length}`);
  return { id: createHash('sha256').update('sallyport/key-id\0').update(bytes).digest('hex').slice(0, 8), bytes };
}

function decodeKey(part: string, position: number): Uint8Array {
  const bytes = Buffer.from(part, 'base64url');
  // Node ignores characters it cannot decode, so a typing error shows only if the bytes are encoded again and compared.
  const canonical = bytes.toString('base64url') === part.replaceAll('+', '-').replaceAll('/', '_').replace(/=$/, '');
  if (bytes.length !== keyLength || !canonical) throw new OwnError(`master key ${position} is not ${keyLength} bytes in base64 or base64url`);
  return bytes;
}

/** Makes the keyring. The first key is used for new values; the others open and compare values they made earlier. */
export function createKeyring(keys: readonly MasterKey[], random: Random): PlatformKeyring {
  const derived = keys.map(deriveKeys);
  const current = derived[0];
  if (current === undefined) throw new OwnError('at least one master key is needed');
  const byId = new Map(derived.map((key) => [key.id, key]));
  const checking = new Map<string, CheckingKeys>(byId);

  const keyIdOf = (sealed: Uint8Array): string => {
    if (sealed.length < headerLength + nonceLength + tagLength || sealed[0] !== version) throw new OwnError('the bytes are not a sealed value');
    return Buffer.from(sealed.subarray(1, headerLength)).toString('hex');
  };

  return {
    currentKeyId: current.id,
    keyIds: derived.map((key) => key.id),
    keyIdOf,

    retainable(keyId) {
      const key = byId.get(keyId);
      if (key === undefined) throw new OwnError(`master key ${keyId} is not set`);
      return Uint8Array.from(Buffer.concat([key.digests, key.pepper]));
    },

    retain(keyId, keys) {
      const bytes = Buffer.from(keys);
      if (bytes.length !== 2 * keyLength) throw new OwnError('the bytes are not retained keys');
      if (!checking.has(keyId)) checking.set(keyId, { digests: bytes.subarray(0, keyLength), pepper: bytes.subarray(keyLength) });
    },

    seal(plain, place) {
      const header = Buffer.concat([Buffer.of(version), Buffer.from(current.id, 'hex')]);
      // Random nonces are safe for 2^32 values per key (NIST SP 800-38D §8.3).
      const nonce = random.bytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', current.sealing, nonce, { authTagLength: tagLength });
      cipher.setAAD(associatedData(header, place));
      return Uint8Array.from(Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    },

    open(sealed, place) {
      const keyId = keyIdOf(sealed);
      const bytes = Buffer.from(sealed);
      const header = bytes.subarray(0, headerLength);
      const key = byId.get(keyId);
      if (key === undefined) throw new OwnError(`master key ${keyId} is missing, so a sealed value cannot be opened`);
      const body = headerLength + nonceLength;
      const nonce = bytes.subarray(headerLength, body);
      const decipher = createDecipheriv('aes-256-gcm', key.sealing, nonce, { authTagLength: tagLength });
      decipher.setAAD(associatedData(header, place));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
      try {
        return Uint8Array.from(Buffer.concat([decipher.update(bytes.subarray(body, bytes.length - tagLength)), decipher.final()]));
      } catch {
        throw new OwnError(`a sealed value of ${place.table}.${place.column} was changed or moved`);
      }
    },

    hashToken: (token) => createHash('sha256').update(token).digest('base64url'),
    digest: (purpose, value) => `${current.id}.${hmac(current, purpose, value).toString('base64url')}`,

    matches(purpose, value, digest) {
      const [, keyId = '', mac = ''] = /^([0-9a-f]{8})\.([A-Za-z0-9_-]{43})$/.exec(digest) ?? [];
      const key = checking.get(keyId);
      return key !== undefined && timingSafeEqual(hmac(key, purpose, value), Buffer.from(mac, 'base64url'));
    },

    pepper(keyId = current.id) {
      const key = checking.get(keyId);
      return key === undefined ? null : { keyId, secret: key.pepper };
    },
  };
}

/** Derives a separate key for each use (RFC 5869), so that one use cannot reveal anything about another. */
function deriveKeys({ id, bytes }: MasterKey): DerivedKeys {
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', bytes, '', `sallyport/${use}/1`, keyLength));
  return { id, sealing: derive('sealing'), digests: derive('digests'), pepper: derive('pepper') };
}

/** Returns the authenticated data of a sealed value. It is JSON, so that two different places never have the same encoding. */
const associatedData = (header: Buffer, { table, row, column }: SealedPlace): Buffer =>
  Buffer.concat([header, Buffer.from(JSON.stringify([table, row, column]))]);

const hmac = (key: CheckingKeys, purpose: string, value: string): Buffer =>
  createHmac('sha256', key.digests)
    .update(JSON.stringify([purpose, value]))
    .digest();
