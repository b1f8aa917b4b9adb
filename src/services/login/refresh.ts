import type { Caller } from '../../domain/access/actor.ts';
import type { Rights } from '../../domain/access/permission.ts';
import { namedTenant } from '../../domain/directory/tenant.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Environment } from '../../domain/environment/environment.ts';
import { DomainError, fail, StepUpRequired, withEventFields } from '../../domain/errors.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { RefreshToken, Session } from '../../domain/session/session.ts';
import { multiFactorAcr, recentFactorSeconds } from '../../domain/session/session.ts';
import type { SessionLimits } from '../../domain/session/session-policy.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { SessionLimiting } from '../session/limits.ts';
import type { RefreshTokens } from '../session/refresh-tokens.ts';
import type { OpenedSession, Sessions, SignedSession } from '../session/sessions.ts';
import type { AccessToken } from '../session/tokens.ts';
import type { LoginGate, LoginResult } from './gate.ts';

/** A refresh token to exchange, and where the session continues. */
export interface RefreshSession {
  refreshToken: string;
  /** The tenant in which the session continues. Null stays in the present one. */
  tenantId: string | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
}

/** What an application gets for a refresh token: a session with a token of its own. */
export interface RefreshedApplication {
  session: SignedSession;
  /** The successor of the token if it was that of a cookie. Null if the application brought its own, whose successor is in `session`. */
  cookieToken: string | null;
}

interface Needs {
  store: Pick<Store, 'sessions' | 'users' | 'roles' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  sessions: Pick<Sessions, 'sign' | 'signFor' | 'currentEnvironment'>;
  refreshTokens: Pick<RefreshTokens, 'successorOf' | 'begin'>;
  sessionLimits: Pick<SessionLimiting, 'ofRefreshToken' | 'enter'>;
  gate: LoginGate;
  audit: Audit;
}

/** Errors of each use case. `FORBIDDEN`, which every use case may throw, is for a tenant that is none of the user's. */
export const refreshErrors = {
  refresh: ['SESSION_EXPIRED', 'ACCOUNT_LOCKED', 'NO_STRATEGY_AVAILABLE'],
  refreshForApplication: ['SESSION_EXPIRED', 'ACCOUNT_LOCKED', 'NO_STRATEGY_AVAILABLE'],
  requestTenant: [],
  tokenFor: ['STEP_UP_REQUIRED', 'ACCOUNT_LOCKED'],
} as const;
const { refresh, refreshForApplication, requestTenant, tokenFor } = refreshErrors;

/**
 * The outcome of an exchange: the session continues, its new tenant needs a second factor, or it has ended. It ends if the token was reused,
 * which for that of an application ends only its chain, and if it is too old for its new tenant.
 */
type Rotated =
  | { kind: 'OPEN'; opened: OpenedSession; forApplication: boolean }
  | { kind: 'GATE'; user: User; session: Session; target: string }
  | { kind: 'ENDED' };

/** A living session that a refresh token continues, and everything that decides how. */
interface Brought {
  token: RefreshToken;
  /** Whether this call has replaced the token. */
  replacesIt: boolean;
  session: Session;
  user: User;
  requestedTenantId: string | null;
  memberships: Membership[];
  /** What the user may do in the tenant of the session. */
  rights: Rights;
  /** The limits in force there. */
  limits: SessionLimits;
  environment: Environment;
}

/** Returns what every event about a session names. */
const fieldsOf = ({ userId, tenantId }: Session) => ({ userId, tenantId });

const tenantIdsOf = (memberships: readonly Membership[]): string[] => memberships.map(({ tenantId }) => tenantId);

/** Creates the service that rotates refresh tokens and detects their reuse (RFC 9700 §4.14.2). */
export function createRefresh({ store, clock, keyring, sessions, refreshTokens, sessionLimits, gate, audit }: Needs) {
  /**
   * Exchanges a refresh token. Runs in the caller's transaction. What leads to a result is committed, the end of the session included;
   * an error rolls everything back.
   */
  const rotate = async (caller: Caller, tokenHash: string, command: RefreshSession): Promise<Rotated> => {
    const now = clock.now();
    // All of it travels together: what is read first shows the token as it was, and an error takes the replacement back.
    const [found, user, memberships, rights, limits, environment, replacesIt] = await together(
      store.sessions.findRefreshToken(tokenHash, now),
      store.users.findByRefreshToken(tokenHash),
      store.users.openMembershipsByRefreshToken(tokenHash, now),
      store.roles.rightsByRefreshToken(tokenHash),
      sessionLimits.ofRefreshToken(tokenHash),
      sessions.currentEnvironment(),
      store.sessions.supersede(tokenHash, now),
    );
    // There is no event, because anybody can send any number of invented tokens.
    if (found === null) throw new DomainError('SESSION_EXPIRED').unrecorded();
    const { token, session, requestedTenantId } = found;
    if (session === null || user === null) fail('SESSION_EXPIRED');
    const brought = { token, replacesIt, session, requestedTenantId, user, memberships, rights, limits, environment };
    return withEventFields(fieldsOf(session), () => goOn(caller, command, brought));
  };

  /** Continues the session of a refresh token that was brought, as `rotate` describes. */
  const goOn = async (caller: Caller, command: RefreshSession, brought: Brought): Promise<Rotated> => {
    const { session, user, memberships, environment, requestedTenantId } = brought;
    const now = clock.now();
    const { chainId, forApplication } = brought.token;
    const refreshToken = await refreshTokens.successorOf(brought.token, brought.replacesIt);
    if (refreshToken === null) {
      // Two tabs that share the token of an application do this without a thief, and come back by the cookie. Nobody shares the cookie's.
      await (forApplication && chainId !== null ? store.sessions.endChain(chainId) : store.sessions.end(session.id, now));
      const reason = forApplication ? 'application' : null;
      await audit('REFRESH_TOKEN_REUSED', caller, { userId: user.id, tenantId: session.tenantId, reason });
      return { kind: 'ENDED' };
    }
    if (user.locked) fail('ACCOUNT_LOCKED');
    // The user was a member when the tenant was requested. A user who was removed from it since stays in the present one.
    const requested = memberships.some((membership) => membership.tenantId === requestedTenantId) ? requestedTenantId : null;
    const named = command.tenantId === null ? null : (namedTenant(command.tenantId, tenantIdsOf(memberships)) ?? command.tenantId);
    const target = named ?? requested ?? session.tenantId;
    const switches = target !== session.tenantId;
    // A user who was removed from the session's own tenant has no session there any more, and no valid access token either.
    if (!memberships.some((membership) => membership.tenantId === target)) fail(switches ? 'FORBIDDEN' : 'SESSION_EXPIRED');
    if (switches && session.secondFactorAt === null && (await gate.isRequired(user, target, session.firstFactor))) {
      await store.sessions.end(session.id, now);
      await audit('SESSION_ENDED', caller, { userId: user.id, tenantId: session.tenantId, reason: 'tenant switch' });
      return { kind: 'GATE', user, session, target };
    }
    const entered = switches ? await sessionLimits.enter(caller, session, target) : { session, limits: brought.limits };
    if (entered === null) {
      await store.sessions.end(session.id, now);
      await audit('SESSION_ENDED', caller, { userId: user.id, tenantId: session.tenantId, reason: 'too old for the tenant it was to enter' });
      return { kind: 'ENDED' };
    }
    if (switches) await store.users.recordLogin(user.id, target, now);
    else if (requestedTenantId !== null) await store.sessions.switchTenant(session.id, target, session.expiresAt);
    const rights = switches ? await store.roles.rightsOf(user.id, target) : brought.rights;
    await audit('SESSION_REFRESHED', caller, { userId: user.id, tenantId: target });
    const opened = { ...entered, user, refreshToken, memberships, rights, environment };
    return { kind: 'OPEN', opened, forApplication };
  };

  /** Exchanges a refresh token. `within` goes on in the same transaction if the session continues. */
  const exchange = async <T>(caller: Caller, command: RefreshSession, within: (opened: OpenedSession, isOfApplication: boolean) => Promise<T>) => {
    const holderOfRefreshToken = keyring.hashToken(command.refreshToken);
    const rotated = await store.transact({ holderOfRefreshToken }, async () => {
      const rotated = await rotate(caller, holderOfRefreshToken, command);
      return rotated.kind === 'OPEN' ? { kind: rotated.kind, opened: await within(rotated.opened, rotated.forApplication) } : rotated;
    });
    // The event was committed together with what has ended, so there is no second one.
    if (rotated.kind === 'ENDED') throw new DomainError('SESSION_EXPIRED').unrecorded();
    return rotated;
  };

  /** Takes a session to the gate whose new tenant needs a second factor. The session itself has ended. */
  const passGate = (caller: Caller, { user, session, target }: Rotated & { kind: 'GATE' }, deviceToken: string | null): Promise<LoginResult> => {
    const login = { user, tenantId: target, firstFactor: session.firstFactor, deviceToken };
    const amr = session.amr.filter((method) => method !== 'rba');
    return withEventFields(fieldsOf(session), () => gate.completeFirstFactor(caller, { ...login, amr }));
  };

  /** Begins a chain for an application in a session whose cookie has a chain already. */
  const withOwnToken = async (opened: OpenedSession): Promise<OpenedSession> => ({
    ...opened,
    refreshToken: (await refreshTokens.begin(opened.session.id, { forApplication: true })).token,
  });

  return {
    ...useCases(
      audit,
      'REQUEST_REFUSED',
      { requestTenant, tokenFor },
      {
        /**
         * Stores the tenant in which the session continues at its next refresh, which decides whether a second factor is needed there.
         * Returns its id.
         */
        async requestTenant(caller: Caller, { tenantId: named }: { tenantId: string }): Promise<{ tenantId: string }> {
          const { sessionId, userId } = requireUser(caller.actor);
          return store.transact({ user: userId }, async () => {
            const tenantId = namedTenant(named, tenantIdsOf(await store.users.openMemberships(userId, clock.now()))) ?? fail('FORBIDDEN');
            await store.sessions.requestTenant(sessionId, tenantId);
            await audit('TENANT_REQUESTED', caller, { userId, tenantId });
            return { tenantId };
          });
        },

        /**
         * Returns an access token of the session for another tenant of the user. The session itself stays where it is. A tenant that would ask
         * for a second factor, which the session has not proven, is entered by a refresh only.
         */
        async tokenFor(caller: Caller, { tenantId: named }: { tenantId: string }): Promise<AccessToken> {
          const { sessionId, userId, tenantIds, tenantId: current, mfaProvenAt } = requireUser(caller.actor);
          const tenantId = namedTenant(named, tenantIds) ?? fail('FORBIDDEN');
          if (tenantId !== current && mfaProvenAt === null) {
            const [[user], session] = await together(store.users.findMany([userId]), store.sessions.find(sessionId, clock.now()));
            if (user === undefined || session === null) fail('UNAUTHENTICATED');
            if (tenantId !== session.tenantId && (await gate.isRequired(user, tenantId, session.firstFactor))) {
              throw new StepUpRequired([multiFactorAcr], recentFactorSeconds).about({ userId, tenantId });
            }
          }
          return sessions.signFor(tenantId, { sessionId, userId });
        },
      },
    ),

    ...useCases(
      audit,
      'REFRESH_FAILED',
      { refresh, refreshForApplication },
      {
        /**
         * Exchanges a refresh token for a new access token and refresh token. For `refreshGraceSeconds` a superseded one gets the same refresh
         * token as the call that superseded it, because browser tabs refresh in parallel. After that it ends its chain, and that of a cookie the
         * whole session, because it may have been stolen. A session that never passed a second factor goes through the gate again when it
         * changes its tenant.
         */
        async refresh(caller: Caller, command: RefreshSession): Promise<LoginResult> {
          const done = await exchange(caller, command, async (opened) => opened);
          if (done.kind === 'GATE') return passGate(caller, done, command.deviceToken);
          return { kind: 'SESSION', session: await sessions.sign(done.opened, null), grace: null };
        },

        /**
         * Exchanges a refresh token for tokens of an application. One of a cookie is replaced as well, and the application gets a token of its
         * own, so that whoever has the cookie and the application refresh without each other (RFC 6749 §6). A second factor that is due
         * ends the session here, because an application cannot ask for it.
         */
        async refreshForApplication(caller: Caller, command: RefreshSession): Promise<RefreshedApplication> {
          const done = await exchange(caller, command, async (opened, isOfApplication) =>
            isOfApplication ? { opened, cookieToken: null } : { opened: await withOwnToken(opened), cookieToken: opened.refreshToken },
          );
          if (done.kind === 'OPEN') {
            const { opened, cookieToken } = done.opened;
            return { session: await sessions.sign(opened, null), cookieToken };
          }
          const login = await passGate(caller, done, command.deviceToken);
          if (login.kind === 'CHALLENGE') throw new DomainError('SESSION_EXPIRED').unrecorded();
          const { sessionId, userId } = { sessionId: login.session.sessionId, userId: login.session.user.id };
          const { token } = await store.transact({ user: userId }, () => refreshTokens.begin(sessionId, { forApplication: true }));
          return { session: { ...login.session, refreshToken: token }, cookieToken: login.session.refreshToken };
        },
      },
    ),
  };
}

/** The service that `createRefresh` creates. */
export type Refresh = ReturnType<typeof createRefresh>;
