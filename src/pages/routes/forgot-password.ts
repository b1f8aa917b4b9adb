import { forgotPassword } from '../views/forgot-password.tsx';
import { captchaIn } from './fields.ts';
import { emailIn } from './inputs.ts';
import type { PlainPage } from './plain-page.ts';
import { pageOf } from './send.ts';

/** The page for a forgotten password. It says the same for every address. */
export const forgotPasswordPage: PlainPage = {
  path: '/oauth/account/forgot-password',
  ofSignIn: true,
  async show({ form, flash, backHref, visit }) {
    const email = flash.typed?.email ?? visit?.shown.request.loginHint ?? '';
    return pageOf(forgotPassword, { form, email, sent: flash.sent === true, backHref });
  },
  async act({ request, caller }, fields, needs) {
    await request.call.takeFromAddress('PASSWORD_RESET');
    await needs.services.passwordReset.request(caller, { email: emailIn(fields), captchaToken: captchaIn(fields) });
    return { flash: { sent: true } };
  },
  keep: (fields) => ({ email: fields.text('email').trim() }),
};
