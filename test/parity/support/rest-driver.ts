import { restErrors } from '../../../src/rest/errors.ts';
import { asEnvironment, identity } from '../../support/builders.ts';
import type { Harness, Request } from '../../support/harness.ts';
import { clientId } from '../../support/harness.ts';
import type { Caller, Driver, Outcome, PolicyFields } from './driver.ts';

const bare = clientId.replaceAll('-', '');
const cookies = { refresh: `fe_refresh_${clientId.replace('-', '')}`, device: `fe_device_${bare}`, code: `fe_code_${bare}` };

/** What REST words in two ways by operation, as the contract documents; GraphQL has one code for both. */
const sameRefusal: Readonly<Record<string, string>> = { 'Security policy not found': restErrors.POLICY_NOT_FOUND.text };

const policyBody = ({ enforce, remember, seconds }: PolicyFields) => ({
  enforceMFAType: enforce,
  allowRememberMyDevice: remember,
  mfaDeviceExpiration: seconds,
});

/** The story over the paths of Frontegg's identity API. */
export function restDriver(harness: Harness): Driver {
  const send = async (method: NonNullable<Request['method']>, path: string, body?: object, more: Partial<Request> = {}): Promise<Outcome> => {
    const url = path.startsWith('/tenants/') ? path : `${identity}${path}`;
    const answer = await harness.send({ method, url, ...(body === undefined ? {} : { body }), ...more });
    const told = answer.body === '' ? {} : answer.json();
    if (answer.statusCode >= 400) return { refused: sameRefusal[told.errors[0]] ?? told.errors[0] };
    const cookie = (name: string): string | null => answer.cookies.find((one) => one.name === name)?.value || null;
    return {
      ...(told.accessToken === undefined ? {} : { session: { accessToken: told.accessToken, refreshToken: told.refreshToken } }),
      ...(told.accessToken === undefined ? {} : { deviceToken: cookie(cookies.device), recoveryCode: told.recoveryCode ?? null }),
      ...(told.mfaToken === undefined ? {} : { mfaToken: told.mfaToken, enrolled: told.mfaEnrolled }),
      ...(told.secret === undefined ? {} : { secret: told.secret }),
      ...(told.otcToken === undefined ? {} : { codeToken: told.otcToken }),
      ...(cookie(cookies.code) === null ? {} : { codeToken: String(cookie(cookies.code)) }),
      ...(told.id === undefined ? {} : { userId: told.id }),
      ...(told.token === undefined ? {} : { linkToken: told.token }),
    };
  };
  const headersOf = async ({ accessToken, tenantId }: Caller): Promise<Record<string, string>> => ({
    ...(accessToken === undefined ? await asEnvironment(harness) : { authorization: `Bearer ${accessToken}` }),
    ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }),
  });
  const administer = async (method: NonNullable<Request['method']>, path: string, body?: object, caller: Caller = {}): Promise<Outcome> =>
    send(method, path, body, { headers: await headersOf(caller) });
  const silent = async (outcome: Promise<Outcome>): Promise<Outcome> => {
    const { refused } = await outcome;
    return refused === undefined ? {} : { refused };
  };
  const policy = '/configurations/v1/mfa-policy';
  const auth = '/auth/v1/user';

  return {
    createTenant: (tenantId) => silent(administer('POST', '/tenants/resources/tenants/v1', { tenantId, name: tenantId })),
    createUser: ({ tenantId, ...user }) => administer('POST', '/users/v2', { ...user, name: 'Somebody' }, { tenantId }),
    verifyUser: (userId) => silent(administer('POST', `/users/v1/${userId}/verify`)),
    lockUser: (userId) => silent(administer('POST', `/users/v1/${userId}/lock`)),
    unlockUser: (userId) => silent(administer('POST', `/users/v1/${userId}/unlock`)),
    resetUser: (userId) => silent(administer('POST', `/vendor-only/users/v1/${userId}/mfa/unenroll`)),
    activationLink: async (userId) => {
      const { linkToken, refused } = await administer('POST', `/users/v1/${userId}/links/generate-activation-token`);
      return linkToken === undefined ? { ...(refused === undefined ? {} : { refused }) } : { linkToken };
    },
    activate: (link) => send('POST', '/users/v1/activate', link),
    requestPasswordReset: (email) => silent(send('POST', '/users/v1/passwords/reset', { email })),
    resetPassword: (reset) => silent(send('POST', '/users/v1/passwords/reset/verify', reset)),

    allowEmailCodeLogin: () => silent(administer('POST', '/configurations/v1', { authStrategy: 'Code' })),
    setServiceName: (serviceName) => silent(administer('POST', '/configurations/v1/mfa', { authenticationApp: { active: true, serviceName } })),
    createPolicy: (caller, fields) => silent(administer('POST', policy, policyBody(fields), caller)),
    updatePolicy: (caller, fields) => silent(administer('PATCH', policy, policyBody(fields), caller)),
    upsertPolicy: (caller, fields) => silent(administer('PUT', policy, policyBody(fields), caller)),
    setStrategy: (caller, strategy, isActive) => silent(administer('POST', '/configurations/v1/mfa/strategies', { strategy, isActive }, caller)),
    createLockoutPolicy: (fields) => silent(administer('POST', '/configurations/v1/lockout-policy', fields)),
    updateLockoutPolicy: (fields) => silent(administer('PATCH', '/configurations/v1/lockout-policy', fields)),

    logIn: ({ deviceToken, ...body }) => send('POST', auth, body, deviceToken === undefined ? {} : { cookie: `${cookies.device}=${deviceToken}` }),
    // Over REST the answer of the login shows the QR code at once: that is where browsers look for it.
    logInToEnroll: (body) => send('POST', auth, body),
    confirmEnrollment: ({ mfaToken, code, remember }) =>
      send('POST', `${auth}/mfa/authenticator/enroll/verify`, { mfaToken, token: code, rememberDevice: remember }),
    verifyApp: ({ mfaToken, code, remember, deviceId }) =>
      send('POST', `${auth}/mfa/${deviceId === undefined ? '' : `authenticator/${deviceId}/`}verify`, {
        mfaToken,
        value: code,
        rememberDevice: remember,
      }),
    sendEmailCode: (mfaToken) => send('POST', `${auth}/mfa/emailcode`, { mfaToken }),
    verifyEmailCode: ({ mfaToken, codeToken, code }) => send('POST', `${auth}/mfa/emailcode/verify`, { mfaToken, otcToken: codeToken, code }),
    sendLoginCode: (email) => send('POST', '/auth/v1/passwordless/code/prelogin', { email }),
    logInByCode: ({ codeToken, code }) =>
      send('POST', '/auth/v1/passwordless/code/postlogin', { token: code }, { cookie: `${cookies.code}=${codeToken}` }),
    refresh: (refreshToken, tenantId) => send('POST', `${auth}/token/refresh`, { tenantId }, { cookie: `${cookies.refresh}=${refreshToken}` }),
    logOut: (refreshToken) => silent(send('POST', '/auth/v1/logout', undefined, { cookie: `${cookies.refresh}=${refreshToken}` })),
    recover: (email, recoveryCode) => silent(send('POST', `${auth}/mfa/recover`, { email, recoveryCode })),

    stepUp: (accessToken) => administer('POST', `${auth}/step-up/generate`, { maxAge: 1 }, { accessToken }),
    beginApp: (accessToken) => administer('POST', '/users/v1/mfa/authenticator/enroll', undefined, { accessToken }),
    confirmApp: (accessToken, code) => silent(administer('POST', '/users/v1/mfa/authenticator/enroll/verify', { token: code }, { accessToken })),
    removeApp: (accessToken, deviceId, code) =>
      silent(administer('POST', `/users/v1/mfa/authenticator/${deviceId}/disable/verify`, { token: code }, { accessToken })),
  };
}
