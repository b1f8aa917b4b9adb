import { base32 } from '@otplib/plugin-base32-scure';
import { crypto } from '@otplib/plugin-crypto-node';
import { verifySync } from '@otplib/totp';
import type { Advance, Kept, Verdict } from '../../domain/authenticator/strategy.ts';

/** What all apps support. The plugins are named, so that no default of the library decides what computes a code. */
export const totp = { algorithm: 'sha1', digits: 6, period: 30, t0: 0, crypto, base32 } as const;

/**
 * The time step `code` belongs to, when that is the current one or a neighbor: one step for delay (RFC 6238 §5.2), one for a
 * clock that runs ahead (§6). Null for everything else, malformed codes and unusable secrets included.
 */
export function matchStep(secret: Uint8Array, code: string, now: Date): number | null {
  try {
    const result = verifySync({ ...totp, secret, token: code, epoch: Math.floor(now.getTime() / 1000), epochTolerance: totp.period });
    return result.valid ? result.timeStep : null;
  } catch {
    return null;
  }
}

/** Replay is not seen here: the step answered has to move the factor forward, or the proof does not count (RFC 6238 §5.2). */
export async function verify({ credential }: Pick<Kept, 'credential'>, answer: string, now: Date): Promise<Verdict<{ advance: Advance }>> {
  const step = credential === null ? null : matchStep(credential, answer, now);
  return step === null ? { ok: false, reason: 'wrong' } : { ok: true, advance: { step } };
}
