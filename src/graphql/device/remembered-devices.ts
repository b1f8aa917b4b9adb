import { z } from 'zod';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import type { ListedDevice } from '../../services/device/remembered-devices.ts';
import { rememberedDeviceErrors } from '../../services/device/remembered-devices.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id } from '../builder/input-rules.ts';
import { User } from '../builder/object-refs.ts';
import { userIdDescription, userIdOf } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';

const Device = builder.objectRef<ListedDevice>('RememberedDevice').implement({
  description: 'A device whose logins skip the second factor for a while. Its token was shown once and is nowhere here.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Opaque id; `revokeRememberedDevice` takes it as `deviceId`.' }),
    name: t.exposeString('name', {
      description: 'Browser and system as the device named them when it was remembered, e.g. `Chrome on Windows`. Nothing proves that they are true.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was remembered, by a second factor.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', description: 'When it last spared a second factor, or was remembered.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it is honored, by the policies as they are now.' }),
    honored: t.exposeBoolean('honored', { description: 'False while a policy lets no device be remembered: the second factor is asked for.' }),
  }),
});

builder.objectField(User, 'rememberedDevices', (t) =>
  t.field({
    type: [Device],
    description: 'Devices that skip the second factor and have not expired, newest first.',
    resolve: ({ id }, _args, { loaders }) => loaders.rememberedDevices.load(id),
  }),
);

const RevokeRememberedDeviceInput = builder.inputType('RevokeRememberedDeviceInput', {
  description: 'A device to forget.',
  validate: z.looseObject({ deviceId: id, userId: id.optional() }),
  fields: (t) => ({
    deviceId: t.id({ description: 'Which device, by `RememberedDevice.id`.' }),
    userId: t.id({ required: false, description: userIdDescription }),
  }),
});

const RevokeAllRememberedDevicesInput = builder.inputType('RevokeAllRememberedDevicesInput', {
  description: 'Whose devices to forget.',
  validate: z.looseObject({ userId: id.optional() }),
  fields: (t) => ({ userId: t.id({ required: false, description: userIdDescription }) }),
});

const RevokeRememberedDeviceSuccess = builder.objectRef<{ user: UserRecord }>('RevokeRememberedDeviceSuccess').implement({
  description: 'The next login on the device is asked for the second factor.',
  fields: (t) => ({ user: t.expose('user', { type: User, description: 'The user with the devices left.' }) }),
});

const RevokeAllRememberedDevicesSuccess = builder.objectRef<{ user: UserRecord; revoked: number }>('RevokeAllRememberedDevicesSuccess').implement({
  description: 'No device skips the second factor of the user.',
  fields: (t) => ({
    user: t.expose('user', { type: User, description: 'The user, without devices.' }),
    revokedCount: t.exposeInt('revoked', { description: 'How many devices were forgotten, expired ones included.' }),
  }),
});

builder.mutationFields((t) => ({
  revokeRememberedDevice: t.field({
    type: RevokeRememberedDeviceSuccess,
    description: 'Forgets one device: an own one, or one of a user an environment token names. Sessions go on.',
    authScopes: { somebody: true },
    errors: resultUnion('What came of `revokeRememberedDevice`.', rememberedDeviceErrors.revoke),
    args: { input: t.arg({ type: RevokeRememberedDeviceInput, description: 'The device.' }) },
    resolve: async (_root, { input: { deviceId, userId } }, context) => ({
      user: await context.services.rememberedDevices.revoke(await callerOf(context), { deviceId, userId: userIdOf(userId) }),
    }),
  }),
  revokeAllRememberedDevices: t.field({
    type: RevokeAllRememberedDevicesSuccess,
    description: 'Forgets every device of the user: the own ones, or those of a user an environment token names. Sessions go on.',
    authScopes: { somebody: true },
    errors: resultUnion('What came of `revokeAllRememberedDevices`.', rememberedDeviceErrors.revokeAll),
    args: { input: t.arg({ type: RevokeAllRememberedDevicesInput, description: 'The user.' }) },
    resolve: async (_root, { input: { userId } }, context) =>
      context.services.rememberedDevices.revokeAll(await callerOf(context), { userId: userIdOf(userId) }),
  }),
}));
