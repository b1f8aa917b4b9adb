import { documents } from '../graphql-documents.ts';
import type { KeyDriver, PhoneDriver } from './driver.ts';
import type { GraphqlCalls } from './graphql-calls.ts';

const deviceType = 'CROSS_PLATFORM';

/** Phones and security keys over GraphQL. */
export function graphqlFactors({ send, administer, silent }: GraphqlCalls): PhoneDriver & KeyDriver {
  const remove = (accessToken: string, deviceId: string) => silent(administer(documents.removeAuthenticator, { deviceId }, { accessToken }));

  return {
    textToEnroll: (phone) => send(documents.enrollSms, phone),
    enrollPhone: ({ codeToken, ...code }) => send(documents.verifySmsEnrollment, { ...code, otcToken: codeToken }),
    textTo: (phone) => send(documents.sendSmsCode, phone),
    verifyText: ({ codeToken, ...code }) => send(documents.verifySms, { ...code, otcToken: codeToken }),
    textToAdd: (accessToken, phoneNumber) => administer(documents.enrollSms, { phoneNumber }, { accessToken }),
    addPhone: (accessToken, { codeToken, code }) => silent(administer(documents.verifySmsEnrollment, { otcToken: codeToken, code }, { accessToken })),
    removePhone: remove,

    beginToEnrollKey: (mfaToken) => send(documents.enrollWebAuthn, { mfaToken, deviceType }),
    enrollKey: ({ codeToken, ...answer }) => send(documents.verifyWebAuthnEnrollment, { ...answer, deviceType, webauthnToken: codeToken }),
    beginKeyProof: (key) => send(documents.beginWebAuthn, key),
    verifyKey: ({ codeToken, ...answer }) => send(documents.verifyWebAuthn, { ...answer, webauthnToken: codeToken }),
    beginToAddKey: (accessToken) => administer(documents.enrollWebAuthn, { deviceType }, { accessToken }),
    addKey: (accessToken, { codeToken, credential }) =>
      silent(administer(documents.verifyWebAuthnEnrollment, { deviceType, webauthnToken: codeToken, credential }, { accessToken })),
    removeKey: remove,
  };
}
