import type { RestRoute } from '../route.ts';
import { login } from './login.ts';
import { loginCodeSend } from './login-code-send.ts';
import { loginCodeVerify } from './login-code-verify.ts';
import { logout } from './logout.ts';
import { magicLinkSend } from './magic-link-send.ts';
import { magicLinkVerify } from './magic-link-verify.ts';
import { refresh } from './refresh.ts';
import { smsCodeSend } from './sms-code-send.ts';
import { smsCodeVerify } from './sms-code-verify.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const authRoutes: readonly RestRoute[] = [
  login,
  loginCodeSend,
  loginCodeVerify,
  magicLinkSend,
  magicLinkVerify,
  smsCodeSend,
  smsCodeVerify,
  refresh,
  logout,
];
