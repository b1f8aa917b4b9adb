import { expect } from 'vitest';
import type { Harness } from './harness.ts';

const refusal = `
    ... on InvalidInputError { issues { path message } }
    ... on UserError { code message path }`;
const session = 'session { accessToken refreshToken expiresAt expiresInSeconds refreshExpiresAt refreshExpiresInSeconds userId tenantId }';
const device = 'rememberedDevice { token lifetimeSeconds }';
const policy = 'id restId tenant { restId } enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds createdAt updatedAt';
const effective = 'effectiveMfaPolicy { enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds reason decidedBy { restId } }';
const lockout = 'restId tenant { restId } enabled maxAttempts maxAttemptsInForce createdAt updatedAt';
const guesses = `
    ... on InvalidCodeError { attemptsRemaining }
    ... on AttemptsExhaustedError { lockedUntil retryAfterSeconds }
    ... on RateLimitedError { retryAfterSeconds }`;

export const mutation = (name: string, selection: string): string => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return `mutation ${type}($input: ${type}Input!) {
  ${name}(input: $input) {
    __typename
    ... on ${type}Success { ${selection} }${refusal}
  }
}`;
};
const withExtra = (document: string, extra: string): string => document.replace('... on InvalidInputError', `${extra}\n    ... on InvalidInputError`);
const withoutInput = (document: string): string => document.replace(/ {4}\.\.\. on InvalidInputError.*\n/, '');
const challenge = '... on MfaChallenge { mfaToken expiresAt enrolled availableStrategies rememberDeviceAllowed devices { id strategy label } }';
const user =
  'user { id restId email name verified locked mfaEnrolled mfaBypass phoneNumber profilePictureUrl externalId lastLoginAt memberships { roles { key } createdAt tenant { restId } } }';

const tenant =
  'tenant { id restId name metadata creatorName creatorEmail website applicationUrl logo logoUrl postalAddress timezone dateFormat timeFormat currency status alias reseller createdAt updatedAt }';

/** The documents a front end would send, one a mutation. */
export const documents = {
  authenticateEnvironment: mutation('authenticateEnvironment', 'accessToken expiresAt expiresInSeconds'),
  logIn: withExtra(mutation('logIn', session), challenge),
  refreshSession: withExtra(mutation('refreshSession', session), challenge),
  logOut: mutation('logOut', 'ended'),
  enroll: mutation('enrollAuthenticatorApp', 'qrCode otpauthUri secret expiresAt'),
  verifyEnrollment: withExtra(
    mutation('verifyAuthenticatorAppEnrollment', `recoveryCode authenticator { id restId strategy label createdAt lastUsedAt } ${session} ${device}`),
    guesses,
  ),
  verifyApp: withExtra(mutation('verifyAuthenticatorApp', `${session} ${device}`), guesses),
  enrollWebAuthn: mutation('enrollWebAuthn', 'options webauthnToken expiresAt'),
  verifyWebAuthnEnrollment: withExtra(
    mutation('verifyWebAuthnEnrollment', `recoveryCode authenticator { id restId strategy label createdAt lastUsedAt } ${session} ${device}`),
    guesses,
  ),
  beginWebAuthn: mutation('beginWebAuthn', 'options webauthnToken expiresAt'),
  verifyWebAuthn: withExtra(mutation('verifyWebAuthn', `${session} ${device}`), guesses),
  enrollSms: withExtra(mutation('enrollSms', 'otcToken phoneNumber expiresAt riskNotice'), '... on RateLimitedError { retryAfterSeconds }'),
  verifySmsEnrollment: withExtra(
    mutation('verifySmsEnrollment', `recoveryCode authenticator { id restId strategy label phoneNumber createdAt lastUsedAt } ${session} ${device}`),
    guesses,
  ),
  sendSmsCode: withExtra(mutation('sendSmsCode', 'otcToken phoneNumber expiresAt'), '... on RateLimitedError { retryAfterSeconds }'),
  verifySms: withExtra(mutation('verifySms', `${session} ${device}`), guesses),
  sendEmailCode: withExtra(mutation('sendEmailCode', 'otcToken expiresAt'), '... on RateLimitedError { retryAfterSeconds }'),
  generateStepUp: withExtra(mutation('generateStepUp', session), '... on StepUpChallenge { mfaToken expiresAt devices { id strategy label } }'),
  recoverMfa: withExtra(mutation('recoverMfa', 'recovered'), '... on AttemptsExhaustedError { lockedUntil retryAfterSeconds }'),
  generateRecoveryCodes: mutation('generateRecoveryCodes', 'recoveryCodes'),
  verifyEmailCode: withExtra(mutation('verifyEmailCode', `${session} ${device}`), guesses),
  createMfaPolicy: mutation('createMfaPolicy', `mfaPolicy { ${policy} } ${effective}`),
  updateMfaPolicy: mutation('updateMfaPolicy', `mfaPolicy { ${policy} } ${effective}`),
  upsertMfaPolicy: mutation('upsertMfaPolicy', `created mfaPolicy { ${policy} } ${effective}`),
  setMfaStrategy: withoutInput(
    withExtra(mutation('setMfaStrategy', 'mfaStrategies { strategy active }'), '... on StrategyUnavailableError { reason }'),
  ),
  setMfaConfiguration: mutation(
    'setMfaConfiguration',
    'mfaConfiguration { authenticatorApp { active serviceName } sms { active tokenLifetimeSeconds } email { active tokenLifetimeSeconds sender } }',
  ),
  sendLoginCode: withExtra(mutation('sendLoginCode', 'loginToken expiresAt'), '... on RateLimitedError { retryAfterSeconds }'),
  logInWithEmailCode: withExtra(mutation('logInWithEmailCode', session), `${challenge}${guesses}`),
  sendLoginSmsCode: withExtra(mutation('sendLoginSmsCode', 'loginToken expiresAt'), '... on RateLimitedError { retryAfterSeconds }'),
  logInWithSmsCode: withExtra(mutation('logInWithSmsCode', session), challenge),
  sendMagicLink: withExtra(mutation('sendMagicLink', 'browserToken expiresAt'), '... on RateLimitedError { retryAfterSeconds }'),
  logInWithMagicLink: withExtra(mutation('logInWithMagicLink', session), challenge),
  beginPasskeyLogin: mutation('beginPasskeyLogin', 'options ceremonyToken expiresAt'),
  logInWithPasskey: withExtra(mutation('logInWithPasskey', session), challenge),
  beginPasskeyRegistration:
    'mutation BeginPasskeyRegistration { beginPasskeyRegistration { __typename ... on BeginPasskeyRegistrationSuccess { options expiresAt } ... on UserError { code } } }',
  registerPasskey: mutation('registerPasskey', 'passkey { id restId name deviceType createdAt lastUsedAt }'),
  renamePasskey: mutation('renamePasskey', 'passkey { id restId name deviceType }'),
  removePasskey: mutation('removePasskey', 'removedPasskeyId'),
  generateActivationToken: mutation('generateActivationToken', 'link token expiresAt user { restId verified }'),
  activateUser: withExtra(mutation('activateUser', session), challenge),
  requestPasswordReset: withExtra(mutation('requestPasswordReset', 'accepted'), '... on RateLimitedError { retryAfterSeconds }'),
  resetPassword: mutation('resetPassword', 'changed'),
  updateEnvironmentSettings: mutation(
    'updateEnvironmentSettings',
    'environmentSettings { accessTokenLifetimeSeconds sessionLifetimeSeconds cookieSameSite emailCodeLogin allowEmailChange passkeysEnabled }',
  ),
  addUserEmail: mutation('addUserEmail', 'userEmail { id email verified primary }'),
  verifyUserEmailAddress: withExtra(
    mutation('verifyUserEmailAddress', 'userEmail { id email verified primary }'),
    '... on InvalidCodeError { attemptsRemaining } ... on AttemptsExhaustedError { lockedUntil retryAfterSeconds }',
  ),
  sendMailboxCode:
    'mutation SendMailboxCode { sendMailboxCode { __typename ... on SendMailboxCodeSuccess { expiresAt } ... on RateLimitedError { code retryAfterSeconds } } }',
  proveMailbox: withExtra(
    mutation('proveMailbox', 'provenUntil'),
    '... on InvalidCodeError { attemptsRemaining } ... on AttemptsExhaustedError { lockedUntil retryAfterSeconds }',
  ),
  setPrimaryEmail: mutation('setPrimaryEmail', 'user { restId email userEmails { id email verified primary } }'),
  removeUserEmail: mutation('removeUserEmail', 'user { restId userEmails { email } }'),
  verifyPassword: mutation('verifyPassword', 'correct'),
  acceptInvitation: mutation('acceptInvitation', 'accepted'),
  checkInvitation: mutation('checkInvitation', 'tenantName'),
  unlockAccount: mutation('unlockAccount', 'unlocked'),
  inviteUser: mutation('inviteUser', 'user { restId email }'),
  setUsername: mutation('setUsername', 'user { restId username }'),
  removeUsername: mutation('removeUsername', 'user { restId username }'),
  renameAuthenticator: mutation('renameAuthenticator', 'authenticator { id label strategy }'),
  removeAuthenticator: withExtra(mutation('removeAuthenticator', 'user { restId mfaEnrolled authenticators { id label } }'), guesses),
  revokeRememberedDevice: mutation('revokeRememberedDevice', 'user { restId rememberedDevices { id } }'),
  changePassword: withExtra(mutation('changePassword', 'changed'), '... on RateLimitedError { retryAfterSeconds }'),
  endSession: mutation('endSession', 'endedSessionId current'),
  revokeAllRememberedDevices: mutation('revokeAllRememberedDevices', 'revokedCount user { restId rememberedDevices { id } }'),
  addEnvironmentSecret: mutation('addEnvironmentSecret', 'generatedSecret environmentSecrets { secretId createdAt }'),
  retireEnvironmentSecret: mutation('retireEnvironmentSecret', 'environmentSecrets { secretId createdAt }'),
  rotateSigningKey: mutation('rotateSigningKey', 'signingKeys { keyId status createdAt activeAt publishedUntil }'),
  createTenant: mutation('createTenant', tenant),
  updateTenant: mutation('updateTenant', tenant),
  setTenantMetadata: mutation('setTenantMetadata', tenant),
  deleteTenant: mutation('deleteTenant', 'deletedTenantId'),
  createUser: mutation('createUser', user),
  verifyUserEmail: mutation('verifyUserEmail', user),
  updateUser: mutation('updateUser', user),
  lockUser: mutation('lockUser', user),
  unlockUser: mutation('unlockUser', user),
  resetUserMfa: mutation('resetUserMfa', user),
  createLockoutPolicy: mutation('createLockoutPolicy', `lockoutPolicy { ${lockout} }`),
  updateLockoutPolicy: mutation('updateLockoutPolicy', `lockoutPolicy { ${lockout} }`),
  upsertLockoutPolicy: mutation('upsertLockoutPolicy', `created lockoutPolicy { ${lockout} }`),
};

/** What the one field of the answer holds. Untyped, as a front end's JSON is. */
// biome-ignore lint/suspicious/noExplicitAny: assertions say what is in it
export async function run(harness: Harness, document: string, input: object, headers: Record<string, string> = {}): Promise<any> {
  const answer = await harness.graphql(document, { input }, headers);
  expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
  return Object.values(answer.data ?? {})[0];
}
