import { mailbox } from '../../views/account/mailbox.tsx';
import { strategyIn } from '../enrolling.ts';
import { withoutHyphens } from '../fields.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import { formTo, parameterOf, partAt } from './person.ts';

/** The page on which a person who still has time to enroll proves the mailbox, before the first second step is set up. */
export const mailboxPart: AccountPart = {
  name: 'mailbox',
  parameters: ['strategy', 'sent'],
  async show(person, needs) {
    const { email } = await needs.services.users.me(person.caller);
    const strategy = strategyIn(parameterOf(person.request, 'strategy'));
    const about = { ...(strategy === null ? {} : { strategy }), sent: '1' };
    const sent = parameterOf(person.request, 'sent') === null ? null : { resendInSeconds: 0 };
    return pageOf(mailbox, { form: await formTo(person, needs, 'mailbox', about), email, sent });
  },
  async act({ request, caller }, fields, { services }) {
    const strategy = strategyIn(parameterOf(request, 'strategy'));
    const about: Record<string, string> = strategy === null ? {} : { strategy };
    if (fields.text('action') === 'send') {
      await request.call.takeFromAddress('EMAIL_CODE_SEND');
      await services.mailboxCodes.send(caller);
      return { to: partAt('mailbox', { ...about, sent: '1' }) };
    }
    await request.call.takeFromAddress('EMAIL_CODE_VERIFY');
    await services.mailboxCodes.prove(caller, { code: withoutHyphens(fields.text('code')) });
    return { to: strategy === null ? partAt('factors') : partAt('factors/add', about) };
  },
};
