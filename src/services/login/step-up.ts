import type { Caller, MfaProof, UserActor } from '../../domain/access/actor.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import { isRecent } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { LoginResult } from './gate.ts';
import type { ChallengeIssuing } from './issue-challenge.ts';

/** How recent the proof must be. */
export interface GenerateStepUp {
  /** The highest age in seconds of the proof that the access token states. Null allows the lifetime of an access token. */
  maxAgeSeconds: number | null;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'environment' | 'sessions' | 'users' | 'transact'>;
  clock: Clock;
  authenticators: Authenticators;
  sessions: Sessions;
  challengeIssuing: ChallengeIssuing;
  audit: Audit;
}

/** Errors of each use case. */
export const stepUpErrors = { generate: ['ACCOUNT_LOCKED', 'NOT_ENROLLED'] } as const;

/** The service that `createStepUp` creates. */
export type StepUp = ReturnType<typeof createStepUp>;

/** Creates the service that steps up a living session: the user proves a factor again without logging in again. */
export function createStepUp({ store, clock, authenticators, sessions, challengeIssuing, audit }: Needs) {
  /**
   * Returns the proof that the access token states, or null if it is not recent enough. A proof counts no longer than an access
   * token lives, so that repeated calls cannot prolong it.
   */
  const stillSatisfied = async ({ tokenMfa }: UserActor, maxAgeSeconds: number | null): Promise<MfaProof | null> => {
    if (tokenMfa === null) return null;
    const { accessTokenLifetimeSeconds } = (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');
    const allowed = Math.min(maxAgeSeconds ?? accessTokenLifetimeSeconds, accessTokenLifetimeSeconds);
    return isRecent(tokenMfa.at, clock.now(), allowed) ? tokenMfa : null;
  };

  return useCases(audit, 'MFA_FAILED', stepUpErrors, {
    /**
     * Returns a challenge for the operations that verify a factor, or tokens at once if the access token states a proof that is
     * recent enough. The call may be repeated: every challenge is valid until it is spent.
     */
    async generate(caller: Caller, { maxAgeSeconds }: GenerateStepUp): Promise<LoginResult> {
      const user = requireUser(caller.actor);
      const { userId, sessionId } = user;
      // A user with `mfaBypass` logs in without a factor but needs one here.
      const [enrolled, proof] = await together(store.authenticators.ofUsers([userId]), stillSatisfied(user, maxAgeSeconds));
      // Whoever has only passkeys has proven one at the login, and proves it again by another login.
      if (enrolled.length === 0 && proof === null) throw new DomainError('NOT_ENROLLED').about({ userId });
      if (proof !== null) {
        const opened = await store.transact({ user: userId }, async () => {
          const reissued = await sessions.reissue({ sessionId, userId });
          await audit('SESSION_REFRESHED', caller, { userId, tenantId: reissued.session.tenantId, reason: 'step-up' });
          return reissued;
        });
        return { kind: 'SESSION', session: await sessions.sign(opened, proof), grace: null };
      }
      const issued = await store.transact({ user: userId }, async () => {
        const session = (await store.sessions.find(sessionId, clock.now())) ?? fail('UNAUTHENTICATED');
        return challengeIssuing.issue(
          caller,
          { userId, tenantId: session.tenantId, purpose: 'STEP_UP', firstFactor: session.firstFactor, sessionId, invitationLinkId: null },
          'STEP_UP',
        );
      });
      const [person] = await store.users.findMany([userId]);
      return {
        kind: 'CHALLENGE',
        challenge: {
          ...issued,
          user: person ?? fail('UNAUTHENTICATED'),
          enrolled: true,
          authenticators: enrolled.map(authenticators.describe),
          // A code by e-mail is not among them, because it does not satisfy MFA.
          strategies: [...new Set(enrolled.map((authenticator) => authenticator.strategy))],
          rememberDeviceAllowed: false,
          grace: null,
        },
      };
    },
  });
}
