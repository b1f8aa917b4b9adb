import type { Caller } from '../../domain/access/actor.ts';
import { DomainError } from '../../domain/errors.ts';
import type { AuthorizationCode } from '../../domain/oauth/authorization-code.ts';
import { OAuthRefusal } from '../../domain/oauth/refusal.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Refresh, RefreshSession } from '../login/refresh.ts';
import type { OpenedSession, Sessions, SignedSession } from '../session/sessions.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import type { ClientAuthentication, ClientCredentials } from './client-authentication.ts';

/** A code that an application wants to exchange. */
export interface PresentedCode extends ClientCredentials {
  code: string;
  redirectUri: string;
  /** Null if the application sent none. */
  codeVerifier: string | null;
  /** Value of the cookie of the session that came with the request. Null without one. */
  refreshToken: string | null;
  /** Whether the caller may be given a cookie. */
  takesCookie: boolean;
}

/** A refresh token that an application wants to exchange. */
export interface PresentedRefresh extends RefreshSession, ClientCredentials {}

/** Tokens of an application. */
export interface ApplicationTokens {
  /** With the refresh token of the application. */
  session: SignedSession;
  idToken: string;
  /** What the code was granted. Null at a refresh, which changes nothing of it (RFC 6749 §5.1). */
  scope: string | null;
  /** Refresh token for the cookie of the caller. Null if its cookie stays as it is. */
  cookieToken: string | null;
}

interface Needs {
  store: Pick<Store, 'authorizationCodes' | 'sessions' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  sessions: Pick<Sessions, 'sign' | 'signIdToken' | 'withNewChain'>;
  browserSessions: BrowserSessions;
  clientAuthentication: ClientAuthentication;
  refresh: Pick<Refresh, 'refreshForApplication'>;
  audit: Audit;
  /** Whether an application that proves the secret may leave the verifier out although a challenge was sent. */
  secretWithoutVerifier: boolean;
}

/** Errors of each use case. */
export const grantErrors = {
  exchange: ['AUTHORIZATION_REFUSED', 'RATE_LIMITED'],
  refresh: ['AUTHORIZATION_REFUSED', 'RATE_LIMITED', 'SESSION_EXPIRED', 'ACCOUNT_LOCKED', 'NO_STRATEGY_AVAILABLE'],
} as const;

/** What a verifier looks like. RFC 7636 §4.1 wants 43 characters or more, but Frontegg's SDKs for browsers send 16. */
const verifierPattern = /^[A-Za-z0-9._~-]{16,128}$/;

/** One text for everything that is wrong with a code, because only whoever has stolen one would learn from more. */
const invalidGrant = (): OAuthRefusal =>
  new OAuthRefusal('invalid_grant', 'The code is unknown, expired or already used, or belongs to another request.');

/** Creates the service that exchanges codes and refresh tokens for the tokens of applications (RFC 6749 §4.1.3 and §6). */
export function createGrants(needs: Needs) {
  const { store, clock, keyring, sessions, browserSessions, clientAuthentication, refresh, audit, secretWithoutVerifier } = needs;

  /** Tells whether the caller is whom the code was made for: it knows the verifier, or the secret where no challenge was sent. */
  const isFor = ({ codeChallenge, clientId, redirectUri }: AuthorizationCode, presented: PresentedCode, hasSecret: boolean): boolean => {
    const { codeVerifier } = presented;
    if (presented.redirectUri !== redirectUri) return false;
    if (presented.clientId !== null && presented.clientId.toLowerCase() !== clientId.toLowerCase()) return false;
    if (codeChallenge === null) return codeVerifier === null && hasSecret;
    if (codeVerifier === null) return hasSecret && secretWithoutVerifier;
    return verifierPattern.test(codeVerifier) && keyring.hashToken(codeVerifier) === codeChallenge;
  };

  /** What became of a code. A refusal has to be committed as well, because it spends the code. */
  type Exchanged = { opened: OpenedSession; cookieToken: string | null } | 'REFUSED';

  const exchangeInTransaction = async (caller: Caller, presented: PresentedCode, hasSecret: boolean, code: AuthorizationCode): Promise<Exchanged> => {
    const { userId, tenantId, sessionId, codeHash } = code;
    if (!(await store.authorizationCodes.spend(codeHash, clock.now()))) {
      const again = await store.authorizationCodes.find(codeHash);
      if (again === null || again.chainIds.length === 0) return 'REFUSED';
      // Either this caller or the first one has stolen the code, so what the first one got ends as well (RFC 6749 §4.1.2).
      for (const chainId of again.chainIds) await store.sessions.endChain(chainId);
      await audit('AUTHORIZATION_CODE_REUSED', caller, { userId, tenantId, reason: code.clientId });
      return 'REFUSED';
    }
    if (!isFor(code, presented, hasSecret)) return 'REFUSED';
    const { opened, chainId } = await sessions.withNewChain({ sessionId, userId }, { forApplication: true });
    const hasCookie = (await browserSessions.find(presented.refreshToken))?.session.id === sessionId;
    // The cookie at the address of the pages is another one than that at the address of a proxy, and each needs a chain of its own.
    const cookie = presented.takesCookie && !hasCookie ? await sessions.withNewChain({ sessionId, userId }, { forApplication: false }) : null;
    await store.authorizationCodes.keepChains(codeHash, [chainId, ...(cookie === null ? [] : [cookie.chainId])]);
    await audit('APPLICATION_SIGNED_IN', caller, { userId, tenantId: opened.session.tenantId, reason: code.clientId });
    return { opened, cookieToken: cookie?.opened.refreshToken ?? null };
  };

  return useCases(audit, 'AUTHORIZATION_FAILED', grantErrors, {
    /** Exchanges a code for tokens. Whatever is wrong with the request, the code is spent. */
    async exchange(caller: Caller, presented: PresentedCode): Promise<ApplicationTokens> {
      const hasSecret = await clientAuthentication.hasSecret(caller, presented);
      const code = await store.authorizationCodes.find(keyring.hashToken(presented.code));
      if (code === null) throw invalidGrant().unrecorded();
      const { userId, tenantId, proof } = code;
      const exchanged = await store
        .transact({ user: userId }, () => exchangeInTransaction(caller, presented, hasSecret, code))
        .catch((error: unknown): Exchanged => {
          // The session has ended, or its user was locked or removed, since the code was made.
          if (error instanceof DomainError && ['UNAUTHENTICATED', 'ACCOUNT_LOCKED'].includes(error.code)) return 'REFUSED';
          throw error;
        });
      if (exchanged === 'REFUSED') throw invalidGrant().about({ userId, tenantId });
      const { opened, cookieToken } = exchanged;
      const session = await sessions.sign(opened, proof);
      return { session, idToken: await sessions.signIdToken(opened, proof, code), scope: code.scope, cookieToken };
    },

    /** Exchanges a refresh token for tokens. The ID token is the access token, because nothing is left to say in it. */
    async refresh(caller: Caller, { clientId, secret, ...command }: PresentedRefresh): Promise<ApplicationTokens> {
      await clientAuthentication.hasSecret(caller, { clientId, secret });
      const { session, cookieToken } = await refresh.refreshForApplication(caller, command);
      return { session, idToken: session.accessToken, scope: null, cookieToken };
    },
  });
}
