import { z } from 'zod';
import type { PasswordHistoryPolicy as History, PasswordRotation as Rotation } from '../../domain/password/policy.ts';
import { defaultRotationFields, historySizeBounds, rotationBounds } from '../../domain/password/policy.ts';
import { passwordPolicyErrors } from '../../services/password/policies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, wholeNumber } from '../builder/input-rules.ts';
import { Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { given, ofTenants, range, rights, stepUp, whose } from './words.ts';

const PasswordHistoryPolicy = builder.objectRef<History>('PasswordHistoryPolicy').implement({
  description: 'Which earlier passwords are refused. The record of a tenant replaces that of the environment.',
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST shows for this record.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose record this is. Null for that of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether earlier passwords are refused.' }),
    historySize: t.exposeInt('historySize', { description: 'How many passwords are refused, the present one among them.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the record was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the record was last changed.' }),
  }),
});

const SetPasswordHistoryPolicyInput = builder.inputType('SetPasswordHistoryPolicyInput', {
  description: 'The record to create, or to replace the existing one with.',
  validate: z.looseObject({ enabled: flag, historySize: wholeNumber(historySizeBounds.min, historySizeBounds.max) }),
  fields: (t) => ({
    enabled: t.boolean({ description: 'Whether earlier passwords are refused.' }),
    historySize: t.int({
      description: `How many passwords are refused, the present one among them, ${range(historySizeBounds)}. It is required even if \`enabled\` is false.`,
    }),
  }),
});

const SetPasswordHistoryPolicySuccess = builder.objectRef<{ passwordHistoryPolicy: History }>('SetPasswordHistoryPolicySuccess').implement({
  description: 'The record was created or replaced. Hashes that are not needed any more are removed when the user next sets a password.',
  fields: (t) => ({
    passwordHistoryPolicy: t.expose('passwordHistoryPolicy', { type: PasswordHistoryPolicy, description: 'The record after the change.' }),
  }),
});

const PasswordRotation = builder.objectRef<Rotation>('PasswordRotation').implement({
  description: 'When passwords expire. The shortest active period of the environment and the tenants of a user counts.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose record this is. Null for that of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    active: t.exposeBoolean('isActive', { description: 'Whether passwords expire.' }),
    rotationPeriodMinutes: t.exposeInt('rotationPeriodMinutes', { description: 'How old a password may become, in minutes.' }),
    notificationPeriodMinutes: t.exposeInt('notificationPeriodMinutes', {
      description: 'For how many minutes before that a login says that the password will expire.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the record was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the record was last changed.' }),
  }),
});

const SetPasswordRotationInput = builder.inputType('SetPasswordRotationInput', {
  description: 'The fields to change. Absent fields keep their value, and take the default on a new record. Null is refused.',
  validate: z.looseObject({
    active: flag.optional(),
    rotationPeriodMinutes: wholeNumber(rotationBounds.minPeriod, rotationBounds.max).optional(),
    notificationPeriodMinutes: wholeNumber(rotationBounds.minNotification, rotationBounds.max).optional(),
  }),
  fields: (t) => ({
    active: t.boolean({ required: false, description: 'Whether passwords expire. The default is false.' }),
    rotationPeriodMinutes: t.int({
      required: false,
      description: `How old a password may become, in minutes, ${rotationBounds.minPeriod} to ${rotationBounds.max}. The default is ${defaultRotationFields.rotationPeriodMinutes}.`,
    }),
    notificationPeriodMinutes: t.int({
      required: false,
      description: `For how many minutes before that a login says so, ${rotationBounds.minNotification} to ${rotationBounds.max}. The default is ${defaultRotationFields.notificationPeriodMinutes}.`,
    }),
  }),
});

const SetPasswordRotationSuccess = builder.objectRef<{ passwordRotation: Rotation }>('SetPasswordRotationSuccess').implement({
  description: 'The rotation was created or changed. A login with an expired password leads to a new password, after every required factor.',
  fields: (t) => ({
    passwordRotation: t.expose('passwordRotation', { type: PasswordRotation, description: 'The record after the change.' }),
  }),
});

builder.queryFields((t) => ({
  passwordHistoryPolicy: t.field({
    access: 'readPolicy',
    type: PasswordHistoryPolicy,
    nullable: true,
    description: `Which earlier passwords are refused, as it is stored ${whose}. Null if nothing is. ${rights('read.securityPolicy')}.`,
    resolve: async (_root, _args, context) => context.services.passwordPolicies.findHistory(await callerOf(context)),
  }),
  passwordRotation: t.field({
    access: 'readPasswordExpiration',
    type: PasswordRotation,
    nullable: true,
    description: `When passwords expire, as it is stored ${whose}. Null if nothing is. ${rights('read.passwordExpirationConfiguration')}.`,
    resolve: async (_root, _args, context) => context.services.passwordPolicies.findRotation(await callerOf(context)),
  }),
}));

builder.mutationFields((t) => ({
  setPasswordHistoryPolicy: t.field({
    access: 'writePolicy',
    type: SetPasswordHistoryPolicySuccess,
    description: `Says which earlier passwords are refused, ${whose}. ${ofTenants('allowOverrideEnforcePasswordHistory')} ${rights('write.securityPolicy')}, ${stepUp}.`,
    errors: resultUnion('setPasswordHistoryPolicy', passwordPolicyErrors.setHistory, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetPasswordHistoryPolicyInput, description: 'The record to store.' }) },
    resolve: async (_root, { input: { enabled, historySize } }, context) => ({
      passwordHistoryPolicy: await context.services.passwordPolicies.setHistory(await callerOf(context), { fields: { enabled, historySize } }),
    }),
  }),
  setPasswordRotation: t.field({
    access: 'writePasswordExpiration',
    type: SetPasswordRotationSuccess,
    description: `Says when passwords expire, ${whose}. ${ofTenants('allowOverridePasswordExpiration')} ${rights('write.passwordExpirationConfiguration')}, ${stepUp}.`,
    errors: resultUnion('setPasswordRotation', passwordPolicyErrors.setRotation, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetPasswordRotationInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input }, context) => {
      const { active, rotationPeriodMinutes, notificationPeriodMinutes } = input;
      const fields = given({ isActive: active, rotationPeriodMinutes, notificationPeriodMinutes });
      return { passwordRotation: await context.services.passwordPolicies.setRotation(await callerOf(context), { fields }) };
    },
  }),
}));
