import { z } from 'zod';
import type { LockoutPolicyFields, LockoutPolicy as Policy } from '../../domain/lockout/lockout-policy.ts';
import { attemptsCap, maxStoredAttempts } from '../../domain/lockout/lockout-policy.ts';
import { lockoutPolicyErrors } from '../../services/lockout/policies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, seconds } from '../builder/input-rules.ts';
import { Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

const LockoutPolicy = builder.objectRef<Policy>('LockoutPolicy').implement({
  description:
    'When failed passwords lock a user: a stored rule of the environment, or of one tenant. Unlike with MFA policies, that of a tenant replaces that of the environment, stricter or not. ' +
    'Where neither has one, nobody is locked. Codes of second factors do not count. Seen by the environment token.',
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id REST shows for this policy.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose policy this is. Null for the policy of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders.tenants.load(tenantId)),
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether failed passwords lock at all.' }),
    maxAttempts: t.exposeInt('maxAttempts', {
      description: 'Failed passwords in a row that lock the user, as stored; kept while `enabled` is false.',
    }),
    maxAttemptsInForce: t.int({
      description: `The number that acts when \`enabled\` is true: \`maxAttempts\`, at most ${attemptsCap}.`,
      resolve: ({ maxAttempts }) => Math.min(maxAttempts, attemptsCap),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the policy was first set.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

const number = seconds(1, maxStoredAttempts);
const enabledDescription = 'Whether failed passwords lock the user.';
const numberDescription = `Failed passwords in a row that lock, 1 to ${maxStoredAttempts}; what is above ${attemptsCap} acts as ${attemptsCap}.`;

const fullInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    validate: z.looseObject({ enabled: flag, maxAttempts: number }),
    fields: (t) => ({
      enabled: t.boolean({ description: enabledDescription }),
      maxAttempts: t.int({ description: `${numberDescription} Required even when disabled.` }),
    }),
  });
const CreateLockoutPolicyInput = fullInput('CreateLockoutPolicyInput', 'A first lockout policy.');
const UpsertLockoutPolicyInput = fullInput('UpsertLockoutPolicyInput', 'The whole lockout policy, whether there is one or not.');
const UpdateLockoutPolicyInput = builder.inputType('UpdateLockoutPolicyInput', {
  description: 'Fields to change, at least one. Absent fields keep their value; null is refused.',
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
      lockoutPolicy: t.field({ type: LockoutPolicy, description: 'The record as it is stored now.', resolve: ({ policy }) => policy }),
    }),
  });
const CreateLockoutPolicySuccess = success('CreateLockoutPolicySuccess', 'The lockout policy was created.');
const UpdateLockoutPolicySuccess = success('UpdateLockoutPolicySuccess', 'The lockout policy was changed.');
const UpsertLockoutPolicySuccess = success('UpsertLockoutPolicySuccess', 'The lockout policy is as asked.');
builder.objectField(UpsertLockoutPolicySuccess, 'created', (t) =>
  t.exposeBoolean('created', { description: 'True when there was no lockout policy before.' }),
);

const whose = 'of the tenant the environment token names, or of the environment';
const administering = { authScopes: { environment: true } } as const;

builder.queryField('lockoutPolicy', (t) =>
  t.field({
    ...administering,
    type: LockoutPolicy,
    nullable: true,
    description: `The stored lockout policy ${whose}. Null where none is set.`,
    resolve: async (_root, _args, context) => context.services.lockoutPolicies.find(await callerOf(context)),
  }),
);

builder.mutationFields((t) => ({
  createLockoutPolicy: t.field({
    ...administering,
    type: CreateLockoutPolicySuccess,
    description: `Sets the first lockout policy ${whose}. Of several at once exactly one succeeds.`,
    errors: resultUnion('What came of `createLockoutPolicy`.', lockoutPolicyErrors.create, 'INVALID_INPUT'),
    args: { input: t.arg({ type: CreateLockoutPolicyInput, description: 'The policy.' }) },
    resolve: async (_root, { input }, context) => ({
      policy: await context.services.lockoutPolicies.create(await callerOf(context), { fields: fieldsOf(input) }),
      created: true,
    }),
  }),
  updateLockoutPolicy: t.field({
    ...administering,
    type: UpdateLockoutPolicySuccess,
    description: `Changes fields of the lockout policy ${whose}.`,
    errors: resultUnion('What came of `updateLockoutPolicy`.', lockoutPolicyErrors.update, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpdateLockoutPolicyInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input: { enabled, maxAttempts } }, context) => {
      const fields = { ...(enabled == null ? {} : { enabled }), ...(maxAttempts == null ? {} : { maxAttempts }) };
      return { policy: await context.services.lockoutPolicies.update(await callerOf(context), { fields }), created: false };
    },
  }),
  upsertLockoutPolicy: t.field({
    ...administering,
    type: UpsertLockoutPolicySuccess,
    description: `Sets the lockout policy ${whose}. It creates or changes, and never fails for what exists.`,
    errors: resultUnion('What came of `upsertLockoutPolicy`.', lockoutPolicyErrors.upsert, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpsertLockoutPolicyInput, description: 'The policy.' }) },
    resolve: async (_root, { input }, context) => context.services.lockoutPolicies.upsert(await callerOf(context), { fields: fieldsOf(input) }),
  }),
}));

/** Answers the two fields alone: an input object is the caller's and may hold more, and the record is stored from it. */
const fieldsOf = ({ enabled, maxAttempts }: LockoutPolicyFields): LockoutPolicyFields => ({ enabled, maxAttempts });
