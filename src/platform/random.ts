import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Random } from '../domain/ports.ts';

/** The random generator of the operating system (ASVS 6.5.3). No other code generates secrets or ids. */
export const nodeRandom: Random = {
  bytes: (length) => Uint8Array.from(randomBytes(length)),
  // randomInt is uniform. `byte % 10` would return 0 to 5 more often than 6 to 9.
  digits: (length) => Array.from({ length }, () => randomInt(10)).join(''),
  uuid: () => randomUUID(),
  token: () => randomBytes(32).toString('base64url'),
};
