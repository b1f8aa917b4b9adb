import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Random } from '../domain/ports.ts';

/** The operating system's generator (ASVS 6.5.3); nothing else in the program draws randomness. */
export const nodeRandom: Random = {
  bytes: (length) => Uint8Array.from(randomBytes(length)),
  // randomInt rejects the uneven rest of its range, so no digit is favored as `byte % 10` would favor 0 to 5.
  digits: (length) => Array.from({ length }, () => randomInt(10)).join(''),
  uuid: () => randomUUID(),
  token: () => randomBytes(32).toString('base64url'),
};
