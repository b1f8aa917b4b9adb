import type { KeyDriver, PhoneDriver } from './driver.ts';
import type { RestCalls } from './rest-calls.ts';

const login = '/auth/v1/user/mfa';
const own = '/users/v1/mfa';
const deviceType = 'CrossPlatform';

/** Phones and security keys over REST. */
export function restFactors({ send, administer, silent }: RestCalls): PhoneDriver & KeyDriver {
  return {
    textToEnroll: (phone) => send('POST', `${login}/sms/enroll`, phone),
    enrollPhone: ({ mfaToken, codeToken, code }) => send('POST', `${login}/sms/enroll/verify`, { mfaToken, otcToken: codeToken, code }),
    textTo: ({ mfaToken, deviceId }) => send('POST', `${login}/sms/${deviceId}`, { mfaToken }),
    verifyText: ({ mfaToken, deviceId, codeToken, code }) => send('POST', `${login}/sms/${deviceId}/verify`, { mfaToken, otcToken: codeToken, code }),
    textToAdd: (accessToken, phoneNumber) => administer('POST', `${own}/sms/enroll`, { phoneNumber }, { accessToken }),
    addPhone: (accessToken, { codeToken, code }) =>
      silent(administer('POST', `${own}/sms/enroll/verify`, { otcToken: codeToken, code }, { accessToken })),
    removePhone: (accessToken, deviceId) => silent(administer('POST', `${own}/sms/${deviceId}/disable/verify`, {}, { accessToken })),

    beginToEnrollKey: (mfaToken) => send('POST', `${login}/webauthn/enroll`, { mfaToken }),
    enrollKey: ({ mfaToken, codeToken, credential }) =>
      send('POST', `${login}/webauthn/enroll/verify`, { mfaToken, deviceType, webauthnToken: codeToken, options: credential }),
    beginKeyProof: ({ mfaToken, deviceId }) => send('POST', `${login}/webauthn/${deviceId}`, { mfaToken }),
    verifyKey: ({ mfaToken, deviceId, codeToken, credential }) =>
      send('POST', `${login}/webauthn/${deviceId}/verify`, { mfaToken, webauthnToken: codeToken, options: credential }),
    beginToAddKey: (accessToken) => administer('POST', `${own}/webauthn/enroll`, undefined, { accessToken }),
    addKey: (accessToken, { codeToken, credential }) =>
      silent(administer('POST', `${own}/webauthn/enroll/verify`, { deviceType, webauthnToken: codeToken, options: credential }, { accessToken })),
    removeKey: (accessToken, deviceId) => silent(administer('POST', `${own}/webauthn/${deviceId}/disable/verify`, {}, { accessToken })),
  };
}
