import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { GraphQLUnionType } from 'graphql';
import { getNamedType, isUnionType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../src/domain/access/actor.ts';
import { noRights } from '../src/domain/access/permission.ts';
import type { ErrorCode } from '../src/domain/error-catalogue.ts';
import { catalogue } from '../src/domain/error-catalogue.ts';
import {
  AttemptsExhausted,
  DomainError,
  errorCodes,
  InvalidCode,
  InvalidInput,
  PasswordExpired,
  RateLimited,
  RedirectUriInvalid,
  StepUpRequired,
  StrategyUnavailable,
  Unavailable,
} from '../src/domain/errors.ts';
import { InvalidDocument } from '../src/domain/insight/document-problem.ts';
import { graphqlPlace } from '../src/graphql/errors/response.ts';
import { mountGraphql } from '../src/graphql/mount.ts';
import { schema } from '../src/graphql/schema.ts';
import { bodyLimitBytes, largeBodyLimitBytes } from '../src/http/large-bodies.ts';
import { createServer } from '../src/http/server.ts';
import type { UnavailableLog } from '../src/http/unavailable-log.ts';
import { createUnavailableLog } from '../src/http/unavailable-log.ts';
import { nodeRandom } from '../src/platform/random.ts';
import { answerErrors } from '../src/rest/errors.ts';
import type { Services } from '../src/services/index.ts';
import { HandClock } from './support/clock.ts';

/** What REST answers by contract: clients compare some of these texts, so they are written out here once more. */
const documented: Record<ErrorCode, [status: number, text: string, errorCode?: string]> = {
  INVALID_INPUT: [400, 'name should not be empty', 'ER-e5cc253f00'],
  INVALID_CREDENTIALS: [401, 'Incorrect email or password'],
  ACCOUNT_LOCKED: [401, 'User is locked out', 'ER-01034'],
  EMAIL_NOT_VERIFIED: [401, 'Email is not verified', 'ER-01060'],
  INVALID_CODE: [400, 'Invalid code', 'ER-01011'],
  INVALID_RECOVERY_CODE: [400, 'Invalid recovery code'],
  CODE_EXPIRED: [400, 'Code expired', 'ER-01017'],
  INVALID_TOKEN: [400, 'Invalid token'],
  MAGIC_LINK_EXPIRED: [400, 'Magic link has expired', 'ER-01014'],
  MAGIC_LINK_NOT_FOUND: [400, 'Magic link not found', 'ER-01015'],
  MAGIC_LINK_DEVICE_UNKNOWN: [400, 'Unknown device - a Magic Link can only be used from the same device it was requested', 'ER-01016'],
  CHALLENGE_EXPIRED: [401, 'Invalid MFA token', 'ER-01013'],
  ATTEMPTS_EXHAUSTED: [429, 'Too many attempts'],
  RATE_LIMITED: [429, 'Too many attempts'],
  STRATEGY_INACTIVE: [400, 'Invalid authentication type', 'ER-01012'],
  NOT_ENROLLED: [400, 'MFA is not enrolled', 'ER-01097'],
  ALREADY_ENROLLED: [403, 'MFA is already enrolled'],
  NO_STRATEGY_AVAILABLE: [403, 'No MFA strategy is available'],
  PASSKEY_LIMIT_REACHED: [403, 'At most 10 passkeys can be registered'],
  FACTOR_LIMIT_REACHED: [403, 'At most 5 authenticators can be enrolled'],
  LAST_FACTOR_ENFORCED: [403, 'MFA is enforced, the last factor cannot be removed'],
  CREDENTIAL_TAKEN: [409, 'Authenticator is already registered'],
  DEVICE_NOT_FOUND: [404, 'Device not found'],
  SESSION_NOT_FOUND: [404, 'Session not found'],
  SESSION_EXPIRED: [401, 'Unauthorized'],
  ENVIRONMENT_CREDENTIALS_INVALID: [401, 'Invalid authentication', 'ER-01013'],
  POLICY_EXISTS: [409, 'MFA Policy already exists. Try to use the Update MFA Policy API'],
  POLICY_NOT_FOUND: [404, 'Security Policy not found. MFA is disabled'],
  LOCKOUT_POLICY_EXISTS: [409, 'Lockout policy already exists'],
  LOCKOUT_POLICY_NOT_FOUND: [404, 'Lockout policy not found'],
  PASSWORD_HISTORY_POLICY_EXISTS: [409, 'Policy already exists. Use the Update Password History Policy API.'],
  PASSWORD_HISTORY_POLICY_NOT_FOUND: [404, 'Password History Policy not found. Policy is disabled'],
  PASSWORD_ROTATION_NOT_FOUND: [404, 'Password rotation configuration not found'],
  INCORRECT_PASSWORD: [400, 'Incorrect password'],
  PASSWORD_EXPIRED: [200, 'Password has expired'],
  MIGRATION_NOT_FOUND: [404, 'Migration not found'],
  NOTHING_TO_UPDATE: [400, 'Missing parameters to update'],
  STRATEGY_NOT_IN_ENVIRONMENT: [400, 'Strategy is not active in the environment'],
  STRATEGY_UNAVAILABLE: [400, 'Strategy cannot be switched on: no provider'],
  DOCUMENT_INVALID: [400, 'Document is invalid'],
  DOCUMENT_TOO_LARGE: [400, 'Too many tenants for one document'],
  PLAN_NOT_FOUND: [404, 'Plan not found'],
  PLAN_EXPIRED: [409, 'Plan has expired'],
  PLAN_APPLIED: [409, 'Plan was applied before'],
  PLAN_STALE: [409, 'Settings have changed since the plan was made'],
  IMPACT_EXCEEDS_LIMIT: [409, 'More people are concerned than allowed'],
  ALREADY_ENFORCED: [409, 'MFA is enforced already'],
  ENFORCEMENT_SCHEDULED: [409, 'An enforcement is scheduled already'],
  NO_ADMINISTRATOR_ENROLLED: [409, 'No administrator has a second factor'],
  SCHEDULE_NOT_FOUND: [404, 'Schedule not found'],
  SCHEDULE_NOT_WAITING: [409, 'Enforcement has begun or was cancelled'],
  EXEMPTION_NOT_FOUND: [404, 'Exemption not found'],
  MAILBOX_PROOF_REQUIRED: [
    403,
    'Prove your mailbox first: log in by a code sent by e-mail, or use the GraphQL mutations sendMailboxCode and proveMailbox with this access token',
  ],
  TENANT_EXISTS: [409, 'Tenant already exists'],
  INVITATIONS_DISABLED: [403, 'Invitations are disabled'],
  INVITATION_NOT_FOUND: [404, 'Invitation not found'],
  SIGN_UP_DISABLED: [403, 'Sign up is disabled'],
  USER_EXISTS: [409, 'User already exists'],
  EMAIL_NOT_FOUND: [404, 'Email not found'],
  PRIMARY_EMAIL: [400, 'Primary email cannot be removed'],
  EMAIL_LIMIT_REACHED: [403, 'At most 10 emails can be added'],
  PHONE_EXISTS: [409, 'Phone number already exists'],
  PHONE_NOT_FOUND: [404, 'Phone number not found'],
  PHONE_LIMIT_REACHED: [403, 'At most 5 phone numbers can be added'],
  USERNAME_EXISTS: [409, 'Username already exists'],
  USERNAME_NOT_FOUND: [404, 'Username not found'],
  TENANT_NOT_FOUND: [404, 'Tenant not found'],
  USER_NOT_FOUND: [404, 'User not found'],
  ROLE_EXISTS: [409, 'Roles already exists'],
  GROUP_EXISTS: [409, 'Group already exists'],
  GROUP_NOT_FOUND: [404, 'Group not found'],
  GROUPS_DISABLED: [403, 'Groups are disabled'],
  ROLE_NOT_FOUND: [404, 'Role not found'],
  ROLE_LEVEL_TOO_LOW: [403, 'Role level is too low'],
  PERMISSION_EXISTS: [409, 'Permissions already exists'],
  PERMISSION_NOT_FOUND: [404, 'Permission not found'],
  BUILT_IN_PERMISSION: [403, 'Built-in permissions cannot be changed'],
  PERMISSION_CATEGORY_EXISTS: [409, 'Permission category already exists'],
  PERMISSION_CATEGORY_NOT_FOUND: [404, 'Permission category not found'],
  API_TOKEN_INVALID: [401, 'Invalid authentication', 'ER-01013'],
  API_TOKENS_DISABLED: [403, 'Api tokens are disabled'],
  API_TOKEN_NOT_FOUND: [404, 'API token not found'],
  API_TOKEN_LIMIT_REACHED: [400, 'No more API tokens can be created'],
  CAPTCHA_REQUIRED: [400, 'Captcha is required'],
  CAPTCHA_FAILED: [400, 'Captcha is invalid'],
  CAPTCHA_POLICY_EXISTS: [409, 'Captcha policy already exists'],
  CAPTCHA_POLICY_NOT_FOUND: [404, 'Captcha policy not found'],
  JWT_TEMPLATE_EXISTS: [409, 'JWT template already exists'],
  JWT_TEMPLATE_NOT_FOUND: [404, 'JWT template not found'],
  JWT_TEMPLATE_IN_USE: [409, 'JWT template is in use by a targeting rule'],
  JWT_TEMPLATE_LIMIT_REACHED: [400, 'At most 100 JWT templates can be created'],
  JWT_TARGETING_EXISTS: [409, 'JWT template targeting already exists'],
  JWT_TARGETING_NOT_FOUND: [404, 'JWT template targeting not found'],
  REDIRECT_URI_INVALID: [400, 'Redirect URI must not have a *'],
  REDIRECT_URI_EXISTS: [409, 'Redirect URI already exists'],
  REDIRECT_URI_NOT_FOUND: [404, 'Redirect URI not found'],
  REDIRECT_URI_LIMIT_REACHED: [400, 'At most 100 redirect URIs can be registered'],
  APPLICATION_NOT_FOUND: [404, 'Application not found'],
  SMS_UNAVAILABLE: [503, 'SMS could not be sent', 'ER-01037'],
  EMAIL_UNAVAILABLE: [503, 'Email could not be sent'],
  CAPTCHA_UNAVAILABLE: [503, 'Captcha could not be checked'],
  TENANT_HEADER_INVALID: [400, 'frontegg-tenant-id header must contain a single tenant id'],
  TENANT_HEADER_REQUIRED: [403, 'frontegg-tenant-id header is required', 'ER-00008'],
  USER_HEADER_REQUIRED: [403, 'frontegg-user-id header is required', 'ER-00008'],
  UNAUTHENTICATED: [401, 'Unauthorized'],
  STEP_UP_REQUIRED: [401, 'Step-up required'],
  FORBIDDEN: [403, 'Forbidden'],
  BAD_REQUEST: [400, 'Invalid request body', 'ER-53cbd48fe3'],
  NOT_FOUND: [404, 'Not found', 'ER-00004'],
  INTERACTION_EXPIRED: [400, 'Sign-in has expired'],
  AUTHORIZATION_REFUSED: [400, 'Invalid request'],
  NOT_SUPPORTED: [501, 'The feature is not supported by this server'],
  METHOD_NOT_ALLOWED: [405, 'Method not allowed'],
  PAYLOAD_TOO_LARGE: [413, 'Request body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Content-Type must be application/json'],
  UNAVAILABLE: [503, 'Service unavailable'],
  INTERNAL: [500, 'Internal server error'],
};

const now = new Date('2026-03-02T09:00:00.000Z');
const detail = 'detail for the log alone';
/** Codes whose errors carry data, as the services throw them. */
const withData: Partial<Record<ErrorCode, DomainError>> = {
  INVALID_INPUT: new InvalidInput([{ path: ['name'], message: 'name should not be empty' }]),
  INVALID_CODE: new InvalidCode(2),
  ATTEMPTS_EXHAUSTED: new AttemptsExhausted(new Date(now.getTime() + 90_000), now),
  PASSWORD_EXPIRED: new PasswordExpired({
    ...{ userId: 'some-id', email: 'ada@acme.example', resetPasswordToken: 'a token', resetPasswordTokenExpiresAt: now },
  }),
  RATE_LIMITED: new RateLimited(17),
  STEP_UP_REQUIRED: new StepUpRequired(['urn:acr:one', 'urn:acr:two'], 300),
  STRATEGY_UNAVAILABLE: new StrategyUnavailable('no provider'),
  REDIRECT_URI_INVALID: new RedirectUriInvalid('must not have a *'),
  DOCUMENT_INVALID: new InvalidDocument([]),
  UNAVAILABLE: new Unavailable(detail),
};
const waits: Partial<Record<ErrorCode, number>> = { ATTEMPTS_EXHAUSTED: 90, RATE_LIMITED: 17, UNAVAILABLE: 5 };

/** Mutations that take no environment token. */
const forUsers = /generateStepUp|generateRecoveryCodes|sendMailboxCode|proveMailbox|endSession|endOtherSessions|changePassword/;
const user: Actor = {
  ...{ kind: 'USER', userId: 'u', sessionId: 's', tenantId: 't', tenantIds: ['t'], rights: noRights },
  ...{ mfaProvenAt: null, tokenMfa: null },
};

/** The host with both error handlers, over services that throw `thrown` whatever is asked of them. */
let host: FastifyInstance;
let unavailable: UnavailableLog;
let thrown: unknown;
const logged: { level: string; message: string; requestId?: string; reason?: string; requests?: number }[] = [];
const write = (level: string) => (fields: object, message: string) => void logged.push({ level, message, ...fields });

beforeAll(async () => {
  const log = { info: () => undefined, warn: write('warn'), error: write('error') };
  const service = new Proxy({}, { get: () => () => Promise.reject(thrown) });
  unavailable = createUnavailableLog(log);
  host = await createServer({
    log,
    unavailable,
    clock: new HandClock(now),
    random: nodeRandom,
    trustProxy: [],
    corsOrigins: [],
    addressLimits: { environmentPerSecond: 1e6, loginPerMinute: 1e6, factorPerMinute: 1e6 },
    maxConnections: 10,
    maxEventLoopDelayMilliseconds: 0,
    routeUrl: (url) => url,
    actorOf: async (headers) => (headers.authorization === 'user' ? user : { kind: 'ENVIRONMENT', tenantId: null }),
  });
  answerErrors(host);
  host.get('/throw', () => Promise.reject(thrown));
  host.post('/body', async () => 'read');
  await mountGraphql(host, {
    ...{ services: new Proxy({}, { get: () => service }) as Services, log, unavailable },
    mayIntrospect: () => true,
    graphiql: null,
  });
});
afterAll(() => host.close());
beforeEach(() => {
  unavailable.flush();
  logged.splice(0);
});

const rest = (error: unknown) => {
  thrown = error;
  return host.inject({ url: '/throw' });
};
const graphql = async (error: unknown, query: string, variables: object = {}) => {
  thrown = error;
  const headers = forUsers.test(query) ? { authorization: 'user' } : {};
  const answer = await host.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
  return {
    answer,
    body: answer.json<{ data: Record<string, object> | null; errors?: { message: string; extensions: Record<string, unknown> }[] }>(),
  };
};

describe.each(errorCodes)('%s', (code) => {
  const error = () => withData[code] ?? new DomainError(code, detail);

  it('over REST: the documented status and body, nothing of the detail, and when to come back', async () => {
    const [status, text, errorCode] = documented[code];
    const answer = await rest(error());
    expect(answer.statusCode).toBe(status);
    const expired = { tokenType: 'bearer', mfaRequired: false, resetPasswordToken: 'a token', userId: 'some-id', userEmail: 'ada@acme.example' };
    const refusal = errorCode === undefined ? { errors: [text] } : { errors: [text], errorCode };
    expect(answer.json()).toEqual(code === 'PASSWORD_EXPIRED' ? expired : refusal);
    const seconds = waits[code];
    expect(answer.headers['retry-after']).toBe(seconds === undefined ? undefined : String(seconds));
    expect(answer.headers['x-rate-limit-reset']).toBe(seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1000).toISOString());
    expect(answer.headers['www-authenticate']).toBe(
      code === 'STEP_UP_REQUIRED' ? 'Bearer error="insufficient_user_authentication", acr_values="urn:acr:one urn:acr:two", max_age=300' : undefined,
    );
    expect(answer.headers).toMatchObject({ 'content-type': expect.stringMatching(/^application\/json/), 'cache-control': 'no-store' });
  });

  it('over GraphQL: where the page of errors says', async () => {
    const member = /^`(\w+)`, a member/.exec(graphqlPlace(code))?.[1];
    if (member === undefined) {
      const { answer, body } = await graphql(error(), '{ mfaPolicy { id } }');
      const [first, ...others] = body.errors ?? [];
      expect(first).toMatchObject({ message: catalogue[code].message, extensions: { code, requestId: answer.headers['frontegg-trace-id'] } });
      expect(others).toEqual([]);
      if (code === 'STEP_UP_REQUIRED') expect(first?.extensions).toMatchObject({ acrValues: ['urn:acr:one', 'urn:acr:two'], maxAge: 300 });
      expect(answer.body).not.toContain(detail);
      return;
    }
    const mutations = mutationsWith(member);
    expect(mutations.length, 'mutations whose union has it').toBeGreaterThan(0);
    for (const [name, input] of mutations) {
      const selection = `{ __typename ... on UserError { code message path } }`;
      const document = takesInput(name)
        ? `mutation ($input: ${inputTypeOf(name)}!) { ${name}(input: $input) ${selection} }`
        : `mutation { ${name} ${selection} }`;
      const { answer, body } = await graphql(error(), document, { input });
      expect(body.errors, name).toBeUndefined();
      expect(body.data?.[name], name).toMatchObject({
        __typename: member,
        code,
        message: catalogue[code].message,
        path: takesInput(name) ? expect.arrayContaining(['input']) : expect.anything(),
      });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).not.toContain(detail);
    }
  });
});

/** An input each mutation takes. */
const code = '123456';
const token = 'a'.repeat(43);
const inputs: Record<string, object> = {
  addEnvironmentSecret: {},
  activateUser: { userId: 'some-id', token, password: 'password' },
  authenticateEnvironment: { clientId: 'client', secret: 'secret' },
  beginWebAuthn: { mfaToken: token, deviceId: 'd' },
  createLockoutPolicy: { enabled: true, maxAttempts: 5 },
  createMfaPolicy: { enforceMfaType: 'FORCE' },
  createTenant: { name: 'Acme' },
  planMfaConfiguration: { document: 'version: 1' },
  applyMfaConfiguration: { planId: 'p' },
  scheduleMfaEnforcement: { enforceMfaType: 'FORCE', startsAt: now.toISOString() },
  cancelMfaEnforcement: { scheduleId: 's' },
  grantMfaExemption: { userId: 'u', until: now.toISOString(), reason: 'The phone is lost.' },
  endMfaExemption: { exemptionId: 'e' },
  updateTenant: { tenantId: 't', name: 'n' },
  setTenantMetadata: { tenantId: 't' },
  deleteTenant: { tenantId: 't' },
  addUserRoles: { userId: 'u', roleIds: ['r'] },
  removeUserRoles: { userId: 'u', roleIds: ['r'] },
  createRole: { key: 'k', name: 'n' },
  createGroup: { name: 'n' },
  updateGroup: { groupId: 'g', name: 'n' },
  deleteGroup: { groupId: 'g' },
  addGroupRoles: { groupId: 'g', roleIds: ['r'] },
  removeGroupRoles: { groupId: 'g', roleIds: ['r'] },
  addGroupMembers: { groupId: 'g', userIds: ['u'] },
  removeGroupMembers: { groupId: 'g', userIds: ['u'] },
  setGroupSettings: { enabled: true },
  updateRole: { roleId: 'r', name: 'n' },
  deleteRole: { roleId: 'r' },
  setRolePermissions: { roleId: 'r', permissionIds: [] },
  setRoleTenant: { roleId: 'r' },
  createPermission: { key: 'k', name: 'n' },
  updatePermission: { permissionId: 'p', name: 'n' },
  deletePermission: { permissionId: 'p' },
  addPermissionToRoles: { permissionId: 'p', roleIds: [] },
  classifyPermissions: { permissionIds: [], assignmentType: 'NEVER' },
  createPermissionCategory: { name: 'n' },
  createAccessToken: { owner: 'TENANT' },
  createTenantApiToken: {},
  createUserApiToken: {},
  updateTenantApiToken: { id: 't', description: 'x' },
  deleteTenantApiToken: { id: 't' },
  deleteUserApiToken: { id: 't' },
  deleteAccessToken: { owner: 'USER', id: 't' },
  authenticateApiToken: { clientId: 'c', secret: 's' },
  refreshApiToken: { refreshToken: 'r' },
  createRedirectUri: { uri: 'https://app.example/' },
  updatePermissionCategory: { categoryId: 'c', name: 'n' },
  deletePermissionCategory: { categoryId: 'c' },
  deleteRedirectUri: { id: 'r' },
  createUser: { email: 'dana@acme.example', tenantId: Buffer.from('Tenant:acme').toString('base64') },
  enrollAuthenticatorApp: { mfaToken: token },
  enrollSms: { mfaToken: token, phoneNumber: '+14155552671' },
  enrollWebAuthn: { mfaToken: token, deviceType: 'PLATFORM' },
  generateActivationToken: { userId: 'some-id' },
  generateRecoveryCodes: { replaceExisting: true },
  generateStepUp: { maxAgeSeconds: 60 },
  lockUser: { userId: 'some-id' },
  logIn: { email: 'dana@acme.example', password: 'password' },
  setCaptchaPolicy: { enabled: false, siteKey: 's', secretKey: 's', minScore: 0.5, ignoredEmails: [] },
  createJwtTemplate: { key: 'k', name: 'n', lifetimeSeconds: 600, claims: [] },
  updateJwtTemplate: { id: 't', name: 'n' },
  deleteJwtTemplate: { id: 't' },
  setJwtTemplateTargeting: { rules: [] },
  sendLoginSmsCode: { email: 'dana@acme.example' },
  logInWithSmsCode: { loginToken: token, code },
  requestPasswordResetBySms: { email: 'dana@acme.example' },
  verifyPasswordResetSms: { sessionId: token, code },
  sendMagicLink: { email: 'dana@acme.example' },
  logInWithMagicLink: { token },
  logInWithEmailCode: { loginToken: token, code },
  beginPasskeyLogin: {},
  beginPasskeyRegistration: {},
  logInWithPasskey: { ceremonyToken: token, credential: {} },
  registerPasskey: { credential: {} },
  renamePasskey: { passkeyId: 'p', name: 'n' },
  removePasskey: { passkeyId: 'p' },
  removeAuthenticator: { deviceId: 'd', code: '123456' },
  renameAuthenticator: { deviceId: 'd', name: 'n' },
  revokeAllRememberedDevices: {},
  revokeRememberedDevice: { deviceId: 'd' },
  retireEnvironmentSecret: { secretId: 's' },
  recountMfaAdoption: {},
  rotateSigningKey: {},
  logOut: { refreshToken: token },
  recoverMfa: { email: 'dana@acme.example', recoveryCode: 'A' },
  refreshSession: { refreshToken: token },
  requestPasswordReset: { email: 'dana@acme.example' },
  resetPassword: { userId: 'some-id', token, password: 'password' },
  changePassword: { password: 'password', newPassword: 'password' },
  setPassword: { userId: 'some-id', newPassword: 'password' },
  setPasswordPolicy: { minLength: 10 },
  setPasswordHistoryPolicy: { enabled: true, historySize: 3 },
  setPasswordRotation: { active: true },
  importUser: { tenantId: 'some-tenant', email: 'ada@acme.example' },
  startMigration: { users: [{ tenantId: 'some-tenant', email: 'ada@acme.example' }] },
  retryMigration: { migrationId: 'some-id' },
  resetUserMfa: { userId: 'some-id' },
  sendEmailCode: { mfaToken: token },
  sendLoginCode: { email: 'dana@acme.example' },
  endOtherSessions: {},
  endSession: { id: 's' },
  revokeSession: { sessionId: 's', userId: 'some-id' },
  revokeAllSessions: { userId: 'some-id' },
  setSessionPolicy: { idleTimeout: { enabled: true, timeoutSeconds: 600 } },
  sendMailboxCode: {},
  sendSmsCode: { mfaToken: token, deviceId: 'd' },
  setMfaConfiguration: { sms: { active: true, tokenLifetimeSeconds: 300 } },
  setMfaStrategy: { strategy: 'SMS', active: true },
  unlockUser: { userId: 'some-id' },
  updateEnvironmentSettings: { addRolesToJwt: true },
  updateHostedLogin: { active: true },
  updateLockoutPolicy: { enabled: true },
  updateMfaPolicy: { enforceMfaType: 'FORCE' },
  upsertLockoutPolicy: { enabled: true, maxAttempts: 5 },
  upsertMfaPolicy: { enforceMfaType: 'FORCE' },
  verifyAuthenticatorApp: { mfaToken: token, code },
  verifyAuthenticatorAppEnrollment: { mfaToken: token, code },
  verifyEmailCode: { mfaToken: token, otcToken: token, code },
  verifySms: { mfaToken: token, deviceId: 'd', otcToken: token, code },
  verifySmsEnrollment: { mfaToken: token, otcToken: token, code },
  verifyWebAuthn: { mfaToken: token, deviceId: 'd', webauthnToken: token, credential: {} },
  verifyWebAuthnEnrollment: { mfaToken: token, deviceType: 'PLATFORM', webauthnToken: token, credential: {} },
  verifyUserEmail: { userId: Buffer.from('User:1').toString('base64') },
  updateUser: { userId: 'u', mfaBypass: true },
  updateProfile: { name: 'n' },
  inviteUser: { email: 'dana@acme.example' },
  inviteUsers: { people: [{ email: 'dana@acme.example' }] },
  resendInvitation: { email: 'dana@acme.example' },
  acceptInvitation: { userId: 'u', token },
  createInvitation: {},
  updateInvitation: { id: 'i', notifiesOwner: true },
  deleteInvitation: { id: 'i' },
  checkInvitation: { token },
  setActivationStrategy: { mail: 'ACTIVATION', strategy: 'LINK' },
  unlockAccount: { token },
  signUp: { email: 'dana@acme.example', companyName: 'Acme' },
  changeUserEmail: { userId: 'u', email: 'dana@acme.example' },
  addPhoneNumber: { phoneNumber: '+447400123456' },
  verifyPhoneNumber: { otcToken: 'x', code: '000000' },
  removePhoneNumber: { phoneId: 'p' },
  addUserEmail: { email: 'dana@acme.example' },
  verifyUserEmailAddress: { email: 'dana@acme.example', code: '000000' },
  proveMailbox: { code: '000000' },
  setPrimaryEmail: { email: 'dana@acme.example' },
  removeUserEmail: { emailId: 'e' },
  setUsername: { username: 'dana' },
  removeUsername: { username: 'dana' },
  deleteUser: { userId: 'u' },
  removeUserFromTenant: { userId: 'u' },
  addUserToTenant: { userId: 'u', tenantId: 't' },
  setActiveTenant: { userId: 'u', tenantId: 't' },
  moveTenantUsers: { fromTenantId: 't', toTenantId: 's' },
  disableUser: { userId: 'u' },
  enableUser: { userId: 'u' },
  setUserExpiry: { userId: 'u', expiresInSeconds: 300 },
  verifyPassword: { email: 'dana@acme.example', password: 'password' },
  generatePasswordResetToken: { userId: 'u' },
};
const fields = schema.getMutationType()?.getFields() ?? {};
const unionOf = (name: string): GraphQLUnionType | null => {
  const type = fields[name] === undefined ? null : getNamedType(fields[name].type);
  return isUnionType(type) ? type : null;
};
const takesInput = (name: string): boolean => fields[name]?.args.length !== 0;
const inputTypeOf = (name: string): string => String(getNamedType(fields[name]?.args[0]?.type));
const mutationsWith = (member: string) =>
  Object.entries(inputs).filter(([name]) =>
    unionOf(name)
      ?.getTypes()
      .some((type) => type.name === member),
  );

it('every mutation of the schema has an input above', () => {
  expect(Object.keys(inputs).sort()).toEqual(Object.keys(fields).sort());
});

const secret = 'hunter2 at /srv/app/src/store.ts';
describe.each<[string, unknown]>([
  ['an error', new Error(secret)],
  ['an error with a cause', new Error('outer', { cause: new Error(secret) })],
  ['an error that claims a status', Object.assign(new Error(secret), { statusCode: 502 })],
  ['a text', secret],
  ['an object', { secret }],
  ['null', null],
  ['nothing', undefined],
])('%s that nobody expected', (_name, unexpected) => {
  it('over REST: 500 without a word of it, logged once with the id the answer carries', async () => {
    const answer = await rest(unexpected);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({ errors: ['Internal server error'] });
    expect(JSON.stringify(answer.headers)).not.toContain('hunter2');
    expect(logged).toMatchObject([{ level: 'error', requestId: answer.headers['frontegg-trace-id'] }]);
  });

  it('over GraphQL: INTERNAL without a word of it, logged once with the id the answer carries', async () => {
    const { answer, body } = await graphql(unexpected, '{ mfaPolicy { id } }');
    expect(body.errors).toMatchObject([{ message: catalogue.INTERNAL.message, extensions: { code: 'INTERNAL' } }]);
    expect(answer.body).not.toContain('hunter2');
    expect(logged).toMatchObject([{ level: 'error', requestId: answer.headers['frontegg-trace-id'] }]);
  });
});

it('a fault of the client that the framework found is 400 without an echo, and nothing for the log', async () => {
  const answer = await rest(Object.assign(new Error(secret), { statusCode: 418 }));
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toEqual({ errors: ['Invalid request body'], errorCode: 'ER-53cbd48fe3' });
  expect(logged).toEqual([]);
});

it('what INTERNAL and UNAVAILABLE were about reaches the operator’s log over both transports', async () => {
  for (const error of [new DomainError('INTERNAL', detail), new Unavailable(detail)]) {
    await rest(error);
    await graphql(error, '{ mfaPolicy { id } }');
  }
  unavailable.flush();
  const line = ['error', detail];
  expect(logged.map(({ level, reason, requests }) => [level, reason, requests])).toEqual([...Array(2).fill([...line, undefined]), [...line, 2]]);
});

it('bodies up to the limit the catalogue names are read, larger ones are refused as too large', async () => {
  expect(catalogue.PAYLOAD_TOO_LARGE.remedy).toContain(`${bodyLimitBytes / 1024} KiB`);
  const post = (bytes: number) =>
    host.inject({ method: 'POST', url: '/body', headers: { 'content-type': 'application/json' }, payload: JSON.stringify('x'.repeat(bytes - 2)) });
  expect((await post(bodyLimitBytes)).statusCode).toBe(200);
  const refused = await post(bodyLimitBytes + 1);
  expect(refused.statusCode).toBe(413);
  expect(refused.json()).toEqual({ errors: ['Request body is too large'] });
});

describe('GraphQL reads larger bodies of the environment token, and of nobody else', () => {
  const withPicture = (bytes: number): string => {
    const body = (filling: string) => JSON.stringify({ query: '{ __typename }', variables: { filling } });
    return body('x'.repeat(bytes - body('').length));
  };
  /** Sent as a whole, or in pieces without telling its length. */
  const post = (bytes: number, authorization: string, inPieces: boolean) =>
    host.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', authorization },
      payload: inPieces ? Readable.from((withPicture(bytes).match(/.{1,10000}/gs) ?? []).map((piece) => Buffer.from(piece))) : withPicture(bytes),
    });

  it.each([false, true])('in pieces: %s', async (inPieces) => {
    expect(catalogue.PAYLOAD_TOO_LARGE.remedy).toContain(`${largeBodyLimitBytes / 1024} KiB`);
    expect((await post(largeBodyLimitBytes, 'environment', inPieces)).json()).toEqual({ data: { __typename: 'Query' } });
    expect((await post(bodyLimitBytes, 'user', inPieces)).json()).toEqual({ data: { __typename: 'Query' } });
    for (const [bytes, sender] of [
      [largeBodyLimitBytes + 1, 'environment'],
      [bodyLimitBytes + 1, 'user'],
    ] as const) {
      const refused = await post(bytes, sender, inPieces);
      expect([refused.statusCode, refused.json().errors[0].extensions.code], sender).toEqual([413, 'PAYLOAD_TOO_LARGE']);
      expect(refused.headers.connection).toBe('close');
    }
  });
});
