import { maxInteger } from '../../domain/bounds.ts';
import { maxDeviceLifeSeconds } from '../../domain/device/remembered-device.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import { defaultPolicyFields } from '../../domain/policy/policy.ts';
import { builder } from '../builder/builder.ts';
import { callerOf, ownerInForce } from '../builder/context.ts';
import { EffectiveMfaPolicy, MfaPolicy, Tenant } from '../builder/object-refs.ts';
import { MfaEnforcement, MfaPolicyReason } from './enums.ts';

/** The key of the policy of the environment. The key of a policy names its owner, who has at most one and never loses it. */
const environmentKey = 'environment';
const keyOf = (owner: SettingsOwner): string => (owner === null ? environmentKey : `tenant:${owner}`);
const ownerOf = (key: string): SettingsOwner | undefined =>
  key === environmentKey ? null : key.startsWith('tenant:') ? key.slice('tenant:'.length) : undefined;

builder.node(MfaPolicy, {
  name: 'MfaPolicy',
  description:
    'A stored MFA policy, of the environment or of one tenant. Policies combine: what applies to a user is the `EffectiveMfaPolicy`, not this record. The environment token sees all policies, and users see the one of their current tenant if their role may read it.',
  access: 'readPolicy',
  id: { resolve: ({ tenantId }) => keyOf(tenantId) },
  loadManyWithoutCache: (keys, { loaders }) =>
    Promise.all(
      keys.map(async (key) => {
        const owner = ownerOf(key);
        // A policy the caller may not see is answered as if it did not exist.
        return owner === undefined
          ? null
          : loaders()
              .policies.load(owner)
              .catch(() => null);
      }),
    ),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST shows for this policy.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose policy this is. Null for the policy of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    enforceMfaType: t.expose('enforceMfaType', { type: MfaEnforcement, description: 'Whether users must have a second factor.' }),
    allowRememberMyDevice: t.exposeBoolean('allowRememberMyDevice', {
      description: 'Whether users may let browsers become remembered devices, which skip the second factor for a while.',
    }),
    mfaDeviceExpirationSeconds: t.exposeInt('mfaDeviceExpirationSeconds', {
      description: `How many seconds a remembered device skips the second factor, 0 to ${maxInteger}. With 0, no device is remembered. More than ${maxDeviceLifeSeconds / 86_400} days have no further effect.`,
    }),
    graceStartsAt: t.expose('graceStartsAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'From when the days of grace are counted for people who had logged in before: the start of the first enforcement that was scheduled for this policy. It is never moved, because no grace is given twice. Null if none has begun.',
    }),
    graceDays: t.int({
      description:
        'How many days people have to enroll. 0 if everybody is asked at once, which is so for a policy that was made to enforce without a schedule.',
      resolve: ({ graceDays }) => graceDays ?? 0,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the policy was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the policy was last changed.' }),
  }),
});

EffectiveMfaPolicy.implement({
  description:
    'The policy that applies, merged from the one of the environment and the one of the tenant, with how it came about. Any caller with a token may read it.',
  fields: (t) => ({
    enforceMfaType: t.expose('enforceMfaType', {
      type: MfaEnforcement,
      description: 'The strictest enforcement of the policies. `DONT_FORCE` if there is no policy.',
    }),
    allowRememberMyDevice: t.exposeBoolean('allowRememberMyDevice', {
      description: 'Whether remembered devices are allowed. True if there is a policy and every policy allows them.',
    }),
    mfaDeviceExpirationSeconds: t.exposeInt('mfaDeviceExpirationSeconds', {
      description: `How many seconds a remembered device skips the second factor: the shortest time of the policies, or ${defaultPolicyFields.mfaDeviceExpirationSeconds} if there is no policy.`,
    }),
    decidedBy: t.expose('decidedBy', {
      type: MfaPolicy,
      nullable: true,
      description:
        'The policy whose enforcement applies. Null if there is none, and for callers who may not read policies. `reason` says in any case which one decided.',
      access: 'readPolicy',
      nullIfForbidden: true,
    }),
    reason: t.expose('reason', { type: MfaPolicyReason, description: 'Why that policy decided.' }),
  }),
});

builder.queryFields((t) => ({
  mfaPolicy: t.field({
    type: MfaPolicy,
    nullable: true,
    description: 'The stored policy of the current tenant, or of the environment if an environment token names no tenant. Null if there is none.',
    access: 'readPolicy',
    resolve: async (_root, _args, context) => context.services.policies.find(await callerOf(context)),
  }),
  effectiveMfaPolicy: t.field({
    type: EffectiveMfaPolicy,
    description:
      'The policy that applies in the current tenant, or in the environment if an environment token names no tenant. At login, the strictest policy of all tenants of the user applies.',
    access: 'somebody',
    resolve: async (_root, _args, context) => context.loaders().effectivePolicies.load(await ownerInForce(context)),
  }),
}));
