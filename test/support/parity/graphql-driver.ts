import { documents } from '../graphql-documents.ts';
import type { Harness } from '../harness.ts';
import type { Driver, PolicyFields } from './driver.ts';
import { graphqlBelongings } from './graphql-belongings.ts';
import { graphqlCalls } from './graphql-calls.ts';
import { graphqlFactors } from './graphql-factors.ts';

/** As the other driver names everybody. */
const name = 'Somebody';
const enforcement = { DontForce: 'DONT_FORCE', Force: 'FORCE' } as const;
const strategyName = {
  EmailCode: 'EMAIL_CODE',
  AuthenticatorApp: 'AUTHENTICATOR_APP',
  SMS: 'SMS',
  WebAuthnCrossPlatform: 'WEBAUTHN_CROSS_PLATFORM',
} as const;
const policyInput = ({ enforce, remember, seconds }: PolicyFields) => ({
  ...(enforce === undefined ? {} : { enforceMfaType: enforcement[enforce] }),
  ...(remember === undefined ? {} : { allowRememberMyDevice: remember }),
  ...(seconds === undefined ? {} : { mfaDeviceExpirationSeconds: seconds }),
});

/** The story over GraphQL. */
export function graphqlDriver(harness: Harness): Driver {
  const calls = graphqlCalls(harness);
  const { send, administer, silent } = calls;
  const remembering = ({ remember, ...input }: { mfaToken: string; code: string; remember?: boolean; deviceId?: string }) => ({
    ...input,
    ...(remember === undefined ? {} : { rememberDevice: remember }),
  });

  return {
    createTenant: (tenantId) => silent(administer(documents.createTenant, { tenantId, name: tenantId })),
    createUser: (user) =>
      administer(user.password === undefined ? documents.inviteUser : documents.createUser, { ...user, name }, { tenantId: user.tenantId }),
    verifyUser: (userId) => silent(administer(documents.verifyUserEmail, { userId })),
    lockUser: (userId) => silent(administer(documents.lockUser, { userId })),
    unlockUser: (userId) => silent(administer(documents.unlockUser, { userId })),
    resetUser: (userId) => silent(administer(documents.resetUserMfa, { userId })),
    activationLink: async (userId) => {
      const { linkToken, refused } = await administer(documents.generateActivationToken, { userId });
      return linkToken === undefined ? { ...(refused === undefined ? {} : { refused }) } : { linkToken };
    },
    activate: (link) => send(documents.activateUser, link),
    requestPasswordReset: (email) => silent(send(documents.requestPasswordReset, { email })),
    resetPassword: (reset) => silent(send(documents.resetPassword, reset)),

    allowEmailCodeLogin: () => silent(administer(documents.updateEnvironmentSettings, { emailCodeLogin: true })),
    setServiceName: (serviceName) => silent(administer(documents.setMfaConfiguration, { authenticatorApp: { active: true, serviceName } })),
    createPolicy: (caller, fields) => silent(administer(documents.createMfaPolicy, policyInput(fields), caller)),
    updatePolicy: (caller, fields) => silent(administer(documents.updateMfaPolicy, policyInput(fields), caller)),
    upsertPolicy: (caller, fields) => silent(administer(documents.upsertMfaPolicy, policyInput(fields), caller)),
    setStrategy: (caller, strategy, active) => silent(administer(documents.setMfaStrategy, { strategy: strategyName[strategy], active }, caller)),
    createLockoutPolicy: (fields) => silent(administer(documents.createLockoutPolicy, fields)),
    updateLockoutPolicy: (fields) => silent(administer(documents.updateLockoutPolicy, fields)),

    logIn: (login) => send(documents.logIn, login),
    logInToEnroll: async (login) => {
      const challenge = await send(documents.logIn, login);
      const { secret: shown } = await send(documents.enroll, { mfaToken: challenge.mfaToken });
      return shown === undefined ? challenge : { ...challenge, secret: shown };
    },
    confirmEnrollment: (code) => send(documents.verifyEnrollment, remembering(code)),
    verifyApp: (code) => send(documents.verifyApp, remembering(code)),
    sendEmailCode: (mfaToken) => send(documents.sendEmailCode, { mfaToken }),
    verifyEmailCode: ({ mfaToken, codeToken, code }) => send(documents.verifyEmailCode, { mfaToken, otcToken: codeToken, code }),
    sendLoginCode: (email) => send(documents.sendLoginCode, { email }),
    logInByCode: ({ codeToken, code }) => send(documents.logInWithEmailCode, { loginToken: codeToken, code }),
    refresh: (refreshToken, tenantId) => send(documents.refreshSession, { refreshToken, ...(tenantId === undefined ? {} : { tenantId }) }),
    logOut: (refreshToken) => silent(send(documents.logOut, { refreshToken })),
    recover: (email, recoveryCode) => silent(send(documents.recoverMfa, { email, recoveryCode })),

    stepUp: (accessToken) => administer(documents.generateStepUp, { maxAgeSeconds: 1 }, { accessToken }),
    beginApp: (accessToken) => administer(documents.enroll, {}, { accessToken }),
    confirmApp: (accessToken, code) => silent(administer(documents.verifyEnrollment, { code }, { accessToken })),
    removeApp: (accessToken, deviceId, code) => silent(administer(documents.removeAuthenticator, { deviceId, code }, { accessToken })),

    ...graphqlFactors(calls),
    ...graphqlBelongings(calls),
  };
}
