import { InvalidInput } from '../errors.ts';

/** The kinds of hashes that users can be imported with, by Frontegg's names. */
export const foreignHashTypes = ['bcrypt', 'argon2', 'scrypt', 'firebase-scrypt', 'pbkdf2', 'sha256', 'sha1'] as const;
/** One of `foreignHashTypes`. */
export type ForeignHashType = (typeof foreignHashTypes)[number];

/** A hash that came with a user from another system. */
export interface GivenHash {
  hash: string;
  type: ForeignHashType;
  /** Its parameters as JSON, for the kinds that need some. */
  config: string | null;
}

type Digest = 'sha1' | 'sha256' | 'sha512';

/** A hash of another system in the form in which it is checked. Bytes are in base64. */
export type ForeignHash =
  | { type: 'bcrypt' | 'argon2'; phc: string }
  | { type: 'scrypt'; salt: string; key: string; cost: number; blockSize: number; parallel: number }
  | { type: 'firebase-scrypt'; salt: string; key: string; separator: string; signerKey: string; memCost: number; rounds: number }
  | { type: 'pbkdf2'; salt: string; key: string; iterations: number; digest: Digest }
  /** A fast hash, which is wrapped in a slow one before it is stored. `key` is lower-case hex. */
  | { type: 'sha256' | 'sha1'; salt: string; saltFirst: boolean; key: string };

/** Most that checking one hash may take, so that a login cannot keep the machine busy. */
export const foreignLimits = {
  bcryptCost: { min: 4, max: 15 },
  argon2: { memoryKib: 262_144, iterations: 10, lanes: 8 },
  scryptBytes: 134_217_728,
  scryptLanes: 16,
  firebase: { memCost: 16, rounds: 16 },
  pbkdf2Iterations: 2_000_000,
  /** Longest salt or key in bytes. */
  bytes: 512,
} as const;

/** Longest `passwordHash` and `passwordHashConfig` in characters. */
export const longestHash = 4_095;

/** Reads a hash of another system. Errors: `INVALID_INPUT` if it does not have the form of its kind, or would take too long to check. */
export function readForeignHash({ hash, type, config }: GivenHash): ForeignHash {
  const read = hash.length > longestHash || (config?.length ?? 0) > longestHash ? null : readers[type](hash, settingsOf(config));
  if (read === null) throw new InvalidInput([{ path: ['passwordHash'], message: `passwordHash is not a valid ${type} hash` }]);
  return read;
}

type Settings = Readonly<Record<string, unknown>>;

/** Returns the parameters. Null if they are no JSON object. */
function settingsOf(config: string | null): Settings | null {
  if (config === null) return {};
  try {
    const value: unknown = JSON.parse(config);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Settings) : null;
  } catch {
    return null;
  }
}

type Reader = (hash: string, settings: Settings | null) => ForeignHash | null;

const readers: Readonly<Record<ForeignHashType, Reader>> = {
  bcrypt(hash) {
    const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1] ?? Number.NaN);
    return isWithin(cost, foreignLimits.bcryptCost.min, foreignLimits.bcryptCost.max) ? { type: 'bcrypt', phc: hash } : null;
  },
  argon2(hash) {
    const found = /^\$argon2(?:id|i|d)\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
    const [memory, iterations, lanes] = (found ?? []).slice(1, 4).map(Number);
    const { argon2: most } = foreignLimits;
    if (!isWithin(lanes, 1, most.lanes) || !isWithin(memory, 8 * lanes, most.memoryKib) || !isWithin(iterations, 1, most.iterations)) return null;
    const [salt, key] = [bytesOf(found?.[4] ?? '', 'base64'), bytesOf(found?.[5] ?? '', 'base64')];
    return salt !== null && salt.length >= 8 && key !== null && key.length >= 4 ? { type: 'argon2', phc: hash } : null;
  },
  scrypt(hash, settings) {
    const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(hash);
    if (phc !== null) {
      const [salt, key] = [bytesOf(phc[4] ?? '', 'base64'), bytesOf(phc[5] ?? '', 'base64')];
      return salt && key && scryptOf(salt, key, 2 ** Number(phc[1]), Number(phc[2]), Number(phc[3]));
    }
    const { saltSeparator, N, r, p, keyLen } = settings ?? {};
    if (typeof saltSeparator !== 'string' || saltSeparator === '' || !isWithin(keyLen, 16, foreignLimits.bytes)) return null;
    const at = hash.lastIndexOf(saltSeparator);
    const key = at < 1 ? null : bytesOfLength(hash.slice(at + saltSeparator.length), keyLen);
    return key && isWithin(N, 2, 2 ** 24) && isWithin(r, 1, 1_024) && isWithin(p, 1, foreignLimits.scryptLanes)
      ? scryptOf(Buffer.from(hash.slice(0, at), 'utf8'), key, N, r, p)
      : null;
  },
  'firebase-scrypt'(hash, settings) {
    const { memCost, rounds, saltSeparator, signerKey } = settings ?? {};
    if (typeof saltSeparator !== 'string' || typeof signerKey !== 'string') return null;
    const [separator, signer] = [bytesOf(saltSeparator, 'base64'), bytesOf(signerKey, 'base64')];
    const { firebase: most } = foreignLimits;
    if (separator === null || !signer?.length || !isWithin(memCost, 1, most.memCost) || !isWithin(rounds, 1, most.rounds)) return null;
    const mark = [':', '$', saltSeparator].find((one) => one !== '' && hash.includes(one));
    const at = mark === undefined ? -1 : hash.indexOf(mark);
    const [salt, key] = [bytesOf(hash.slice(0, Math.max(at, 0)), 'base64'), bytesOf(hash.slice(at + (mark?.length ?? 0)), 'base64')];
    // The key is the signer key, encrypted, so it has its length.
    if (at < 1 || !salt?.length || key?.length !== signer.length) return null;
    const bytes = { salt: inBase64(salt), key: inBase64(key), separator: inBase64(separator), signerKey: inBase64(signer) };
    return { type: 'firebase-scrypt', ...bytes, memCost, rounds };
  },
  pbkdf2(hash, settings) {
    const django = /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,7})\$([^$]+)\$([A-Za-z0-9+/=]+)$/.exec(hash);
    if (django !== null) return pbkdf2Of(Buffer.from(django[3] ?? '', 'utf8'), bytesOf(django[4] ?? '', 'base64'), Number(django[2]), django[1]);
    const phc = /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d{1,7})(?:,l=\d{1,4})?\$([A-Za-z0-9+/.=]+)\$([A-Za-z0-9+/.=]+)$/.exec(hash);
    // Passlib writes a dot in place of the plus sign.
    const plain = (text = '') => bytesOf(text.replaceAll('.', '+'), 'base64');
    if (phc !== null) return pbkdf2Of(plain(phc[3]), plain(phc[4]), Number(phc[2]), phc[1]);
    const { iterations, keyLen, digest } = settings ?? {};
    const name = typeof digest === 'string' ? digest.toLowerCase().replace('-', '') : undefined;
    return isWithin(keyLen, 16, foreignLimits.bytes) ? pbkdf2Of(saltOf(settings), bytesOfLength(hash, keyLen), iterations, name) : null;
  },
  sha256: (hash, settings) => fastHashOf('sha256', 32, hash, settings),
  sha1: (hash, settings) => fastHashOf('sha1', 20, hash, settings),
};

function scryptOf(salt: Buffer, key: Buffer, cost: number, blockSize: number, parallel: number): ForeignHash | null {
  const isPower = cost >= 2 && Number.isInteger(Math.log2(cost));
  const fits = 128 * cost * blockSize <= foreignLimits.scryptBytes && isWithin(parallel, 1, foreignLimits.scryptLanes) && blockSize >= 1;
  // The lanes run one after the other, so they count as well.
  const isQuick = cost * blockSize * parallel <= (foreignLimits.scryptBytes / 128) * 2;
  return isPower && fits && isQuick && key.length >= 16
    ? { type: 'scrypt', salt: inBase64(salt), key: inBase64(key), cost, blockSize, parallel }
    : null;
}

function pbkdf2Of(salt: Buffer | null, key: Buffer | null, iterations: unknown, digest: string | undefined): ForeignHash | null {
  const known = digest === 'sha1' || digest === 'sha256' || digest === 'sha512' ? digest : null;
  if (salt === null || key === null || known === null || key.length < 16) return null;
  // A key that is longer than one block costs the iterations once more for each further one.
  const blocks = Math.ceil(key.length / { sha1: 20, sha256: 32, sha512: 64 }[known]);
  if (!isWithin(iterations, 1, foreignLimits.pbkdf2Iterations) || iterations * blocks > foreignLimits.pbkdf2Iterations * 2) return null;
  return { type: 'pbkdf2', salt: inBase64(salt), key: inBase64(key), iterations, digest: known };
}

function fastHashOf(type: 'sha256' | 'sha1', length: number, hash: string, settings: Settings | null): ForeignHash | null {
  if (settings === null) return null;
  const { saltPosition = 'prefix' } = settings;
  if (saltPosition !== 'prefix' && saltPosition !== 'suffix') return null;
  const at = hash.lastIndexOf('$');
  const salt = at < 0 ? saltOf(settings) : Buffer.from(hash.slice(0, at), 'utf8');
  const key = at < 0 ? bytesOfLength(hash, length) : bytesOf(hash.slice(at + 1), 'hex');
  if (salt === null || key?.length !== length) return null;
  return { type, salt: inBase64(salt), saltFirst: saltPosition === 'prefix', key: key.toString('hex') };
}

/** Returns the salt of the parameters, which is empty if there is none. Null if it cannot be read. */
function saltOf(settings: Settings | null): Buffer | null {
  const { salt = '', saltEncoding = 'utf8' } = settings ?? {};
  if (typeof salt !== 'string' || (saltEncoding !== 'utf8' && saltEncoding !== 'hex' && saltEncoding !== 'base64')) return null;
  return bytesOf(salt, saltEncoding);
}

/** Returns the bytes of a key in hex or base64. Their number tells which of the two it is. */
function bytesOfLength(text: string, length: number): Buffer | null {
  return [bytesOf(text, 'hex'), bytesOf(text, 'base64')].find((bytes) => bytes?.length === length) ?? null;
}

/** Returns the bytes of a text. Null if it is not in this encoding, or has too many of them. */
function bytesOf(text: string, encoding: 'hex' | 'base64' | 'utf8'): Buffer | null {
  if (encoding === 'hex' && !/^(?:[0-9a-f]{2})*$/i.test(text)) return null;
  if (encoding === 'base64' && !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, encoding);
  return bytes.length > foreignLimits.bytes ? null : bytes;
}

const inBase64 = (bytes: Buffer): string => bytes.toString('base64');

const isWithin = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
