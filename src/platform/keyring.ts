import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Keyring, Random, SealedPlace } from '../domain/ports.ts';

/** 256 bits from which every other key is derived. */
export interface MasterKey {
  /** Eight hexadecimal characters that name the key without telling anything of it. */
  id: string;
  bytes: Uint8Array;
}

/** The key mixed into password hashes: a copy of the database alone is not enough to guess passwords (NIST 800-63B-4 §3.1.1.2). */
export interface Pepper {
  keyId: string;
  secret: Uint8Array;
}

/** The keyring with what only the platform needs of it. */
export interface PlatformKeyring extends Keyring {
  /** The pepper in force, or the one of a named key; null when no key of that id is known. */
  pepper(keyId?: string): Pepper | null;
}

interface DerivedKeys {
  id: string;
  sealing: Buffer;
  digests: Buffer;
  pepper: Buffer;
}

const keyLength = 32;
const version = 1;
const headerLength = 5;
const nonceLength = 12;
const tagLength = 16;

/** Reads `SALLYPORT_KEYS`: keys of 32 bytes in base64 or base64url, separated by commas; the first one is in force. Errors never show a key. */
export function parseMasterKeys(text: string): MasterKey[] {
  const keys = text.split(',').map((part, index) => masterKey(decodeKey(part.trim(), index + 1)));
  if (new Set(keys.map((key) => key.id)).size < keys.length) throw new Error('the same master key is listed twice');
  return keys;
}

/** Names the key. The hash has a prefix of its own, so that the id says nothing about any value derived from the key. */
export function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== keyLength) throw new Error(`a master key has ${keyLength} bytes, this one has ${bytes.length}`);
  return { id: createHash('sha256').update('sallyport/key-id\0').update(bytes).digest('hex').slice(0, 8), bytes };
}

function decodeKey(part: string, position: number): Uint8Array {
  const bytes = Buffer.from(part, 'base64url');
  // Node skips what it cannot decode; only text that comes out again unchanged was a key and no typing error.
  const canonical = bytes.toString('base64url') === part.replaceAll('+', '-').replaceAll('/', '_').replace(/=$/, '');
  if (bytes.length !== keyLength || !canonical) throw new Error(`master key ${position} is not ${keyLength} bytes in base64 or base64url`);
  return bytes;
}

/** The first key seals and digests; the others only open and compare what they made before. */
export function createKeyring(keys: readonly MasterKey[], random: Random): PlatformKeyring {
  const derived = keys.map(deriveKeys);
  const current = derived[0];
  if (current === undefined) throw new Error('at least one master key is needed');
  const byId = new Map(derived.map((key) => [key.id, key]));

  return {
    seal(plain, place) {
      const header = Buffer.concat([Buffer.of(version), Buffer.from(current.id, 'hex')]);
      // A random nonce is safe for 2^32 values a key (NIST SP 800-38D §8.3).
      const nonce = random.bytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', current.sealing, nonce, { authTagLength: tagLength });
      cipher.setAAD(associatedData(header, place));
      return Uint8Array.from(Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    },

    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < headerLength + nonceLength + tagLength || bytes[0] !== version) throw new Error('not a sealed value');
      const header = bytes.subarray(0, headerLength);
      const key = byId.get(header.subarray(1).toString('hex'));
      if (key === undefined) throw new Error(`no key ${header.subarray(1).toString('hex')} to open a sealed value`);
      const body = headerLength + nonceLength;
      const nonce = bytes.subarray(headerLength, body);
      const decipher = createDecipheriv('aes-256-gcm', key.sealing, nonce, { authTagLength: tagLength });
      decipher.setAAD(associatedData(header, place));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
      try {
        return Uint8Array.from(Buffer.concat([decipher.update(bytes.subarray(body, bytes.length - tagLength)), decipher.final()]));
      } catch {
        throw new Error(`a sealed value of ${place.table}.${place.column} was changed or moved`);
      }
    },

    hashToken: (token) => createHash('sha256').update(token).digest('base64url'),
    digest: (purpose, value) => `${current.id}.${hmac(current, purpose, value).toString('base64url')}`,

    matches(purpose, value, digest) {
      const [, keyId = '', mac = ''] = /^([0-9a-f]{8})\.([A-Za-z0-9_-]{43})$/.exec(digest) ?? [];
      const key = byId.get(keyId);
      return key !== undefined && timingSafeEqual(hmac(key, purpose, value), Buffer.from(mac, 'base64url'));
    },

    pepper(keyId = current.id) {
      const key = byId.get(keyId);
      return key === undefined ? null : { keyId: key.id, secret: key.pepper };
    },
  };
}

/** One key per use (RFC 5869), so that no use can be turned into an oracle for another. */
function deriveKeys({ id, bytes }: MasterKey): DerivedKeys {
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', bytes, '', `sallyport/${use}/1`, keyLength));
  return { id, sealing: derive('sealing'), digests: derive('digests'), pepper: derive('pepper') };
}

/** JSON keeps the parts apart: no two places share an encoding. */
const associatedData = (header: Buffer, { table, row, column }: SealedPlace): Buffer =>
  Buffer.concat([header, Buffer.from(JSON.stringify([table, row, column]))]);

const hmac = (key: DerivedKeys, purpose: string, value: string): Buffer =>
  createHmac('sha256', key.digests)
    .update(JSON.stringify([purpose, value]))
    .digest();
