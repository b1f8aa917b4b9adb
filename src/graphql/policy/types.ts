import type { SettingsOwner } from '../../domain/policy/policy.ts';
import { builder } from '../builder/builder.ts';
import { callerOf, ownerInForce } from '../builder/context.ts';
import { EffectiveMfaPolicy, MfaPolicy, Tenant } from '../builder/object-refs.ts';
import { MfaEnforcement, MfaPolicyReason } from './enums.ts';

/** Answers the key in the global id of a policy. It names the owner, which has one policy at most; nothing ever deletes it. */
const environmentKey = 'environment';
const keyOf = (owner: SettingsOwner): string => (owner === null ? environmentKey : `tenant:${owner}`);
const ownerOf = (key: string): SettingsOwner | undefined =>
  key === environmentKey ? null : key.startsWith('tenant:') ? key.slice('tenant:'.length) : undefined;

builder.node(MfaPolicy, {
  name: 'MfaPolicy',
  description:
    'A stored rule about second factors: of the environment, or of one tenant. Policies combine, the strictest wins: what a user meets is `EffectiveMfaPolicy`, not this. ' +
    'Seen by the environment token, and by users whose role may read the security policy.',
  authScopes: { readPolicy: true },
  id: { resolve: ({ tenantId }) => keyOf(tenantId) },
  loadManyWithoutCache: (keys, { loaders }) =>
    Promise.all(
      keys.map(async (key) => {
        const owner = ownerOf(key);
        // A policy that the caller may not read is answered as if it did not exist.
        return owner === undefined ? null : loaders.policies.load(owner).catch(() => null);
      }),
    ),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id REST shows for this policy.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose policy this is. Null for the policy of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders.tenants.load(tenantId)),
    }),
    enforceMfaType: t.expose('enforceMfaType', { type: MfaEnforcement, description: 'Whether users need a second factor.' }),
    allowRememberMyDevice: t.exposeBoolean('allowRememberMyDevice', {
      description: 'Whether a user may spare the second factor on a device for a while.',
    }),
    mfaDeviceExpirationSeconds: t.exposeInt('mfaDeviceExpirationSeconds', {
      description: 'Seconds a remembered device is honored, 0 to 2147483647; 0 remembers nothing, and no device is honored longer than 400 days.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the policy was first set.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

EffectiveMfaPolicy.implement({
  description:
    'The rule that holds, merged from the policy of the environment and that of the tenant, and how it came about. Any signed-in caller may know it.',
  fields: (t) => ({
    enforceMfaType: t.expose('enforceMfaType', {
      type: MfaEnforcement,
      description: 'The strictest enforcement of the records; `DONT_FORCE` where there is none.',
    }),
    allowRememberMyDevice: t.exposeBoolean('allowRememberMyDevice', { description: 'True only if every record allows it, and there is one.' }),
    mfaDeviceExpirationSeconds: t.exposeInt('mfaDeviceExpirationSeconds', {
      description: 'The shortest life any record gives a remembered device, in seconds; 1209600 where there is no record.',
    }),
    decidedBy: t.expose('decidedBy', {
      type: MfaPolicy,
      nullable: true,
      description:
        'The record whose enforcement holds. Null when there is none, and for callers who may not read policies: `reason` says which it was.',
      authScopes: { readPolicy: true },
      unauthorizedResolver: () => null,
    }),
    reason: t.expose('reason', { type: MfaPolicyReason, description: 'Why that record decided.' }),
  }),
});

builder.queryFields((t) => ({
  mfaPolicy: t.field({
    type: MfaPolicy,
    nullable: true,
    description: 'The stored policy of the tenant in force, or of the environment when an environment token names no tenant. Null where none is set.',
    authScopes: { readPolicy: true },
    resolve: async (_root, _args, context) => context.services.policies.find(await callerOf(context)),
  }),
  effectiveMfaPolicy: t.field({
    type: EffectiveMfaPolicy,
    description:
      'The rule that holds in the tenant in force, or in the environment when an environment token names no tenant. A user in several tenants meets the strictest of them at login.',
    authScopes: { somebody: true },
    resolve: async (_root, _args, context) => context.loaders.effectivePolicies.load(await ownerInForce(context)),
  }),
}));
