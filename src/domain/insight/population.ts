import type { Authenticator } from '../authenticator/authenticator.ts';
import type { User } from '../directory/user.ts';
import type { ExemptionInForce } from '../policy/exemption.ts';

/** Whom a policy concerns. */
export interface Population {
  /** Everybody who has accepted to be a member of this tenant. Null is everybody in the environment. */
  tenantId: string | null;
  /** Whether people are left out whom users do not see in lists. */
  visibleOnly: boolean;
}

/** What decides about the logins of a person, but for the policies. */
export interface Person extends Pick<User, 'id' | 'locked' | 'verified' | 'mfaBypass' | 'activeTenantId' | 'firstLoginAt' | 'heldFactorAt'> {
  hasLoggedIn: boolean;
  /** The tenants that can be entered, oldest membership first. */
  open: { tenantId: string }[];
  authenticators: Pick<Authenticator, 'id' | 'strategy'>[];
  /** Those that last, oldest first. */
  exemptions: ExemptionInForce[];
}

/** A part of a population, in the order of the ids. */
export interface PopulationRange {
  /** People whose ids come after this one. Empty is the beginning. */
  afterId: string;
  limit: number;
}

/** A part of a population, in the order of (first login, id). Who never logged in is in none. */
export interface FirstLoginRange {
  afterLoginAt: Date;
  afterUserId: string;
  /** The latest first login. */
  until: Date;
  limit: number;
}

/** Reads everybody whom a policy concerns, some at a time, with the same number of statements each time. */
export interface PopulationRepository {
  /** Returns the next people, with the memberships that are open at the time. */
  read(population: Population, range: PopulationRange, now: Date): Promise<Person[]>;
  /** Returns the next people by their first logins, as `read` does. */
  readByFirstLogin(population: Population, range: FirstLoginRange, now: Date): Promise<Person[]>;
  /** Whether somebody with an authenticator who can log in holds a role with one of these permissions, in the tenant, or with null in any. */
  hasEnrolledHolder(permissionKeys: readonly string[], tenantId: string | null): Promise<boolean>;
  /** Returns how many of the people hold a role with one of these permissions, in the tenant, or with null in any tenant. */
  countHolders(userIds: readonly string[], permissionKeys: readonly string[], tenantId: string | null): Promise<number>;
  /** Returns when each remembered device of the people was remembered. */
  devices(userIds: readonly string[]): Promise<{ userId: string; createdAt: Date }[]>;
}
