import type { Caller } from '../../domain/access/actor.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import { accountPageAt } from '../../domain/oauth/account-page.ts';
import type { AuthorizationRequest } from '../../domain/oauth/authorization-request.ts';
import type { InteractionSecrets } from '../../domain/oauth/interaction.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Admissions } from './admission.ts';
import type { Progress } from './authorization.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import type { HostedLoginService } from './hosted-login.ts';
import type { InteractionKeeping } from './interaction-keeping.ts';
import type { BeginStepUp } from './step-up-beginning.ts';

/** The part of the account page that the person comes from and goes back to, and the cookie of the session. */
export interface AccountVisit {
  /** Path of the part, with its parameters. */
  path: string;
  /** Null without a cookie. */
  refreshToken: string | null;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'transact'>;
  identity: Pick<Identity, 'clientId'>;
  hostedLogin: Pick<HostedLoginService, 'requireActive'>;
  browserSessions: Pick<BrowserSessions, 'find'>;
  admissions: Pick<Admissions, 'admit'>;
  interactions: Pick<InteractionKeeping, 'begin'>;
  beginStepUp: BeginStepUp;
  audit: Audit;
}

/** Errors of each use case. */
export const accountVisitErrors = {
  begin: ['NOT_FOUND'],
  confirm: ['NOT_FOUND', 'ACCOUNT_LOCKED', 'NOT_ENROLLED'],
  enterTenant: ['NOT_FOUND'],
} as const;

/** Creates the service by which the account page has its person sign in, prove a factor again, or enter another tenant. */
export function createAccountVisits(needs: Needs) {
  const { store, identity, hostedLogin, browserSessions, admissions, interactions, beginStepUp, audit } = needs;

  /** Returns the request of the account page, which wants nothing but that its person comes back to the part of it. */
  const requestOf = (path: string, more: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
    ...{ clientId: identity.clientId, redirectUri: accountPageAt(path), scope: 'openid', state: null, nonce: null, codeChallenge: null },
    ...{
      prompt: null,
      asksForFactor: false,
      maxAgeSeconds: null,
      tenant: null,
      loginHint: null,
      locales: null,
      isOwn: true,
      mfaToken: null,
      namesOtherWay: false,
    },
    ...more,
  });

  const signIn = (request: AuthorizationRequest, secrets: InteractionSecrets = {}): Promise<Progress> =>
    interactions.begin(request, { step: 'SIGN_IN', userId: null, sessionId: null, secrets });

  return useCases(audit, 'AUTHORIZATION_FAILED', accountVisitErrors, {
    /** Begins an interaction in which somebody signs in to see the page, or with the token of an invitation link to join a tenant as well. */
    async begin(_caller: Caller, { path, invitationToken }: { path: string; invitationToken?: string }): Promise<Progress> {
      await hostedLogin.requireActive();
      return signIn(requestOf(path), invitationToken === undefined ? {} : { invitationToken });
    },

    /**
     * Begins an interaction in which the person proves a factor again, for something sensitive. Who has none signs in again, because a stolen
     * cookie must not be enough to set up a factor of the thief.
     */
    async confirm(caller: Caller, { path, refreshToken }: AccountVisit): Promise<Progress> {
      await hostedLogin.requireActive();
      const browser = await browserSessions.find(refreshToken);
      if (browser === null) return signIn(requestOf(path));
      const { user, session } = browser;
      const enrolled = await store.authenticators.ofUsers([user.id]);
      if (enrolled.length === 0) return signIn(requestOf(path, { prompt: 'LOGIN', loginHint: user.email }));
      const mfaToken = await beginStepUp(caller, browser, null);
      return interactions.begin(requestOf(path), { step: 'STEP_UP', userId: user.id, sessionId: session.id, secrets: { mfaToken } });
    },

    /**
     * Takes the session into another tenant of its person and returns where to go on. Where that tenant asks for what the session has not
     * proven, or cannot be entered, the person signs in again.
     */
    async enterTenant(
      caller: Caller,
      { tenant, deviceToken, ...visit }: AccountVisit & { tenant: string; deviceToken: string | null },
    ): Promise<Progress> {
      await hostedLogin.requireActive();
      const request = requestOf(visit.path, { tenant });
      const browser = await browserSessions.find(visit.refreshToken);
      if (browser === null) return signIn(request);
      const { user } = browser;
      const entered = await store.transact({ user: user.id }, async () => {
        const living = await browserSessions.find(visit.refreshToken);
        const admission = living === null ? null : await admissions.admit(caller, request, living, deviceToken, false);
        if (admission?.kind !== 'ADMITTED') return false;
        await audit('SESSION_REFRESHED', caller, { userId: user.id, tenantId: admission.session.tenantId, reason: 'account page' });
        return true;
      });
      return entered ? { kind: 'ANSWER', location: request.redirectUri } : signIn({ ...request, loginHint: user.email });
    },
  });
}
