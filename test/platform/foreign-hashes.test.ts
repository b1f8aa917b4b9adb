import { describe, expect, test } from 'vitest';
import type { ForeignHashType } from '../../src/domain/password/foreign-hash.ts';
import { readForeignHash } from '../../src/domain/password/foreign-hash.ts';
import { createKeyring, masterKey } from '../../src/platform/keyring.ts';
import { createPasswords } from '../../src/platform/passwords.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import vectors from '../vectors/foreign-hashes.json' with { type: 'json' };

const keyring = createKeyring([masterKey(nodeRandom.bytes(32))], nodeRandom);
const passwords = createPasswords({ peppers: keyring, memoryKib: 256, iterations: 1 });
const read = (type: string, hash: string, config: unknown = undefined) =>
  readForeignHash({ type: type as ForeignHashType, hash, config: config === undefined ? null : JSON.stringify(config) });

describe.each(vectors)('$type made by $made by', ({ type, hash, config, password = 'correct horse' }) => {
  test('is checked by its own algorithm', async () => {
    const kept = await passwords.keep(read(type, hash, config));
    expect(passwords.isForeign(kept)).toBe(true);
    expect(await passwords.verify(kept, password)).toBe(true);
    for (const wrong of [`${password} `, 'Correct horse', '']) expect(await passwords.verify(kept, wrong), wrong).toBe(false);
  });
});

test('a fast hash is wrapped in a slow one before it is stored, and is not in what is stored', async () => {
  for (const { type, hash, config } of vectors.filter((vector) => vector.type.startsWith('sha'))) {
    const kept = await passwords.keep(read(type, hash, config));
    expect(kept).toContain('$argon2id$');
    const hex = Buffer.from(hash, hash.endsWith('=') ? 'base64' : 'hex').toString('hex');
    for (const form of [hash, hex].filter((text) => text.length > 20)) expect(kept).not.toContain(form);
  }
});

test('a hash of our own is not taken for one of another system', async () => {
  expect(passwords.isForeign(await passwords.hash('correct horse'))).toBe(false);
});

const scrypt = { saltSeparator: ':', N: 1024, r: 8, p: 1, keyLen: 64 };
const key = 'ab'.repeat(64);
const firebase = { memCost: 14, rounds: 8, saltSeparator: 'Bw==', signerKey: 'c2lnbmVyIGtleQ==' };
test.each<[string, string, unknown?]>([
  ['bcrypt', ''],
  ['bcrypt', `$2b$03$${'a'.repeat(53)}`],
  ['bcrypt', `$2b$16$${'a'.repeat(53)}`],
  ['bcrypt', `$2b$10$${'a'.repeat(52)}`],
  ['bcrypt', `$2x$10$${'a'.repeat(53)}`],
  ['argon2', '$argon2id$v=19$m=262145,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$zlK+dlg9AuMNsqBi1yWAmZtsnSPWKXsog1TqQ2dYRZQ'],
  ['argon2', '$argon2id$v=19$m=64,t=11,p=1$c2Vhc2FsdHNlYXNhbHQ$zlK+dlg9AuMNsqBi1yWAmZtsnSPWKXsog1TqQ2dYRZQ'],
  ['argon2', '$argon2id$v=19$m=128,t=1,p=9$c2Vhc2FsdHNlYXNhbHQ$zlK+dlg9AuMNsqBi1yWAmZtsnSPWKXsog1TqQ2dYRZQ'],
  ['argon2', '$argon2id$v=16$m=64,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$zlK+dlg9AuMNsqBi1yWAmZtsnSPWKXsog1TqQ2dYRZQ'],
  ['scrypt', `seasalt:${key}`],
  ['scrypt', `seasalt:${key}`, { ...scrypt, N: 1000 }],
  ['scrypt', `seasalt:${key}`, { ...scrypt, N: 2 ** 18 }],
  ['scrypt', `seasalt:${key}`, { ...scrypt, N: 2 ** 17, p: 16 }],
  ['scrypt', `seasalt:${key}`, { ...scrypt, keyLen: 32 }],
  ['scrypt', `seasalt${key}`, scrypt],
  ['scrypt', '$scrypt$ln=18,r=8,p=1$c2Vhc2FsdA$mvzvlin6wa8binYh/HyNW4BstN5tfnskx1YOAA6VJCc'],
  ['firebase-scrypt', 'c2FsdA==:c2lnbmVyIGtleQ=='],
  ['firebase-scrypt', 'c2FsdA==:c2lnbmVyIGtleQ==', { ...firebase, memCost: 17 }],
  ['firebase-scrypt', 'c2FsdA==:c2lnbmVyIGtleQ==', { ...firebase, rounds: 17 }],
  ['firebase-scrypt', 'c2FsdA==:c2hvcnQ=', firebase],
  ['pbkdf2', 'pbkdf2_sha256$2000001$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso='],
  ['pbkdf2', 'pbkdf2_md5$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso='],
  ['pbkdf2', key, { salt: 's', iterations: 2_000_000, keyLen: 64, digest: 'sha1' }],
  ['pbkdf2', key, 'no object'],
  ['sha256', 'ab'.repeat(20)],
  ['sha256', 'ab'.repeat(32), { saltPosition: 'middle' }],
  ['sha1', 'ab'.repeat(32)],
])('%s %s with %j is refused, because it has no such form or takes too long', (type, hash, config) => {
  expect(() => read(type, hash, config)).toThrowError(
    expect.objectContaining({ issues: [{ path: ['passwordHash'], message: `passwordHash is not a valid ${type} hash` }] }),
  );
});
