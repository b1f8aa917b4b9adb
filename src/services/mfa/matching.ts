import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { Advance, Strategy } from '../../domain/authenticator/strategy.ts';
import type { Keyring } from '../../domain/ports.ts';
import { credentialPlace } from '../authenticator/factors.ts';

/** The factor among the candidates that the answer proves, and what has to move for the proof to count; null when it proves none. */
export async function matching(
  keyring: Keyring,
  strategy: Strategy,
  candidates: readonly Authenticator[],
  answer: unknown,
  now: Date,
): Promise<{ factor: Authenticator; advance: Advance } | null> {
  for (const factor of candidates) {
    const verdict = await strategy.verify(
      { credential: keyring.open(factor.sealedCredential, credentialPlace(factor.id)), begun: null },
      answer,
      now,
    );
    if (verdict.ok) return { factor, advance: verdict.advance };
  }
  return null;
}
