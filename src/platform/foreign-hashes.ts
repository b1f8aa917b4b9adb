import type { ScryptOptions } from 'node:crypto';
import { createCipheriv, createHash, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import type { ForeignHash } from '../domain/password/foreign-hash.ts';

const runPbkdf2 = promisify(pbkdf2);
const runScrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');
const same = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);

/** Memory that scrypt may take: what the parameters ask for, and a little for the library itself. */
const memoryOf = (cost: number, blockSize: number, parallel: number): number => 128 * blockSize * (cost + parallel + 2) + 1_048_576;

/** Tells whether the password has a hash of another system. Fast hashes are not among them, because they are stored in a slow one. */
export async function verifyForeign(hash: Exclude<ForeignHash, { type: 'sha256' | 'sha1' }>, password: string): Promise<boolean> {
  switch (hash.type) {
    case 'bcrypt':
      return verifyBcrypt(password, hash.phc);
    case 'argon2':
      return verifyArgon2(hash.phc, password);
    case 'scrypt': {
      const { salt, key, cost, blockSize, parallel } = hash;
      const options = { N: cost, r: blockSize, p: parallel, maxmem: memoryOf(cost, blockSize, parallel) };
      return same(await runScrypt(password, bytes(salt), bytes(key).length, options), bytes(key));
    }
    case 'firebase-scrypt': {
      const { salt, key, separator, signerKey, memCost, rounds } = hash;
      const options = { N: 2 ** memCost, r: rounds, p: 1, maxmem: memoryOf(2 ** memCost, rounds, 1) };
      const derived = await runScrypt(password, Buffer.concat([bytes(salt), bytes(separator)]), 32, options);
      // What is stored is the signer key of the project, encrypted by what the password leads to.
      const cipher = createCipheriv('aes-256-ctr', derived, Buffer.alloc(16));
      return same(Buffer.concat([cipher.update(bytes(signerKey)), cipher.final()]), bytes(key));
    }
    case 'pbkdf2': {
      const { salt, key, iterations, digest } = hash;
      return same(await runPbkdf2(password, bytes(salt), iterations, bytes(key).length, digest), bytes(key));
    }
  }
}

/** Returns the fast hash of a password in hex, which is what its slow hash was made of. */
export function fastHash(
  { type, salt, saltFirst }: Pick<ForeignHash & { type: 'sha256' | 'sha1' }, 'type' | 'salt' | 'saltFirst'>,
  password: string,
): string {
  const parts = [bytes(salt), Buffer.from(password, 'utf8')];
  const hash = createHash(type);
  for (const part of saltFirst ? parts : parts.reverse()) hash.update(part);
  return hash.digest('hex');
}
