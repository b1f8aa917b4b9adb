import { base32 } from '@otplib/plugin-base32-scure';
import { crypto } from '@otplib/plugin-crypto-node';
import { verifySync } from '@otplib/totp';
import type { Advance, Kept, Verdict } from '../../domain/authenticator/strategy.ts';
import { codeDigits } from '../../domain/bounds.ts';

/** Parameters every authenticator app supports. The plugins are named so that no library default decides how a code is computed. */
export const totp = { algorithm: 'sha1', digits: codeDigits, period: 30, t0: 0, crypto, base32 } as const;

/**
 * Returns the time step that `code` belongs to, if it is the current step or a neighbor. The step before allows for delay
 * (RFC 6238 §5.2), the step after for a phone clock that runs ahead (§6). Null for all other codes, and for malformed
 * codes and unusable secrets.
 */
export function matchStep(secret: Uint8Array, code: string, now: Date): number | null {
  try {
    const result = verifySync({ ...totp, secret, token: code, epoch: Math.floor(now.getTime() / 1000), epochTolerance: totp.period });
    return result.valid ? result.timeStep : null;
  } catch {
    return null;
  }
}

/**
 * Checks a code and returns its time step. Replay is not detected here: the service accepts the code only if its step is
 * later than the last one accepted for this authenticator (RFC 6238 §5.2).
 */
export async function verify({ credential }: Pick<Kept, 'credential'>, answer: string, now: Date): Promise<Verdict<{ advance: Advance }>> {
  const step = credential === null ? null : matchStep(credential, answer, now);
  return step === null ? { ok: false, reason: 'wrong' } : { ok: true, advance: { step } };
}
