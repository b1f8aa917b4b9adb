import type { RestRoute } from '../route.ts';
import { allowRememberDevice } from './allow-remember-device.ts';
import { authenticatorEnroll } from './authenticator-enroll.ts';
import { authenticatorEnrollVerify } from './authenticator-enroll-verify.ts';
import { authenticatorVerify } from './authenticator-verify.ts';
import { emailCodeSend } from './email-code-send.ts';
import { emailCodeVerify } from './email-code-verify.ts';
import { recover } from './recover.ts';
import { smsEnroll } from './sms-enroll.ts';
import { smsEnrollVerify } from './sms-enroll-verify.ts';
import { smsSend } from './sms-send.ts';
import { smsVerify } from './sms-verify.ts';
import { stepUpGenerate } from './step-up-generate.ts';
import { verify } from './verify.ts';
import { webauthnBegin } from './webauthn-begin.ts';
import { webauthnEnroll } from './webauthn-enroll.ts';
import { webauthnEnrollVerify } from './webauthn-enroll-verify.ts';
import { webauthnVerify } from './webauthn-verify.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const mfaRoutes: readonly RestRoute[] = [
  allowRememberDevice,
  verify,
  authenticatorVerify,
  authenticatorEnroll,
  authenticatorEnrollVerify,
  emailCodeSend,
  emailCodeVerify,
  webauthnEnroll,
  webauthnEnrollVerify,
  webauthnBegin,
  webauthnVerify,
  smsEnroll,
  smsEnrollVerify,
  smsSend,
  smsVerify,
  recover,
  stepUpGenerate,
];
