import type { Actor } from '../../domain/access/actor.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import type { FactorOfUser, OwnProof, ProvenRemoval } from './proven-removal.ts';
import type { BegunCeremony, CeremonyAnswer, WebAuthnCeremonies } from './webauthn-ceremonies.ts';
import { webAuthnFactor } from './webauthn-ceremonies.ts';

export type WebAuthnRemoval = ReturnType<typeof createWebAuthnRemoval>;

const provable = { kinds: webAuthnStrategies, missing: { webauthnToken: 'should not be empty', options: 'must be an object' } };

/** Removing one WebAuthn authenticator: a user proves the last one by itself, an environment token needs no proof. */
export function createWebAuthnRemoval({ removal, ceremonies }: { removal: ProvenRemoval; ceremonies: WebAuthnCeremonies }) {
  const proofBy = ({ webauthnToken, credential }: CeremonyAnswer): OwnProof => ({
    read(factor, userId) {
      const authenticator = webAuthnFactor([factor], factor.id) ?? fail('DEVICE_NOT_FOUND');
      const answer = ceremonies.readAnswer(authenticator.strategy, credential);
      return () => ceremonies.prove(authenticator, codeOwner.removal(userId, factor.id), webauthnToken, answer);
    },
  });

  return {
    /** Options to prove the authenticator by before it goes. Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND`, `LAST_FACTOR_ENFORCED`. */
    begin: (asking: Actor, device: FactorOfUser): Promise<BegunCeremony> =>
      removal.begin(asking, device, provable, ({ user }, factor) =>
        ceremonies.beginProof(
          { owner: codeOwner.removal(user.id, factor.id), user },
          webAuthnFactor([factor], factor.id) ?? fail('DEVICE_NOT_FOUND'),
        ),
      ),

    /** Removes it, as `ProvenRemoval.remove` says. */
    complete: (asking: Actor, { proof, ...device }: FactorOfUser & { proof: CeremonyAnswer | null }): Promise<User> =>
      removal.remove(asking, device, provable, proof === null ? null : proofBy(proof)),
  };
}
