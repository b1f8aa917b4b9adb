import type { Actor, ApiTokenActor, Caller, MfaProof, TokenHolder, UserActor } from '../../domain/access/actor.ts';
import type { Rights } from '../../domain/access/permission.ts';
import { keptUserAgent } from '../../domain/access/user-agent.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Environment } from '../../domain/environment/environment.ts';
import { fail } from '../../domain/errors.ts';
import type { PasswordAge } from '../../domain/password/effective.ts';
import type { Claims, Clock, Keyring, Random } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Session } from '../../domain/session/session.ts';
import { mfaProvenAt } from '../../domain/session/session.ts';
import type { SessionLimits } from '../../domain/session/session-policy.ts';
import { endUnder } from '../../domain/session/session-policy.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { TokenInUseOf } from '../access/api-token-actor.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { statedRights } from './claims.ts';
import type { Holder, SessionSettings } from './holders.ts';
import { createHolders, requireActive } from './holders.ts';
import type { SessionLimiting } from './limits.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { firstChain } from './refresh-tokens.ts';
import type { ShapeFor } from './token-shapes.ts';
import type { AccessToken, StatedHolder, Tokens } from './tokens.ts';
import { userTokenType } from './tokens.ts';

/** A session and the refresh token that was just made for it. The access token is not signed yet; the rest is what it will state. */
export interface OpenedSession {
  session: Session;
  user: User;
  refreshToken: string;
  memberships: Membership[];
  /** What the user may do in the tenant of the session. */
  rights: Rights;
  environment: SessionSettings;
  /** The limits in force in the tenant of the session. */
  limits: SessionLimits;
}

/** What the client gets for a completed login: both tokens, and what they belong to. */
export interface SignedSession extends AccessToken {
  /** How long the password of the login may still be used, if it will expire soon. */
  passwordAge?: PasswordAge | null;
  sessionId: string;
  tenantId: string;
  refreshToken: string;
  refreshExpiresAt: Date;
  refreshExpiresInSeconds: number;
  /** The `SameSite` attribute of the cookies that come with the session. */
  cookieSameSite: Environment['cookieSameSite'];
  user: User;
}

/** What an application asked of its ID token. */
export interface IdTokenRequest {
  /** Null if it sent none. */
  nonce: string | null;
  /** When the person signed in. Null if the application did not ask. */
  signedInAt: Date | null;
}

/** What a session is opened with. */
export interface OpenSession {
  userId: string;
  tenantId: string;
  firstFactor: FirstFactor;
  amr: string[];
  secondFactorAt: Date | null;
  /** The error if the user no longer exists, or has left the tenant, since the login began. */
  goneAs: 'CHALLENGE_EXPIRED' | 'INVALID_CREDENTIALS' | 'SESSION_EXPIRED';
}

/** The session to step up, its user, and its methods after the step-up (RFC 8176). */
export interface StepUpSession {
  sessionId: string;
  userId: string;
  amr: string[];
}

interface Needs {
  store: Pick<Store, 'environment' | 'sessions' | 'users' | 'roles' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  tokens: Tokens;
  shapeFor: ShapeFor;
  refreshTokens: RefreshTokens;
  tokenInUseOf: TokenInUseOf;
  sessionLimits: SessionLimiting;
  audit: Audit;
}

/** The service that `createSessions` creates. */
export type Sessions = ReturnType<typeof createSessions>;

/** Errors of each use case. */
export const sessionErrors = {
  enterTenant: [],
} as const;

/**
 * Creates the service that opens, steps up, reissues and signs sessions for the services of a login. Its `useCases` recognize the
 * holder of a token. Only they are for transports, because everything else issues tokens.
 */
export function createSessions({ store, clock, random, keyring, tokens, shapeFor, refreshTokens, tokenInUseOf, sessionLimits, audit }: Needs) {
  const holders = createHolders({ store, clock, sessionLimits });

  /**
   * Returns the user of a token, in the tenant that the token is for, with the tenants and permissions held now. Null if the session has ended,
   * or its user is locked or cannot enter the tenant any more.
   */
  const userOf = async ({ sessionId, tenantId: ofToken, tokenMfa }: StatedHolder & { kind: 'USER' }): Promise<UserActor | null> => {
    const session = await store.sessions.find(sessionId, clock.now());
    if (session === null) return null;
    const { userId } = session;
    const tenantId = ofToken ?? session.tenantId;
    const [[user], memberships, rights] = await Promise.all([
      store.users.findMany([userId]),
      store.users.openMemberships(userId, clock.now()),
      store.roles.rightsOf(userId, tenantId),
    ]);
    if (user === undefined || user.locked || !memberships.some((membership) => membership.tenantId === tenantId)) return null;
    return {
      kind: 'USER',
      userId,
      sessionId: session.id,
      tenantId,
      tenantIds: memberships.map((membership) => membership.tenantId),
      rights,
      mfaProvenAt: mfaProvenAt(session),
      tokenMfa,
    };
  };

  /**
   * Signs an access token of the session for its tenant, as the rules of the environment shape it. A lifetime of a template replaces that of
   * the settings, but no token outlives the session. `lastUsedAt` is when the session was last used, if that is not now.
   */
  const issue = async (
    { session, user, memberships, rights, limits, environment }: Omit<OpenedSession, 'refreshToken'>,
    proof: MfaProof | null,
    more: Claims = {},
    lastUsedAt?: Date,
  ): Promise<AccessToken> => {
    const { tenantId } = session;
    const values = () => ({
      ...{ 'user.id': user.id, 'user.email': user.email, 'user.name': user.name, 'user.metadata': JSON.parse(user.metadata) as unknown },
      ...{ 'user.tenant.id': tenantId, 'user.tenant.roles': rights.roles, 'user.tenant.permissions': rights.permissions },
      ...{ sid: session.id, tokenType: userTokenType },
    });
    const shape = await shapeFor(environment, { userId: user.id, userEmail: user.email, tenantId, tokenType: userTokenType, values });
    const seconds = shape.lifetimeSeconds ?? environment.accessTokenLifetimeSeconds;
    const lifetimeSeconds = sessionLimits.accessSeconds(session, limits, seconds, lastUsedAt);
    const stated = statedRights(rights, environment);
    return tokens.issueUserToken(user, memberships, stated, session, lifetimeSeconds, proof, { more, added: shape.claims });
  };

  return {
    /** Returns the environment as of now. */
    currentEnvironment: holders.currentEnvironment,

    /** Reads what a session to be opened depends on. Runs in the transaction that opens it. */
    holderOfNew: holders.ofNew,

    /**
     * Opens a session for the user as of now. `read` is what `holderOfNew` has read in the same transaction, the caller's. Errors:
     * `ACCOUNT_LOCKED`, and `goneAs`.
     */
    async open(
      caller: Caller,
      { userId: id, tenantId, firstFactor, amr, secondFactorAt, goneAs }: OpenSession,
      read: Holder,
    ): Promise<OpenedSession> {
      const now = clock.now();
      const holder = requireActive(read, tenantId, goneAs);
      const longest = new Date(now.getTime() + holder.environment.refreshTokenLifetimeSeconds * 1000);
      const expiresAt = endUnder(holder.limits, { createdAt: now, expiresAt: longest });
      const mailboxProvenAt = firstFactor === 'EMAIL_CODE' ? now : null;
      const session: Session = {
        ...{ id: random.uuid(), userId: id, tenantId, firstFactor, amr },
        ...{ secondFactorAt, mailboxProvenAt, createdAt: now, expiresAt },
        ...{ userAgent: keptUserAgent(caller.origin.userAgent) || null, address: caller.origin.address.text },
      };
      const refreshToken = random.token();
      await store.sessions.add(session, keyring.hashToken(refreshToken));
      await sessionLimits.makeRoom(caller, session, holder.limits);
      await store.users.recordLogin(id, tenantId, now);
      await audit('LOGIN_SUCCEEDED', caller, { userId: id, tenantId, reason: amr.join(' ') });
      return { session, refreshToken, ...holder };
    },

    /**
     * Records a second factor proven in a living session and rotates the refresh token of its cookie, so that a stolen one is noticed. Runs in
     * the caller's transaction. Errors: `CHALLENGE_EXPIRED` if the session has ended or its user has left, `ACCOUNT_LOCKED`.
     */
    async stepUp(caller: Caller, { sessionId, userId, amr }: StepUpSession): Promise<OpenedSession> {
      const now = clock.now();
      const [stepped, holder] = await together(store.sessions.stepUp(sessionId, amr, now), holders.inSession(userId, sessionId));
      const session = stepped ?? fail('CHALLENGE_EXPIRED');
      const active = requireActive(holder, session.tenantId, 'CHALLENGE_EXPIRED');
      const refreshToken = await refreshTokens.next(firstChain(session.id));
      await audit('SESSION_ELEVATED', caller, { userId, tenantId: session.tenantId, reason: amr.join(' ') });
      return { session, refreshToken, ...active };
    },

    /**
     * Returns a living session with the first refresh token of a new chain. Runs in the caller's transaction. Errors: `UNAUTHENTICATED` if the
     * session has ended or its user has left, `ACCOUNT_LOCKED`.
     */
    async withNewChain(
      { sessionId, userId }: Pick<StepUpSession, 'sessionId' | 'userId'>,
      chain: { forApplication: boolean },
    ): Promise<{ opened: OpenedSession; chainId: string }> {
      const [found, holder] = await together(store.sessions.find(sessionId, clock.now()), holders.inSession(userId, sessionId));
      const session = found ?? fail('UNAUTHENTICATED');
      const active = requireActive(holder, session.tenantId, 'UNAUTHENTICATED');
      const { chainId, token: refreshToken } = await refreshTokens.begin(session.id, chain);
      return { opened: { session, refreshToken, ...active }, chainId };
    },

    /**
     * Returns a living session with the refresh token of its cookie, which is replaced unless it is new. Parallel calls get the same token, so
     * none of them ends the session for the others. Runs in the caller's transaction. Errors: `UNAUTHENTICATED` if the session has ended or its
     * user has left, `ACCOUNT_LOCKED`.
     */
    async reissue({ sessionId, userId }: Pick<StepUpSession, 'sessionId' | 'userId'>): Promise<OpenedSession> {
      const [found, holder] = await together(store.sessions.find(sessionId, clock.now()), holders.inSession(userId, sessionId));
      const session = found ?? fail('UNAUTHENTICATED');
      const active = requireActive(holder, session.tenantId, 'UNAUTHENTICATED');
      const refreshToken = await refreshTokens.currentOrNext(firstChain(session.id));
      return { session, refreshToken, ...active };
    },

    /**
     * Signs the access token and returns what the client gets. Called after the commit, because no transaction should keep other
     * writers waiting for a signature.
     */
    async sign(opened: OpenedSession, proof: MfaProof | null): Promise<SignedSession> {
      const { session, user, refreshToken, environment } = opened;
      return {
        ...(await issue(opened, proof)),
        sessionId: session.id,
        tenantId: session.tenantId,
        refreshToken,
        refreshExpiresAt: session.expiresAt,
        refreshExpiresInSeconds: Math.floor((session.expiresAt.getTime() - clock.now().getTime()) / 1000),
        cookieSameSite: environment.cookieSameSite,
        user,
      };
    },

    /**
     * Signs the ID token that goes with a session (OpenID Connect Core §2): an access token with a nonce, and with the time of the login where
     * the application asked for its age. A second factor that was proven gives that time itself.
     */
    async signIdToken(opened: OpenedSession, proof: MfaProof | null, { nonce, signedInAt }: IdTokenRequest): Promise<string> {
      const authTime = signedInAt === null || proof !== null ? {} : { auth_time: Math.floor(signedInAt.getTime() / 1000) };
      const more = { ...(nonce === null ? {} : { nonce }), ...authTime };
      return (await issue(opened, proof, more)).accessToken;
    },

    /**
     * Signs an access token of a living session for another tenant of its user.
     * There is no new refresh token. Errors: `UNAUTHENTICATED`, `FORBIDDEN`.
     */
    async signFor(tenantId: string, { sessionId, userId }: Pick<StepUpSession, 'sessionId' | 'userId'>): Promise<AccessToken> {
      const [[found], holder] = await together(
        store.sessions.findManyOf(userId, [sessionId], clock.now()),
        holders.inAnotherTenant(userId, sessionId, tenantId),
      );
      const session = found ?? fail('UNAUTHENTICATED');
      const held = requireActive(holder, tenantId, 'FORBIDDEN');
      return issue({ ...held, session: { ...session, tenantId } }, null, {}, session.lastUsedAt);
    },

    /**
     * Refuses a user whose session has ended since the request was authenticated, because a recovery, a lock or a new password may have ended it
     * in the meantime, and an API token that is good for nothing any more. Callers without either pass. Runs in the caller's transaction.
     * Errors: `UNAUTHENTICATED`.
     */
    async requireLivingSession(actor: Actor): Promise<void> {
      if (actor.kind === 'USER' && (await store.sessions.find(actor.sessionId, clock.now())) === null) fail('UNAUTHENTICATED');
      if (actor.kind === 'API_TOKEN' && (await tokenInUseOf(actor.tokenId)) === null) fail('UNAUTHENTICATED');
    },

    useCases: {
      ...reads(audit, {
        /**
         * Returns whom a token belongs to: the environment, a user whose session has not ended, or an API token that is good for something. Refuses
         * every other token.
         */
        async authenticate(_caller: Caller, { token }: { token: string }): Promise<TokenHolder> {
          const holder = (await tokens.read(token)) ?? fail('UNAUTHENTICATED');
          if (holder.kind === 'ENVIRONMENT') return { kind: 'ENVIRONMENT', tenantId: null };
          if (holder.kind === 'API_TOKEN') return (await tokenInUseOf(holder.tokenId))?.actor ?? fail('UNAUTHENTICATED');
          return (await userOf(holder)) ?? fail('UNAUTHENTICATED');
        },
      }),

      ...useCases(audit, 'REQUEST_REFUSED', sessionErrors, {
        /**
         * Returns the user as acting in the tenant that a header names. Null stays in the tenant of the session. A tenant that the
         * user is no member of is forbidden, whether or not it exists, and so is every tenant but its own for an API token.
         */
        async enterTenant({ actor }: Caller, { tenantId: named }: { tenantId: string | null }): Promise<UserActor | ApiTokenActor> {
          if (actor.kind === 'API_TOKEN') return named === null || namedTenant(named, [actor.tenantId]) !== null ? actor : fail('FORBIDDEN');
          const user = requireUser(actor);
          if (named === null) return user;
          const tenantId = namedTenant(named, user.tenantIds) ?? fail('FORBIDDEN');
          if (tenantId === user.tenantId) return user;
          return { ...user, tenantId, rights: await store.roles.rightsOf(user.userId, tenantId) };
        },
      }),
    },
  };
}
