import type { Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring } from '../../domain/ports.ts';
import { matchesOneTimeCode } from '../shared/one-time-code.ts';

/** Keeps digests of these codes apart from all others under the same key. */
export const purpose = 'email-code';

/** Compares with the kept digest. How long the code lives and whether it was spent is the row's to say, not the code's. */
export const createVerify =
  (keyring: Keyring): Strategy<object, string>['verify'] =>
  async ({ begun }, answer) =>
    begun !== null && matchesOneTimeCode(purpose, begun, answer, keyring) ? { ok: true, advance: { consume: true } } : { ok: false, reason: 'wrong' };
