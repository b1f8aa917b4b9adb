import type { Keyring } from '../../domain/ports.ts';
import type { Strategy } from '../../domain/strategy.ts';
import { matchesOneTimeCode } from '../shared/one-time-code.ts';

/** Keeps digests of these codes apart from all others under the same key. */
export const purpose = 'email-code';

/** Compares with the kept digest. How long the code lives and whether it was spent is the row's to say, not the code's. */
export const createVerify =
  (keyring: Keyring): Strategy['verify'] =>
  async (kept, answer) =>
    matchesOneTimeCode(purpose, kept, answer, keyring) ? { ok: true, advance: { consume: true } } : { ok: false, reason: 'wrong' };
