import type { Origin, UserActor } from '../domain/actor.ts';
import { fail } from '../domain/errors.ts';
import type { FirstFactor } from '../domain/policy/resolve.ts';
import type { Clock, Keyring, Random } from '../domain/ports.ts';
import type { Session } from '../domain/session/session.ts';
import type { Store } from '../domain/store.ts';
import { permissionsOf } from '../domain/user/role.ts';
import type { User } from '../domain/user/user.ts';
import type { Audit } from './audit.ts';
import type { AccessToken, Elevation, Tokens } from './tokens.ts';

/** A session and the refresh token that was just made for it; nothing is signed yet. */
export interface OpenedSession {
  session: Session;
  user: User;
  refreshToken: string;
}

/** What a completed login hands out. */
export interface SignedSession extends AccessToken {
  sessionId: string;
  tenantId: string;
  refreshToken: string;
  refreshExpiresAt: Date;
  refreshExpiresInSeconds: number;
  user: User;
}

export interface OpenSession {
  user: User;
  tenantId: string;
  firstFactor: FirstFactor;
  amr: string[];
  secondFactorAt: Date | null;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'environment' | 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  tokens: Tokens;
  audit: Audit;
}

export type Sessions = ReturnType<typeof createSessions>;

/** Opens, signs, recognizes and ends sessions. */
export function createSessions({ store, clock, random, keyring, tokens, audit }: Needs) {
  const lifetimes = async () => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  return {
    /** Part of the caller's transaction. Refuses a user who was locked or left the tenant since the login began. */
    async open({ user: { id }, tenantId, firstFactor, amr, secondFactorAt, origin }: OpenSession): Promise<OpenedSession> {
      const now = clock.now();
      const [user] = await store.users.findMany([id]);
      if (user === undefined) fail('CHALLENGE_EXPIRED');
      if (user.locked) fail('ACCOUNT_LOCKED');
      const memberships = await store.users.memberships([id]);
      if (!memberships.some((membership) => membership.tenantId === tenantId)) fail('CHALLENGE_EXPIRED');
      const { refreshTokenLifetimeSeconds } = await lifetimes();
      const expiresAt = new Date(now.getTime() + refreshTokenLifetimeSeconds * 1000);
      const session: Session = { id: random.uuid(), userId: id, tenantId, firstFactor, amr, secondFactorAt, createdAt: now, expiresAt };
      const refreshToken = random.token();
      await store.sessions.add(session, keyring.hashToken(refreshToken));
      await store.users.recordLogin(id, tenantId, now);
      await audit('LOGIN_SUCCEEDED', origin, { userId: id, tenantId, reason: amr.join(' ') });
      return { session, user, refreshToken };
    },

    /** Signs the access token, after commit: a signature costs a millisecond that no transaction should hold a writer for. */
    async sign({ session, user, refreshToken }: OpenedSession, elevation: Elevation | null): Promise<SignedSession> {
      const { accessTokenLifetimeSeconds } = await lifetimes();
      const memberships = await store.users.memberships([user.id]);
      return {
        ...(await tokens.issueUserToken(user, memberships, session, accessTokenLifetimeSeconds, elevation)),
        sessionId: session.id,
        tenantId: session.tenantId,
        refreshToken,
        refreshExpiresAt: session.expiresAt,
        refreshExpiresInSeconds: Math.floor((session.expiresAt.getTime() - clock.now().getTime()) / 1000),
        user,
      };
    },

    /** The user behind an access token, with the tenants and permissions held now; null when token, session or user no longer stand. */
    async authenticate(accessToken: string): Promise<UserActor | null> {
      const sessionId = await tokens.sessionOf(accessToken);
      const session = sessionId === null ? null : await store.sessions.find(sessionId, clock.now());
      if (session === null) return null;
      const [[user], memberships] = await Promise.all([store.users.findMany([session.userId]), store.users.memberships([session.userId])]);
      const entered = memberships.find((membership) => membership.tenantId === session.tenantId);
      if (user === undefined || user.locked || entered === undefined) return null;
      return {
        kind: 'USER',
        userId: user.id,
        sessionId: session.id,
        tenantId: session.tenantId,
        tenantIds: memberships.map((membership) => membership.tenantId),
        permissions: permissionsOf(entered.roles),
      };
    },

    /** The same user acting in another of their tenants; `FORBIDDEN` where it is none of theirs, existing or not. */
    async inTenant(actor: UserActor, tenantId: string): Promise<UserActor> {
      if (!actor.tenantIds.includes(tenantId)) fail('FORBIDDEN');
      const memberships = await store.users.memberships([actor.userId]);
      const held = memberships.find((membership) => membership.tenantId === tenantId)?.roles ?? [];
      return { ...actor, tenantId, permissions: permissionsOf(held) };
    },

    /** Ends the session a refresh token belongs to. Never fails: there may be nothing to end. */
    async logOut({ refreshToken, origin }: { refreshToken: string | null; origin: Origin }): Promise<void> {
      const token = refreshToken === null ? null : await store.sessions.findRefreshToken(keyring.hashToken(refreshToken));
      if (token === null) return;
      await store.transact(async () => {
        const now = clock.now();
        const session = await store.sessions.find(token.sessionId, now);
        if (session === null || !(await store.sessions.end(session.id, now))) return;
        await audit('SESSION_ENDED', origin, { userId: session.userId, tenantId: session.tenantId, reason: 'logout' });
      });
    },
  };
}
