import type { StrategyName } from '../../domain/strategy-name.ts';
import type { ShownChallenge } from '../../services/oauth/shown-challenges.ts';
import { maskedEmail } from '../masked.ts';
import type { Visit } from './visit.ts';
import { choiceOf } from './visit.ts';

/** A factor that a person can prove. */
export interface Factor {
  /** Id of the authenticator, or `EMAIL_CODE`. */
  id: string;
  strategy: StrategyName;
  /** Null for a code by e-mail, which needs no authenticator. */
  deviceId: string | null;
  /** What tells it from others: its name, or where its codes go. */
  detail: string | null;
  lastUsedAt: Date | null;
}

/** Returns what a person can prove. A kind that this deployment cannot serve is left out, unless there is no other. */
export function factorsOf({ authenticators, strategies, email }: ShownChallenge): Factor[] {
  const enrolled = authenticators.map(({ id, strategy, label, phoneNumber, lastUsedAt }) => ({
    ...{ id, strategy, deviceId: id, lastUsedAt },
    detail: phoneNumber ?? label,
  }));
  const mail = { id: 'EMAIL_CODE', strategy: 'EMAIL_CODE', deviceId: null, detail: maskedEmail(email), lastUsedAt: null } as const;
  const served = enrolled.filter(({ strategy }) => strategies.includes(strategy));
  const found = [...served, ...(strategies.includes('EMAIL_CODE') ? [mail] : [])];
  return found.length > 0 ? found : enrolled;
}

/** Returns the factor that the page asks for: the one that was chosen, otherwise the one that was begun, otherwise the one that was used last. */
export function chosenFactor(visit: Visit, factors: readonly Factor[]): Factor | null {
  const named = choiceOf(visit, 'factor');
  const byId = (id: string | undefined | null): Factor | undefined => factors.find((factor) => factor.id === id);
  const usedLast = [...factors].sort((one, other) => (other.lastUsedAt?.getTime() ?? 0) - (one.lastUsedAt?.getTime() ?? 0))[0];
  return byId(named) ?? byId(visit.shown.started?.factor) ?? usedLast ?? null;
}
