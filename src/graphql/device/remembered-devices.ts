import { z } from 'zod';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import { rememberedDeviceErrors } from '../../services/device/remembered-devices.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, idOf } from '../builder/input-rules.ts';
import { RememberedDevice, User } from '../builder/object-refs.ts';
import { changedUser, userIdDescription, userIdOf } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';

builder.node(RememberedDevice, {
  name: 'RememberedDevice',
  description:
    'A browser whose logins skip the second factor for a while. Its token was shown once, when it was remembered, and cannot be read here. A user sees own ones, and the environment token those of the users it sees.',
  access: 'somebody',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) =>
    loaders()
      .rememberedDevicesById.loadMany(ids)
      .then((found) => found.map((device) => (device instanceof Error ? null : device))),
  fields: (t) => ({
    restId: t.exposeString('id', {
      description: 'The id that the audit trail names. `revokeRememberedDevice` takes it as `deviceId`, and the global id as well.',
    }),
    name: t.exposeString('name', {
      description:
        'The browser and operating system, for example `Chrome on Windows`. The browser reported them when it was remembered, and nothing verifies them.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the browser was remembered, after a second factor was verified in it.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'When it was last used to skip the second factor, or when it was remembered if it was never used.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it stops skipping the second factor, according to the current policies.',
    }),
    honored: t.exposeBoolean('honored', {
      description: 'Whether it skips the second factor now. False while a policy does not allow remembered devices.',
    }),
  }),
});

builder.objectField(User, 'rememberedDevices', (t) =>
  t.field({
    type: [RememberedDevice],
    description: 'Remembered devices that have not expired, newest first. Empty for another user, unless the caller has the environment token.',
    resolve: ({ id }, _args, { loaders }) => loaders().rememberedDevices.load(id),
  }),
);

const RevokeRememberedDeviceInput = builder.inputType('RevokeRememberedDeviceInput', {
  description: 'The remembered device to revoke.',
  validate: z.looseObject({ deviceId: idOf('RememberedDevice'), userId: id.optional() }),
  fields: (t) => ({
    deviceId: t.id({ description: 'The global id or `restId` of the remembered device.' }),
    userId: t.id({ required: false, description: userIdDescription }),
  }),
});

const RevokeAllRememberedDevicesInput = builder.inputType('RevokeAllRememberedDevicesInput', {
  description: 'The user whose remembered devices to revoke.',
  validate: z.looseObject({ userId: id.optional() }),
  fields: (t) => ({ userId: t.id({ required: false, description: userIdDescription }) }),
});

const RevokeRememberedDeviceSuccess = changedUser(
  'RevokeRememberedDeviceSuccess',
  'The remembered device is revoked. Its next login needs the second factor.',
  'The user, with the remaining remembered devices.',
);

const RevokeAllRememberedDevicesSuccess = builder.objectRef<{ user: UserRecord; revoked: number }>('RevokeAllRememberedDevicesSuccess').implement({
  description: 'All remembered devices of the user are revoked. Every next login needs the second factor.',
  fields: (t) => ({
    user: t.expose('user', { type: User, description: 'The user, who has no remembered devices now.' }),
    revokedCount: t.exposeInt('revoked', { description: 'How many remembered devices were revoked, including expired ones.' }),
  }),
});

builder.mutationFields((t) => ({
  revokeRememberedDevice: t.field({
    type: RevokeRememberedDeviceSuccess,
    description: 'Revokes one remembered device. A user can revoke own ones, and an environment token those of the user it names. Sessions continue.',
    access: 'somebody',
    errors: resultUnion('revokeRememberedDevice', rememberedDeviceErrors.revoke),
    args: { input: t.arg({ type: RevokeRememberedDeviceInput, description: 'The remembered device to revoke.' }) },
    resolve: async (_root, { input: { deviceId, userId } }, context) => ({
      user: await context.services.rememberedDevices.revoke(await callerOf(context), { deviceId, userId: userIdOf(userId) }),
    }),
  }),
  revokeAllRememberedDevices: t.field({
    type: RevokeAllRememberedDevicesSuccess,
    description:
      'Revokes all remembered devices of a user. A user can revoke own ones, and an environment token those of the user it names. Sessions continue.',
    access: 'somebody',
    errors: resultUnion('revokeAllRememberedDevices', rememberedDeviceErrors.revokeAll),
    args: { input: t.arg({ type: RevokeAllRememberedDevicesInput, description: 'The user whose remembered devices to revoke.' }) },
    resolve: async (_root, { input: { userId } }, context) =>
      context.services.rememberedDevices.revokeAll(await callerOf(context), { userId: userIdOf(userId) }),
  }),
}));
