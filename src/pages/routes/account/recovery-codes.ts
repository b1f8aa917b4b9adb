import { newRecoveryCodes, recoveryCodes, shownRecoveryCodes } from '../../views/account/recovery-codes.tsx';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import { formTo, partAt } from './person.ts';

const about = 'RECOVERY_CODES';

/** How many recovery codes are left. */
export const recoveryCodesPart: AccountPart = {
  name: 'recovery-codes',
  async show({ caller }, { services }) {
    const { user, authenticators } = await services.factors.own(caller);
    const [left = 0] = await services.recoveryCodes.remainingOf(caller, { userIds: [user.id] });
    return pageOf(recoveryCodes, { left: authenticators.length === 0 ? null : left });
  },
  act: async () => ({ to: partAt('recovery-codes') }),
};

/** The page that makes new recovery codes, after the person has proven a second step lately. */
export const newRecoveryCodesPart: AccountPart = {
  name: 'recovery-codes/new',
  sensitive: true,
  async show(person, needs) {
    const { authenticators } = await needs.services.factors.own(person.caller);
    if (authenticators.length === 0) return { to: partAt('recovery-codes') };
    return pageOf(newRecoveryCodes, { form: await formTo(person, needs, 'recovery-codes/new') });
  },
  async act({ caller }, _fields, { services }) {
    const content = await services.recoveryCodes.generate(caller);
    await services.accountNotes.keep(caller, { about, content });
    return { to: partAt('recovery-codes/show') };
  },
};

/** The page that shows new recovery codes, once. */
export const shownRecoveryCodesPart: AccountPart = {
  name: 'recovery-codes/show',
  async show({ caller }, { services }) {
    // Only codes are kept about them.
    const codes = (await services.accountNotes.take(caller, { about })) as string[] | null;
    return pageOf(shownRecoveryCodes, { codes });
  },
  act: async () => ({ to: partAt('recovery-codes') }),
};
