import type { Actor, Caller, EnvironmentActor, MfaProof, UserActor } from '../../domain/access/actor.ts';
import { permissionsOf } from '../../domain/access/role.ts';
import type { User } from '../../domain/directory/user.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Session } from '../../domain/session/session.ts';
import { mfaProvenAt, refreshGraceSeconds } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
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
  /** How the use case refuses a user who is gone, or left the tenant, since the login began. */
  goneAs: 'CHALLENGE_EXPIRED' | 'INVALID_CREDENTIALS' | 'SESSION_EXPIRED';
}

export interface StepUpSession {
  sessionId: string;
  amr: string[];
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

/** Errors of each use case. */
export const sessionErrors = {
  enterTenant: [],
  logOut: [],
} as const;

/**
 * Opens, steps up, reissues and signs sessions for the services of a login; its `useCases` recognize the holder of a token and
 * end sessions. Only those are for transports: everything else mints tokens.
 */
export function createSessions({ store, clock, random, keyring, tokens, audit }: Needs) {
  /** Makes a refresh token of this session; those made until `createdUntil` count as superseded. */
  const rotate = async (sessionId: string, createdUntil: Date): Promise<string> => {
    const now = clock.now();
    const refreshToken = random.token();
    await store.sessions.supersedeAllOf(sessionId, createdUntil, now);
    await store.sessions.addRefreshToken({ tokenHash: keyring.hashToken(refreshToken), sessionId, createdAt: now, supersededAt: null });
    return refreshToken;
  };

  /** Answers the user as of now. Refuses one who was locked since, and with `goneAs` one who is gone or left the tenant. */
  const activeUserOf = async ({ userId, tenantId }: Pick<Session, 'userId' | 'tenantId'>, goneAs: ErrorCode): Promise<User> => {
    const [user] = await store.users.findMany([userId]);
    if (user === undefined) fail(goneAs);
    if (user.locked) fail('ACCOUNT_LOCKED');
    const memberships = await store.users.memberships([userId]);
    if (!memberships.some((membership) => membership.tenantId === tenantId)) fail(goneAs);
    return user;
  };

  const lifetimes = async () => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  /** Answers the user behind an access token, with the tenants and permissions held now; null when token, session or user no longer stand. */
  const userOf = async (accessToken: string): Promise<UserActor | null> => {
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
      tokenMfa: presented.tokenMfa,
    };
  };

  return {
    /**
     * Part of the caller's transaction. Opens a session for the user as of now. Errors: `ACCOUNT_LOCKED`, and `goneAs`.
     */
    async open(caller: Caller, { user: { id }, tenantId, firstFactor, amr, secondFactorAt, goneAs }: OpenSession): Promise<OpenedSession> {
      const now = clock.now();
      const user = await activeUserOf({ userId: id, tenantId }, goneAs);
      const { refreshTokenLifetimeSeconds } = await lifetimes();
      const expiresAt = new Date(now.getTime() + refreshTokenLifetimeSeconds * 1000);
      const session: Session = { id: random.uuid(), userId: id, tenantId, firstFactor, amr, secondFactorAt, createdAt: now, expiresAt };
      const refreshToken = random.token();
      await store.sessions.add(session, keyring.hashToken(refreshToken));
      await store.users.recordLogin(id, tenantId, now);
      await audit('LOGIN_SUCCEEDED', caller, { userId: id, tenantId, reason: amr.join(' ') });
      return { session, user, refreshToken };
    },

    /**
     * Part of the caller's transaction. Records a second factor proven in a living session and rotates its refresh token,
     * so that a stolen one shows. Errors: `CHALLENGE_EXPIRED` where the session or its user no longer stand, `ACCOUNT_LOCKED`.
     */
    async stepUp(caller: Caller, { sessionId, amr }: StepUpSession): Promise<OpenedSession> {
      const now = clock.now();
      const session = (await store.sessions.stepUp(sessionId, amr, now)) ?? fail('CHALLENGE_EXPIRED');
      const user = await activeUserOf(session, 'CHALLENGE_EXPIRED');
      const refreshToken = await rotate(session.id, now);
      await audit('SESSION_ELEVATED', caller, { userId: user.id, tenantId: session.tenantId, reason: amr.join(' ') });
      return { session, user, refreshToken };
    },

    /**
     * Part of the caller's transaction. Makes a further refresh token for a living session; those of parallel calls all stay good.
     * Errors: `UNAUTHENTICATED` where the session or its user no longer stand, `ACCOUNT_LOCKED`.
     */
    async reissue(sessionId: string): Promise<OpenedSession> {
      const now = clock.now();
      const session = (await store.sessions.find(sessionId, now)) ?? fail('UNAUTHENTICATED');
      const user = await activeUserOf(session, 'UNAUTHENTICATED');
      const refreshToken = await rotate(session.id, new Date(now.getTime() - refreshGraceSeconds * 1000));
      return { session, user, refreshToken };
    },

    /** Signs the access token, after commit: a signature costs a millisecond that no transaction should hold a writer for. */
    async sign({ session, user, refreshToken }: OpenedSession, proof: MfaProof | null): Promise<SignedSession> {
      const { accessTokenLifetimeSeconds } = await lifetimes();
      const memberships = await store.users.memberships([user.id]);
      return {
        ...(await tokens.issueUserToken(user, memberships, session, accessTokenLifetimeSeconds, proof)),
        sessionId: session.id,
        tenantId: session.tenantId,
        refreshToken,
        refreshExpiresAt: session.expiresAt,
        refreshExpiresInSeconds: Math.floor((session.expiresAt.getTime() - clock.now().getTime()) / 1000),
        user,
      };
    },

    /**
     * Part of the caller's transaction. Refuses a user whose session has ended since the request was let in: a recovery, a lock or a
     * new password may have ended it meanwhile. Who has no session passes. Errors: `UNAUTHENTICATED`.
     */
    async requireLivingSession(actor: Actor): Promise<void> {
      if (actor.kind === 'USER' && (await store.sessions.find(actor.sessionId, clock.now())) === null) fail('UNAUTHENTICATED');
    },

    useCases: {
      ...reads(audit, {
        /** Answers whose token this is: the environment's, or that of a user whose session stands. Refuses every other token. */
        async authenticate(_caller: Caller, { token }: { token: string }): Promise<EnvironmentActor | UserActor> {
          if (await tokens.isEnvironmentToken(token)) return { kind: 'ENVIRONMENT', tenantId: null };
          return (await userOf(token)) ?? fail('UNAUTHENTICATED');
        },
      }),

      ...useCases(audit, 'REQUEST_REFUSED', sessionErrors, {
        /**
         * Answers the user as it acts in the tenant that a header names; with null it stays in that of its session. A tenant that is
         * none of the user's is forbidden, existing or not.
         */
        async enterTenant({ actor }: Caller, { tenantId }: { tenantId: string | null }): Promise<UserActor> {
          const user = requireUser(actor);
          if (tenantId === null || tenantId === user.tenantId) return user;
          if (!user.tenantIds.includes(tenantId)) fail('FORBIDDEN');
          const memberships = await store.users.memberships([user.userId]);
          const held = memberships.find((membership) => membership.tenantId === tenantId)?.roles ?? [];
          return { ...user, tenantId, permissions: permissionsOf(held) };
        },

        /** Ends the session a refresh token belongs to. There may be nothing to end: then nothing happens. */
        async logOut(caller: Caller, { refreshToken }: { refreshToken: string | null }): Promise<void> {
          const token = refreshToken === null ? null : await store.sessions.findRefreshToken(keyring.hashToken(refreshToken));
          if (token === null) return;
          await store.transact(async () => {
            const now = clock.now();
            const session = await store.sessions.find(token.sessionId, now);
            if (session === null || !(await store.sessions.end(session.id, now))) return;
            await audit('SESSION_ENDED', caller, { userId: session.userId, tenantId: session.tenantId, reason: 'logout' });
          });
        },
      }),
    },
  };
}
