import type { ErrorCode } from '../../../src/domain/errors.ts';
import { restErrors } from '../../../src/rest/errors.ts';
import { documents } from '../../graphql/support/documents.ts';
import type { Harness } from '../../support/harness.ts';
import { clientId, secret } from '../../support/harness.ts';
import type { Caller, Driver, Outcome, PolicyFields } from './driver.ts';

/** As the other driver names everybody. */
const name = 'Somebody';
const enforcement = { DontForce: 'DONT_FORCE', Force: 'FORCE' } as const;
const strategyName = { EmailCode: 'EMAIL_CODE', AuthenticatorApp: 'AUTHENTICATOR_APP' } as const;
const policyInput = ({ enforce, remember, seconds }: PolicyFields) => ({
  ...(enforce === undefined ? {} : { enforceMfaType: enforcement[enforce] }),
  ...(remember === undefined ? {} : { allowRememberMyDevice: remember }),
  ...(seconds === undefined ? {} : { mfaDeviceExpirationSeconds: seconds }),
});
const refusedBy = (code: string): Outcome => ({ refused: restErrors[code as ErrorCode].text });

/** The story over GraphQL. */
export function graphqlDriver(harness: Harness): Driver {
  const send = async (document: string, input: object, headers: Record<string, string> = {}): Promise<Outcome> => {
    const answer = await harness.graphql(document, { input }, headers);
    if (answer.errors?.[0] !== undefined) return refusedBy(answer.errors[0].extensions.code);
    // biome-ignore lint/suspicious/noExplicitAny: the selections of the documents say what is in it
    const told = Object.values(answer.data ?? {})[0] as any;
    if (told.code !== undefined) return refusedBy(told.code);
    return {
      ...(told.session ? { session: told.session, deviceToken: told.rememberedDevice?.token ?? null, recoveryCode: told.recoveryCode ?? null } : {}),
      // A step-up is for the enrolled alone, so its challenge does not say.
      ...(told.mfaToken === undefined ? {} : { mfaToken: told.mfaToken, enrolled: told.enrolled ?? true }),
      ...(told.secret === undefined ? {} : { secret: told.secret }),
      ...(told.otcToken === undefined ? {} : { codeToken: told.otcToken }),
      ...(told.loginToken === undefined ? {} : { codeToken: told.loginToken }),
      ...(told.user === undefined ? {} : { userId: told.user.restId }),
      ...(told.token === undefined ? {} : { linkToken: told.token }),
    };
  };
  const headersOf = async ({ accessToken, tenantId }: Caller): Promise<Record<string, string>> => {
    const answer = accessToken === undefined ? await harness.graphql(documents.authenticateEnvironment, { input: { clientId, secret } }) : null;
    const token = accessToken ?? (answer?.data?.authenticateEnvironment as { accessToken: string } | undefined)?.accessToken;
    return { authorization: `Bearer ${token}`, ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }) };
  };
  const administer = async (document: string, input: object, caller: Caller = {}): Promise<Outcome> => send(document, input, await headersOf(caller));
  const silent = async (outcome: Promise<Outcome>): Promise<Outcome> => {
    const { refused } = await outcome;
    return refused === undefined ? {} : { refused };
  };
  const remembering = ({ remember, ...input }: { mfaToken: string; code: string; remember?: boolean; deviceId?: string }) => ({
    ...input,
    ...(remember === undefined ? {} : { rememberDevice: remember }),
  });

  return {
    createTenant: (tenantId) => silent(administer(documents.createTenant, { tenantId, name: tenantId })),
    createUser: (user) => administer(documents.createUser, { ...user, name, joinExisting: true }, { tenantId: user.tenantId }),
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
  };
}
