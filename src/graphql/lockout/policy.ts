import { z } from 'zod';
import type { LockoutPolicyFields, LockoutPolicy as Policy } from '../../domain/lockout/lockout-policy.ts';
import { attemptsCap, maxStoredAttempts } from '../../domain/lockout/lockout-policy.ts';
import { lockoutPolicyErrors } from '../../services/lockout/policies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, wholeNumber } from '../builder/input-rules.ts';
import { Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

const LockoutPolicy = builder.objectRef<Policy>('LockoutPolicy').implement({
  description:
    'The stored rule for how many failed passwords lock a user, of the environment or of one tenant. Unlike MFA policies, the policy of a tenant replaces the one of the environment, stricter or not. Without any policy, nobody is locked. Codes of second factors do not count.',
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST shows for this policy.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose policy this is. Null for the policy of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether failed passwords lock users.' }),
    maxAttempts: t.exposeInt('maxAttempts', {
      description: 'How many failed passwords in a row lock a user, as it was stored. The number is kept while `enabled` is false.',
    }),
    maxAttemptsInForce: t.int({
      description: `The number that applies when \`enabled\` is true: \`maxAttempts\`, but at most ${attemptsCap}.`,
      resolve: ({ maxAttempts }) => Math.min(maxAttempts, attemptsCap),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the policy was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the policy was last changed.' }),
  }),
});

const number = wholeNumber(1, maxStoredAttempts);
const enabledDescription = 'Whether failed passwords lock users.';
const numberDescription = `How many failed passwords in a row lock a user, 1 to ${maxStoredAttempts}. Numbers above ${attemptsCap} are stored but count as ${attemptsCap}.`;

const fullInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    validate: z.looseObject({ enabled: flag, maxAttempts: number }),
    fields: (t) => ({
      enabled: t.boolean({ description: enabledDescription }),
      maxAttempts: t.int({ description: `${numberDescription} It is required even if \`enabled\` is false.` }),
    }),
  });
const CreateLockoutPolicyInput = fullInput('CreateLockoutPolicyInput', 'The lockout policy to create.');
const UpsertLockoutPolicyInput = fullInput('UpsertLockoutPolicyInput', 'The lockout policy to create, or to replace the existing one with.');
const UpdateLockoutPolicyInput = builder.inputType('UpdateLockoutPolicyInput', {
  description: 'The fields to change, at least one. Absent fields keep their value. Null is refused.',
  validate: z.looseObject({ enabled: flag.optional(), maxAttempts: number.optional() }),
  fields: (t) => ({
    enabled: t.boolean({ required: false, description: enabledDescription }),
    maxAttempts: t.int({ required: false, description: numberDescription }),
  }),
});

interface Written {
  policy: Policy;
  created: boolean;
}
const success = (name: string, description: string) =>
  builder.objectRef<Written>(name).implement({
    description,
    fields: (t) => ({
      lockoutPolicy: t.field({ type: LockoutPolicy, description: 'The stored policy after the change.', resolve: ({ policy }) => policy }),
    }),
  });
const CreateLockoutPolicySuccess = success('CreateLockoutPolicySuccess', 'The lockout policy was created.');
const UpdateLockoutPolicySuccess = success('UpdateLockoutPolicySuccess', 'The lockout policy was changed.');
const UpsertLockoutPolicySuccess = success('UpsertLockoutPolicySuccess', 'The lockout policy was created or replaced.');
builder.objectField(UpsertLockoutPolicySuccess, 'created', (t) =>
  t.exposeBoolean('created', { description: 'True if there was no lockout policy before.' }),
);

const whose = 'of the tenant that the environment token names, or of the environment if it names none';
const administering = { access: 'environment' } as const;

builder.queryField('lockoutPolicy', (t) =>
  t.field({
    access: 'readPolicy',
    type: LockoutPolicy,
    nullable: true,
    description: `The stored lockout policy ${whose}, or for a user the one in force in the current tenant. Null if there is none. Requires the environment token, or a user whose roles include \`fe.secure.read.securityPolicy\`.`,
    resolve: async (_root, _args, context) => context.services.lockoutPolicies.find(await callerOf(context)),
  }),
);

builder.mutationFields((t) => ({
  createLockoutPolicy: t.field({
    ...administering,
    type: CreateLockoutPolicySuccess,
    description: `Creates the lockout policy ${whose}. Of several simultaneous calls, exactly one succeeds. Requires the environment token.`,
    errors: resultUnion('createLockoutPolicy', lockoutPolicyErrors.create, 'INVALID_INPUT'),
    args: { input: t.arg({ type: CreateLockoutPolicyInput, description: 'The policy to store.' }) },
    resolve: async (_root, { input }, context) => ({
      policy: await context.services.lockoutPolicies.create(await callerOf(context), { fields: fieldsOf(input) }),
      created: true,
    }),
  }),
  updateLockoutPolicy: t.field({
    ...administering,
    type: UpdateLockoutPolicySuccess,
    description: `Changes fields of the lockout policy ${whose}. Requires the environment token.`,
    errors: resultUnion('updateLockoutPolicy', lockoutPolicyErrors.update, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpdateLockoutPolicyInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input: { enabled, maxAttempts } }, context) => {
      const fields = { ...(enabled == null ? {} : { enabled }), ...(maxAttempts == null ? {} : { maxAttempts }) };
      return { policy: await context.services.lockoutPolicies.update(await callerOf(context), { fields }), created: false };
    },
  }),
  upsertLockoutPolicy: t.field({
    ...administering,
    type: UpsertLockoutPolicySuccess,
    description: `Creates or replaces the lockout policy ${whose}. Requires the environment token.`,
    errors: resultUnion('upsertLockoutPolicy', lockoutPolicyErrors.upsert, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpsertLockoutPolicyInput, description: 'The policy to store.' }) },
    resolve: async (_root, { input }, context) => context.services.lockoutPolicies.upsert(await callerOf(context), { fields: fieldsOf(input) }),
  }),
}));

/** Takes the two fields of the policy, because the record is stored from this object and an input may hold more. */
const fieldsOf = ({ enabled, maxAttempts }: LockoutPolicyFields): LockoutPolicyFields => ({ enabled, maxAttempts });
