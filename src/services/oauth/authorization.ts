import type { Caller } from '../../domain/access/actor.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import { storedId } from '../../domain/ids.ts';
import { answerLocation } from '../../domain/oauth/answer-location.ts';
import type { AuthorizationRequest } from '../../domain/oauth/authorization-request.ts';
import type { InteractionStep } from '../../domain/oauth/interaction.ts';
import type { OAuthReason } from '../../domain/oauth/refusal.ts';
import { OAuthRefusal, refuseRequest } from '../../domain/oauth/refusal.ts';
import type { AnswerTarget, Parameters } from '../../domain/oauth/request-reading.ts';
import { readAuthorizationRequest, readState, readTarget } from '../../domain/oauth/request-reading.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Admission, Admissions } from './admission.ts';
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts';
import type { Codes } from './codes.ts';
import type { HostedLoginService } from './hosted-login.ts';
import type { InteractionKeeping } from './interaction-keeping.ts';
import type { RedirectUris } from './redirect-uris.ts';
import type { ShownChallenges } from './shown-challenges.ts';
import { stepOf } from './shown-challenges.ts';
import type { BeginStepUp } from './step-up-beginning.ts';

/** A request of an application as its browser sent it. */
export interface PresentedRequest {
  parameters: Parameters;
  /** Value of the cookie of the session. Null without one. */
  refreshToken: string | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
}

/** Where the browser goes now: to the application with its answer, or to the page of a step. `token` is for the cookie of the interaction. */
export type Progress = { kind: 'ANSWER'; location: string } | { kind: 'STEP'; token: string; step: InteractionStep };

interface Needs {
  store: Pick<Store, 'transact'>;
  identity: Pick<Identity, 'clientId' | 'environmentId'>;
  issuer: string;
  hostedLogin: Pick<HostedLoginService, 'requireActive'>;
  redirectUris: Pick<RedirectUris, 'matching'>;
  browserSessions: Pick<BrowserSessions, 'find'>;
  admissions: Pick<Admissions, 'admit'>;
  codes: Codes;
  interactions: Pick<InteractionKeeping, 'begin'>;
  shownChallenges: ShownChallenges;
  beginStepUp: BeginStepUp;
  audit: Audit;
}

/** Errors of each use case. */
export const authorizationErrors = {
  authorize: ['NOT_FOUND', 'AUTHORIZATION_REFUSED'],
} as const;

/** Creates the service that takes the requests of applications: it answers them at once, or begins an interaction (RFC 6749 §4.1). */
export function createAuthorization(needs: Needs) {
  const {
    store,
    identity,
    issuer,
    hostedLogin,
    redirectUris,
    browserSessions,
    admissions,
    codes,
    interactions,
    shownChallenges,
    beginStepUp,
    audit,
  } = needs;
  const ownOrigin = new URL(issuer).origin;

  /** Returns who asks and where the answer goes. Whatever is wrong here is told to the person and never to the address. */
  const allowedTarget = async (parameters: Parameters): Promise<AnswerTarget> => {
    const target = readTarget(parameters);
    const known = [identity.clientId, identity.environmentId].map(storedId).includes(storedId(target.clientId));
    if (!known) refuseRequest('The application is not known here.');
    if ((await redirectUris.matching(target.redirectUri)) === null) refuseRequest('The address that the answer is to go to is not registered.');
    return target;
  };

  /** Issues the code if the session of the browser is enough. Reads and effects are in one transaction of the user. */
  const admitted = (caller: Caller, request: AuthorizationRequest, browser: BrowserSession, { refreshToken, deviceToken }: PresentedRequest) =>
    store.transact({ user: browser.user.id }, async (): Promise<{ admission: Admission; location: string | null }> => {
      const living = await browserSessions.find(refreshToken);
      const admission: Admission = living === null ? { kind: 'SIGN_IN' } : await admissions.admit(caller, request, living, deviceToken, false);
      if (admission.kind !== 'ADMITTED') return { admission, location: null };
      return { admission, location: await codes.issue(caller, request, admission.session, admission.proof) };
    });

  /** Begins with another proof of a factor in the session. */
  const proveAgain = async (caller: Caller, request: AuthorizationRequest, browser: BrowserSession): Promise<Progress> => {
    const mfaToken = await beginStepUp(caller, browser, request.maxAgeSeconds);
    const { user, session } = browser;
    return interactions.begin(request, { step: 'STEP_UP', userId: user.id, sessionId: session.id, secrets: { mfaToken } });
  };

  const answer = async (caller: Caller, request: AuthorizationRequest, presented: PresentedRequest): Promise<Progress> => {
    const refused = (reason: OAuthReason, description: string): Progress => ({
      kind: 'ANSWER',
      location: answerLocation(request.redirectUri, { error: reason, error_description: description, state: request.state, iss: issuer }),
    });
    const { mfaToken } = request;
    const challenge = mfaToken === null ? null : await shownChallenges.find(mfaToken);
    // A phone has asked for the first factor itself. Whoever is signed in in this browser does not matter then.
    if (mfaToken !== null && challenge?.purpose === 'LOGIN' && request.prompt !== 'NONE') {
      const step = stepOf(challenge);
      return interactions.begin({ ...request, mfaToken: null }, { step, userId: challenge.userId, sessionId: null, secrets: { mfaToken } });
    }
    const browser = await browserSessions.find(presented.refreshToken);
    const { admission, location } = browser === null ? { admission: null, location: null } : await admitted(caller, request, browser, presented);
    if (location !== null) return { kind: 'ANSWER', location };
    if (request.prompt === 'NONE') {
      return admission === null
        ? refused('login_required', 'Nobody is signed in in this browser.')
        : refused('interaction_required', 'The person has to do something first.');
    }
    if (browser !== null && admission?.kind === 'STEP_UP') return proveAgain(caller, request, browser);
    return interactions.begin(request, { step: 'SIGN_IN', userId: null, sessionId: null, secrets: {} });
  };

  return useCases(audit, 'AUTHORIZATION_FAILED', authorizationErrors, {
    /**
     * Answers the request of an application, or begins the interaction that will. Faults of the request go to the application, except for
     * those of the client and the redirect URI, which are thrown.
     */
    async authorize(caller: Caller, presented: PresentedRequest): Promise<Progress> {
      await hostedLogin.requireActive();
      const { parameters } = presented;
      const target = await allowedTarget(parameters);
      let request: AuthorizationRequest;
      try {
        request = readAuthorizationRequest(parameters, target, ownOrigin);
      } catch (error) {
        if (!(error instanceof OAuthRefusal)) throw error;
        const { reason, description } = error;
        const parts = { error: reason, error_description: description, state: readState(parameters), iss: issuer };
        return { kind: 'ANSWER', location: answerLocation(target.redirectUri, parts) };
      }
      return answer(caller, request, presented);
    },
  });
}
