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

export interface RefreshSession {
  refreshToken: string;
  /** Tenant to go on in; null stays in the present one. */
  tenantId: string | null;
  deviceToken: string | null;
}

interface Needs {
  store: Pick<Store, 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  sessions: Pick<Sessions, 'sign'>;
  gate: LoginGate;
  audit: Audit;
}

/** Errors of each use case. `FORBIDDEN`, which every use case may throw, is for a tenant that is none of the user's. */
export const refreshErrors = {
  refresh: ['SESSION_EXPIRED', 'ACCOUNT_LOCKED', 'NO_STRATEGY_AVAILABLE'],
  requestTenant: [],
} as const;
const { refresh, requestTenant } = refreshErrors;

/** What came of a refresh token: the session goes on, its tenant asks for a second factor, or it ended because the token is old. */
type Rotated = { kind: 'OPEN'; opened: OpenedSession } | { kind: 'GATE'; user: User; session: Session; target: string } | { kind: 'REUSED' };

const fieldsOf = ({ userId, tenantId }: Session) => ({ userId, tenantId });

/** Refresh token rotation with reuse detection (RFC 9700 §4.14.2). */
export function createRefresh({ store, clock, random, keyring, sessions, gate, audit }: Needs) {
  /** Part of a transaction. Exchanges a refresh token of a living session. What it answers, unlike what it throws, is committed. */
  const rotate = async (caller: Caller, session: Session, supersededAt: Date | null, command: RefreshSession): Promise<Rotated> => {
    const now = clock.now();
    const [user] = await store.users.findMany([session.userId]);
    if (user === undefined) fail('SESSION_EXPIRED');
    const current = supersededAt === null && (await store.sessions.supersede(keyring.hashToken(command.refreshToken), now));
    // Either way: a clock that was set back must not reopen the grace for tokens superseded "in the future".
    const age = Math.abs(now.getTime() - (supersededAt ?? now).getTime());
    if (!current && age > refreshGraceSeconds * 1000) {
      await store.sessions.end(session.id, now);
      await audit('REFRESH_TOKEN_REUSED', caller, { userId: user.id, tenantId: session.tenantId });
      return { kind: 'REUSED' };
    }
    if (user.locked) fail('ACCOUNT_LOCKED');
    const memberships = await store.users.memberships([user.id]);
    const asked = await store.sessions.requestedTenant(session.id);
    // Asked for while it was theirs; who was removed since stays where they are.
    const requested = memberships.some((membership) => membership.tenantId === asked) ? asked : null;
    const target = command.tenantId ?? requested ?? session.tenantId;
    const switches = target !== session.tenantId;
    // Who was removed from the session's own tenant has no session there any more, as for the access token.
    if (!memberships.some((membership) => membership.tenantId === target)) fail(switches ? 'FORBIDDEN' : 'SESSION_EXPIRED');
    if (switches && session.secondFactorAt === null && (await gate.isRequired(user, target, session.firstFactor))) {
      await store.sessions.end(session.id, now);
      await audit('SESSION_ENDED', caller, { userId: user.id, tenantId: session.tenantId, reason: 'tenant switch' });
      return { kind: 'GATE', user, session, target };
    }
    if (switches || asked !== null) await store.sessions.switchTenant(session.id, target);
    if (switches) await store.users.recordLogin(user.id, target, now);
    const next = random.token();
    await store.sessions.addRefreshToken({ tokenHash: keyring.hashToken(next), sessionId: session.id, createdAt: now, supersededAt: null });
    await audit('SESSION_REFRESHED', caller, { userId: user.id, tenantId: target });
    return { kind: 'OPEN', opened: { session: { ...session, tenantId: target }, user, refreshToken: next } };
  };

  return {
    ...useCases(
      audit,
      'REQUEST_REFUSED',
      { requestTenant },
      {
        /** Keeps the tenant this session goes on in at its next refresh, where the gate is. */
        async requestTenant(caller: Caller, { tenantId }: { tenantId: string }): Promise<void> {
          const { sessionId, userId } = requireUser(caller.actor);
          await store.transact(async () => {
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
         * Hands out a new access and refresh token for the old refresh token. A superseded one is honored for ten seconds,
         * for parallel tabs; later it ends the whole session, as it may have been stolen. A change of tenant by a session
         * that never passed a second factor goes through the gate again.
         */
        async refresh(caller: Caller, command: RefreshSession): Promise<LoginResult> {
          const rotated = await store.transact(async () => {
            const presented = await store.sessions.findRefreshToken(keyring.hashToken(command.refreshToken));
            // Anybody can send any number of invented tokens, so that no event is written for them.
            if (presented === null) throw new DomainError('SESSION_EXPIRED').unrecorded();
            const session = (await store.sessions.find(presented.sessionId, clock.now())) ?? fail('SESSION_EXPIRED');
            return withEventFields(fieldsOf(session), () => rotate(caller, session, presented.supersededAt, command));
          });
          // The event was committed together with the end of the session.
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

export type Refresh = ReturnType<typeof createRefresh>;
