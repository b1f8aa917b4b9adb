import { DomainError, InvalidCode } from '../../domain/errors.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { isWebAuthn } from '../../domain/strategy-name.ts';

/** Why an answer proves nothing. */
export type Refused = 'WRONG' | 'EXPIRED';

/** What the person is told: wrong, replayed and spent answers alike, but those that came too late. */
export function refusalOf(refused: Refused, strategy: StrategyName, attemptsRemaining: number): DomainError {
  const [answer, token] = isWebAuthn(strategy) ? ['credential', 'webauthnToken'] : [];
  return refused === 'EXPIRED' ? new DomainError('CODE_EXPIRED', undefined, token) : new InvalidCode(attemptsRemaining, answer);
}
