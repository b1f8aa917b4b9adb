import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import type { MfaEnforcement as Enforcement, MfaPolicyFields, MfaPolicy as Policy } from '../../domain/policy/policy.ts';
import { policyErrors } from '../../services/policy/policies.ts';
import { builder } from '../builder/builder.ts';
import type { Context } from '../builder/context.ts';
import { callerOf } from '../builder/context.ts';
import { flag, nonNull, seconds } from '../builder/input-rules.ts';
import { EffectiveMfaPolicy, MfaPolicy } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { MfaEnforcement, MfaWarning, warningsDescription } from './enums.ts';

const optionalRules = { allowRememberMyDevice: flag.optional(), mfaDeviceExpirationSeconds: seconds(0).optional() };
const allowDescription = 'Whether a user may spare the second factor on a device for a while.';
const secondsDescription = 'Seconds a remembered device is honored, 0 to 2147483647; 0 remembers nothing.';

const CreateMfaPolicyInput = builder.inputType('CreateMfaPolicyInput', {
  description: 'A first policy. Unlike over REST, enforcement is never switched on by leaving it out.',
  validate: z.looseObject({ enforceMfaType: nonNull, ...optionalRules }),
  fields: (t) => ({
    enforceMfaType: t.field({ type: MfaEnforcement, description: 'Whether users need a second factor.' }),
    allowRememberMyDevice: t.boolean({ required: false, description: `${allowDescription} Absent: false. Null is refused.` }),
    mfaDeviceExpirationSeconds: t.int({ required: false, description: `${secondsDescription} Absent: 1209600, two weeks. Null is refused.` }),
  }),
});

const UpdateMfaPolicyInput = builder.inputType('UpdateMfaPolicyInput', {
  description: 'Fields to change, at least one. Absent fields keep their value; null is refused.',
  validate: z.looseObject({ enforceMfaType: nonNull.optional(), ...optionalRules }),
  fields: (t) => ({
    enforceMfaType: t.field({ type: MfaEnforcement, required: false, description: 'Whether users need a second factor.' }),
    allowRememberMyDevice: t.boolean({ required: false, description: allowDescription }),
    mfaDeviceExpirationSeconds: t.int({ required: false, description: secondsDescription }),
  }),
});

const UpsertMfaPolicyInput = builder.inputType('UpsertMfaPolicyInput', {
  description: 'Absent fields keep their value on an existing policy and take the documented default on a new one. Null is refused.',
  validate: z.looseObject({ enforceMfaType: nonNull, ...optionalRules }),
  fields: (t) => ({
    enforceMfaType: t.field({ type: MfaEnforcement, description: 'Whether users need a second factor. Unlike over REST, always given.' }),
    allowRememberMyDevice: t.boolean({ required: false, description: `${allowDescription} Default of a new policy: false.` }),
    mfaDeviceExpirationSeconds: t.int({ required: false, description: `${secondsDescription} Default of a new policy: 1209600.` }),
  }),
});

interface GivenFields {
  enforceMfaType?: Enforcement | null | undefined;
  allowRememberMyDevice?: boolean | null | undefined;
  mfaDeviceExpirationSeconds?: number | null | undefined;
}

/** Answers the fields given alone: an absent field must not become a change. */
const presentFields = ({ enforceMfaType, allowRememberMyDevice, mfaDeviceExpirationSeconds }: GivenFields): Partial<MfaPolicyFields> => ({
  ...(enforceMfaType == null ? {} : { enforceMfaType }),
  ...(allowRememberMyDevice == null ? {} : { allowRememberMyDevice }),
  ...(mfaDeviceExpirationSeconds == null ? {} : { mfaDeviceExpirationSeconds }),
});

interface Written {
  policy: Policy;
  created: boolean;
}
const success = (name: string, description: string) => builder.objectRef<Written>(name).implement({ description });
const CreateMfaPolicySuccess = success('CreateMfaPolicySuccess', 'The policy was created.');
const UpdateMfaPolicySuccess = success('UpdateMfaPolicySuccess', 'The policy was changed.');
const UpsertMfaPolicySuccess = success('UpsertMfaPolicySuccess', 'The policy is as asked.');

for (const Success of [CreateMfaPolicySuccess, UpdateMfaPolicySuccess, UpsertMfaPolicySuccess]) {
  builder.objectFields(Success, (t) => ({
    mfaPolicy: t.field({ type: MfaPolicy, description: 'The record as it is stored now.', resolve: ({ policy }) => policy }),
    effectiveMfaPolicy: t.field({
      type: EffectiveMfaPolicy,
      description:
        'The rule that holds now. A record of a tenant weaker than that of the environment is stored, as over REST, and has no effect: here it shows.',
      resolve: ({ policy }, _args, { loaders }) => loaders.effectivePolicies.load(policy.tenantId),
    }),
    warnings: t.field({
      type: [MfaWarning],
      description: warningsDescription,
      resolve: async ({ policy: { tenantId } }, _args, context) => {
        const policy = await context.loaders.effectivePolicies.load(tenantId);
        const strategies = await context.loaders.strategies.load(tenantId);
        return context.services.warnings.list(await callerOf(context), { policy, strategies });
      },
    }),
  }));
}
builder.objectField(UpsertMfaPolicySuccess, 'created', (t) => t.exposeBoolean('created', { description: 'True when there was no policy before.' }));

const whose = 'in the tenant in force, or in the environment when an environment token names no tenant.';
const writing = { authScopes: { writePolicy: true } } as const;

/** Writes, and forgets what the request has read: its answer shows the new rule. */
async function write<T>(context: Context, change: (policies: Context['services']['policies'], caller: Caller) => Promise<T>): Promise<T> {
  const result = await change(context.services.policies, await callerOf(context));
  context.loaders.forgetSettings();
  return result;
}

builder.mutationFields((t) => ({
  createMfaPolicy: t.field({
    ...writing,
    type: CreateMfaPolicySuccess,
    description: `Sets the first policy ${whose} Of several at once exactly one succeeds.`,
    errors: resultUnion('What came of `createMfaPolicy`.', policyErrors.create, 'INVALID_INPUT'),
    args: { input: t.arg({ type: CreateMfaPolicyInput, description: 'The policy.' }) },
    resolve: async (_root, { input }, context) => ({
      policy: await write(context, (policies, caller) => policies.create(caller, { fields: presentFields(input) })),
      created: true,
    }),
  }),
  updateMfaPolicy: t.field({
    ...writing,
    type: UpdateMfaPolicySuccess,
    description: `Changes fields of the policy ${whose}`,
    errors: resultUnion('What came of `updateMfaPolicy`.', policyErrors.update, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpdateMfaPolicyInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input }, context) => ({
      policy: await write(context, (policies, caller) => policies.update(caller, { fields: presentFields(input) })),
      created: false,
    }),
  }),
  upsertMfaPolicy: t.field({
    ...writing,
    type: UpsertMfaPolicySuccess,
    description: `Sets the policy ${whose} It creates or changes, and never fails for what exists.`,
    errors: resultUnion('What came of `upsertMfaPolicy`.', policyErrors.upsert, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpsertMfaPolicyInput, description: 'The policy.' }) },
    resolve: async (_root, { input }, context) => write(context, (policies, caller) => policies.upsert(caller, { fields: presentFields(input) })),
  }),
}));
