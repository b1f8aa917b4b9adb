/** How many seconds a plan can be applied. What it was counted for changes with the people who come and go. */
export const planLifetimeSeconds = 900;

/** Changes of settings that were looked at before they are made. */
export interface MfaPlan {
  id: string;
  /** The tenant that the token named that made the plan. Null if it named none. */
  tenantId: string | null;
  /** The settings to make, as a document in its canonical form. */
  document: string;
  /** Hash of the settings of every owner that the plan was made for, as they were. */
  baseRevision: string;
  /** Whether no more people than allowed are locked out or have to enroll. */
  withinLimits: boolean;
  createdAt: Date;
  expiresAt: Date;
  /** Null until the plan is applied. */
  appliedAt: Date | null;
}

/** Stores plans. */
export interface MfaPlanRepository {
  add(plan: MfaPlan): Promise<void>;
  find(id: string): Promise<MfaPlan | null>;
  /** Marks the plan as applied. False if it was applied before, or has expired, so that only one of two parallel calls succeeds. */
  apply(id: string, now: Date): Promise<boolean>;
  /** Removes the plans that were made for the tenant alone. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
