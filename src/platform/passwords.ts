import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import type { Passwords } from '../domain/ports.ts';
import type { Pepper } from './keyring.ts';
import { createLimit } from './limit.ts';

export interface PasswordSettings {
  /** The keyring: names the pepper in force, and finds the one of an older hash. */
  peppers: { pepper(keyId?: string): Pepper | null };
  memoryKib?: number;
  iterations?: number;
  /** Lanes of one hash. */
  parallel?: number;
  /** Hashes computed at once. */
  concurrent?: number;
  /** Hashes that may wait for a place; one more is refused. */
  waiting?: number;
}

/** The library declares its names for these as ambient constants, which a file compiled alone cannot read. */
const argon2id = 2;
const version13 = 1;

/**
 * Argon2id at OWASP's first parameter set (19 MiB, two passes, one lane) with a pepper. Stored as the id of the pepper's
 * key, `$`, and the PHC string.
 */
export function createPasswords({
  peppers,
  memoryKib = 19_456,
  iterations = 2,
  parallel = 1,
  concurrent = 2 * availableParallelism(),
  waiting = 100,
}: PasswordSettings): Passwords {
  const inForce = peppers.pepper();
  if (inForce === null) throw new Error('passwords need a pepper');
  const cost = { algorithm: argon2id, version: version13, memoryCost: memoryKib, timeCost: iterations, parallelism: parallel };
  const limited = createLimit({ concurrent, waiting });
  // No password is known to give this hash; checking one against it costs what checking against a real one does.
  const nobodys = { secret: inForce.secret, phc: `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallel}$${zeros(16)}$${zeros(32)}` };

  /** Null for text this server cannot have written or whose key is gone. */
  function read(stored: string): { secret: Uint8Array; phc: string } | null {
    const [, keyId, phc] = /^([0-9a-f]{8})(\$argon2id\$.+)$/.exec(stored) ?? [];
    const pepper = keyId === undefined ? null : peppers.pepper(keyId);
    return pepper === null || phc === undefined ? null : { secret: pepper.secret, phc };
  }

  return {
    hash: (password) => limited(async () => inForce.keyId + (await hash(normalize(password), { ...cost, secret: inForce.secret }))),

    verify: (stored, password) =>
      limited(async () => {
        const known = stored === null ? null : read(stored);
        const { phc, secret } = known ?? nobodys;
        try {
          return (await verify(phc, normalize(password), { secret })) && known !== null;
        } catch {
          return false;
        }
      }),
  };
}

/** Keyboards compose accents differently; a person types one password (NIST 800-63B-4 §3.1.1.2). */
const normalize = (password: string): string => password.normalize('NFC');

const zeros = (length: number): string => Buffer.alloc(length).toString('base64').replaceAll('=', '');
