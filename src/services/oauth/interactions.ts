import type { Caller, MfaProof } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import { answerLocation } from '../../domain/oauth/answer-location.ts';
import type { AuthorizationRequest } from '../../domain/oauth/authorization-request.ts';
import type { InteractionSecrets, InteractionStep, SentLoginCode, StartedFactor } from '../../domain/oauth/interaction.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Admissions } from './admission.ts';
import type { Progress } from './authorization.ts';
import type { BrowserSession } from './browser-sessions.ts';
import type { Codes } from './codes.ts';
import type { Advanced, InteractionKeeping, OpenInteraction } from './interaction-keeping.ts';
import type { ShownChallenge, ShownChallenges } from './shown-challenges.ts';
import { stepOf } from './shown-challenges.ts';
import type { BeginStepUp } from './step-up-beginning.ts';

/** An interaction as its pages show it. */
export interface ShownInteraction {
  step: InteractionStep;
  request: AuthorizationRequest;
  /** The mfaToken that the second factor is proven with. Null before the first factor. */
  mfaToken: string | null;
  /** Null before the first factor, and once the challenge has expired. */
  challenge: ShownChallenge | null;
  started: StartedFactor | null;
  /** A login by e-mail code that was begun. Null if none was. */
  sentCode: SentLoginCode | null;
  /** Token of the invitation link that the person came by, for whatever proves the first factor. Null if they came by none. */
  invitationToken: string | null;
  /** What every form of this step has to bring back, so that no other page can send one. */
  formToken: string;
  expiresAt: Date;
}

/** The session that a login or a step-up has led to, by the access token that came with it. */
export interface SignedIn {
  token: string;
  accessToken: string;
  deviceToken: string | null;
  /** Recovery code of a first enrollment. Null if nothing was enrolled. */
  recoveryCode: string | null;
}

interface Needs {
  store: Pick<Store, 'sessions' | 'tenants' | 'transact' | 'users'>;
  clock: Clock;
  keyring: Keyring;
  issuer: string;
  sessions: Pick<Sessions, 'useCases'>;
  admissions: Pick<Admissions, 'admit'>;
  codes: Codes;
  keeping: InteractionKeeping;
  shownChallenges: ShownChallenges;
  beginStepUp: BeginStepUp;
  audit: Audit;
  /** Whether a member of several tenants chooses one where the application names none. */
  asksForTenant: boolean;
}

/** Errors of each use case. */
export const interactionErrors = {
  read: ['INTERACTION_EXPIRED'],
  isOwnForm: ['INTERACTION_EXPIRED'],
  challenged: ['INTERACTION_EXPIRED', 'CHALLENGE_EXPIRED'],
  started: ['INTERACTION_EXPIRED'],
  codeSent: ['INTERACTION_EXPIRED'],
  signedIn: ['INTERACTION_EXPIRED', 'NOT_ENROLLED', 'ACCOUNT_LOCKED'],
  saved: ['INTERACTION_EXPIRED', 'NOT_ENROLLED', 'ACCOUNT_LOCKED'],
  takeRecoveryCode: ['INTERACTION_EXPIRED'],
  tenants: ['INTERACTION_EXPIRED'],
  chooseTenant: ['INTERACTION_EXPIRED', 'NOT_ENROLLED', 'ACCOUNT_LOCKED'],
  restart: ['INTERACTION_EXPIRED'],
  leave: ['INTERACTION_EXPIRED'],
} as const;

/** Purpose of the digests that forms bring back. */
const formPurpose = 'interaction-form';

/** Creates the service that takes an interaction from page to page, until its application has an answer. */
export function createInteractions(needs: Needs) {
  const { store, clock, keyring, issuer, sessions, admissions, codes, keeping, shownChallenges, beginStepUp, audit } = needs;
  const { asksForTenant } = needs;

  const formValue = ({ id, step }: Pick<OpenInteraction, 'id' | 'step'>): string => `${id}:${step}`;

  /** Returns the session of the interaction, and its user as of now. Null if it has ended. It may run in an open transaction. */
  const sessionOf = async ({ sessionId }: Pick<OpenInteraction, 'sessionId'>): Promise<BrowserSession | null> => {
    const now = clock.now();
    const session = sessionId === null ? null : await store.sessions.find(sessionId, now);
    if (session === null) return null;
    const [[user], memberships] = await together(store.users.findMany([session.userId]), store.users.openMemberships(session.userId, now));
    if (user === undefined || user.locked || !memberships.some(({ tenantId }) => tenantId === session.tenantId)) return null;
    return { session, user, memberships };
  };

  /** Returns what is remembered through all steps, because a sign-in that begins again needs it once more. */
  const carried = ({ secrets: { invitationToken } }: OpenInteraction): InteractionSecrets =>
    invitationToken === undefined ? {} : { invitationToken };

  const toSignIn = (open: OpenInteraction): Promise<Advanced> =>
    keeping.advance(open, { step: 'SIGN_IN', userId: null, sessionId: null, proof: null, secrets: carried(open) });

  const refused = ({ request }: OpenInteraction, description: string): Progress => ({
    kind: 'ANSWER',
    location: request.isOwn
      ? request.redirectUri
      : answerLocation(request.redirectUri, { error: 'access_denied', error_description: description, state: request.state, iss: issuer }),
  });

  /** What the session of an interaction leads to, before anything outside of its transaction is asked. */
  type Finished = Progress | { kind: 'STEP_UP'; browser: BrowserSession };

  /** Answers the application for the session that the person has signed in to, or asks for what is still missing. */
  const finish = async (caller: Caller, open: OpenInteraction, proof: MfaProof | null, deviceToken: string | null): Promise<Progress> => {
    const { request } = open;
    const finished = await store.transact({ user: open.userId ?? fail('INTERACTION_EXPIRED') }, async (): Promise<Finished> => {
      const browser = await sessionOf(open);
      if (browser === null) return toSignIn(open);
      const { userId, sessionId } = open;
      const mayChoose = asksForTenant && request.tenant === null && !request.isOwn && browser.memberships.length > 1;
      if (mayChoose) return keeping.advance(open, { step: 'TENANT', userId, sessionId, proof, secrets: {} });
      const asked = proof === null ? request : { ...request, asksForFactor: false };
      const admission = await admissions.admit(caller, asked, browser, deviceToken, true);
      if (admission.kind === 'SIGN_IN') return toSignIn(open);
      if (admission.kind === 'STEP_UP') return { kind: 'STEP_UP', browser };
      await keeping.end(open);
      if (admission.kind !== 'ADMITTED') return refused(open, 'The person has no second factor.');
      const location = request.isOwn ? request.redirectUri : await codes.issue(caller, request, admission.session, proof ?? admission.proof);
      return { kind: 'ANSWER', location };
    });
    if (finished.kind !== 'STEP_UP') return finished;
    const mfaToken = await beginStepUp(caller, finished.browser, request.maxAgeSeconds);
    const { userId, sessionId } = open;
    // With the tenant that was chosen, which the page would otherwise ask for again.
    return keeping.advance(open, { step: 'STEP_UP', request, userId, sessionId, secrets: { mfaToken } });
  };

  return useCases(audit, 'AUTHORIZATION_FAILED', interactionErrors, {
    /** Returns the interaction of a token, as its page shows it. */
    async read(_caller: Caller, { token }: { token: string }): Promise<ShownInteraction> {
      const open = await keeping.open(token);
      const { step, request, expiresAt, secrets } = open;
      const { mfaToken = null, started = null, sentCode = null, invitationToken = null } = secrets;
      return {
        ...{ step, request, mfaToken, started, sentCode, invitationToken, expiresAt },
        challenge: mfaToken === null ? null : await shownChallenges.find(mfaToken),
        formToken: keyring.digest(formPurpose, formValue(open)),
      };
    },

    /** Tells whether a form comes from the page of this step of the interaction. */
    async isOwnForm(_caller: Caller, { token, formToken }: { token: string; formToken: string }): Promise<boolean> {
      return keyring.matches(formPurpose, formValue(await keeping.open(token)), formToken);
    },

    /** Goes on to the second factor, after the first one has led to a challenge. */
    async challenged(_caller: Caller, { token, mfaToken }: { token: string; mfaToken: string }): Promise<Advanced> {
      const open = await keeping.open(token);
      if (open.step !== 'SIGN_IN') fail('INTERACTION_EXPIRED');
      const challenge = (await shownChallenges.find(mfaToken)) ?? fail('CHALLENGE_EXPIRED');
      return keeping.advance(open, { step: stepOf(challenge), userId: challenge.userId, secrets: { ...carried(open), mfaToken } });
    },

    /** Remembers what was started to prove or enroll a factor, for the next page of the step. */
    async started(_caller: Caller, { token, started }: { token: string; started: StartedFactor }): Promise<void> {
      const open = await keeping.open(token);
      await keeping.remember(open, { ...open.secrets, started });
    },

    /** Remembers the login by e-mail code that the person has begun. */
    async codeSent(_caller: Caller, { token, sentCode }: { token: string; sentCode: SentLoginCode }): Promise<void> {
      const open = await keeping.open(token);
      await keeping.remember(open, { ...open.secrets, sentCode });
    },

    /**
     * Goes on with the session that the person has signed in to, or stepped up: to the recovery code if there is one to show, otherwise to the
     * application. A step-up counts for its own session only.
     */
    async signedIn(caller: Caller, { token, accessToken, deviceToken, recoveryCode }: SignedIn): Promise<Progress> {
      const open = await keeping.open(token);
      const actor = await sessions.useCases.authenticate(caller, { token: accessToken });
      if (actor.kind !== 'USER' || (open.step === 'STEP_UP' && actor.sessionId !== open.sessionId)) fail('INTERACTION_EXPIRED');
      const { userId, sessionId, tokenMfa: proof } = actor;
      if (recoveryCode === null) return finish(caller, { ...open, userId, sessionId }, proof, deviceToken);
      return keeping.advance(open, { step: 'RECOVERY_CODE', userId, sessionId, proof, secrets: { recoveryCode } });
    },

    /**
     * Returns the recovery code, once, and the token of the cookie from now on. Null if it was shown before, and the token stays. Two
     * requests at the same time cannot both have it, because the token changes with it.
     */
    async takeRecoveryCode(_caller: Caller, { token }: { token: string }): Promise<{ recoveryCode: string | null; token: string }> {
      const open = await keeping.open(token);
      if (open.step !== 'RECOVERY_CODE') fail('INTERACTION_EXPIRED');
      const { recoveryCode, ...secrets } = open.secrets;
      if (recoveryCode === undefined) return { recoveryCode: null, token };
      return { recoveryCode, token: (await keeping.advance(open, { step: open.step, secrets })).token };
    },

    /** Goes on to the application, after the person has kept the recovery code. */
    async saved(caller: Caller, { token, deviceToken }: { token: string; deviceToken: string | null }): Promise<Progress> {
      const open = await keeping.open(token);
      if (open.step !== 'RECOVERY_CODE') fail('INTERACTION_EXPIRED');
      return finish(caller, open, open.proof, deviceToken);
    },

    /** Returns the tenants that the person can enter, by name. */
    async tenants(_caller: Caller, { token }: { token: string }): Promise<{ id: string; name: string }[]> {
      const browser = await sessionOf(await keeping.open(token));
      const tenants = await store.tenants.findMany((browser?.memberships ?? []).map(({ tenantId }) => tenantId));
      return tenants.map(({ id, name }) => ({ id, name })).sort((one, other) => one.name.localeCompare(other.name));
    },

    /** Goes on to the application in the tenant that the person has chosen. */
    async chooseTenant(
      caller: Caller,
      { token, tenantId, deviceToken }: { token: string; tenantId: string; deviceToken: string | null },
    ): Promise<Progress> {
      const open = await keeping.open(token);
      if (open.step !== 'TENANT') fail('INTERACTION_EXPIRED');
      return finish(caller, { ...open, request: { ...open.request, tenant: tenantId } }, open.proof, deviceToken);
    },

    /** Goes back to the page to sign in: for another person, or because the challenge has expired or the account was recovered. */
    async restart(_caller: Caller, { token }: { token: string }): Promise<Advanced> {
      return toSignIn(await keeping.open(token));
    },

    /** Ends the interaction because the person does not want to go on, and returns where the application is told so. */
    async leave(_caller: Caller, { token }: { token: string }): Promise<Progress> {
      const open = await keeping.open(token);
      await keeping.end(open);
      return refused(open, 'The person did not want to sign in.');
    },
  });
}
