import { devices } from '../../views/account/devices.tsx';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import { formTo, partAt, secondsSince } from './person.ts';

/** The remembered devices, of which the person can forget one or all. */
export const devicesPart: AccountPart = {
  name: 'devices',
  async show(person, needs) {
    const { caller } = person;
    const [listed = []] = await needs.services.rememberedDevices.ofUsers(caller, { userIds: [caller.actor.userId] });
    const now = needs.clock.now().getTime();
    return pageOf(devices, {
      form: await formTo(person, needs, 'devices'),
      devices: listed.map(({ id, userAgent, createdAt, expiresAt, honored }) => ({
        ...{ id, userAgent, honored, secondsAgo: secondsSince(createdAt, needs) },
        secondsLeft: Math.floor((expiresAt.getTime() - now) / 1_000),
      })),
    });
  },
  async act({ caller }, fields, { services }) {
    const all = fields.text('action') === 'all';
    if (all) await services.rememberedDevices.revokeAll(caller, { userId: null });
    else await services.rememberedDevices.revoke(caller, { userId: null, deviceId: fields.text('deviceId') });
    return { to: partAt('devices'), flash: { notice: all ? 'DEVICES_FORGOTTEN' : 'DEVICE_FORGOTTEN' } };
  },
};
