import type { RestRoute } from '../route.ts';
import { authenticatorDisable } from './authenticator-disable.ts';
import { mfaEnroll, ownAuthenticatorEnroll } from './authenticator-enroll.ts';
import { mfaEnrollVerify, ownAuthenticatorEnrollVerify } from './authenticator-enroll-verify.ts';
import { devices } from './mfa-devices.ts';
import { disable } from './mfa-disable.ts';
import { smsDisable, smsDisableVerify } from './sms-disable.ts';
import { ownSmsEnroll, ownSmsEnrollVerify } from './sms-enroll.ts';
import { webauthnDisable, webauthnDisableVerify } from './webauthn-disable.ts';
import { ownWebauthnEnroll, ownWebauthnEnrollVerify } from './webauthn-enroll.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const selfServiceRoutes: readonly RestRoute[] = [
  mfaEnroll,
  mfaEnrollVerify,
  ownAuthenticatorEnroll,
  ownAuthenticatorEnrollVerify,
  ownWebauthnEnroll,
  ownWebauthnEnrollVerify,
  webauthnDisable,
  webauthnDisableVerify,
  disable,
  authenticatorDisable,
  ownSmsEnroll,
  ownSmsEnrollVerify,
  smsDisable,
  smsDisableVerify,
  devices,
];
