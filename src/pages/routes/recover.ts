import { stepPaths } from '../step-paths.ts';
import { recover } from '../views/recover.tsx';
import type { PlainPage } from './plain-page.ts';
import { pageOf } from './send.ts';
import { addressOf } from './visit.ts';

/** The page that takes a recovery code in place of a lost device. Afterwards the person signs in again, as the policy says. */
export const recoverPage: PlainPage = {
  path: '/oauth/account/recover',
  ofSignIn: true,
  async show({ form, flash, backHref, visit }) {
    return pageOf(recover, { form, email: flash.typed?.email ?? visit?.shown.challenge?.email ?? '', backHref });
  },
  async act({ request, reply, caller, visit }, fields, needs) {
    await request.call.takeFromAddress('RECOVER');
    await needs.services.recovery.recover(caller, { email: fields.text('email').trim(), recoveryCode: fields.text('recoveryCode') });
    if (visit === null) return { to: '/oauth/account/done', flashFor: 'done', flash: { notice: 'RECOVERED' } };
    const { handle, token } = visit;
    const restarted = await needs.services.interactions.restart(caller, { token });
    needs.interactionCookies.advance(reply, handle, restarted.token);
    return { to: addressOf(visit, stepPaths[restarted.step]), flash: { notice: 'RECOVERED' } };
  },
  keep: (fields) => ({ email: fields.text('email').trim() }),
};
