import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail, withEventFields } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Session } from '../../domain/session/session.ts';
import { refreshGraceSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { OpenedSession, Sessions } from '../session/sessions.ts';
import type { LoginGate, LoginResult } from './gate.ts';

/** A refresh token to exchange, and where the session continues. */
export interface RefreshSession {
  refreshToken: string;
  /** The tenant in which the session continues. Null stays in the present one. */
  tenantId: string | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
}

interface Needs {
  store: Pick<Store, 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  sessions: Pick<Sessions, 'sign' | 'currentEnvironment'>;
  gate: LoginGate;
  audit: Audit;
}

/** Errors of each use case. `FORBIDDEN`, which every use case may throw, is for a tenant that is none of the user's. */
export const refreshErrors = {
  refresh: ['SESSION_EXPIRED', 'ACCOUNT_LOCKED', 'NO_STRATEGY_AVAILABLE'],
  requestTenant: [],
} as const;
const { refresh, requestTenant } = refreshErrors;

/**
 * The outcome of an exchange: the session continues, its new tenant needs a second factor, or it was ended because the token was
 * reused.
 */
type Rotated = { kind: 'OPEN'; opened: OpenedSession } | { kind: 'GATE'; user: User; session: Session; target: string } | { kind: 'REUSED' };

/** Returns what every event about a session names. */
const fieldsOf = ({ userId, tenantId }: Session) => ({ userId, tenantId });

/** Creates the service that rotates refresh tokens and detects their reuse (RFC 9700 §4.14.2). */
export function createRefresh({ store, clock, random, keyring, sessions, gate, audit }: Needs) {
  /**
   * Exchanges a refresh token of a living session. Runs in the caller's transaction. What leads to a result is committed, the end
   * of the session included; an error rolls everything back.
   */
  const rotate = async (caller: Caller, session: Session, supersededAt: Date | null, command: RefreshSession): Promise<Rotated> => {
    const now = clock.now();
    const [user] = await store.users.findMany([session.userId]);
    if (user === undefined) fail('SESSION_EXPIRED');
    const current = supersededAt === null && (await store.sessions.supersede(keyring.hashToken(command.refreshToken), now));
    // The difference counts in both directions, because a clock that was set back must not reopen the grace period of tokens that
    // were superseded "in the future".
    const age = Math.abs(now.getTime() - (supersededAt ?? now).getTime());
    if (!current && age > refreshGraceSeconds * 1000) {
      await store.sessions.end(session.id, now);
      await audit('REFRESH_TOKEN_REUSED', caller, { userId: user.id, tenantId: session.tenantId });
      return { kind: 'REUSED' };
    }
    if (user.locked) fail('ACCOUNT_LOCKED');
    const memberships = await store.users.memberships([user.id]);
    const stored = await store.sessions.requestedTenant(session.id);
    // The user was a member when the tenant was requested. A user who was removed from it since stays in the present one.
    const requested = memberships.some((membership) => membership.tenantId === stored) ? stored : null;
    const target = command.tenantId ?? requested ?? session.tenantId;
    const switches = target !== session.tenantId;
    // A user who was removed from the session's own tenant has no session there any more, and no valid access token either.
    if (!memberships.some((membership) => membership.tenantId === target)) fail(switches ? 'FORBIDDEN' : 'SESSION_EXPIRED');
    if (switches && session.secondFactorAt === null && (await gate.isRequired(user, target, session.firstFactor))) {
      await store.sessions.end(session.id, now);
      await audit('SESSION_ENDED', caller, { userId: user.id, tenantId: session.tenantId, reason: 'tenant switch' });
      return { kind: 'GATE', user, session, target };
    }
    if (switches || stored !== null) await store.sessions.switchTenant(session.id, target);
    if (switches) await store.users.recordLogin(user.id, target, now);
    const environment = await sessions.currentEnvironment();
    const next = random.token();
    await store.sessions.addRefreshToken({ tokenHash: keyring.hashToken(next), sessionId: session.id, createdAt: now, supersededAt: null });
    await audit('SESSION_REFRESHED', caller, { userId: user.id, tenantId: target });
    return { kind: 'OPEN', opened: { session: { ...session, tenantId: target }, user, refreshToken: next, memberships, environment } };
  };

  /** Returns the living session of a refresh token, and when another token replaced this one. Errors: `SESSION_EXPIRED`. */
  const find = async (refreshToken: string): Promise<{ session: Session; supersededAt: Date | null }> => {
    const known = await store.sessions.findRefreshToken(keyring.hashToken(refreshToken));
    // There is no event, because anybody can send any number of invented tokens.
    if (known === null) throw new DomainError('SESSION_EXPIRED').unrecorded();
    const session = (await store.sessions.find(known.sessionId, clock.now())) ?? fail('SESSION_EXPIRED');
    return { session, supersededAt: known.supersededAt };
  };

  return {
    ...useCases(
      audit,
      'REQUEST_REFUSED',
      { requestTenant },
      {
        /** Stores the tenant in which the session continues at its next refresh, which decides whether a second factor is needed there. */
        async requestTenant(caller: Caller, { tenantId }: { tenantId: string }): Promise<void> {
          const { sessionId, userId } = requireUser(caller.actor);
          await store.transact({ user: userId }, async () => {
            const memberships = await store.users.memberships([userId]);
            if (!memberships.some((membership) => membership.tenantId === tenantId)) fail('FORBIDDEN');
            await store.sessions.requestTenant(sessionId, tenantId);
            await audit('TENANT_REQUESTED', caller, { userId, tenantId });
          });
        },
      },
    ),

    ...useCases(
      audit,
      'REFRESH_FAILED',
      { refresh },
      {
        /**
         * Exchanges a refresh token for a new access token and refresh token. A superseded one is accepted for
         * `refreshGraceSeconds`, because browser tabs refresh in parallel; after that it ends the whole session, because it may
         * have been stolen. A session that never passed a second factor goes through the gate again when it changes its tenant.
         */
        async refresh(caller: Caller, command: RefreshSession): Promise<LoginResult> {
          const found = await find(command.refreshToken);
          const rotated = await store.transact({ user: found.session.userId }, async () => {
            // Both are read again, because a parallel call may have exchanged the token or ended the session since.
            const { session, supersededAt } = await find(command.refreshToken);
            return withEventFields(fieldsOf(session), () => rotate(caller, session, supersededAt, command));
          });
          // The event of the reuse was committed together with the end of the session, so there is no second one.
          if (rotated.kind === 'REUSED') throw new DomainError('SESSION_EXPIRED').unrecorded();
          if (rotated.kind === 'OPEN') return { kind: 'SESSION', session: await sessions.sign(rotated.opened, null) };
          const { user, session, target } = rotated;
          const login = { user, tenantId: target, firstFactor: session.firstFactor, deviceToken: command.deviceToken };
          const amr = session.amr.filter((method) => method !== 'rba');
          return withEventFields(fieldsOf(session), () => gate.completeFirstFactor(caller, { ...login, amr }));
        },
      },
    ),
  };
}

/** The service that `createRefresh` creates. */
export type Refresh = ReturnType<typeof createRefresh>;
