import type { Actor, Origin } from '../../domain/access/actor.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import type { Enrolled } from '../authenticator/factors.ts';
import type { CompletedLogin } from '../login/completion.ts';
import type { Confirming } from './confirming.ts';
import type { EnrollmentGate } from './enrollment-rules.ts';
import type { BegunCeremony, CeremonyAnswer, WebAuthnCeremonies } from './webauthn-ceremonies.ts';

interface Needs {
  gate: EnrollmentGate;
  ceremonies: WebAuthnCeremonies;
  confirming: Confirming;
}

/** Which kind of authenticator; null leaves it to the person, within what is offered. */
type Wanted = WebAuthnStrategy | null;

/** A credential made, of the kind its holder says. */
export interface ConfirmWebAuthn extends CeremonyAnswer {
  strategy: WebAuthnStrategy;
  /** What the person calls the authenticator. */
  name: string | null;
  origin: Origin;
}

export type WebAuthnEnrollment = ReturnType<typeof createWebAuthnEnrollment>;

const namesOf = (wanted: Wanted): readonly WebAuthnStrategy[] => (wanted === null ? webAuthnStrategies : [wanted]);

/** Enrolling WebAuthn authenticators: the first factor during a login, more of them in a session. */
export function createWebAuthnEnrollment({ gate, ceremonies, confirming }: Needs) {
  return {
    /** Errors: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`. */
    async beginAtLogin({ mfaToken, strategy, origin }: { mfaToken: string; strategy: Wanted; origin: Origin }): Promise<BegunCeremony> {
      const { challenge, user, names, enrolled } = await gate.atLogin(mfaToken, namesOf(strategy), origin);
      const owner = codeOwner.enrollmentAtLogin(challenge.id);
      return ceremonies.beginEnrollment({ owner, user }, names, enrolled, { tenantId: challenge.tenantId, origin });
    },

    /**
     * Confirms the credential and logs in. Errors: as `beginAtLogin`, and `INVALID_CODE`, `CODE_EXPIRED`,
     * `ATTEMPTS_EXHAUSTED`, `CREDENTIAL_TAKEN`.
     */
    async completeAtLogin({
      mfaToken,
      strategy,
      webauthnToken,
      credential,
      ...login
    }: ConfirmWebAuthn & { mfaToken: string; rememberDevice: boolean }): Promise<CompletedLogin<Enrolled>> {
      const open = await gate.atLogin(mfaToken, [strategy], login.origin);
      const answer = ceremonies.readAnswer(strategy, credential);
      const owner = codeOwner.enrollmentAtLogin(open.challenge.id);
      return confirming.atLogin(open, strategy, login, () => ceremonies.confirm(strategy, owner, webauthnToken, answer));
    },

    /** Errors: `USER_NOT_FOUND`, `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`. */
    async begin(asking: Actor, { userId, strategy, origin }: { userId: string | null; strategy: Wanted; origin: Origin }): Promise<BegunCeremony> {
      const { actor, user, names, enrolled } = await gate.inSession(asking, userId, namesOf(strategy), origin);
      const asker = { actor, tenantId: actor.tenantId, origin };
      return ceremonies.beginEnrollment({ owner: codeOwner.enrollment(user.id), user }, names, enrolled, asker);
    },

    /** Confirms the credential. Errors: as `begin`, and `INVALID_CODE`, `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`, `CREDENTIAL_TAKEN`. */
    async complete(
      asking: Actor,
      { userId, strategy, webauthnToken, credential, ...naming }: ConfirmWebAuthn & { userId: string | null },
    ): Promise<Enrolled> {
      const open = await gate.inSession(asking, userId, [strategy], naming.origin);
      const answer = ceremonies.readAnswer(strategy, credential);
      const owner = codeOwner.enrollment(open.user.id);
      return confirming.inSession(open, strategy, naming, () => ceremonies.confirm(strategy, owner, webauthnToken, answer));
    },
  };
}
