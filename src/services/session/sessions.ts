import type { Actor, MfaProof, Origin, UserActor } from '../../domain/access/actor.ts';
import { permissionsOf } from '../../domain/access/role.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Session } from '../../domain/session/session.ts';
import { mfaProvenAt, refreshGraceSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { AccessToken, Tokens } from './tokens.ts';

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

export interface RaiseSession {
  sessionId: string;
  amr: string[];
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
  /** A refresh token of this session made now; those made until `createdUntil` count as superseded. */
  const rotate = async (sessionId: string, createdUntil: Date): Promise<string> => {
    const now = clock.now();
    const refreshToken = random.token();
    await store.sessions.supersedeAllOf(sessionId, createdUntil, now);
    await store.sessions.addRefreshToken({ tokenHash: keyring.hashToken(refreshToken), sessionId, createdAt: now, supersededAt: null });
    return refreshToken;
  };

  /** The session's user, as of now; refuses one who was locked or left the tenant since. */
  const holderOf = async ({ userId, tenantId }: Pick<Session, 'userId' | 'tenantId'>): Promise<User> => {
    const [user] = await store.users.findMany([userId]);
    if (user === undefined) fail('CHALLENGE_EXPIRED');
    if (user.locked) fail('ACCOUNT_LOCKED');
    const memberships = await store.users.memberships([userId]);
    if (!memberships.some((membership) => membership.tenantId === tenantId)) fail('CHALLENGE_EXPIRED');
    return user;
  };

  const lifetimes = async () => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  return {
    /**
     * Refuses a user whose session has ended since the request was let in: a recovery, a lock or a new password may have ended it while
     * an answer was looked at. Part of the caller's transaction. Errors: `UNAUTHENTICATED`.
     */
    async requireLivingSession(actor: Actor): Promise<void> {
      if (actor.kind === 'USER' && (await store.sessions.find(actor.sessionId, clock.now())) === null) fail('UNAUTHENTICATED');
    },

    /** Part of the caller's transaction. Refuses a user who was locked or left the tenant since the login began. */
    async open({ user: { id }, tenantId, firstFactor, amr, secondFactorAt, origin }: OpenSession): Promise<OpenedSession> {
      const now = clock.now();
      const user = await holderOf({ userId: id, tenantId });
      const { refreshTokenLifetimeSeconds } = await lifetimes();
      const expiresAt = new Date(now.getTime() + refreshTokenLifetimeSeconds * 1000);
      const session: Session = { id: random.uuid(), userId: id, tenantId, firstFactor, amr, secondFactorAt, createdAt: now, expiresAt };
      const refreshToken = random.token();
      await store.sessions.add(session, keyring.hashToken(refreshToken));
      await store.users.recordLogin(id, tenantId, now);
      await audit('LOGIN_SUCCEEDED', origin, { userId: id, tenantId, reason: amr.join(' ') });
      return { session, user, refreshToken };
    },

    /**
     * Part of the caller's transaction. Records a second factor proven in a living session and rotates its refresh token,
     * so that a stolen one shows. Errors: `CHALLENGE_EXPIRED` where the session or its user no longer stand, `ACCOUNT_LOCKED`.
     */
    async raise({ sessionId, amr, origin }: RaiseSession): Promise<OpenedSession> {
      const now = clock.now();
      const session = (await store.sessions.stepUp(sessionId, amr, now)) ?? fail('CHALLENGE_EXPIRED');
      const user = await holderOf(session);
      const refreshToken = await rotate(session.id, now);
      await audit('SESSION_ELEVATED', origin, { userId: user.id, tenantId: session.tenantId, reason: amr.join(' ') });
      return { session, user, refreshToken };
    },

    /** Part of the caller's transaction. A further refresh token for a living session; those of parallel calls all stay good. */
    async reissue(sessionId: string): Promise<OpenedSession> {
      const now = clock.now();
      const session = (await store.sessions.find(sessionId, now)) ?? fail('UNAUTHENTICATED');
      const user = await holderOf(session);
      const refreshToken = await rotate(session.id, new Date(now.getTime() - refreshGraceSeconds * 1000));
      return { session, user, refreshToken };
    },

    /** Signs the access token, after commit: a signature costs a millisecond that no transaction should hold a writer for. */
    async sign({ session, user, refreshToken }: OpenedSession, elevation: MfaProof | null): Promise<SignedSession> {
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
      const presented = await tokens.readUserToken(accessToken);
      const session = presented === null ? null : await store.sessions.find(presented.sessionId, clock.now());
      if (presented === null || session === null) return null;
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
        mfaProvenAt: mfaProvenAt(session),
        tokenMfa: presented.elevation,
      };
    },

    /** The same user acting in another of their tenants; `FORBIDDEN` where it is none of theirs, existing or not. */
    async inTenant(actor: UserActor, tenantId: string, origin: Origin): Promise<UserActor> {
      if (!actor.tenantIds.includes(tenantId)) {
        await audit('REQUEST_REFUSED', origin, { actor, tenantId: actor.tenantId, reason: 'FORBIDDEN' });
        fail('FORBIDDEN');
      }
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
