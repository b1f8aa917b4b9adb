import { stepPaths } from '../step-paths.ts';
import { signUp } from '../views/sign-up.tsx';
import { afterFirstFactor } from './login.ts';
import type { PlainPage } from './plain-page.ts';
import { pageOf } from './send.ts';
import { addressOf } from './visit.ts';

/** The page for a new account. It is there while the environment allows it. */
export const signUpPage: PlainPage = {
  path: '/oauth/account/sign-up',
  ofSignIn: true,
  async show({ form, flash: { typed = {}, sent }, backHref }) {
    const { email = '', name = '', companyName = '' } = typed;
    return pageOf(signUp, { form, email, name, companyName, sent: sent === true, loginHref: backHref });
  },
  async act({ request, reply, caller, visit }, fields, needs) {
    await request.call.takeFromAddress('SIGN_UP');
    const { login } = await needs.services.signUp.signUp(caller, {
      ...{ email: fields.text('email').trim(), name: fields.text('name').trim(), companyName: fields.text('companyName').trim() },
      ...{ password: fields.text('password'), phoneNumber: null, profilePictureUrl: null, metadata: null },
      ...{ username: null, deviceToken: needs.cookies.deviceToken(request) },
    });
    if (login === null) return { flash: { sent: true } };
    if (visit === null) {
      if (login.kind === 'SESSION') needs.cookies.keepSession(reply, login.session);
      return { to: '/oauth/account/done', flashFor: 'done', flash: { notice: 'ACTIVATED' } };
    }
    const progress = await afterFirstFactor(visit, login, needs);
    if (progress.kind === 'ANSWER') {
      needs.interactionCookies.end(reply, visit.handle);
      return { to: progress.location };
    }
    needs.interactionCookies.advance(reply, visit.handle, progress.token);
    return { to: addressOf(visit, stepPaths[progress.step]) };
  },
  keep: (fields) => ({ email: fields.text('email'), name: fields.text('name'), companyName: fields.text('companyName') }),
};
