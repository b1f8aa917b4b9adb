import { z } from 'zod';
import { shortestMembershipSeconds } from '../../domain/directory/user.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { membershipErrors } from '../../services/directory/memberships.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, tenantId, wholeNumber } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { changedUser } from './target-user.ts';

/** Makes the input of a mutation that acts on a user and a tenant that has to be named. */
const userAndTenant = (inputName: string, description: string, tenantDescription: string) =>
  builder.inputType(inputName, {
    description,
    validate: z.looseObject({ userId: id, tenantId }),
    fields: (t) => ({
      userId: t.id({ description: 'The global id or `restId` of the user.' }),
      tenantId: t.id({ description: tenantDescription }),
    }),
  });

const currentTenant = 'The tenant, by global id or `restId`. If absent, it is the current tenant. Null is refused.';

/** Makes the input of a mutation that acts on a member of a tenant, of the current one unless another is named. */
const memberInput = (inputName: string, description: string) =>
  builder.inputType(inputName, {
    description,
    validate: z.looseObject({ userId: id, tenantId: tenantId.optional() }),
    fields: (t) => ({
      userId: t.id({ description: 'The global id or `restId` of the user.' }),
      tenantId: t.id({ required: false, description: currentTenant }),
    }),
  });

const AddUserToTenantInput = userAndTenant('AddUserToTenantInput', 'The user, and the tenant to join.', 'The tenant, by global id or `restId`.');
const SetActiveTenantInput = userAndTenant(
  'SetActiveTenantInput',
  'The user, and the tenant to enter.',
  'The tenant, by global id or `restId`. The user must be able to enter it.',
);
const DisableUserInput = memberInput('DisableUserInput', 'The member to disable.');
const EnableUserInput = memberInput('EnableUserInput', 'The member to enable.');

const SetUserExpiryInput = builder.inputType('SetUserExpiryInput', {
  description: 'The member, and when the membership ends.',
  validate: z.looseObject({
    userId: id,
    tenantId: tenantId.optional(),
    expiresInSeconds: wholeNumber(shortestMembershipSeconds).nullable(),
  }),
  fields: (t) => ({
    userId: t.id({ description: 'The global id or `restId` of the user.' }),
    tenantId: t.id({ required: false, description: currentTenant }),
    expiresInSeconds: t.int({
      required: false,
      description: `In how many seconds the membership ends by itself, at least ${shortestMembershipSeconds}. Null makes it one that does not end. Must be given.`,
    }),
  }),
});

const MoveTenantUsersInput = builder.inputType('MoveTenantUsersInput', {
  description: 'The two tenants.',
  validate: z.looseObject({ fromTenantId: tenantId, toTenantId: tenantId }),
  fields: (t) => ({
    fromTenantId: t.id({ description: 'The tenant that all members leave, by global id or `restId`.' }),
    toTenantId: t.id({ description: 'The tenant that they join, by global id or `restId`.' }),
  }),
});

const AddUserToTenantSuccess = changedUser('AddUserToTenantSuccess', 'The user is a member of the tenant.');
const SetActiveTenantSuccess = changedUser('SetActiveTenantSuccess', 'The next login of the user enters the tenant.');
const DisableUserSuccess = changedUser('DisableUserSuccess', 'The user cannot enter the tenant.');
const EnableUserSuccess = changedUser(
  'EnableUserSuccess',
  'The user can enter the tenant, unless the membership waits for acceptance or has expired.',
);
const SetUserExpirySuccess = changedUser('SetUserExpirySuccess', 'The end of the membership was set or removed.');
const MoveTenantUsersSuccess = builder.objectRef<{ moved: number }>('MoveTenantUsersSuccess').implement({
  description: 'All members have moved.',
  fields: (t) => ({ movedCount: t.exposeInt('moved', { description: 'How many members the first tenant had.' }) }),
});

interface GivenMember {
  userId: string;
  tenantId?: string | null | undefined;
}
const memberOf = (input: GivenMember) => ({
  userId: restIdOf('User', input.userId),
  tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
});
const who = (permission: string) =>
  `Requires the environment token, or a user whose roles include \`${permission}\`, who acts on members of the current tenant that are no more powerful.`;

builder.mutationFields((t) => ({
  addUserToTenant: t.field({
    type: AddUserToTenantSuccess,
    description:
      'Makes a user a member of a tenant, with the roles for new members. A member stays as they are; an invitation is accepted by it. The policies of the tenant count from the next login on. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('addUserToTenant', membershipErrors.join, 'INVALID_INPUT'),
    args: { input: t.arg({ type: AddUserToTenantInput, description: 'The user and the tenant.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.memberships.join(await callerOf(context), {
        userId: restIdOf('User', input.userId),
        tenantId: restIdOf('Tenant', input.tenantId),
      }),
    }),
  }),
  setActiveTenant: t.field({
    type: SetActiveTenantSuccess,
    description: 'Sets the tenant that the next login of a user enters. Sessions stay where they are. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setActiveTenant', membershipErrors.setActiveTenant, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetActiveTenantInput, description: 'The user and the tenant.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.memberships.setActiveTenant(await callerOf(context), {
        userId: restIdOf('User', input.userId),
        tenantId: restIdOf('Tenant', input.tenantId),
      }),
    }),
  }),
  moveTenantUsers: t.field({
    type: MoveTenantUsersSuccess,
    description: `Moves all members of a tenant to another one. They lose the roles of the first tenant and keep those of the environment. Who is in both keeps the membership in the second. ${whatEnds('TENANT_LEFT')} Requires the environment token.`,
    access: 'environment',
    errors: resultUnion('moveTenantUsers', membershipErrors.moveAll, 'INVALID_INPUT'),
    args: { input: t.arg({ type: MoveTenantUsersInput, description: 'The two tenants.' }) },
    resolve: async (_root, { input }, context) => ({
      moved: await context.services.memberships.moveAll(await callerOf(context), {
        fromTenantId: restIdOf('Tenant', input.fromTenantId),
        toTenantId: restIdOf('Tenant', input.toTenantId),
      }),
    }),
  }),
  disableUser: t.field({
    type: DisableUserSuccess,
    description: `Keeps a member out of a tenant until \`enableUser\`. ${whatEnds('TENANT_LEFT')} Other tenants of the user are not concerned. ${who('fe.secure.write.enableDisable')} Nobody disables themselves.`,
    access: 'writeEnableDisable',
    errors: resultUnion('disableUser', membershipErrors.disable, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DisableUserInput, description: 'The member to disable.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.memberships.disable(await callerOf(context), memberOf(input)),
    }),
  }),
  enableUser: t.field({
    type: EnableUserSuccess,
    description: `Lets a member that was disabled into the tenant again. ${who('fe.secure.write.enableDisable')}`,
    access: 'writeEnableDisable',
    errors: resultUnion('enableUser', membershipErrors.enable, 'INVALID_INPUT'),
    args: { input: t.arg({ type: EnableUserInput, description: 'The member to enable.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.memberships.enable(await callerOf(context), memberOf(input)),
    }),
  }),
  setUserExpiry: t.field({
    type: SetUserExpirySuccess,
    description: `Sets when a membership ends by itself, or that it does not. From that moment on the user cannot enter the tenant, and the next cleanup removes the membership. It can be set only while \`EnvironmentSettings.temporaryUsers\` is true. ${who('fe.secure.write.users')}`,
    access: 'writeUsers',
    errors: resultUnion('setUserExpiry', membershipErrors.setExpiry, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetUserExpiryInput, description: 'The member and the time.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.memberships.setExpiry(await callerOf(context), { ...memberOf(input), seconds: input.expiresInSeconds ?? null }),
    }),
  }),
}));
