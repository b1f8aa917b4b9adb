import type { Caller } from '../../domain/access/actor.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Session } from '../../domain/session/session.ts';
import { refreshGraceSeconds } from '../../domain/session/session.ts';
import type { SessionLimits } from '../../domain/session/session-policy.ts';
import { endUnder, strictestLimits } from '../../domain/session/session-policy.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

interface Needs {
  store: Pick<Store, 'sessionPolicies' | 'sessions'>;
  clock: Clock;
  audit: Audit;
}

/** The service that `createSessionLimits` creates. */
export type SessionLimiting = ReturnType<typeof createSessionLimits>;

/**
 * Creates the service that applies the limits of session policies to sessions: the strictest of the environment and of the tenant that a
 * session is in. The store itself finds no session that an idle or absolute limit has ended. Every method may run in the caller's transaction.
 */
export function createSessionLimits({ store, clock, audit }: Needs) {
  /** Returns the limits in force in a tenant. */
  const inTenant = async (tenantId: string): Promise<SessionLimits> => strictestLimits(await store.sessionPolicies.findMany([null, tenantId]));

  /** Ends the oldest other sessions of the user in the tenant beyond the number that is allowed there, because this one was added to it. */
  const makeRoom = async (caller: Caller, session: Session, { maxSessions }: SessionLimits): Promise<void> => {
    if (maxSessions === null) return;
    const ended = await store.sessions.endSurplusOf(session, clock.now());
    const { userId, tenantId } = session;
    if (ended > 0) await audit('SESSION_ENDED', caller, { userId, tenantId, reason: `by the session policy: ${ended} older` });
  };

  return {
    inTenant,
    makeRoom,

    /** Returns the limits of a session. */
    ofSession: async (sessionId: string): Promise<SessionLimits> => strictestLimits(await store.sessionPolicies.ofSession(sessionId)),

    /** Returns the limits of the session of a refresh token. */
    ofRefreshToken: async (tokenHash: string): Promise<SessionLimits> => strictestLimits(await store.sessionPolicies.ofRefreshToken(tokenHash)),

    /**
     * Moves a living session to another tenant, whose limits count for it from now on. Returns it as it is then, with the limits. Null if the
     * session is too old for that tenant, and then it stays where it is.
     */
    async enter(caller: Caller, session: Session, tenantId: string): Promise<{ session: Session; limits: SessionLimits } | null> {
      const limits = await inTenant(tenantId);
      const expiresAt = endUnder(limits, session);
      if (expiresAt <= clock.now()) return null;
      const entered = { ...session, tenantId, expiresAt };
      await store.sessions.switchTenant(session.id, tenantId, expiresAt);
      await makeRoom(caller, entered, limits);
      return { session: entered, limits };
    },

    /**
     * Returns for how many seconds an access token may be valid that is issued now, so that it does not outlive its session. `lastUsedAt` is
     * when the session was last used; by default a refresh token was made just now, or at most as long ago as parallel calls get the same one.
     */
    accessSeconds({ expiresAt }: Session, { idleTimeoutSeconds }: SessionLimits, lifetimeSeconds: number, lastUsedAt?: Date): number {
      const now = clock.now().getTime();
      const used = lastUsedAt?.getTime() ?? now - refreshGraceSeconds * 1000;
      const end = idleTimeoutSeconds === null ? expiresAt.getTime() : Math.min(expiresAt.getTime(), used + idleTimeoutSeconds * 1000);
      return Math.max(0, Math.min(lifetimeSeconds, Math.floor((end - now) / 1000)));
    },
  };
}
