import fc from 'fast-check';
import type { MfaEnforcement } from '../../src/domain/policy/policy.ts';
import { enforcements } from '../../src/domain/policy/policy.ts';
import type { StrategyName } from '../../src/domain/strategy-name.ts';
import { strategyNames } from '../../src/domain/strategy-name.ts';

/** A policy, or null for an owner that has none. */
export type WorldPolicy = {
  enforceMfaType: MfaEnforcement;
  allowRememberMyDevice: boolean;
  mfaDeviceExpirationSeconds: number;
  /** How long ago a scheduled enforcement began, and how many days it gives. */
  grace: { startedAgoSeconds: number; days: number | null } | null;
} | null;
/** The strategies that an owner has switched, and how. */
export type WorldSwitches = Partial<Record<StrategyName, boolean>>;

/** How a membership stands. */
export type WorldMembership = 'OPEN' | 'OPEN_FOR_A_WHILE' | 'PENDING' | 'DISABLED' | 'EXPIRED';

/** How an exemption stands. */
export type WorldExemption = 'LASTS' | 'LASTS_FOR_A_WHILE' | 'ENDED' | 'EXPIRED';

/** A person with everything that decides about a login. */
export interface WorldPerson {
  locked: boolean;
  verified: boolean;
  mfaBypass: boolean;
  /** By the place of the tenant. Without any the person is in no tenant. */
  memberships: readonly { tenant: number; state: WorldMembership }[];
  /** The tenant used last, which the person need not be in. */
  active: number;
  /** How long ago the first login was. Null if there was none. */
  firstLoginAgoSeconds: number | null;
  /** Whether an authenticator was enrolled and removed again. */
  heldFactor: boolean;
  /** By the place of the tenant, or null for the environment. */
  exemptions: readonly { owner: number | null; state: WorldExemption }[];
  authenticators: readonly StrategyName[];
  /** How long ago a browser was remembered, and whose token comes with the login. */
  device: { ageSeconds: number; token: 'OWN' | 'OF_THE_NEXT' | 'UNKNOWN' | 'NONE' };
  /** Wrong answers so far, by the kind of factor. */
  wrong: readonly { kind: string; count: 'A_WHILE' | 'FOR_GOOD' }[];
  firstFactor: 'PASSWORD' | 'EMAIL_CODE';
}

/** Everything that decides about the logins of some people. */
export interface World {
  policy: WorldPolicy;
  switches: WorldSwitches;
  allowNotVerifiedUsersLogin: boolean;
  tenants: readonly { policy: WorldPolicy; switches: WorldSwitches }[];
  people: readonly WorldPerson[];
}

/** Most tenants of a world. */
const maxTenants = 3;
/** Mostly the first value: what shadows everything else has to be rare. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const policy: fc.Arbitrary<WorldPolicy> = fc.option(
  fc.record({
    enforceMfaType: fc.constantFrom(...enforcements),
    allowRememberMyDevice: mostly(true, false),
    // The last one is longer than any device is remembered.
    mfaDeviceExpirationSeconds: mostly(3_600, 0, 60, 2_147_483_647),
    grace: fc.option(
      // A day of grace that has just ended, ends at the next moment, or runs on.
      fc.record({ startedAgoSeconds: fc.constantFrom(0, 86_385, 86_399, 86_400, 86_401, 90_000), days: fc.constantFrom(1, 1, 0, 14, null) }),
      { nil: null },
    ),
  }),
  { nil: null },
);

const switches: fc.Arbitrary<WorldSwitches> = fc.record(
  Object.fromEntries(strategyNames.map((name) => [name, fc.boolean()])) as Record<StrategyName, fc.Arbitrary<boolean>>,
  { requiredKeys: [] },
);

const enrollable = strategyNames.filter((name) => name !== 'EMAIL_CODE');
const memberships = (minLength: number) =>
  fc.uniqueArray(
    fc.record({ tenant: fc.nat(maxTenants - 1), state: mostly<WorldMembership>('OPEN', 'OPEN_FOR_A_WHILE', 'PENDING', 'DISABLED', 'EXPIRED') }),
    { selector: ({ tenant }) => tenant, minLength, maxLength: maxTenants },
  );
const wrong = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom('AUTHENTICATOR_APP', 'WEBAUTHN', 'SMS', 'EMAIL_CODE'),
    count: fc.constantFrom('A_WHILE' as const, 'FOR_GOOD' as const),
  }),
  { selector: ({ kind }) => kind, maxLength: 4 },
);
const exemptions = fc.uniqueArray(
  fc.record({
    owner: fc.option(fc.nat(maxTenants - 1), { nil: null, freq: 2 }),
    state: mostly<WorldExemption>('LASTS', 'LASTS_FOR_A_WHILE', 'ENDED', 'EXPIRED'),
  }),
  { selector: ({ owner }) => owner, maxLength: 3 },
);
const person: fc.Arbitrary<WorldPerson> = fc.record({
  locked: mostly(false, true),
  verified: mostly(true, false),
  mfaBypass: mostly(false, true),
  memberships: fc.oneof({ weight: 19, arbitrary: memberships(1) }, { weight: 1, arbitrary: memberships(0) }),
  active: fc.nat(maxTenants - 1),
  firstLoginAgoSeconds: fc.constantFrom(null, 0, 10, 86_385, 86_400, 200_000),
  heldFactor: mostly(false, true),
  exemptions: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: exemptions }),
  authenticators: fc.oneof(fc.constant([]), fc.uniqueArray(fc.constantFrom(...enrollable), { maxLength: 3 })),
  device: fc.record({
    // Around the ends above, and remembered by a clock that runs ahead.
    ageSeconds: fc.constantFrom(0, 0, 59, 60, 61, 3_599, 3_601, 400 * 86_400 + 1, -60, -61),
    token: fc.constantFrom('OWN', 'OWN', 'OWN', 'OF_THE_NEXT', 'UNKNOWN', 'NONE', 'NONE'),
  }),
  wrong: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: wrong }),
  firstFactor: mostly<WorldPerson['firstFactor']>('PASSWORD', 'EMAIL_CODE'),
});

/** Worlds of a few tenants and people. */
export const worlds: fc.Arbitrary<World> = fc.record({
  policy,
  switches,
  allowNotVerifiedUsersLogin: fc.boolean(),
  tenants: fc.array(fc.record({ policy, switches }), { minLength: maxTenants, maxLength: maxTenants }),
  people: fc.array(person, { minLength: 1, maxLength: 4 }),
});
