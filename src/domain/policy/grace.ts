import type { User } from '../directory/user.ts';
import type { FirstFactor } from '../session/first-factor.ts';
import type { MfaPolicyFields, PolicyGrace } from './policy.ts';

/** From what a grace is counted: the start of the enforcement, or the first login of somebody who came later. */
export const graceBases = ['ENFORCEMENT', 'FIRST_LOGIN'] as const;
/** One of `graceBases`. */
export type GraceBasis = (typeof graceBases)[number];

/** The time in which a person logs in without a second factor although policies enforce one. */
export interface MfaGrace {
  startedAt: Date;
  endsAt: Date;
  basis: GraceBasis;
}

/** Most days of a grace. */
export const maxGraceDays = 90;

const dayMilliseconds = 86_400_000;

/** Returns the moment so many days later. */
export const daysLater = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMilliseconds);

/** Whether a policy asks somebody for a second factor who logs in by this first factor. */
export const demands = ({ enforceMfaType }: Pick<MfaPolicyFields, 'enforceMfaType'>, firstFactor: FirstFactor): boolean =>
  enforceMfaType === 'FORCE' || (enforceMfaType === 'FORCE_EXCEPT_SAML' && firstFactor !== 'ENTERPRISE_SSO');

/** A person, as far as the grace depends on them. */
export type GracePerson = Pick<User, 'firstLoginAt' | 'heldFactorAt'>;

/**
 * Returns the grace of a person who logs in at the time, also one that has ended. Null if there is none: each of the policies that ask for
 * a second factor has to give one, and the shortest counts. Whoever ever held a factor has none, because a factor that was removed would
 * otherwise open the account to whoever has the password.
 */
export function graceUnder(
  policies: readonly (PolicyGrace & Pick<MfaPolicyFields, 'enforceMfaType'>)[],
  person: GracePerson,
  at: Date,
): MfaGrace | null {
  if (person.heldFactorAt !== null) return null;
  const firstLogin = person.firstLoginAt ?? at;
  let shortest: MfaGrace | null = null;
  for (const { graceStartsAt, graceDays } of policies) {
    if (graceStartsAt === null || graceDays === null) return null;
    const basis: GraceBasis = firstLogin > graceStartsAt ? 'FIRST_LOGIN' : 'ENFORCEMENT';
    const startedAt = basis === 'FIRST_LOGIN' ? firstLogin : graceStartsAt;
    const endsAt = daysLater(startedAt, graceDays);
    if (shortest === null || endsAt < shortest.endsAt) shortest = { startedAt, endsAt, basis };
  }
  return shortest;
}

/** Whether a grace still runs at the time. */
export const isInGrace = (grace: MfaGrace | null, at: Date): grace is MfaGrace => grace !== null && grace.endsAt > at;
