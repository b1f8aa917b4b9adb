import type { StrategyTraits } from '../../src/domain/authenticator/strategy.ts';
import type { MfaFacts } from '../../src/domain/login/decision.ts';
import type { MfaEnforcement, MfaPolicy, SettingsOwner } from '../../src/domain/policy/policy.ts';
import { defaultPolicyFields, noGrace } from '../../src/domain/policy/policy.ts';
import { resolvePolicy } from '../../src/domain/policy/resolve.ts';
import type { StrategyName } from '../../src/domain/strategy-name.ts';
import { strategyNames } from '../../src/domain/strategy-name.ts';

/** When everything here was made. */
export const madeAt = new Date('2026-03-02T09:00:05.000Z');

/** The traits of all strategies, those that are given as unavailable. */
export const traitsWithout = (...unavailable: StrategyName[]): Readonly<Record<StrategyName, StrategyTraits>> =>
  Object.fromEntries(strategyNames.map((name) => [name, { available: !unavailable.includes(name), enrollable: name !== 'EMAIL_CODE' }])) as Record<
    StrategyName,
    StrategyTraits
  >;

/** The record of an owner. */
export const recordOf = (owner: SettingsOwner, enforceMfaType: MfaEnforcement, more: Partial<MfaPolicy> = {}): MfaPolicy => ({
  ...defaultPolicyFields,
  ...noGrace,
  ...{ id: `policy of ${owner}`, tenantId: owner, createdAt: madeAt, updatedAt: madeAt, enforceMfaType },
  ...more,
});

/** What applies where the environment alone has a policy. */
export const policyOf = (enforceMfaType: MfaEnforcement) => resolvePolicy(recordOf(null, enforceMfaType), []);

/** An enrolled authenticator. */
export const appOf = (id: string, strategy: StrategyName = 'AUTHENTICATOR_APP') => ({ id, strategy });

/** A login by password of somebody about whom nothing is special, where the authenticator app is on and nothing is enforced. */
export const factsWith = (more: Partial<MfaFacts> = {}): MfaFacts => ({
  at: madeAt,
  tenantId: 'acme',
  firstFactor: 'PASSWORD',
  locked: false,
  entersTenant: true,
  verified: true,
  unverifiedMayLogIn: false,
  mfaBypass: false,
  exemptions: [],
  firstLoginAt: madeAt,
  heldFactorAt: null,
  policy: resolvePolicy(null, []),
  authenticators: [],
  active: ['AUTHENTICATOR_APP'],
  traits: traitsWithout(),
  device: null,
  shut: [],
  ...more,
});
