import { profileBounds } from '../../domain/bounds.ts';
import { utf8Length } from '../../domain/text.ts';
import { stepPaths } from '../step-paths.ts';
import { signUp } from '../views/sign-up.tsx';
import { captchaIn } from './fields.ts';
import { emailIn, nameIn } from './inputs.ts';
import { tenantOfLink } from './join-tenant.ts';
import { afterFirstFactor } from './login.ts';
import type { PlainPage } from './plain-page.ts';
import { pageOf } from './send.ts';
import { addressOf } from './visit.ts';

/** Most characters of the name of a tenant. */
const maxCompanyCharacters = 256;

/** The page for a new account. It is there while the environment allows it. */
export const signUpPage: PlainPage = {
  path: '/oauth/account/sign-up',
  ofSignIn: true,
  async show(page, needs) {
    const { caller, form, flash, backHref, visit } = page;
    const { minLength } = await needs.services.passwordPolicies.effectiveOf(caller, { userId: null });
    const { email = '', name = '', companyName = '' } = flash.typed ?? {};
    const invitedTo = await tenantOfLink(visit?.shown.invitationToken ?? null, page, needs);
    return pageOf(signUp, { form, email, name, companyName, invitedTo, sent: flash.sent === true, loginHref: backHref, minLength });
  },
  async act({ request, reply, caller, visit }, fields, needs) {
    await request.call.takeFromAddress('SIGN_UP');
    const { login } = await needs.services.signUp.signUp(caller, {
      email: emailIn(fields),
      name: nameIn(fields, 'name', (name) => utf8Length(name) <= profileBounds.name) || null,
      // A company that is named by nobody is called like its first person.
      companyName: nameIn(fields, 'companyName', ({ length }) => length <= maxCompanyCharacters) || emailIn(fields),
      ...{ password: fields.text('password'), phoneNumber: null, profilePictureUrl: null, metadata: null },
      ...{
        username: null,
        captchaToken: captchaIn(fields),
        deviceToken: needs.cookies.deviceToken(request),
        invitationToken: visit?.shown.invitationToken ?? null,
      },
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
