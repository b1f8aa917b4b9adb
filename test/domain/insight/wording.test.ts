import { describe, expect, it, test } from 'vitest';
import { noteOf, sentenceOf } from '../../../src/domain/insight/wording.ts';
import type { ExplainedFacts } from '../../../src/domain/login/steps.ts';
import { explainMfa } from '../../../src/domain/login/steps.ts';
import type { MfaPolicy } from '../../../src/domain/policy/policy.ts';
import { resolvePolicy } from '../../../src/domain/policy/resolve.ts';
import { appOf, factsWith, madeAt, recordOf, traitsWithout } from '../../support/mfa-facts.ts';

interface Given extends Partial<ExplainedFacts> {
  environmentPolicy?: MfaPolicy | null;
  tenantPolicies?: MfaPolicy[];
}

/** A login of Anna to the tenant acme. */
function explain({ environmentPolicy = null, tenantPolicies = [], ...more }: Given, knows = true) {
  const facts: ExplainedFacts = {
    ...factsWith(),
    exemptions: [],
    ...{ userId: 'anna', tenantId: 'a', membership: { pending: false, disabled: false }, deviceGiven: false, rememberSeconds: 0 },
    ...{ environmentPolicy, tenantPolicies, policy: resolvePolicy(environmentPolicy, tenantPolicies) },
    ...more,
  };
  const decision = explainMfa(facts, () => knows);
  const names = { person: 'Anna', tenant: (id: string) => ({ a: 'acme', b: 'Beta' })[id] ?? id };
  return { ...decision, sentence: sentenceOf(decision, names), notes: decision.steps.map((step) => noteOf(step, names)) };
}

const environmentForces = recordOf(null, 'FORCE');
const acmeForces = recordOf('a', 'FORCE');
const betaForces = recordOf('b', 'FORCE');
const app = [appOf('app')];
const until = new Date('2026-03-02T09:15:05.000Z');

/** An exemption of the owner that lasts ten minutes. */
const exemption = (tenantId: string | null) => ({ id: 'exemption', tenantId, until });
/** A policy that gives two weeks. */
const graceful = recordOf(null, 'FORCE', { graceStartsAt: madeAt, graceDays: 14 });

const sentences: [sentence: string, given: Given][] = [
  [
    'Anna needs no second factor, because the passkey verifies its user and so proves two factors at once.',
    { firstFactor: 'VERIFIED_PASSKEY', environmentPolicy: environmentForces },
  ],
  ['Anna cannot log in, because the account is locked.', { locked: true }],
  ['Anna cannot log in, because there is no membership in the tenant acme.', { entersTenant: false, membership: null }],
  [
    'Anna cannot log in, because the membership in the tenant acme is disabled.',
    { entersTenant: false, membership: { pending: false, disabled: true } },
  ],
  ['Anna cannot log in, because the e-mail address is not verified.', { verified: false }],
  [
    'Anna cannot log in, because the policy of the environment forces multi-factor authentication and no strategy is switched on that this person could use.',
    { environmentPolicy: environmentForces, active: [] },
  ],
  [
    'Anna cannot log in, because the account has a phone for text messages and this server cannot serve what the account has.',
    { authenticators: [appOf('phone', 'SMS')], traits: traitsWithout('SMS') },
  ],
  [
    'Anna cannot log in, because the account has an authenticator app and the authenticator app is not accepted until it is removed and enrolled again, after too many wrong answers in a row.',
    { authenticators: app, shut: [{ kind: 'AUTHENTICATOR_APP', until: null }] },
  ],
  [
    'Anna needs no second factor, because the account is exempt from it until 2026-03-02 09:15 UTC.',
    { exemptions: [exemption(null)], environmentPolicy: environmentForces },
  ],
  [
    'Anna needs no second factor yet, because the policy of the environment forces multi-factor authentication and the time to enroll has not ended. It ends at 2026-03-16 09:00 UTC.',
    { environmentPolicy: graceful },
  ],
  ['Anna needs no second factor, because the account is exempt from it.', { mfaBypass: true, environmentPolicy: environmentForces }],
  [
    'Anna needs no second factor, because logins through enterprise single sign-on are exempt from it.',
    { environmentPolicy: recordOf(null, 'FORCE_EXCEPT_SAML'), firstFactor: 'ENTERPRISE_SSO' },
  ],
  ['Anna needs no second factor, because no policy forces multi-factor authentication and the account has no authenticator.', {}],
  ['Anna needs no second factor, because the login comes from a remembered device.', { authenticators: app, device: { id: 'browser' } }],
  ['Anna must enter a code, because the account has an authenticator app.', { authenticators: app }],
  [
    'Anna must enter a code, because the policy of the tenant acme forces multi-factor authentication and the account has an authenticator app.',
    { authenticators: app, tenantPolicies: [acmeForces] },
  ],
  [
    'Anna must enter a code, use a passkey or use a security key, because the account has an authenticator app, a passkey on a device and a security key.',
    { authenticators: [...app, appOf('laptop', 'WEBAUTHN_PLATFORM'), appOf('key', 'WEBAUTHN_CROSS_PLATFORM')] },
  ],
  [
    'Anna must enter a code, because the account has an authenticator app. The authenticator app is not accepted before 2026-03-02 09:15 UTC, after too many wrong answers.',
    { authenticators: app, shut: [{ kind: 'AUTHENTICATOR_APP', until }] },
  ],
  [
    'Anna must enter a code sent by e-mail, because the policy of the environment forces multi-factor authentication and the account has no authenticator.',
    { environmentPolicy: environmentForces, active: ['EMAIL_CODE'] },
  ],
  [
    'Anna must enroll an authenticator, because the policy of the tenant Beta forces multi-factor authentication and the account has no authenticator.',
    { environmentPolicy: recordOf(null, 'DONT_FORCE'), tenantPolicies: [betaForces] },
  ],
  [
    'Anna must enroll an authenticator or enter a code sent by e-mail, because the policy of the environment forces multi-factor authentication except for logins through enterprise single sign-on and the account has no authenticator.',
    { environmentPolicy: recordOf(null, 'FORCE_EXCEPT_SAML'), active: ['SMS', 'EMAIL_CODE'] },
  ],
];

describe('what support reads out', () => {
  it.each(sentences)('%s', (sentence, given) => {
    expect(explain(given).sentence).toBe(sentence);
  });
});

test('every rule that was looked at has a note, in the order in which the login looks', () => {
  const { steps, notes } = explain({ environmentPolicy: recordOf(null, 'DONT_FORCE'), tenantPolicies: [acmeForces] });
  expect(steps.map(({ rule, applied, decisive }) => [rule, applied, decisive])).toEqual([
    ['ACCOUNT_LOCKED', false, false],
    ['NO_OPEN_MEMBERSHIP', false, false],
    ['ADDRESS_NOT_VERIFIED', false, false],
    ['USER_VERIFICATION', false, false],
    ['BYPASS', false, false],
    ['EXEMPTION', false, false],
    ['ENVIRONMENT_POLICY', false, false],
    ['TENANT_POLICY', true, true],
    ['SSO_EXEMPTION', false, false],
    ['FACTOR_ENROLLED', false, false],
    ['GRACE', false, false],
    ['REMEMBERED_DEVICE', false, false],
    ['STRATEGY_AVAILABLE', true, false],
    ['FACTOR_SHUT', false, false],
  ]);
  expect(notes).toEqual([
    'The account is not locked.',
    'Anna can enter the tenant acme.',
    'The e-mail address is verified.',
    'The login is not by a passkey.',
    'The account is not exempt from the second factor.',
    'There is no exemption for a while.',
    'The policy of the environment does not force multi-factor authentication.',
    'The policy of the tenant acme forces multi-factor authentication.',
    'The login is not through enterprise single sign-on.',
    'The account has no authenticator.',
    'Not every policy that asks for a second factor gives time to enroll.',
    'Devices are not remembered, because not every policy allows it.',
    'An authenticator app can be used.',
    'No factor is shut after wrong answers.',
  ]);
});

describe('the steps', () => {
  const rulesOf = (given: Given) => explain(given).steps.map(({ rule }) => rule);

  test('end with the rule after which nothing was looked at', () => {
    expect(rulesOf({ locked: true })).toEqual(['ACCOUNT_LOCKED']);
    expect(rulesOf({ firstFactor: 'VERIFIED_PASSKEY', mfaBypass: true }).at(-1)).toBe('USER_VERIFICATION');
    expect(rulesOf({ mfaBypass: true }).at(-1)).toBe('BYPASS');
    expect(rulesOf({}).at(-1)).toBe('FACTOR_ENROLLED');
    expect(rulesOf({ authenticators: app, device: { id: 'browser' } }).at(-1)).toBe('REMEMBERED_DEVICE');
    expect(rulesOf({ environmentPolicy: environmentForces, active: [] }).at(-1)).toBe('STRATEGY_AVAILABLE');
  });

  test('name the record of each rule', () => {
    const shut = [{ kind: 'SMS', until }];
    const authenticators = [...app, appOf('phone', 'SMS')];
    const { steps } = explain({
      environmentPolicy: environmentForces,
      tenantPolicies: [acmeForces],
      authenticators,
      shut,
      exemptions: [exemption('a')],
    });
    expect(Object.fromEntries(steps.map(({ rule, record }) => [rule, record]))).toEqual({
      ACCOUNT_LOCKED: { type: 'User', id: 'anna' },
      NO_OPEN_MEMBERSHIP: { type: 'Tenant', id: 'a' },
      ADDRESS_NOT_VERIFIED: { type: 'User', id: 'anna' },
      USER_VERIFICATION: null,
      BYPASS: { type: 'User', id: 'anna' },
      EXEMPTION: { type: 'MfaExemption', id: 'exemption' },
      ENVIRONMENT_POLICY: { type: 'MfaPolicy', policy: environmentForces },
      TENANT_POLICY: { type: 'MfaPolicy', policy: acmeForces },
      SSO_EXEMPTION: null,
      FACTOR_ENROLLED: { type: 'Authenticator', id: 'app' },
      GRACE: null,
      REMEMBERED_DEVICE: null,
      STRATEGY_AVAILABLE: null,
      FACTOR_SHUT: { type: 'Authenticator', id: 'phone' },
    });
  });

  test('where several policies are equally strict, exactly one decides', () => {
    const { steps } = explain({ environmentPolicy: environmentForces, tenantPolicies: [acmeForces, betaForces] });
    expect(steps.filter(({ decisive }) => decisive).map(({ rule }) => rule)).toEqual(['ENVIRONMENT_POLICY']);
  });
});

describe('the policy of a tenant that the reader must not know', () => {
  const policyNotes = ({ steps, notes }: ReturnType<typeof explain>) => notes.filter((_, index) => steps[index]?.rule === 'TENANT_POLICY');

  test('is told as one of another tenant, without its record, where it decides', () => {
    const hidden = explain({ tenantPolicies: [betaForces] }, false);
    expect(policyNotes(hidden)).toEqual(['The tenant acme has no policy.', 'A policy of another tenant forces multi-factor authentication.']);
    expect(hidden.sentence).toBe(
      'Anna must enroll an authenticator, because a policy of another tenant forces multi-factor authentication and the account has no authenticator.',
    );
    expect(JSON.stringify(hidden)).not.toMatch(/Beta|"b"|policy of b/);
  });

  test('is not told at all where it does not', () => {
    const weaker = explain({ tenantPolicies: [acmeForces, recordOf('b', 'DONT_FORCE')] }, false);
    expect(policyNotes(weaker)).toEqual(['The policy of the tenant acme forces multi-factor authentication.']);
    expect(explain({ tenantPolicies: [acmeForces, recordOf('b', 'DONT_FORCE')] }).steps).toHaveLength(weaker.steps.length + 1);
  });
});

test('a note says why a device is not remembered, a factor is shut, an exemption counts and what time there is to enroll', () => {
  const noteFor = (rule: string, given: Given): string | undefined => {
    const { steps, notes } = explain({ authenticators: app, ...given });
    return notes[steps.findIndex((step) => step.rule === rule)];
  };
  expect(noteFor('REMEMBERED_DEVICE', { rememberSeconds: 60 })).toBe('The login does not come from a remembered device.');
  expect(noteFor('REMEMBERED_DEVICE', { rememberSeconds: 60, deviceGiven: true })).toBe(
    'The device is not remembered for this account, or no longer.',
  );
  expect(noteFor('FACTOR_SHUT', { shut: [{ kind: 'AUTHENTICATOR_APP', until: new Date(madeAt.getTime() + 600_000) }] })).toBe(
    'The authenticator app is not accepted before 2026-03-02 09:10 UTC, after too many wrong answers.',
  );
  expect(noteFor('EXEMPTION', { exemptions: [exemption(null)] })).toBe('The account is exempt from the second factor until 2026-03-02 09:15 UTC.');
  expect(noteFor('EXEMPTION', { exemptions: [exemption('a')] })).toBe(
    'The account is exempt from the second factor by the tenant acme until 2026-03-02 09:15 UTC.',
  );
  expect(noteFor('EXEMPTION', { exemptions: [exemption('a')], environmentPolicy: environmentForces })).toBe(
    'The account is exempt from the second factor by the tenant acme until 2026-03-02 09:15 UTC, which has no effect, because another policy asks for one.',
  );
  expect(noteFor('EXEMPTION', { exemptions: [exemption('b')] })).toBe('There is no exemption for a while.');
  const inGrace = { authenticators: [], environmentPolicy: graceful };
  expect(noteFor('GRACE', inGrace)).toBe(
    'The time to enroll an authenticator ends at 2026-03-16 09:00 UTC. It is counted from 2026-03-02 09:00 UTC, when the enforcement began.',
  );
  const firstLoginAt = new Date(madeAt.getTime() + 86_400_000);
  expect(noteFor('GRACE', { ...inGrace, firstLoginAt, at: new Date(firstLoginAt.getTime() + 14 * 86_400_000) })).toBe(
    'The time to enroll an authenticator ended at 2026-03-17 09:00 UTC. It is counted from 2026-03-03 09:00 UTC, the first login.',
  );
  expect(noteFor('GRACE', { environmentPolicy: graceful, heldFactorAt: madeAt })).toBe(
    'The account has held an authenticator, so no time is given to enroll one.',
  );
});
