import type { Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { SessionLimits, SessionPolicy, SessionPolicyFields } from '../../domain/session/session-policy.ts';
import { noSessionPolicy, strictestLimits } from '../../domain/session/session-policy.ts';
import type { Store } from '../../domain/store.ts';
import { readSecurityPolicy, requirePermission, requireSomebody, writeSecurityPolicy } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'sessionPolicies' | 'sessions'>;
  clock: Clock;
  random: Random;
  /** Runs work in a transaction that has the settings to itself, if the caller has the permission and a recent second factor. */
  withAuthority: <T>(caller: Caller, permission: string, work: (authority: { tenantId: string | null }) => Promise<T>) => Promise<T>;
  audit: Audit;
}

/** Errors of each use case. */
export const sessionPolicyErrors = {
  set: ['NOTHING_TO_UPDATE', 'STEP_UP_REQUIRED'],
} as const;

const limitIn = (name: string, enabled: boolean | null, value: number | null): string[] =>
  value === null ? [] : [`${name} ${enabled ? value : 'off'}`];

/** Returns the reason that the event of a write states. */
const describe = (policy: SessionPolicyFields): string =>
  [
    ...limitIn('idle seconds', policy.idleTimeoutEnabled, policy.idleTimeoutSeconds),
    ...limitIn('absolute seconds', policy.absoluteTimeoutEnabled, policy.absoluteTimeoutSeconds),
    ...limitIn('sessions', policy.maxSessionsEnabled, policy.maxSessions),
  ].join(', ');

/**
 * Creates the service that writes and reads session policies: one record for the environment and at most one for each tenant. What applies
 * in a tenant is the strictest of both, limit by limit. A caller acts on the record of the tenant in force; an environment token that names
 * no tenant acts on that of the environment, which a user can never change.
 */
export function createSessionPolicies({ store, clock, random, withAuthority, audit }: Needs) {
  const find = async (owner: string | null): Promise<SessionPolicy | null> => (await store.sessionPolicies.findMany([owner]))[0] ?? null;

  const put = async (owner: string | null, fields: Partial<SessionPolicyFields>): Promise<SessionPolicy> => {
    const now = clock.now();
    const changed = await store.sessionPolicies.update(owner, fields, now);
    if (changed !== null) return changed;
    const created = { ...noSessionPolicy, ...fields, id: random.uuid(), tenantId: owner, createdAt: now, updatedAt: now };
    return (await store.sessionPolicies.create(created)) ? created : fail('UNAVAILABLE', 'a session policy appeared while settings were locked');
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', sessionPolicyErrors, {
      /**
       * Sets the given limits and keeps the others. A stricter one ends at once the sessions that it does not allow. A looser one brings none
       * back that has ended, and changes no session's longest end.
       */
      async set(caller: Caller, { fields }: { fields: Partial<SessionPolicyFields> }): Promise<SessionPolicy> {
        return withAuthority(caller, writeSecurityPolicy, async ({ tenantId }) => {
          if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
          const now = clock.now();
          // First under the limits as they were, so that what is over by them stays so.
          await store.sessions.applyLimits(tenantId, now);
          const policy = await put(tenantId, fields);
          await store.sessions.applyLimits(tenantId, now);
          await audit('SESSION_POLICY_SET', caller, { tenantId, reason: describe(policy) });
          return policy;
        });
      },
    }),

    ...reads(audit, {
      /** Returns the record of the tenant in force, or of the environment if an environment token names none. Null if there is none. */
      async find({ actor }: Caller): Promise<SessionPolicy | null> {
        return find(requirePermission(actor, readSecurityPolicy).tenantId);
      },

      /** Returns the record of the environment, whichever tenant is in force. Null if there is none. */
      async findOfEnvironment({ actor }: Caller): Promise<SessionPolicy | null> {
        requirePermission(actor, readSecurityPolicy);
        return find(null);
      },

      /** Returns the limits that apply to sessions in the tenant in force, or in the environment if an environment token names none. */
      async effective({ actor }: Caller): Promise<SessionLimits> {
        const { tenantId } = requireSomebody(actor);
        return strictestLimits(await store.sessionPolicies.findMany(tenantId === null ? [null] : [null, tenantId]));
      },
    }),
  };
}
