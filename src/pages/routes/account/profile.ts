import { profileBounds } from '../../../domain/bounds.ts';
import { utf8Length } from '../../../domain/text.ts';
import { changePassword, password } from '../../views/account/password.tsx';
import { profile } from '../../views/account/profile.tsx';
import { nameIn } from '../inputs.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import { formTo, partAt } from './person.ts';

/** The profile, of which the person can change the name. */
export const profilePart: AccountPart = {
  name: 'profile',
  async show(person, needs, { typed = {} }) {
    const { caller } = person;
    const { users, tenants } = needs.services;
    const { name, email } = await users.me(caller);
    const [tenant] = await tenants.findMany(caller, { ids: [caller.actor.tenantId] });
    return pageOf(profile, { form: await formTo(person, needs, 'profile'), name: typed.name ?? name, email, organization: tenant?.name ?? '' });
  },
  async act({ caller }, fields, { services }) {
    const name = nameIn(fields, 'name', (text) => utf8Length(text) <= profileBounds.name);
    if (name === '') return { to: partAt('profile'), flash: { problem: { code: 'NAME_MISSING', field: 'name' } } };
    await services.users.updateProfile(caller, { userId: null, change: { name } });
    return { to: partAt('profile'), flash: { notice: 'PROFILE_SAVED' } };
  },
  keep: (fields) => ({ name: fields.text('name') }),
};

/** The password, which the person changes on a page of its own, or by a mailed link. */
export const passwordPart: AccountPart = {
  name: 'password',
  async show(person, needs) {
    const { email } = await needs.services.users.me(person.caller);
    return pageOf(password, { form: await formTo(person, needs, 'password'), email, changeHref: partAt('password/change') });
  },
  async act({ request, caller }, _fields, { services }) {
    await request.call.takeFromAddress('PASSWORD_RESET');
    const { email } = await services.users.me(caller);
    await services.passwordReset.request(caller, { email, captchaToken: null });
    return { to: partAt('password'), flash: { notice: 'PASSWORD_LINK_SENT' } };
  },
};

/** The page on which a person who knows the present password changes it. Whoever has a factor has to have proven it lately. */
export const changePasswordPart: AccountPart = {
  name: 'password/change',
  sensitive: true,
  async show(person, needs) {
    const { users, passwordPolicies } = needs.services;
    const { id, email } = await users.me(person.caller);
    const { minLength } = await passwordPolicies.effectiveOf(person.caller, { userId: id });
    return pageOf(changePassword, { form: await formTo(person, needs, 'password/change'), email, minLength });
  },
  async act({ request, caller }, fields, { services }) {
    await request.call.takeFromAddress('PASSWORD_CHANGE');
    await services.ownPassword.change(caller, { password: fields.text('password'), newPassword: fields.text('newPassword') });
    return { to: partAt('password'), flash: { notice: 'PASSWORD_SAVED' } };
  },
};
