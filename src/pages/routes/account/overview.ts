import { overview } from '../../views/account/overview.tsx';
import type { PagesNeeds } from '../needs.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import type { Person } from './person.ts';
import { formTo, partAt } from './person.ts';

/** Returns the name of the organization that the person is signed in to. Null if there is no other to choose. */
async function organizationOf({ caller }: Person, { services }: PagesNeeds): Promise<string | null> {
  const { tenantIds, tenantId } = caller.actor;
  if (tenantIds.length < 2) return null;
  return (await services.tenants.findMany(caller, { ids: [tenantId] }))[0]?.name ?? null;
}

/** The account page itself. */
export const overviewPart: AccountPart = {
  name: '',
  async show(person, needs) {
    const { caller } = person;
    const { factors, recoveryCodes, rememberedDevices, ownSessions } = needs.services;
    const userIds = [caller.actor.userId];
    const { user, authenticators } = await factors.own(caller);
    const [codes = 0] = await recoveryCodes.remainingOf(caller, { userIds });
    const [devices = []] = await rememberedDevices.ofUsers(caller, { userIds });
    const passkeys = (await needs.services.passkeys.own(caller)).length;
    const phones = (await needs.services.userPhones.ofUser(caller, { userId: null })).length;
    const { authStrategy, passkeysEnabled } = await needs.services.environment.publicSettings(caller);
    return pageOf(overview, {
      name: user.name || user.email,
      email: user.email,
      organization: await organizationOf(person, needs),
      factors: authenticators.length,
      passkeys: passkeysEnabled || passkeys > 0 ? passkeys : null,
      phones: authStrategy === 'SMS_CODE' || phones > 0 ? phones : null,
      recoveryCodes: codes,
      devices: devices.length,
      sessions: await ownSessions.count(caller),
      signOut: await formTo(person, needs, 'sign-out'),
    });
  },
  act: async () => ({ to: partAt('') }),
};

/** Signs the person out. What a browser still shows of the account then, it loads again. */
export const signOutPart: AccountPart = {
  name: 'sign-out',
  show: async () => ({ to: partAt('') }),
  async act({ reply, caller, refreshToken }, _fields, { services, cookies }) {
    await services.logOut.byRefreshToken(caller, { refreshToken });
    await cookies.dropSession(reply);
    return { to: partAt('logout') };
  },
};
