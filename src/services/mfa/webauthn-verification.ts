import type { Origin } from '../../domain/access/actor.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import { fail } from '../../domain/errors.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import type { Challenges } from '../login/challenges.ts';
import type { CompletedLogin } from '../login/completion.ts';
import type { Proving } from './proving.ts';
import type { BegunCeremony, CeremonyAnswer, WebAuthnCeremonies } from './webauthn-ceremonies.ts';
import { webAuthnFactor } from './webauthn-ceremonies.ts';

/** Which authenticator of which login. */
export interface WebAuthnOfLogin {
  mfaToken: string;
  deviceId: string;
  origin: Origin;
}

interface Needs {
  registry: StrategyRegistry;
  challenges: Challenges;
  ceremonies: WebAuthnCeremonies;
  prove: Proving;
  audit: Audit;
}

export type WebAuthnVerification = ReturnType<typeof createWebAuthnVerification>;

/** Verifying a WebAuthn authenticator at login or for a step-up. */
export function createWebAuthnVerification({ registry, challenges, ceremonies, prove, audit }: Needs) {
  const openFor = async ({ mfaToken, deviceId, origin }: WebAuthnOfLogin) => {
    const known: Facts = {};
    return audit.refusals('MFA_FAILED', origin, known, async () => {
      const open = await challenges.open(mfaToken, known);
      const factor = webAuthnFactor(open.enrolled, deviceId) ?? fail('DEVICE_NOT_FOUND');
      return { open, factor, owner: codeOwner.login(open.challenge.id) };
    });
  };

  return {
    /** Options to prove this authenticator by; those of an earlier call die. Errors: `CHALLENGE_EXPIRED`, `DEVICE_NOT_FOUND`. */
    async begin(command: WebAuthnOfLogin): Promise<BegunCeremony> {
      const { open, factor, owner } = await openFor(command);
      return ceremonies.beginProof({ owner, user: open.user }, factor);
    },

    /** Checks the browser's answer and logs in. Errors: as `begin`, and `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`. */
    async complete(command: WebAuthnOfLogin & CeremonyAnswer & { rememberDevice: boolean }): Promise<CompletedLogin<void>> {
      const { open, factor, owner } = await openFor(command);
      const answer = ceremonies.readAnswer(factor.strategy, command.credential);
      const strategy = registry[factor.strategy];
      return prove(open, strategy, command, () => ceremonies.prove(factor, owner, command.webauthnToken, answer));
    },
  };
}
