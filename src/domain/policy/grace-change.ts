import type { MfaEnforcement, MfaPolicy, MfaPolicyFields, PolicyGrace } from './policy.ts';
import { noGrace } from './policy.ts';

const enforces = (type: MfaEnforcement): boolean => type !== 'DONT_FORCE';

/**
 * Returns the grace of a policy after somebody has set its enforcement without scheduling it. To begin or to end the enforcement ends the
 * grace: what is set at once holds for everybody at once. When the grace began stays, so that it cannot be given a second time.
 */
export function graceAfter(
  before: Pick<MfaPolicy, 'enforceMfaType' | 'graceStartsAt' | 'graceDays'> | null,
  enforceMfaType: MfaEnforcement,
): PolicyGrace {
  if (before === null) return noGrace;
  const { graceStartsAt, graceDays } = before;
  return { graceStartsAt, graceDays: enforces(before.enforceMfaType) === enforces(enforceMfaType) ? graceDays : null };
}

/**
 * Returns what a scheduled enforcement makes of a policy when it begins. A policy that was set to enforce in the meantime gives no grace,
 * because nobody has one then, and never becomes weaker. If the policy gave a grace before, days are counted from when that began.
 */
export function policyAtStart(
  before: MfaPolicy | null,
  { enforceMfaType, startsAt, graceDays }: { enforceMfaType: MfaEnforcement; startsAt: Date; graceDays: number },
): PolicyGrace & Pick<MfaPolicyFields, 'enforceMfaType'> {
  if (before === null) return { enforceMfaType, graceStartsAt: startsAt, graceDays };
  if (!enforces(before.enforceMfaType)) return { enforceMfaType, graceStartsAt: before.graceStartsAt ?? startsAt, graceDays };
  const stricter = before.enforceMfaType === 'FORCE' ? before.enforceMfaType : enforceMfaType;
  return { enforceMfaType: stricter, graceStartsAt: before.graceStartsAt, graceDays: before.graceDays };
}
