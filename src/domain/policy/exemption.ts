import type { Page, PageRequest } from '../page.ts';
import type { SettingsOwner } from './policy.ts';

/** An exemption of a person from the second factor, which ends by itself. */
export interface MfaExemption {
  id: string;
  userId: string;
  /** The tenant that gives it, for logins to that tenant alone. Null for the environment, which gives it for every login. */
  tenantId: SettingsOwner;
  /** Why it was given, as whoever gave it wrote. */
  reason: string;
  /** The user who gave it. Null for the environment token. */
  grantedBy: string | null;
  createdAt: Date;
  /** When it ends by itself. */
  until: Date;
  /** When it ended. Null while it lasts. */
  endedAt: Date | null;
}

/** How many days an exemption lasts at most. */
export const maxExemptionDays = 90;
/** Most characters of the reason of an exemption. */
export const maxReasonCharacters = 500;

/** An exemption, as far as a login depends on it. */
export type ExemptionInForce = Pick<MfaExemption, 'id' | 'tenantId'>;

/** Stores exemptions, of which a person has at most one that lasts from each tenant and one from the environment. */
export interface MfaExemptionRepository {
  /** Adds the exemption. One of the same person from the same owner ends. Returns whether there was one. */
  add(exemption: MfaExemption): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<MfaExemption[]>;
  /** Returns those of the users that last at the time, oldest first. */
  lasting(userIds: readonly string[], now: Date): Promise<MfaExemption[]>;
  /** Returns a page of those that last at the time, ordered by (until, id): those of the tenant, or with null all. */
  list(tenantId: string | null, page: PageRequest, now: Date): Promise<Page<MfaExemption>>;
  /** Returns how many `list` has. */
  count(tenantId: string | null, now: Date): Promise<number>;
  /** Ends the exemption. False if it had ended before. */
  end(exemption: Pick<MfaExemption, 'id' | 'userId'>, now: Date): Promise<boolean>;
  /** Returns some that have come to their end and were not ended yet. */
  expired(now: Date, limit: number): Promise<MfaExemption[]>;
  /** Removes everything of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
