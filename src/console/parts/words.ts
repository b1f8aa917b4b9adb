/** What values of enums are called on a page. A later release of the server may have more of them. */
const known: Readonly<Record<string, string>> = {
  DONT_FORCE: 'Not enforced',
  FORCE: 'Enforced',
  FORCE_EXCEPT_SAML: 'Enforced, except by single sign-on',
  AUTHENTICATOR_APP: 'Authenticator app',
  EMAIL_CODE: 'Code by e-mail',
  SMS: 'Text message',
  WEBAUTHN_CROSS_PLATFORM: 'Security key',
  WEBAUTHN_PLATFORM: 'Passkey on the device',
  EXEMPT: 'Exempt',
  LOCKED_OUT: 'Locked out',
  MUST_ENROLL: 'Must enroll',
  MUST_VERIFY: 'Must verify',
  NO_SECOND_FACTOR: 'No second factor',
  REMEMBERED: 'Remembered device',
  SATISFIED: 'Two factors proven at once',
  USER_VERIFICATION: 'The passkey verified its user',
  SMS_CODE: 'Code by text message',
  VERIFIED_PASSKEY: 'Passkey that verifies its user',
  PASSKEY: 'Passkey that does not verify its user',
  BYPASS: 'Exempted by the operator',
  FACTOR_SHUT: 'Factor shut after wrong codes',
  SSO_EXEMPTION: 'Exempted by single sign-on',
  STRATEGY_AVAILABLE: 'A strategy is available',
  ENVIRONMENT_STRICTER: 'The policy of the environment is stricter',
  NO_POLICY: 'Nobody has set a policy',
  ONLY_ENVIRONMENT: 'Only the environment has a policy',
  ONLY_TENANT: 'Only the tenant has a policy',
  SAME_STRENGTH: 'Tenant and environment are equally strict',
  TENANT_STRICTER: 'The policy of the tenant is stricter',
  PASSWORD: 'Password',
  ENTERPRISE_SSO: 'Single sign-on',
  ENVIRONMENT: 'The environment',
  NOBODY: 'Somebody without a token',
  USER: 'A user',
  NO_STRATEGY_AVAILABLE: 'No strategy is available, so whoever needs a second factor cannot log in',
};

const abbreviations: Readonly<Record<string, string>> = { mfa: 'MFA', sms: 'SMS', webauthn: 'WebAuthn', sso: 'SSO', saml: 'SAML' };

/** Returns the words for a value of an enum. One that is not known reads as the words in it. */
export function wordsFor(value: string): string {
  const plain = known[value];
  if (plain !== undefined) return plain;
  const words = value
    .toLowerCase()
    .split('_')
    .map((word) => abbreviations[word] ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
