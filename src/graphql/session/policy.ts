import { z } from 'zod';
import type { SessionLimits, SessionPolicyFields, SessionPolicy as Stored } from '../../domain/session/session-policy.ts';
import { absoluteTimeoutBounds, idleTimeoutBounds, maxSessionsBounds } from '../../domain/session/session-policy.ts';
import { sessionPolicyErrors } from '../../services/session/policies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, wholeNumber } from '../builder/input-rules.ts';
import { Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

interface Limit {
  enabled: boolean;
  value: number;
}

const limitOf = (enabled: boolean | null, value: number | null): Limit | null => (value === null ? null : { enabled: enabled === true, value });

const enabledDescription = 'Whether the limit applies. Its value is kept while it does not.';

const SessionTimeout = builder.objectRef<Limit>('SessionTimeout').implement({
  description: 'After how long a session ends, as it was set.',
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { description: enabledDescription }),
    timeoutSeconds: t.exposeInt('value', { description: 'The time in seconds.' }),
  }),
});

const ConcurrentSessions = builder.objectRef<Limit>('ConcurrentSessions').implement({
  description: 'How many sessions a user may have in a tenant, as it was set.',
  fields: (t) => ({
    enabled: t.exposeBoolean('enabled', { description: enabledDescription }),
    maxSessions: t.exposeInt('value', { description: 'The number of sessions. Of more than these, the oldest end.' }),
  }),
});

const SessionPolicy = builder.objectRef<Stored>('SessionPolicy').implement({
  description:
    'The limits of sessions that the environment or a tenant has set. What applies in a tenant is the strictest of both, limit by limit: the `EffectiveSessionPolicy`.',
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'An id of this record. The audit trail and REST name it by its owner alone.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose policy this is. Null for the policy of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    idleTimeout: t.field({
      type: SessionTimeout,
      nullable: true,
      description: 'How long a session may stay without a refresh. Null if it was never set.',
      resolve: ({ idleTimeoutEnabled, idleTimeoutSeconds }) => limitOf(idleTimeoutEnabled, idleTimeoutSeconds),
    }),
    absoluteTimeout: t.field({
      type: SessionTimeout,
      nullable: true,
      description: 'How long a session lasts after its login, however often it is refreshed. Null if it was never set.',
      resolve: ({ absoluteTimeoutEnabled, absoluteTimeoutSeconds }) => limitOf(absoluteTimeoutEnabled, absoluteTimeoutSeconds),
    }),
    concurrentSessions: t.field({
      type: ConcurrentSessions,
      nullable: true,
      description: 'How many sessions a user may have in a tenant. Null if it was never set.',
      resolve: ({ maxSessionsEnabled, maxSessions }) => limitOf(maxSessionsEnabled, maxSessions),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the policy was first set.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the policy was last changed.' }),
  }),
});

const EffectiveSessionPolicy = builder.objectRef<SessionLimits>('EffectiveSessionPolicy').implement({
  description: 'The limits that apply to sessions: the strictest of the environment and of the tenant, limit by limit.',
  fields: (t) => ({
    idleTimeoutSeconds: t.exposeInt('idleTimeoutSeconds', {
      nullable: true,
      description: 'After how many seconds without a refresh a session ends. Null if nothing limits that.',
    }),
    absoluteTimeoutSeconds: t.exposeInt('absoluteTimeoutSeconds', {
      nullable: true,
      description: 'How many seconds after its login a session ends. Null if only the lifetime of refresh tokens limits that.',
    }),
    maxSessions: t.exposeInt('maxSessions', {
      nullable: true,
      description: 'How many sessions a user may have in a tenant. Null if nothing limits that.',
    }),
  }),
});

const timeoutInput = (name: string, description: string, { minSeconds, maxSeconds }: { minSeconds: number; maxSeconds: number }) =>
  builder.inputType(name, {
    description,
    validate: z.looseObject({ enabled: flag, timeoutSeconds: wholeNumber(minSeconds, maxSeconds) }),
    fields: (t) => ({
      enabled: t.boolean({ description: enabledDescription }),
      timeoutSeconds: t.int({ description: `The time in seconds, ${minSeconds} to ${maxSeconds}. It is required even if \`enabled\` is false.` }),
    }),
  });
const IdleTimeoutInput = timeoutInput('SessionIdleTimeoutInput', 'How long a session may stay without a refresh.', idleTimeoutBounds);
const AbsoluteTimeoutInput = timeoutInput('SessionAbsoluteTimeoutInput', 'How long a session lasts after its login.', absoluteTimeoutBounds);
const ConcurrentSessionsInput = builder.inputType('ConcurrentSessionsInput', {
  description: 'How many sessions a user may have in a tenant.',
  validate: z.looseObject({ enabled: flag, maxSessions: wholeNumber(maxSessionsBounds.min, maxSessionsBounds.max) }),
  fields: (t) => ({
    enabled: t.boolean({ description: enabledDescription }),
    maxSessions: t.int({ description: 'The number of sessions, 1 or more. It is required even if `enabled` is false.' }),
  }),
});

const notNull = z.looseObject({}, { error: 'must not be null' });
const SetSessionPolicyInput = builder.inputType('SetSessionPolicyInput', {
  description: 'The limits to set, at least one. Absent ones stay as they are. Null is refused.',
  validate: z.looseObject({ idleTimeout: notNull.optional(), absoluteTimeout: notNull.optional(), concurrentSessions: notNull.optional() }),
  fields: (t) => ({
    idleTimeout: t.field({ type: IdleTimeoutInput, required: false, description: 'How long a session may stay without a refresh.' }),
    absoluteTimeout: t.field({
      type: AbsoluteTimeoutInput,
      required: false,
      description: 'How long a session lasts after its login, however often it is refreshed.',
    }),
    concurrentSessions: t.field({
      type: ConcurrentSessionsInput,
      required: false,
      description: 'How many sessions a user may have in a tenant. Of more than these, the oldest end.',
    }),
  }),
});

const SetSessionPolicySuccess = builder.objectRef<{ policy: Stored }>('SetSessionPolicySuccess').implement({
  description: 'The limits are set. Sessions that they do not allow have ended.',
  fields: (t) => ({
    sessionPolicy: t.field({ type: SessionPolicy, description: 'The stored policy after the change.', resolve: ({ policy }) => policy }),
  }),
});

builder.queryFields((t) => ({
  sessionPolicy: t.field({
    type: SessionPolicy,
    nullable: true,
    access: 'readPolicy',
    description:
      'The limits of sessions that the current tenant has set, or the environment if an environment token names no tenant. Null if none was ever set.',
    resolve: async (_root, _args, context) => context.services.sessionPolicies.find(await callerOf(context)),
  }),
  effectiveSessionPolicy: t.field({
    type: EffectiveSessionPolicy,
    access: 'somebody',
    description:
      'The limits that apply to sessions in the current tenant, or those of the environment alone if an environment token names no tenant. Any caller with a token may read them.',
    resolve: async (_root, _args, context) => context.services.sessionPolicies.effective(await callerOf(context)),
  }),
}));

builder.mutationField('setSessionPolicy', (t) =>
  t.field({
    type: SetSessionPolicySuccess,
    access: 'somebody',
    description:
      'Sets limits of sessions for the current tenant, or for the environment if an environment token names no tenant. A stricter limit ends at once the sessions that it does not allow, and a looser one brings none back. Requires the environment token, or a user whose roles include `fe.secure.write.securityPolicy` and who has verified a second factor in this session shortly before, if there is one.',
    errors: resultUnion('setSessionPolicy', sessionPolicyErrors.set, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetSessionPolicyInput, description: 'The limits to set.' }) },
    resolve: async (_root, { input: { idleTimeout: idle, absoluteTimeout: absolute, concurrentSessions: concurrent } }, context) => {
      const fields: Partial<SessionPolicyFields> = {
        ...(idle == null ? {} : { idleTimeoutEnabled: idle.enabled, idleTimeoutSeconds: idle.timeoutSeconds }),
        ...(absolute == null ? {} : { absoluteTimeoutEnabled: absolute.enabled, absoluteTimeoutSeconds: absolute.timeoutSeconds }),
        ...(concurrent == null ? {} : { maxSessionsEnabled: concurrent.enabled, maxSessions: concurrent.maxSessions }),
      };
      return { policy: await context.services.sessionPolicies.set(await callerOf(context), { fields }) };
    },
  }),
);
