import type { Store } from '../domain/store.ts';
import type { StrategyName } from '../domain/strategy.ts';

type Needs = Pick<Store, 'authenticators' | 'challenges' | 'devices' | 'enrollments' | 'recoveryCodes'>;

/**
 * Takes every factor of the user with all that stands for one or could become one: recovery codes, remembered devices,
 * enrollments begun, and every mfaToken whatever it is for. Answers the strategies removed. Part of the caller's transaction.
 */
export async function removeFactors(store: Needs, userId: string, now: Date): Promise<StrategyName[]> {
  // First: an enrollment being completed at this moment is either done, and removed below, or finds its mfaToken ended.
  await store.challenges.endAllOf(userId, now);
  const removed = await store.authenticators.removeAllOf(userId);
  // Whoever holds the lost device may have begun another enrollment and know its secret.
  await store.enrollments.removeAllOf(userId);
  await store.recoveryCodes.removeAllOf(userId);
  await store.devices.endAllOf(userId);
  return removed;
}
