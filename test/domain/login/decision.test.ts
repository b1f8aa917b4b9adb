import { describe, expect, it, test } from 'vitest';
import type { MfaFacts } from '../../../src/domain/login/decision.ts';
import { completingStrategies, decideMfa, mfaOutcomes, mfaRules, needsSecondFactor } from '../../../src/domain/login/decision.ts';
import { resolvePolicy } from '../../../src/domain/policy/resolve.ts';
import { appOf, factsWith, madeAt, policyOf, recordOf, traitsWithout } from '../../support/mfa-facts.ts';

const forced = policyOf('FORCE');
const free = policyOf('DONT_FORCE');
const exceptSso = policyOf('FORCE_EXCEPT_SAML');
const app = [appOf('app')];
const device = { id: 'device' };
const forGood = (kind: string) => ({ kind, until: null });
const forAWhile = (kind: string) => ({ kind, until: new Date(madeAt.getTime() + 60_000) });

type Row = [guarantee: string, facts: Partial<MfaFacts>, outcome: string, decisive: string];

const everywhere = { id: 'everywhere', tenantId: null };
/** That of the tenant that the login enters. */
const here = { id: 'here', tenantId: 'acme' };
const later = (seconds: number): Date => new Date(madeAt.getTime() + seconds * 1000);
const days = (graceDays: number) => ({ graceStartsAt: madeAt, graceDays });
/** A policy of the environment that gives days from when everything was made. */
const graceful = (graceDays: number) => resolvePolicy(recordOf(null, 'FORCE', days(graceDays)), []);

/** What decides, in the order in which it does: each block is about one rule, and what it goes before. */
const table: Row[] = [
  ['a locked account gets in by nothing', { locked: true, mfaBypass: true, device }, 'LOCKED_OUT', 'ACCOUNT_LOCKED'],
  ['a tenant that cannot be entered lets nobody in', { entersTenant: false, mfaBypass: true }, 'LOCKED_OUT', 'NO_OPEN_MEMBERSHIP'],
  ['an address that is not verified keeps the person out', { verified: false }, 'LOCKED_OUT', 'ADDRESS_NOT_VERIFIED'],
  ['unless the first factor counts without', { verified: false, unverifiedMayLogIn: true }, 'NO_SECOND_FACTOR', 'ENVIRONMENT_POLICY'],
  [
    'a passkey that verified its user proves two factors, whatever is enforced or enrolled',
    { firstFactor: 'VERIFIED_PASSKEY', policy: forced, authenticators: app },
    'SATISFIED',
    'USER_VERIFICATION',
  ],
  ['also for whoever has nothing enrolled', { firstFactor: 'VERIFIED_PASSKEY', policy: forced, active: [] }, 'SATISFIED', 'USER_VERIFICATION'],
  ['and for whoever is exempt, so that it is stated', { firstFactor: 'VERIFIED_PASSKEY', mfaBypass: true }, 'SATISFIED', 'USER_VERIFICATION'],
  ['but not for a locked account', { firstFactor: 'VERIFIED_PASSKEY', locked: true }, 'LOCKED_OUT', 'ACCOUNT_LOCKED'],
  ['one that did not verify its user counts as a password', { firstFactor: 'PASSKEY', authenticators: app }, 'MUST_VERIFY', 'FACTOR_ENROLLED'],
  ['and leads to an enrollment where one is forced', { firstFactor: 'PASSKEY', policy: forced }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  ['single sign-on alone is exempt from the middle policy', { firstFactor: 'PASSKEY', policy: exceptSso }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  ['a bypass goes before a policy and an authenticator', { mfaBypass: true, policy: forced, authenticators: app }, 'EXEMPT', 'BYPASS'],
  ['a bypass is one even where nothing is asked', { mfaBypass: true }, 'EXEMPT', 'BYPASS'],
  ['an exemption of the environment goes before both', { exemptions: [everywhere], policy: forced, authenticators: app }, 'EXEMPT', 'EXEMPTION'],
  [
    'one of the tenant goes before its own policy and an authenticator',
    { exemptions: [here], policy: resolvePolicy(null, [recordOf('acme', 'FORCE')]), authenticators: app },
    'EXEMPT',
    'EXEMPTION',
  ],
  ['but not before that of the environment', { exemptions: [here], policy: forced }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  [
    'nor before that of another tenant of the person',
    { exemptions: [here], policy: resolvePolicy(null, [recordOf('acme', 'FORCE'), recordOf('beta', 'FORCE')]) },
    'MUST_ENROLL',
    'TENANT_POLICY',
  ],
  [
    'which asks nothing of single sign-on if it is exempt there',
    {
      ...{ exemptions: [here], firstFactor: 'ENTERPRISE_SSO' },
      policy: resolvePolicy(null, [recordOf('acme', 'FORCE'), recordOf('beta', 'FORCE_EXCEPT_SAML')]),
    },
    'EXEMPT',
    'EXEMPTION',
  ],
  [
    'nor in a login to another tenant',
    { exemptions: [here], tenantId: 'beta', policy: resolvePolicy(null, [recordOf('acme', 'FORCE')]) },
    'MUST_ENROLL',
    'TENANT_POLICY',
  ],
  ['while the time to enroll runs nothing is asked', { policy: graceful(1), at: later(86_399) }, 'IN_GRACE', 'GRACE'],
  ['when it has ended the person must enroll', { policy: graceful(1), at: later(86_400) }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  ['a policy without days gives none', { policy: forced }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  ['nor does one of no days', { policy: graceful(0) }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  [
    'every policy that asks has to give time',
    { policy: resolvePolicy(recordOf(null, 'FORCE', days(1)), [recordOf('acme', 'FORCE')]) },
    'MUST_ENROLL',
    'ENVIRONMENT_POLICY',
  ],
  [
    'and the shortest counts',
    { policy: resolvePolicy(recordOf(null, 'FORCE', days(2)), [recordOf('acme', 'FORCE', days(1))]), at: later(86_400) },
    'MUST_ENROLL',
    'ENVIRONMENT_POLICY',
  ],
  [
    'a policy that asks nothing takes none away',
    { policy: resolvePolicy(recordOf(null, 'FORCE', days(1)), [recordOf('acme', 'DONT_FORCE')]) },
    'IN_GRACE',
    'GRACE',
  ],
  [
    'nor does one that exempts this way to log in',
    {
      ...{ firstFactor: 'ENTERPRISE_SSO' },
      policy: resolvePolicy(recordOf(null, 'FORCE', days(1)), [recordOf('acme', 'FORCE_EXCEPT_SAML')]),
    },
    'IN_GRACE',
    'GRACE',
  ],
  ['who logs in first later has as many days', { policy: graceful(1), firstLoginAt: later(10), at: later(86_409) }, 'IN_GRACE', 'GRACE'],
  ['and no more', { policy: graceful(1), firstLoginAt: later(10), at: later(86_410) }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  ['who never logged in has all of them', { policy: graceful(1), firstLoginAt: null, at: later(1_000_000) }, 'IN_GRACE', 'GRACE'],
  ['whoever ever held a factor has none', { policy: graceful(1), heldFactorAt: madeAt }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  ['an authenticator is asked for all the same', { policy: graceful(1), authenticators: app }, 'MUST_VERIFY', 'FACTOR_ENROLLED'],
  ['in time to enroll a device makes no difference', { policy: graceful(1), device }, 'IN_GRACE', 'GRACE'],
  ['nor does it that nothing can be enrolled', { policy: graceful(1), active: [] }, 'IN_GRACE', 'GRACE'],
  ['single sign-on is exempt', { firstFactor: 'ENTERPRISE_SSO', policy: exceptSso, authenticators: app }, 'EXEMPT', 'SSO_EXEMPTION'],
  ['no other first factor is', { policy: exceptSso }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  ['without a policy nothing is asked', {}, 'NO_SECOND_FACTOR', 'ENVIRONMENT_POLICY'],
  ['a policy that forces nothing asks nothing', { policy: free }, 'NO_SECOND_FACTOR', 'ENVIRONMENT_POLICY'],
  [
    'the policy of a tenant that forces nothing is the one that decides',
    { policy: resolvePolicy(null, [recordOf('acme', 'DONT_FORCE')]) },
    'NO_SECOND_FACTOR',
    'TENANT_POLICY',
  ],
  [
    'the stricter policy of a tenant decides',
    { policy: resolvePolicy(recordOf(null, 'DONT_FORCE'), [recordOf('acme', 'FORCE')]) },
    'MUST_ENROLL',
    'TENANT_POLICY',
  ],
  ['whoever has an authenticator is asked for it', { policy: free, authenticators: app }, 'MUST_VERIFY', 'FACTOR_ENROLLED'],
  ['a remembered device stands for the factor', { authenticators: app, device }, 'REMEMBERED', 'REMEMBERED_DEVICE'],
  ['even where no strategy is left', { policy: forced, active: [], device }, 'REMEMBERED', 'REMEMBERED_DEVICE'],
  ['and is not looked at where nothing is asked', { device }, 'NO_SECOND_FACTOR', 'ENVIRONMENT_POLICY'],
  ['without a strategy to enroll the person is locked out', { policy: forced, active: [] }, 'LOCKED_OUT', 'STRATEGY_AVAILABLE'],
  ['a strategy without its provider is none', { policy: forced, active: ['SMS'], traits: traitsWithout('SMS') }, 'LOCKED_OUT', 'STRATEGY_AVAILABLE'],
  [
    'a built-in authenticator is not offered beside another strategy, even if that has no provider',
    { policy: forced, active: ['WEBAUTHN_PLATFORM', 'SMS'], traits: traitsWithout('SMS') },
    'LOCKED_OUT',
    'STRATEGY_AVAILABLE',
  ],
  ['alone it is', { policy: forced, active: ['WEBAUTHN_PLATFORM'] }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  [
    'a code by e-mail goes to no address that is not verified',
    { policy: forced, active: ['EMAIL_CODE'], verified: false, unverifiedMayLogIn: true },
    'LOCKED_OUT',
    'STRATEGY_AVAILABLE',
  ],
  ['and does not follow a code by e-mail', { policy: forced, active: ['EMAIL_CODE'], firstFactor: 'EMAIL_CODE' }, 'LOCKED_OUT', 'STRATEGY_AVAILABLE'],
  ['where it is all there is, nothing can be enrolled', { policy: forced, active: ['EMAIL_CODE'] }, 'MUST_VERIFY', 'ENVIRONMENT_POLICY'],
  ['beside another strategy, that is enrolled', { policy: forced, active: ['SMS', 'EMAIL_CODE'] }, 'MUST_ENROLL', 'ENVIRONMENT_POLICY'],
  [
    'but not if that has no provider',
    { policy: forced, active: ['SMS', 'EMAIL_CODE'], traits: traitsWithout('SMS') },
    'MUST_VERIFY',
    'ENVIRONMENT_POLICY',
  ],
  ['an authenticator works while its strategy is off', { authenticators: app, active: [] }, 'MUST_VERIFY', 'FACTOR_ENROLLED'],
  [
    'one that the server cannot serve does not',
    { authenticators: [appOf('phone', 'SMS')], traits: traitsWithout('SMS') },
    'LOCKED_OUT',
    'STRATEGY_AVAILABLE',
  ],
  [
    'a code by e-mail stands in for it',
    { authenticators: [appOf('phone', 'SMS')], active: ['EMAIL_CODE'], traits: traitsWithout('SMS') },
    'MUST_VERIFY',
    'FACTOR_ENROLLED',
  ],
  [
    'a factor that is shut for a while locks nobody out',
    { authenticators: app, shut: [forAWhile('AUTHENTICATOR_APP')] },
    'MUST_VERIFY',
    'FACTOR_ENROLLED',
  ],
  ['one that is shut for good does', { authenticators: app, shut: [forGood('AUTHENTICATOR_APP')] }, 'LOCKED_OUT', 'FACTOR_SHUT'],
  [
    'both kinds of WebAuthn are shut together',
    { authenticators: [appOf('key', 'WEBAUTHN_CROSS_PLATFORM')], shut: [forGood('WEBAUTHN')] },
    'LOCKED_OUT',
    'FACTOR_SHUT',
  ],
  [
    'unless another factor is open',
    { authenticators: [...app, appOf('phone', 'SMS')], shut: [forGood('AUTHENTICATOR_APP')] },
    'MUST_VERIFY',
    'FACTOR_ENROLLED',
  ],
  [
    'or shut for a while only',
    { authenticators: [...app, appOf('phone', 'SMS')], shut: [forGood('AUTHENTICATOR_APP'), forAWhile('SMS')] },
    'MUST_VERIFY',
    'FACTOR_ENROLLED',
  ],
  [
    'where enrolling is shut for good, a code by e-mail is what is left',
    { policy: forced, active: ['AUTHENTICATOR_APP', 'EMAIL_CODE'], shut: [forGood('AUTHENTICATOR_APP')] },
    'MUST_VERIFY',
    'ENVIRONMENT_POLICY',
  ],
  ['enrolling the first one is shut by wrong codes as well', { policy: forced, shut: [forGood('AUTHENTICATOR_APP')] }, 'LOCKED_OUT', 'FACTOR_SHUT'],
];

describe('what a login leads to', () => {
  it.each(table)('%s', (_guarantee, facts, outcome, decisive) => {
    expect(decideMfa(factsWith(facts))).toEqual({ outcome, decisive });
  });

  test('every outcome and every rule is in the table', () => {
    expect(new Set(table.map(([, , outcome]) => outcome))).toEqual(new Set(mfaOutcomes));
    expect(new Set(table.map(([, , , decisive]) => decisive))).toEqual(new Set(mfaRules));
  });

  test('the login goes on without a second factor for five outcomes alone', () => {
    const goesOn = mfaOutcomes.filter((outcome) => !needsSecondFactor({ outcome, decisive: 'BYPASS' }));
    expect(goesOn).toEqual(['NO_SECOND_FACTOR', 'EXEMPT', 'SATISFIED', 'IN_GRACE', 'REMEMBERED']);
  });
});

test('the strategies of a challenge are those that the decision is about, whether or not they can be served', () => {
  const phone = [appOf('one', 'SMS'), appOf('two', 'SMS')];
  expect(completingStrategies(factsWith({ authenticators: phone, active: ['EMAIL_CODE'], traits: traitsWithout('SMS') }))).toEqual([
    'SMS',
    'EMAIL_CODE',
  ]);
  expect(completingStrategies(factsWith({ active: ['WEBAUTHN_PLATFORM', 'SMS'] }))).toEqual(['SMS']);
});
