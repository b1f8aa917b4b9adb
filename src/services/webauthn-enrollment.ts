import type { Actor, Origin } from '../domain/actor.ts';
import { codeOwner } from '../domain/code/one-time-code.ts';
import { DomainError, fail, InvalidCode } from '../domain/errors.ts';
import type { Store } from '../domain/store.ts';
import type { WebAuthnStrategy } from '../domain/strategy.ts';
import { webAuthnStrategies } from '../domain/strategy.ts';
import type { Attempts } from './attempts.ts';
import type { Audit, Facts } from './audit.ts';
import type { StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { EnrollmentGate } from './enrollment-gate.ts';
import type { Enrolled, Factors } from './factors.ts';
import type { CompletedLogin, LoginCompletion } from './login-completion.ts';
import type { Notifications } from './notifications.ts';
import type { BegunCeremony, CeremonyAnswer, WebAuthnCeremonies } from './webauthn-ceremonies.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'transact'>;
  registry: StrategyRegistry;
  gate: EnrollmentGate;
  ceremonies: WebAuthnCeremonies;
  factors: Factors;
  attempts: Attempts;
  complete: LoginCompletion;
  notifications: Notifications;
  audit: Audit;
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
export function createWebAuthnEnrollment({ store, registry, gate, ceremonies, factors, attempts, complete, notifications, audit }: Needs) {
  /** A refusal is an event of its own: it has no effect to be written with. */
  const refusing = (about: Facts, origin: Origin) => ({
    wrong: async (reason: 'WRONG' | 'EXPIRED', attemptsRemaining: number): Promise<never> => {
      const code = reason === 'EXPIRED' ? 'CODE_EXPIRED' : 'INVALID_CODE';
      await audit('MFA_FAILED', origin, { ...about, reason: code });
      throw code === 'INVALID_CODE' ? new InvalidCode(attemptsRemaining) : new DomainError(code);
    },
    /** A credential that is registered with anybody must not come to a second user (WebAuthn §7.1 step 26). */
    taken: async (error: unknown): Promise<never> => {
      if (error instanceof DomainError && error.code === 'CREDENTIAL_TAKEN') await audit('MFA_FAILED', origin, { ...about, reason: error.code });
      throw error;
    },
  });

  return {
    /** Errors: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`. */
    async beginAtLogin({ mfaToken, strategy, origin }: { mfaToken: string; strategy: Wanted; origin: Origin }): Promise<BegunCeremony> {
      const { challenge, user, names, enrolled } = await gate.atLogin(mfaToken, namesOf(strategy), origin);
      return ceremonies.beginEnrollment({ owner: codeOwner.enrollmentAtLogin(challenge.id), user }, names, enrolled);
    },

    /**
     * Confirms the credential and logs in. Errors: as `beginAtLogin`, and `INVALID_CODE`, `CODE_EXPIRED`,
     * `ATTEMPTS_EXHAUSTED`, `CREDENTIAL_TAKEN`.
     */
    async completeAtLogin({
      mfaToken,
      strategy: name,
      webauthnToken,
      credential,
      rememberDevice,
      origin,
      ...named
    }: ConfirmWebAuthn & { mfaToken: string; rememberDevice: boolean }): Promise<CompletedLogin<Enrolled>> {
      const { challenge } = await gate.atLogin(mfaToken, [name], origin);
      const answer = ceremonies.readAnswer(name, credential);
      const { userId, tenantId } = challenge;
      const refuse = refusing({ userId, tenantId, strategy: name }, origin);
      const attemptsRemaining = await attempts.charge(challenge, name, origin);
      const made = await ceremonies.confirm(name, codeOwner.enrollmentAtLogin(challenge.id), webauthnToken, answer);
      if (typeof made === 'string') return refuse.wrong(made, attemptsRemaining);
      const apply = async (): Promise<Enrolled> => {
        // Another mfaToken of the same user may have enrolled meanwhile.
        if ((await store.authenticators.ofUsers([userId])).length > 0) fail('ALREADY_ENROLLED');
        return factors.add({ ...made, userId, strategy: name, name: named.name }, { tenantId, origin });
      };
      const strategy = strategyOf(registry, name);
      const login = await complete({ challenge, strategy, amr: made.amr, rememberDevice, origin, apply }).catch(refuse.taken);
      notifications.wake();
      return login;
    },

    /** Errors: `USER_NOT_FOUND`, `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`. */
    async begin(asking: Actor, { userId, strategy, origin }: { userId: string | null; strategy: Wanted; origin: Origin }): Promise<BegunCeremony> {
      const { user, names, enrolled } = await gate.inSession(asking, userId, namesOf(strategy), origin);
      return ceremonies.beginEnrollment({ owner: codeOwner.enrollment(user.id), user }, names, enrolled);
    },

    /** Confirms the credential. Errors: as `begin`, and `INVALID_CODE`, `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`, `CREDENTIAL_TAKEN`. */
    async complete(
      asking: Actor,
      { userId, strategy: name, webauthnToken, credential, origin, ...named }: ConfirmWebAuthn & { userId: string | null },
    ): Promise<Enrolled> {
      const { actor, user } = await gate.inSession(asking, userId, [name], origin);
      const answer = ceremonies.readAnswer(name, credential);
      const about = { actor, userId: user.id, tenantId: actor.tenantId };
      const refuse = refusing({ ...about, strategy: name }, origin);
      const attemptsRemaining = await attempts.chargeFactor(about, name, origin);
      const made = await ceremonies.confirm(name, codeOwner.enrollment(user.id), webauthnToken, answer);
      if (typeof made === 'string') return refuse.wrong(made, attemptsRemaining);
      const add = async (): Promise<Enrolled> => {
        // A new credential proves nothing about the others: it must not give guesses at them back.
        if ((await store.authenticators.ofUsers([user.id])).length === 0) await attempts.reset(user.id, name);
        return factors.add({ ...made, userId: user.id, strategy: name, name: named.name }, { actor, tenantId: actor.tenantId, origin });
      };
      const done = await store.transact(add).catch(refuse.taken);
      notifications.wake();
      return done;
    },
  };
}
