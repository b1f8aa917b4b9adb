import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import { maxInteger } from '../../domain/bounds.ts';
import { maxDeviceLifeSeconds } from '../../domain/device/remembered-device.ts';
import type { MfaEnforcement as Enforcement, MfaPolicyFields, MfaPolicy as Policy } from '../../domain/policy/policy.ts';
import { defaultPolicyFields } from '../../domain/policy/policy.ts';
import { policyErrors } from '../../services/policy/policies.ts';
import { builder } from '../builder/builder.ts';
import type { Context } from '../builder/context.ts';
import { callerOf } from '../builder/context.ts';
import { flag, nonNull, wholeNumber } from '../builder/input-rules.ts';
import { EffectiveMfaPolicy, MfaPolicy } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { MfaEnforcement, MfaWarning, warningsDescription } from './enums.ts';

const optionalRules = { allowRememberMyDevice: flag.optional(), mfaDeviceExpirationSeconds: wholeNumber(0).optional() };
const allowDescription = 'Whether users may let browsers become remembered devices, which skip the second factor for a while.';
const secondsDescription = `How many seconds a remembered device skips the second factor, 0 to ${maxInteger}. With 0, no device is remembered. More than ${maxDeviceLifeSeconds / 86_400} days have no further effect.`;

const CreateMfaPolicyInput = builder.inputType('CreateMfaPolicyInput', {
  description: 'The policy to create. Unlike over REST, enforcement must be given, so that it is never switched on by leaving it out.',
  validate: z.looseObject({ enforceMfaType: nonNull, ...optionalRules }),
  fields: (t) => ({
    enforceMfaType: t.field({ type: MfaEnforcement, description: 'Whether users must have a second factor.' }),
    allowRememberMyDevice: t.boolean({ required: false, description: `${allowDescription} If absent, it is false. Null is refused.` }),
    mfaDeviceExpirationSeconds: t.int({
      required: false,
      description: `${secondsDescription} If absent, it is ${defaultPolicyFields.mfaDeviceExpirationSeconds}. Null is refused.`,
    }),
  }),
});

const UpdateMfaPolicyInput = builder.inputType('UpdateMfaPolicyInput', {
  description: 'The fields to change, at least one. Absent fields keep their value. Null is refused.',
  validate: z.looseObject({ enforceMfaType: nonNull.optional(), ...optionalRules }),
  fields: (t) => ({
    enforceMfaType: t.field({ type: MfaEnforcement, required: false, description: 'Whether users must have a second factor.' }),
    allowRememberMyDevice: t.boolean({ required: false, description: allowDescription }),
    mfaDeviceExpirationSeconds: t.int({ required: false, description: secondsDescription }),
  }),
});

const UpsertMfaPolicyInput = builder.inputType('UpsertMfaPolicyInput', {
  description:
    'The policy to create, or the changes to the existing one. Absent fields keep their value on an existing policy and take the default on a new one. Null is refused.',
  validate: z.looseObject({ enforceMfaType: nonNull, ...optionalRules }),
  fields: (t) => ({
    enforceMfaType: t.field({ type: MfaEnforcement, description: 'Whether users must have a second factor. Unlike over REST, it must be given.' }),
    allowRememberMyDevice: t.boolean({ required: false, description: `${allowDescription} The default of a new policy is false.` }),
    mfaDeviceExpirationSeconds: t.int({
      required: false,
      description: `${secondsDescription} The default of a new policy is ${defaultPolicyFields.mfaDeviceExpirationSeconds}.`,
    }),
  }),
});

interface GivenFields {
  enforceMfaType?: Enforcement | null | undefined;
  allowRememberMyDevice?: boolean | null | undefined;
  mfaDeviceExpirationSeconds?: number | null | undefined;
}

/** Takes the fields that were given, because an absent field must not become a change. */
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
const UpsertMfaPolicySuccess = success('UpsertMfaPolicySuccess', 'The policy was created or changed.');

for (const Success of [CreateMfaPolicySuccess, UpdateMfaPolicySuccess, UpsertMfaPolicySuccess]) {
  builder.objectFields(Success, (t) => ({
    mfaPolicy: t.field({ type: MfaPolicy, description: 'The stored policy after the change.', resolve: ({ policy }) => policy }),
    effectiveMfaPolicy: t.field({
      type: EffectiveMfaPolicy,
      description:
        'The policy that applies now. A policy of a tenant that is weaker than the one of the environment is stored, as over REST, but has no effect, which this field shows.',
      resolve: ({ policy }, _args, { loaders }) => loaders().effectivePolicies.load(policy.tenantId),
    }),
    warnings: t.field({
      type: [MfaWarning],
      description: warningsDescription,
      resolve: async ({ policy: { tenantId } }, _args, context) => {
        const policy = await context.loaders().effectivePolicies.load(tenantId);
        const strategies = await context.loaders().strategies.load(tenantId);
        return context.services.warnings.list(await callerOf(context), { policy, strategies });
      },
    }),
  }));
}
builder.objectField(UpsertMfaPolicySuccess, 'created', (t) => t.exposeBoolean('created', { description: 'True if there was no policy before.' }));

const whose = 'in the current tenant, or in the environment if an environment token names no tenant.';
const writing = { access: 'writePolicy' } as const;

/** Makes a change and forgets the settings loaded before, so that the answer of the same request shows the new policy. */
async function write<T>(context: Context, change: (policies: Context['services']['policies'], caller: Caller) => Promise<T>): Promise<T> {
  const result = await change(context.services.policies, await callerOf(context));
  context.loaders().forgetSettings();
  return result;
}

builder.mutationFields((t) => ({
  createMfaPolicy: t.field({
    ...writing,
    type: CreateMfaPolicySuccess,
    description: `Creates the policy ${whose} Of several simultaneous calls, exactly one succeeds.`,
    errors: resultUnion('createMfaPolicy', policyErrors.create, 'INVALID_INPUT'),
    args: { input: t.arg({ type: CreateMfaPolicyInput, description: 'The policy to store.' }) },
    resolve: async (_root, { input }, context) => ({
      policy: await write(context, (policies, caller) => policies.create(caller, { fields: presentFields(input) })),
      created: true,
    }),
  }),
  updateMfaPolicy: t.field({
    ...writing,
    type: UpdateMfaPolicySuccess,
    description: `Changes fields of the policy ${whose}`,
    errors: resultUnion('updateMfaPolicy', policyErrors.update, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpdateMfaPolicyInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input }, context) => ({
      policy: await write(context, (policies, caller) => policies.update(caller, { fields: presentFields(input) })),
      created: false,
    }),
  }),
  upsertMfaPolicy: t.field({
    ...writing,
    type: UpsertMfaPolicySuccess,
    description: `Creates or changes the policy ${whose}`,
    errors: resultUnion('upsertMfaPolicy', policyErrors.upsert, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpsertMfaPolicyInput, description: 'The policy to store.' }) },
    resolve: async (_root, { input }, context) => write(context, (policies, caller) => policies.upsert(caller, { fields: presentFields(input) })),
  }),
}));
