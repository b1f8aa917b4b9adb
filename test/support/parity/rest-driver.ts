import type { Harness } from '../harness.ts';
import type { Driver, PolicyFields } from './driver.ts';
import { restBelongings } from './rest-belongings.ts';
import { cookies, restCalls } from './rest-calls.ts';
import { restFactors } from './rest-factors.ts';

const policyBody = ({ enforce, remember, seconds }: PolicyFields) => ({
  enforceMFAType: enforce,
  allowRememberMyDevice: remember,
  mfaDeviceExpiration: seconds,
});

/** The story over the paths of Frontegg's identity API. */
export function restDriver(harness: Harness): Driver {
  const calls = restCalls(harness);
  const { send, administer, silent } = calls;
  const policy = '/configurations/v1/mfa-policy';
  const auth = '/auth/v1/user';

  return {
    createTenant: (tenantId) => silent(administer('POST', '/tenants/resources/tenants/v1', { tenantId, name: tenantId })),
    createUser: ({ tenantId, ...user }) =>
      user.password === undefined
        ? administer('POST', '/users/v2', { ...user, name: 'Somebody' }, { tenantId })
        : administer('POST', '/vendor-only/users/v1', { ...user, tenantId, name: 'Somebody' }, { tenantId }),
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

    ...restFactors(calls),
    ...restBelongings(calls),
  };
}
