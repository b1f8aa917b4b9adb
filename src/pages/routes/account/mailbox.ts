import { mailbox } from '../../views/account/mailbox.tsx';
import { strategyIn } from '../enrolling.ts';
import { withoutHyphens } from '../fields.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import type { Person } from './person.ts';
import { formTo, parameterOf, partAt } from './person.ts';

/** Returns what the person wants to add: the parameters of the address that name it. */
function purposeOf({ request }: Person): Record<string, string> {
  for (const wanted of ['passkey', 'phone']) if (parameterOf(request, wanted) !== null) return { [wanted]: '1' };
  const strategy = strategyIn(parameterOf(request, 'strategy'));
  return strategy === null ? {} : { strategy };
}

/** The page on which a person who still has time to enroll proves the mailbox, before the first second step is set up. */
export const mailboxPart: AccountPart = {
  name: 'mailbox',
  parameters: ['strategy', 'passkey', 'phone', 'sent'],
  async show(person, needs) {
    const { email } = await needs.services.users.me(person.caller);
    const about = { ...purposeOf(person), sent: '1' };
    const sent = parameterOf(person.request, 'sent') === null ? null : { resendInSeconds: 0 };
    return pageOf(mailbox, { form: await formTo(person, needs, 'mailbox', about), email, sent });
  },
  async act(person, fields, { services }) {
    const { request, caller } = person;
    const about = purposeOf(person);
    if (fields.text('action') === 'send') {
      await request.call.takeFromAddress('EMAIL_CODE_SEND');
      await services.mailboxCodes.send(caller);
      return { to: partAt('mailbox', { ...about, sent: '1' }) };
    }
    await request.call.takeFromAddress('EMAIL_CODE_VERIFY');
    await services.mailboxCodes.prove(caller, { code: withoutHyphens(fields.text('code')) });
    if ('passkey' in about) return { to: partAt('passkeys/add') };
    if ('phone' in about) return { to: partAt('phones/add') };
    return { to: 'strategy' in about ? partAt('factors/add', about) : partAt('factors') };
  },
};
