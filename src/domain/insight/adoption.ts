import type { Page, PageRequest } from '../page.ts';
import type { SettingsOwner } from '../policy/policy.ts';
import type { StrategyName } from '../strategy-name.ts';

/** For how many days after a login a user counts as active: the day of the login (UTC) and the days before today that fit. */
export const activeDays = 30;
/** How many days a point of the series and the funnel of a day are kept. */
export const adoptionDays = 400;
/** How many tenants one recount takes at most. */
export const tenantsOfARecount = 1_000;
/** Most points of one series. */
export const maxAdoptionPoints = 400;

const dayMilliseconds = 86_400_000;

/** Returns the beginning of the day (UTC) of an instant. */
export const dayOf = (at: Date): Date => new Date(Math.floor(at.getTime() / dayMilliseconds) * dayMilliseconds);

/** Returns the day so many days after another one, or before it. */
export const daysAfter = (day: Date, days: number): Date => new Date(day.getTime() + days * dayMilliseconds);

/** Returns the last day that is too long ago for who logged in then to be active today. */
export const lastInactiveDay = (now: Date): Date => daysAfter(dayOf(now), -activeDays);

/** Where users with an authenticator of a strategy are counted. A new strategy does not compile until it has a place. */
export const strategyCounts = {
  AUTHENTICATOR_APP: 'authenticatorApp',
  WEBAUTHN_PLATFORM: 'webAuthnPlatform',
  WEBAUTHN_CROSS_PLATFORM: 'webAuthnCrossPlatform',
  SMS: 'sms',
  EMAIL_CODE: 'emailCode',
} as const satisfies Record<StrategyName, string>;

/** What is counted of users, by names that are columns. Each of them counts once in each, or not at all. */
export const userCounts = [
  ...['users', 'enrolled', 'phishingResistant', 'onlyWeak', 'recoveryReady', 'exempt', 'locked'],
  ...Object.values(strategyCounts),
] as readonly UserCount[];
/** One of `userCounts`. */
export type UserCount =
  | 'users'
  | 'enrolled'
  | 'phishingResistant'
  | 'onlyWeak'
  | 'recoveryReady'
  | 'exempt'
  | 'locked'
  | (typeof strategyCounts)[StrategyName];

/** What is counted of logins and enrollments, by names that are columns. */
export const funnelCounts = [
  'challenged',
  'succeeded',
  'failed',
  'abandoned',
  'enrollmentsBegun',
  'enrollmentsConfirmed',
  'enrollmentsAbandoned',
] as const;
/** One of `funnelCounts`. */
export type FunnelCount = (typeof funnelCounts)[number];
/** How many challenges and enrollments there were, by what became of them. */
export type Funnel = Readonly<Record<FunnelCount, number>>;

/** What became of a challenge or an enrollment, in a tenant, counted on the day on which it began. */
export interface FunnelEvent {
  tenantId: string;
  began: Date;
  as: FunnelCount;
}

/** How many users there are, by what they have. */
export interface AdoptionCounts extends Readonly<Record<UserCount, number>> {
  /** Who has logged in on one of the last `activeDays` days. */
  readonly activeLast30Days: number;
  /** Who of them has an authenticator. */
  readonly enrolledOfActive: number;
}

/** The counts as they were at a moment of a day. */
export interface AdoptionPoint {
  day: Date;
  at: Date;
  counts: AdoptionCounts;
}

/** How far apart the points of a series can be. */
export const adoptionIntervals = ['DAY', 'WEEK', 'MONTH'] as const;
/** One of `adoptionIntervals`. */
export type AdoptionInterval = (typeof adoptionIntervals)[number];

/** Returns the first day of the interval (UTC) that a day is in. Weeks begin on Monday (ISO 8601). */
export function intervalOf(every: AdoptionInterval, day: Date): Date {
  if (every === 'MONTH') return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1));
  return every === 'WEEK' ? daysAfter(day, -((day.getUTCDay() + 6) % 7)) : day;
}

/** Days from one to the day before another, and how far apart the points in them are. */
export interface AdoptionRange {
  from: Date;
  until: Date;
  every: AdoptionInterval;
}

const shortestInterval: Readonly<Record<AdoptionInterval, number>> = { DAY: 1, WEEK: 7, MONTH: 28 };

/**
 * Returns the days that a range of instants touches, at the end without the instant itself. What is not given is the last `activeDays` days.
 * Null if the range has more than `maxAdoptionPoints` points.
 */
export function adoptionRange(
  { from, until, every }: { from: Date | null; until: Date | null; every: AdoptionInterval },
  now: Date,
): AdoptionRange | null {
  const end = daysAfter(dayOf(until === null ? now : new Date(until.getTime() - 1)), 1);
  const begin = from === null ? daysAfter(end, -activeDays) : dayOf(from);
  const days = (end.getTime() - begin.getTime()) / dayMilliseconds;
  return days > maxAdoptionPoints * shortestInterval[every] ? null : { from: begin, until: end, every };
}

/** Returns the first of the points in each interval. They are given oldest first. */
export const firstOfEach = (every: AdoptionInterval, points: readonly AdoptionPoint[]): AdoptionPoint[] =>
  points.filter((point, index) => {
    const before = points[index - 1];
    return before === undefined || intervalOf(every, before.day).getTime() !== intervalOf(every, point.day).getTime();
  });

/** What lists of tenants by their adoption can be ordered by. */
export const adoptionOrders = ['LEAST_SHARE', 'MOST_UNENROLLED'] as const;
/** One of `adoptionOrders`. */
export type AdoptionOrder = (typeof adoptionOrders)[number];

/** A tenant with users, and the number that places it in a list. */
export interface PlacedTenant {
  tenantId: string;
  place: number;
}

/** A count that was not what a full count found, which was mended. `day` is set if it is of those who logged in last on that day. */
export interface AdoptionDifference {
  /** The tenant whose count it is. Null for the whole environment. */
  owner: SettingsOwner;
  name: UserCount;
  day: Date | null;
  counted: number;
  actual: number;
}

/**
 * Stores how many users have which factors, for the environment and for each tenant. The other repositories count what they change, in
 * the same transaction. They add rows of changes, so that no login waits for the counters of another one, and `settle` adds these up.
 * Every reading includes what was not added up yet, and is exact.
 */
export interface AdoptionRepository {
  /** Returns the counts of each owner, in the order given, as of now. */
  countsOf(owners: readonly SettingsOwner[], now: Date): Promise<AdoptionCounts[]>;
  /** Returns a page of the tenants with users, ordered by what was added up. */
  list(order: AdoptionOrder, page: PageRequest<number>): Promise<Page<PlacedTenant>>;
  /** Returns the points of the owner in these days, one for each day that has one, oldest first. */
  points(owner: SettingsOwner, range: Pick<AdoptionRange, 'from' | 'until'>): Promise<AdoptionPoint[]>;
  /** Returns what became of the challenges and enrollments that began in these days. */
  funnel(owner: SettingsOwner, range: Pick<AdoptionRange, 'from' | 'until'>): Promise<Funnel>;
  /** Returns how many tenants `list` has. */
  countListed(): Promise<number>;
  /** Counts what became of a challenge or an enrollment. Runs in the caller's transaction. */
  countEvent(event: FunnelEvent): Promise<void>;
  /**
   * Keeps what was added up as the points of today, of some owners whose keys follow `after`, unless they have one. Returns the last of these
   * keys, or null if there are no more.
   */
  keepPoints(now: Date, after: string): Promise<string | null>;
  /** Adds up some of the changes that wait. Returns whether more may wait. */
  settle(): Promise<boolean>;
  /**
   * Compares the counts of these owners with a full count and mends them. Each comparison is one statement, so what happens meanwhile is in
   * both counts or in neither. Returns what differed.
   */
  recount(owners: readonly SettingsOwner[], now: Date): Promise<AdoptionDifference[]>;
  /** Removes everything that was counted for the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
