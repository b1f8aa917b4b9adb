import type { Actor, Origin } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import { refreshGraceSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { Sessions } from '../session/sessions.ts';
import type { LoginResult, SecondFactor } from './gate.ts';

export interface RefreshSession {
  refreshToken: string;
  /** Tenant to go on in; null stays in the present one. */
  tenantId: string | null;
  deviceToken: string | null;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  sessions: Sessions;
  secondFactor: SecondFactor;
  audit: Audit;
}

/** Refresh token rotation with reuse detection (RFC 9700 §4.14.2). */
export function createRefresh({ store, clock, random, keyring, sessions, secondFactor, audit }: Needs) {
  /** Null for a token nobody was ever given. */
  const rotate = async ({ refreshToken, tenantId, deviceToken, origin }: RefreshSession, known: Facts): Promise<LoginResult | null> => {
    const hash = keyring.hashToken(refreshToken);
    const outcome = await store.transact(async () => {
      const now = clock.now();
      const presented = await store.sessions.findRefreshToken(hash);
      if (presented === null) return null;
      const session = await store.sessions.find(presented.sessionId, now);
      if (session === null) return 'UNKNOWN' as const;
      Object.assign(known, { userId: session.userId, tenantId: session.tenantId });
      const [user] = await store.users.findMany([session.userId]);
      if (user === undefined) return 'UNKNOWN' as const;
      const current = presented.supersededAt === null && (await store.sessions.supersede(hash, now));
      // Either way: a clock that was set back must not reopen the grace for tokens superseded "in the future".
      const age = Math.abs(now.getTime() - (presented.supersededAt ?? now).getTime());
      if (!current && age > refreshGraceSeconds * 1000) {
        await store.sessions.end(session.id, now);
        await audit('REFRESH_TOKEN_REUSED', origin, { userId: user.id, tenantId: session.tenantId });
        return 'UNKNOWN' as const;
      }
      if (user.locked) fail('ACCOUNT_LOCKED');
      const memberships = await store.users.memberships([user.id]);
      const asked = await store.sessions.requestedTenant(session.id);
      // Asked for while it was theirs; who was removed since stays where they are.
      const requested = memberships.some((membership) => membership.tenantId === asked) ? asked : null;
      const target = tenantId ?? requested ?? session.tenantId;
      const switches = target !== session.tenantId;
      // Who was removed from the session's own tenant has no session there any more, as for the access token.
      if (!memberships.some((membership) => membership.tenantId === target)) fail(switches ? 'FORBIDDEN' : 'SESSION_EXPIRED');
      if (switches && session.secondFactorAt === null && (await secondFactor.isRequired(user, target, session.firstFactor))) {
        await store.sessions.end(session.id, now);
        await audit('SESSION_ENDED', origin, { userId: user.id, tenantId: session.tenantId, reason: 'tenant switch' });
        return { kind: 'GATE' as const, user, target, session };
      }
      if (switches || asked !== null) await store.sessions.switchTenant(session.id, target);
      if (switches) {
        await store.users.recordLogin(user.id, target, now);
      }
      const next = random.token();
      await store.sessions.addRefreshToken({ tokenHash: keyring.hashToken(next), sessionId: session.id, createdAt: now, supersededAt: null });
      await audit('SESSION_REFRESHED', origin, { userId: user.id, tenantId: target });
      return { kind: 'OPEN' as const, opened: { session: { ...session, tenantId: target }, user, refreshToken: next } };
    });
    if (outcome === null) return null;
    if (outcome === 'UNKNOWN') throw new DomainError('SESSION_EXPIRED');
    if (outcome.kind === 'OPEN') return { kind: 'SESSION', session: await sessions.sign(outcome.opened, null) };
    const { user, target, session } = outcome;
    const amr = session.amr.filter((method) => method !== 'rba');
    return secondFactor.completeFirstFactor(
      { actor: nobody, origin },
      { user, tenantId: target, firstFactor: session.firstFactor, amr, deviceToken },
    );
  };

  return {
    /** Keeps the tenant this session goes on in at its next refresh, where the gate is. Errors: `FORBIDDEN` for none of the user's. */
    async requestTenant(actor: Actor, tenantId: string, origin: Origin): Promise<void> {
      const { sessionId, userId } = requireUser(actor);
      await store.transact(async () => {
        const memberships = await store.users.memberships([userId]);
        if (!memberships.some((membership) => membership.tenantId === tenantId)) fail('FORBIDDEN');
        await store.sessions.requestTenant(sessionId, tenantId);
        await audit('TENANT_REQUESTED', origin, { actor, userId, tenantId });
      });
    },

    /**
     * Hands out a new access and refresh token for the old refresh token. A superseded one is honored for ten seconds,
     * for parallel tabs; later it ends the whole session, as it may have been stolen. A change of tenant by a session
     * that never passed a second factor goes through the gate again. Errors: `SESSION_EXPIRED`, `FORBIDDEN` (not a
     * tenant of the user), `ACCOUNT_LOCKED`.
     */
    async refresh(command: RefreshSession): Promise<LoginResult> {
      const known: Facts = {};
      // Anybody can send any number of invented tokens, so that no event is written for them.
      return (await audit.refusals('REFRESH_FAILED', command.origin, known, () => rotate(command, known))) ?? fail('SESSION_EXPIRED');
    },
  };
}

export type Refresh = ReturnType<typeof createRefresh>;
