import { expect, it } from 'vitest';
import { decideMfa } from '../../../src/domain/login/decision.ts';
import type { MfaEnforcement } from '../../../src/domain/policy/policy.ts';
import { enforcements } from '../../../src/domain/policy/policy.ts';
import type { FirstFactor } from '../../../src/domain/session/first-factor.ts';
import { firstFactors } from '../../../src/domain/session/first-factor.ts';
import { appOf, factsWith, policyOf } from '../../support/mfa-facts.ts';

/** The sentences of the policy semantics the rows below follow from. */
const rule = {
  free: 'DontForce, or no record: nobody must enroll',
  enrolled: 'users who are enrolled are challenged, also where nothing is enforced',
  forced: 'Force: every user must enroll at the next login',
  exempt: 'ForceExceptSAML: logins through enterprise SSO are exempt, enrolled or not',
  others: 'ForceExceptSAML: like Force for every other first factor',
  verified: 'a passkey that verified its user proves two factors at once',
  bypass: 'mfaBypass: neither asked to enroll nor challenged at login',
} as const;

type Row = [MfaEnforcement, FirstFactor, 'enrolled' | 'new', 'bypass' | 'bound', 'NOT_REQUIRED' | 'VERIFY' | 'ENROLL', keyof typeof rule];
/** The outcomes that each word of the table stands for. */
const meant = { NOT_REQUIRED: ['NO_SECOND_FACTOR', 'EXEMPT', 'SATISFIED'], VERIFY: ['MUST_VERIFY'], ENROLL: ['MUST_ENROLL'] };

const table: Row[] = [
  ['DONT_FORCE', 'PASSWORD', 'new', 'bound', 'NOT_REQUIRED', 'free'],
  ['DONT_FORCE', 'PASSWORD', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'PASSWORD', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['DONT_FORCE', 'PASSWORD', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'EMAIL_CODE', 'new', 'bound', 'NOT_REQUIRED', 'free'],
  ['DONT_FORCE', 'EMAIL_CODE', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'EMAIL_CODE', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['DONT_FORCE', 'EMAIL_CODE', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'ENTERPRISE_SSO', 'new', 'bound', 'NOT_REQUIRED', 'free'],
  ['DONT_FORCE', 'ENTERPRISE_SSO', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'ENTERPRISE_SSO', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['DONT_FORCE', 'ENTERPRISE_SSO', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'SMS_CODE', 'new', 'bound', 'NOT_REQUIRED', 'free'],
  ['DONT_FORCE', 'SMS_CODE', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'SMS_CODE', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['DONT_FORCE', 'SMS_CODE', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'PASSKEY', 'new', 'bound', 'NOT_REQUIRED', 'free'],
  ['DONT_FORCE', 'PASSKEY', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'PASSKEY', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['DONT_FORCE', 'PASSKEY', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['DONT_FORCE', 'VERIFIED_PASSKEY', 'new', 'bound', 'NOT_REQUIRED', 'verified'],
  ['DONT_FORCE', 'VERIFIED_PASSKEY', 'new', 'bypass', 'NOT_REQUIRED', 'verified'],
  ['DONT_FORCE', 'VERIFIED_PASSKEY', 'enrolled', 'bound', 'NOT_REQUIRED', 'verified'],
  ['DONT_FORCE', 'VERIFIED_PASSKEY', 'enrolled', 'bypass', 'NOT_REQUIRED', 'verified'],
  ['FORCE_EXCEPT_SAML', 'PASSWORD', 'new', 'bound', 'ENROLL', 'others'],
  ['FORCE_EXCEPT_SAML', 'PASSWORD', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'PASSWORD', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE_EXCEPT_SAML', 'PASSWORD', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'EMAIL_CODE', 'new', 'bound', 'ENROLL', 'others'],
  ['FORCE_EXCEPT_SAML', 'EMAIL_CODE', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'EMAIL_CODE', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE_EXCEPT_SAML', 'EMAIL_CODE', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'ENTERPRISE_SSO', 'new', 'bound', 'NOT_REQUIRED', 'exempt'],
  ['FORCE_EXCEPT_SAML', 'ENTERPRISE_SSO', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'ENTERPRISE_SSO', 'enrolled', 'bound', 'NOT_REQUIRED', 'exempt'],
  ['FORCE_EXCEPT_SAML', 'ENTERPRISE_SSO', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'SMS_CODE', 'new', 'bound', 'ENROLL', 'others'],
  ['FORCE_EXCEPT_SAML', 'SMS_CODE', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'SMS_CODE', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE_EXCEPT_SAML', 'SMS_CODE', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'PASSKEY', 'new', 'bound', 'ENROLL', 'others'],
  ['FORCE_EXCEPT_SAML', 'PASSKEY', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'PASSKEY', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE_EXCEPT_SAML', 'PASSKEY', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE_EXCEPT_SAML', 'VERIFIED_PASSKEY', 'new', 'bound', 'NOT_REQUIRED', 'verified'],
  ['FORCE_EXCEPT_SAML', 'VERIFIED_PASSKEY', 'new', 'bypass', 'NOT_REQUIRED', 'verified'],
  ['FORCE_EXCEPT_SAML', 'VERIFIED_PASSKEY', 'enrolled', 'bound', 'NOT_REQUIRED', 'verified'],
  ['FORCE_EXCEPT_SAML', 'VERIFIED_PASSKEY', 'enrolled', 'bypass', 'NOT_REQUIRED', 'verified'],
  ['FORCE', 'PASSWORD', 'new', 'bound', 'ENROLL', 'forced'],
  ['FORCE', 'PASSWORD', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'PASSWORD', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE', 'PASSWORD', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'EMAIL_CODE', 'new', 'bound', 'ENROLL', 'forced'],
  ['FORCE', 'EMAIL_CODE', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'EMAIL_CODE', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE', 'EMAIL_CODE', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'ENTERPRISE_SSO', 'new', 'bound', 'ENROLL', 'forced'],
  ['FORCE', 'ENTERPRISE_SSO', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'ENTERPRISE_SSO', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE', 'ENTERPRISE_SSO', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'SMS_CODE', 'new', 'bound', 'ENROLL', 'forced'],
  ['FORCE', 'SMS_CODE', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'SMS_CODE', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE', 'SMS_CODE', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'PASSKEY', 'new', 'bound', 'ENROLL', 'forced'],
  ['FORCE', 'PASSKEY', 'new', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'PASSKEY', 'enrolled', 'bound', 'VERIFY', 'enrolled'],
  ['FORCE', 'PASSKEY', 'enrolled', 'bypass', 'NOT_REQUIRED', 'bypass'],
  ['FORCE', 'VERIFIED_PASSKEY', 'new', 'bound', 'NOT_REQUIRED', 'verified'],
  ['FORCE', 'VERIFIED_PASSKEY', 'new', 'bypass', 'NOT_REQUIRED', 'verified'],
  ['FORCE', 'VERIFIED_PASSKEY', 'enrolled', 'bound', 'NOT_REQUIRED', 'verified'],
  ['FORCE', 'VERIFIED_PASSKEY', 'enrolled', 'bypass', 'NOT_REQUIRED', 'verified'],
];

it.each(table.map((row) => [...row.slice(0, 5), rule[row[5]]] as const))('%s, by %s, %s, %s: %s. %s', (...row) => {
  const [enforceMfaType, firstFactor, state, bypass, decision] = row as unknown as Row;
  const authenticators = state === 'enrolled' ? [appOf('dana')] : [];
  const facts = factsWith({ policy: policyOf(enforceMfaType), firstFactor, authenticators, mfaBypass: bypass === 'bypass' });
  expect(meant[decision]).toContain(decideMfa(facts).outcome);
});

it('the table has each combination once: a new enforcement or first factor has to be decided here', () => {
  const wanted = enforcements.flatMap((enforcement) =>
    firstFactors.flatMap((factor) =>
      ['new', 'enrolled'].flatMap((state) => ['bound', 'bypass'].map((bypass) => [enforcement, factor, state, bypass].join())),
    ),
  );
  expect(table.map((row) => row.slice(0, 4).join()).sort()).toEqual(wanted.sort());
});

it('each sentence decides at least one row', () => {
  expect(new Set(table.map((row) => row[5]))).toEqual(new Set(Object.keys(rule)));
});
