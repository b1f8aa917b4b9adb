import type { Actor, Caller, EnvironmentActor, MfaProof, UserActor } from '../../domain/access/actor.ts';
import { permissionsOf } from '../../domain/access/role.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
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

/** A session and the refresh token that was just made for it. The access token is not signed yet. */
export interface OpenedSession {
  session: Session;
  user: User;
  refreshToken: string;
}

/** What the client gets for a completed login: both tokens, and what they belong to. */
export interface SignedSession extends AccessToken {
  sessionId: string;
  tenantId: string;
  refreshToken: string;
  refreshExpiresAt: Date;
  refreshExpiresInSeconds: number;
  user: User;
}

/** What a session is opened with. */
export interface OpenSession {
  user: User;
  tenantId: string;
  firstFactor: FirstFactor;
  amr: string[];
  secondFactorAt: Date | null;
  /** The error if the user no longer exists, or has left the tenant, since the login began. */
  goneAs: 'CHALLENGE_EXPIRED' | 'INVALID_CREDENTIALS' | 'SESSION_EXPIRED';
}

/** The session to step up, and its methods after the step-up (RFC 8176). */
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

/** The service that `createSessions` creates. */
export type Sessions = ReturnType<typeof createSessions>;

/** Errors of each use case. */
export const sessionErrors = {
  enterTenant: [],
  logOut: [],
} as const;

/**
 * Creates the service that opens, steps up, reissues and signs sessions for the services of a login. Its `useCases` recognize the
 * holder of a token and end sessions. Only they are for transports, because everything else issues tokens.
 */
export function createSessions({ store, clock, random, keyring, tokens, audit }: Needs) {
  /** Makes a refresh token for the session. Those made until `createdUntil` count as superseded from now on. */
  const rotate = async (sessionId: string, createdUntil: Date): Promise<string> => {
    const now = clock.now();
    const refreshToken = random.token();
    await store.sessions.supersedeAllOf(sessionId, createdUntil, now);
    await store.sessions.addRefreshToken({ tokenHash: keyring.hashToken(refreshToken), sessionId, createdAt: now, supersededAt: null });
    return refreshToken;
  };

  /** Returns the user as of now. Errors: `ACCOUNT_LOCKED`, and `goneAs` if the user no longer exists or has left the tenant. */
  const activeUserOf = async ({ userId, tenantId }: Pick<Session, 'userId' | 'tenantId'>, goneAs: ErrorCode): Promise<User> => {
    const [user] = await store.users.findMany([userId]);
    if (user === undefined) fail(goneAs);
    if (user.locked) fail('ACCOUNT_LOCKED');
    const memberships = await store.users.memberships([userId]);
    if (!memberships.some((membership) => membership.tenantId === tenantId)) fail(goneAs);
    return user;
  };

  const currentEnvironment = async () => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  /**
   * Returns the user behind an access token, with the tenants and permissions held now. Null if the token is invalid, its session
   * has ended, or its user is locked or has left the tenant.
   */
  const userOf = async (accessToken: string): Promise<UserActor | null> => {
    const claims = await tokens.readUserToken(accessToken);
    const session = claims === null ? null : await store.sessions.find(claims.sessionId, clock.now());
    if (claims === null || session === null) return null;
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
      tokenMfa: claims.tokenMfa,
    };
  };

  return {
    /** Opens a session for the user as of now. Runs in the caller's transaction. Errors: `ACCOUNT_LOCKED`, and `goneAs`. */
    async open(caller: Caller, { user: { id }, tenantId, firstFactor, amr, secondFactorAt, goneAs }: OpenSession): Promise<OpenedSession> {
      const now = clock.now();
      const user = await activeUserOf({ userId: id, tenantId }, goneAs);
      const { refreshTokenLifetimeSeconds } = await currentEnvironment();
      const expiresAt = new Date(now.getTime() + refreshTokenLifetimeSeconds * 1000);
      const session: Session = { id: random.uuid(), userId: id, tenantId, firstFactor, amr, secondFactorAt, createdAt: now, expiresAt };
      const refreshToken = random.token();
      await store.sessions.add(session, keyring.hashToken(refreshToken));
      await store.users.recordLogin(id, tenantId, now);
      await audit('LOGIN_SUCCEEDED', caller, { userId: id, tenantId, reason: amr.join(' ') });
      return { session, user, refreshToken };
    },

    /**
     * Records a second factor proven in a living session and rotates its refresh token, so that a stolen one is noticed. Runs in
     * the caller's transaction. Errors: `CHALLENGE_EXPIRED` if the session has ended or its user has left, `ACCOUNT_LOCKED`.
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
     * Makes a further refresh token for a living session. Those of parallel calls all stay valid. Runs in the caller's transaction.
     * Errors: `UNAUTHENTICATED` if the session has ended or its user has left, `ACCOUNT_LOCKED`.
     */
    async reissue(sessionId: string): Promise<OpenedSession> {
      const now = clock.now();
      const session = (await store.sessions.find(sessionId, now)) ?? fail('UNAUTHENTICATED');
      const user = await activeUserOf(session, 'UNAUTHENTICATED');
      const refreshToken = await rotate(session.id, new Date(now.getTime() - refreshGraceSeconds * 1000));
      return { session, user, refreshToken };
    },

    /**
     * Signs the access token and returns what the client gets. Called after the commit, because no transaction should keep other
     * writers waiting for a signature.
     */
    async sign({ session, user, refreshToken }: OpenedSession, proof: MfaProof | null): Promise<SignedSession> {
      const { accessTokenLifetimeSeconds } = await currentEnvironment();
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
     * Refuses a user whose session has ended since the request was authenticated, because a recovery, a lock or a new password may
     * have ended it in the meantime. Callers without a session pass. Runs in the caller's transaction. Errors: `UNAUTHENTICATED`.
     */
    async requireLivingSession(actor: Actor): Promise<void> {
      if (actor.kind === 'USER' && (await store.sessions.find(actor.sessionId, clock.now())) === null) fail('UNAUTHENTICATED');
    },

    useCases: {
      ...reads(audit, {
        /** Returns whom a token belongs to: the environment, or a user whose session has not ended. Refuses every other token. */
        async authenticate(_caller: Caller, { token }: { token: string }): Promise<EnvironmentActor | UserActor> {
          if (await tokens.isEnvironmentToken(token)) return { kind: 'ENVIRONMENT', tenantId: null };
          return (await userOf(token)) ?? fail('UNAUTHENTICATED');
        },
      }),

      ...useCases(audit, 'REQUEST_REFUSED', sessionErrors, {
        /**
         * Returns the user as acting in the tenant that a header names. Null stays in the tenant of the session. A tenant that the
         * user is no member of is forbidden, whether or not it exists.
         */
        async enterTenant({ actor }: Caller, { tenantId: named }: { tenantId: string | null }): Promise<UserActor> {
          const user = requireUser(actor);
          if (named === null) return user;
          const tenantId = namedTenant(named, user.tenantIds) ?? fail('FORBIDDEN');
          if (tenantId === user.tenantId) return user;
          const memberships = await store.users.memberships([user.userId]);
          const held = memberships.find((membership) => membership.tenantId === tenantId)?.roles ?? [];
          return { ...user, tenantId, permissions: permissionsOf(held) };
        },

        /** Ends the session that a refresh token belongs to. Does nothing if there is none. */
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
