import type { UserPhone } from '../../../domain/directory/user-phone.ts';
import { maxPhonesPerUser } from '../../../domain/directory/user-phone.ts';
import { fail } from '../../../domain/errors.ts';
import { addPhone, confirmPhone, phones, removePhone } from '../../views/account/phones.tsx';
import { withoutHyphens } from '../fields.ts';
import type { PagesNeeds } from '../needs.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import type { Person } from './person.ts';
import { formTo, parameterOf, partAt } from './person.ts';

/** What the confirmation of a number needs back. */
interface BegunPhone {
  otcToken: string;
  phoneNumber: string;
}
const note = { about: 'PHONE_VERIFICATION' } as const;

/** Returns the number that waits for its code. Null if none does, or it was added too long ago. */
const begunOf = async ({ caller }: Person, { services }: PagesNeeds): Promise<BegunPhone | null> =>
  // Only the page on which a number is added keeps such a note.
  (await services.accountNotes.read(caller, note)) as BegunPhone | null;

/** The phone numbers that the person signs in by. */
export const phonesPart: AccountPart = {
  name: 'phones',
  async show({ caller }, { services }) {
    const held = await services.userPhones.ofUser(caller, { userId: null });
    return pageOf(phones, {
      phones: held.map(({ id, phoneNumber, verified }) => ({ id, phoneNumber, verified, removeHref: partAt('phones/remove', { id }) })),
      addHref: held.length < maxPhonesPerUser ? partAt('phones/add') : null,
    });
  },
  act: async () => ({ to: partAt('phones') }),
};

/** The page on which the person adds a number, after a factor was proven lately. */
export const addPhonePart: AccountPart = {
  name: 'phones/add',
  sensitive: true,
  async show(person, needs, { typed = {} }) {
    return pageOf(addPhone, { form: await formTo(person, needs, 'phones/add'), phoneNumber: typed.phoneNumber ?? '' });
  },
  async act({ request, caller }, fields, { services }) {
    await request.call.takeFromAddress('PHONE_CODE_SEND');
    const phoneNumber = fields.text('phoneNumber').trim();
    const { phone, otcToken } = await services.userPhones.add(caller, { userId: null, phoneNumber, sendCode: true });
    // It was confirmed before.
    if (otcToken === null) return { to: partAt('phones') };
    const content: BegunPhone = { otcToken, phoneNumber: phone.phoneNumber };
    await services.accountNotes.keep(caller, { ...note, content });
    return { to: partAt('phones/confirm') };
  },
  keep: (fields) => ({ phoneNumber: fields.text('phoneNumber').trim() }),
};

/** The page on which the person confirms the number by the code that was texted to it. */
export const confirmPhonePart: AccountPart = {
  name: 'phones/confirm',
  async show(person, needs) {
    const begun = await begunOf(person, needs);
    if (begun === null) return { to: partAt('phones') };
    return pageOf(confirmPhone, { form: await formTo(person, needs, 'phones/confirm'), phoneNumber: begun.phoneNumber });
  },
  async act(person, fields, needs) {
    const { request, caller } = person;
    await request.call.takeFromAddress('PHONE_CODE_VERIFY');
    const { otcToken } = (await begunOf(person, needs)) ?? fail('CODE_EXPIRED');
    await needs.services.userPhones.verify(caller, { otcToken, code: withoutHyphens(fields.text('code')) });
    await needs.services.accountNotes.take(caller, note);
    return { to: partAt('phones'), flash: { notice: 'PHONE_ADDED' } };
  },
};

/** Returns the number that the address names, or undefined if the person has no such one. */
async function chosen({ request, caller }: Person, { services }: PagesNeeds): Promise<UserPhone | undefined> {
  const held = await services.userPhones.ofUser(caller, { userId: null });
  return held.find(({ id }) => id === parameterOf(request, 'id'));
}

/** The page that removes a number, after a factor was proven lately. */
export const removePhonePart: AccountPart = {
  name: 'phones/remove',
  parameters: ['id'],
  sensitive: true,
  async show(person, needs) {
    const found = await chosen(person, needs);
    if (found === undefined) return { to: partAt('phones'), flash: { problem: { code: 'GONE' } } };
    return pageOf(removePhone, { form: await formTo(person, needs, 'phones/remove', { id: found.id }), phoneNumber: found.phoneNumber });
  },
  async act({ request, caller }, _fields, { services }) {
    await request.call.takeFromAddress('FACTOR_REMOVE');
    await services.userPhones.remove(caller, { userId: null, phoneId: parameterOf(request, 'id') ?? '' });
    return { to: partAt('phones'), flash: { notice: 'PHONE_REMOVED' } };
  },
};
