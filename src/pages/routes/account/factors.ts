import type { PublicAuthenticator } from '../../../domain/authenticator/strategy.ts';
import { removeFactor, renameFactor } from '../../views/account/change-factor.tsx';
import { factors } from '../../views/account/factors.tsx';
import { deviceNameIn } from '../enrolling.ts';
import type { PagesNeeds } from '../needs.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import type { Person } from './person.ts';
import { formTo, parameterOf, partAt, secondsSince } from './person.ts';

/** The second steps of the person, and the ways to add one. */
export const factorsPart: AccountPart = {
  name: 'factors',
  async show({ caller }, needs) {
    const { authenticators, enrollable } = await needs.services.factors.own(caller);
    return pageOf(factors, {
      factors: authenticators.map(({ id, strategy, label, phoneNumber, lastUsedAt }) => ({
        ...{ id, strategy, name: label, phoneNumber: phoneNumber ?? null },
        usedSecondsAgo: lastUsedAt === null ? null : secondsSince(lastUsedAt, needs),
        renameHref: partAt('factors/rename', { id }),
        removeHref: partAt('factors/remove', { id }),
      })),
      addable: enrollable.map((strategy) => ({ strategy, href: partAt('factors/add', { strategy }) })),
    });
  },
  act: async () => ({ to: partAt('factors') }),
};

/** What the list says when the one that was chosen is not in it. */
const gone = { to: partAt('factors'), flash: { problem: { code: 'GONE' } } } as const;

/** Returns the second step that the address names, and how many there are. Null if the person has no such one. */
async function chosen({ request, caller }: Person, { services }: PagesNeeds): Promise<{ factor: PublicAuthenticator; count: number } | null> {
  const { authenticators } = await services.factors.own(caller);
  const factor = authenticators.find(({ id }) => id === parameterOf(request, 'id'));
  return factor === undefined ? null : { factor, count: authenticators.length };
}

/** The page that gives a second step another name. */
export const renameFactorPart: AccountPart = {
  name: 'factors/rename',
  parameters: ['id'],
  async show(person, needs, { typed = {} }) {
    const found = await chosen(person, needs);
    if (found === null) return gone;
    const { id, label } = found.factor;
    return pageOf(renameFactor, { form: await formTo(person, needs, 'factors/rename', { id }), name: typed.name ?? label });
  },
  async act({ request, caller }, fields, { services }) {
    const deviceId = parameterOf(request, 'id') ?? '';
    const name = deviceNameIn(fields);
    if (name === '') return { to: partAt('factors/rename', { id: deviceId }), flash: { problem: { code: 'NAME_MISSING', field: 'name' } } };
    await services.factors.rename(caller, { userId: null, deviceId, name });
    return { to: partAt('factors'), flash: { notice: 'FACTOR_RENAMED' } };
  },
  keep: (fields) => ({ name: fields.text('name') }),
};

/** The page that removes a second step, after the person has proven one lately. */
export const removeFactorPart: AccountPart = {
  name: 'factors/remove',
  parameters: ['id'],
  sensitive: true,
  async show(person, needs) {
    const found = await chosen(person, needs);
    if (found === null) return gone;
    const { id, label } = found.factor;
    return pageOf(removeFactor, { form: await formTo(person, needs, 'factors/remove', { id }), name: label, isLast: found.count === 1 });
  },
  async act({ request, caller }, _fields, { services }) {
    await request.call.takeFromAddress('FACTOR_REMOVE');
    const deviceId = parameterOf(request, 'id') ?? '';
    await services.removal.remove(caller, { userId: null, deviceId, strategies: [], proof: { by: 'RECENT_FACTOR' } });
    return { to: partAt('factors'), flash: { notice: 'FACTOR_REMOVED' } };
  },
};
