import type { PublicPasskey } from '../../../domain/passkey/passkey.ts';
import { maxPasskeys } from '../../../domain/passkey/passkey.ts';
import { addPasskey, passkeys, removePasskey, renamePasskey } from '../../views/account/passkeys.tsx';
import { isRefusedCredential, readAnswer, refusedCredential } from '../credential-answer.ts';
import { deviceNameIn } from '../enrolling.ts';
import type { PagesNeeds } from '../needs.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import type { Person } from './person.ts';
import { formTo, parameterOf, partAt, secondsSince } from './person.ts';

/** The passkeys of the person. */
export const passkeysPart: AccountPart = {
  name: 'passkeys',
  async show({ caller }, needs) {
    const held = await needs.services.passkeys.own(caller);
    const { passkeysEnabled } = await needs.services.environment.publicSettings(caller);
    return pageOf(passkeys, {
      passkeys: held.map(({ id, name, lastUsedAt }) => ({
        ...{ id, name, renameHref: partAt('passkeys/rename', { id }), removeHref: partAt('passkeys/remove', { id }) },
        usedSecondsAgo: lastUsedAt === null ? null : secondsSince(lastUsedAt, needs),
      })),
      addHref: passkeysEnabled && held.length < maxPasskeys ? partAt('passkeys/add') : null,
    });
  },
  act: async () => ({ to: partAt('passkeys') }),
};

/** The page on which the person adds a passkey, after a factor was proven lately. Each showing of it begins anew. */
export const addPasskeyPart: AccountPart = {
  name: 'passkeys/add',
  sensitive: true,
  async show(person, needs, { typed = {} }) {
    const { options } = await needs.services.passkeyRegistration.begin(person.caller);
    return pageOf(addPasskey, { form: await formTo(person, needs, 'passkeys/add'), options, name: typed.name ?? '' });
  },
  async act({ caller }, fields, { services }) {
    const answer = readAnswer(fields.text('answer'));
    try {
      await services.passkeyRegistration.register(caller, { answer, deviceType: null, name: deviceNameIn(fields) || null });
    } catch (error) {
      if (!isRefusedCredential(error)) throw error;
      return { to: partAt('passkeys/add'), flash: { problem: refusedCredential(error), typed: { name: fields.text('name') } } };
    }
    return { to: partAt('passkeys'), flash: { notice: 'PASSKEY_ADDED' } };
  },
  keep: (fields) => ({ name: fields.text('name') }),
};

/** What the list says when the one that was chosen is not in it. */
const gone = { to: partAt('passkeys'), flash: { problem: { code: 'GONE' } } } as const;

/** Returns the passkey that the address names, or undefined if the person has no such one. */
async function chosen({ request, caller }: Person, { services }: PagesNeeds): Promise<PublicPasskey | undefined> {
  const held = await services.passkeys.own(caller);
  return held.find(({ id }) => id === parameterOf(request, 'id'));
}

/** The page that gives a passkey another name. */
export const renamePasskeyPart: AccountPart = {
  name: 'passkeys/rename',
  parameters: ['id'],
  async show(person, needs, { typed = {} }) {
    const found = await chosen(person, needs);
    if (found === undefined) return gone;
    const { id, name } = found;
    return pageOf(renamePasskey, { form: await formTo(person, needs, 'passkeys/rename', { id }), name: typed.name ?? name });
  },
  async act({ request, caller }, fields, { services }) {
    const passkeyId = parameterOf(request, 'id') ?? '';
    const name = deviceNameIn(fields);
    if (name === '') return { to: partAt('passkeys/rename', { id: passkeyId }), flash: { problem: { code: 'NAME_MISSING', field: 'name' } } };
    await services.passkeys.rename(caller, { passkeyId, name });
    return { to: partAt('passkeys'), flash: { notice: 'PASSKEY_RENAMED' } };
  },
  keep: (fields) => ({ name: fields.text('name') }),
};

/** The page that removes a passkey, after a factor was proven lately. */
export const removePasskeyPart: AccountPart = {
  name: 'passkeys/remove',
  parameters: ['id'],
  sensitive: true,
  async show(person, needs) {
    const found = await chosen(person, needs);
    if (found === undefined) return gone;
    return pageOf(removePasskey, { form: await formTo(person, needs, 'passkeys/remove', { id: found.id }), name: found.name });
  },
  async act({ request, caller }, _fields, { services }) {
    await request.call.takeFromAddress('FACTOR_REMOVE');
    await services.passkeys.remove(caller, { passkeyId: parameterOf(request, 'id') ?? '' });
    return { to: partAt('passkeys'), flash: { notice: 'PASSKEY_REMOVED' } };
  },
};
