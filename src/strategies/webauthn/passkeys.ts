import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import type { PasskeyVerifier } from '../../domain/passkey/ceremony.ts';
import type { Random } from '../../domain/ports.ts';
import { readAssertion, readRegistration } from './answer.ts';
import { creationOptions, passkeyRequestOptions } from './options.ts';
import type { WebAuthnCredential } from './stored.ts';
import { ceremonyOf, credentialOf, keep } from './stored.ts';
import { amrOf, availabilityOf } from './strategy.ts';
import { passkeyHandleOf, verifyAssertion, verifyRegistration } from './verify.ts';

/**
 * A public key that answers are checked against where no passkey has the credential id, so that it takes as long: the base point of the
 * curve P-256, as a COSE key. What the check finds is never used.
 */
const nobodysKey = Buffer.from(
  `a5010203262001215820${'6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'}225820${'4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'}`,
  'hex',
).toString('base64url');

const nobodysCredential = (id: string): WebAuthnCredential => ({
  ...{ id, publicKey: nobodysKey, transports: [], backupEligible: false, backedUp: false },
  aaguid: '00000000-0000-0000-0000-000000000000',
});

const wrong = { ok: false, reason: 'wrong' } as const;

/** Creates what makes and checks the ceremonies of passkeys. */
export function createPasskeyVerifier(needs: { relyingParty: RelyingParty; random: Random }): PasskeyVerifier {
  const { relyingParty } = needs;
  return {
    availability: availabilityOf(relyingParty),

    async beginRegistration(user, enrolled) {
      const exclude = enrolled.map(credentialOf);
      const { ceremony, options } = await creationOptions(needs, { user, attachment: null, exclude, isPasskey: true });
      return { keep: keep(ceremony), options };
    },

    async register(started, answer) {
      const registration = readRegistration(answer);
      const verdict = await verifyRegistration(relyingParty, ceremonyOf(started), registration);
      if (!verdict.ok) return verdict;
      const { credential, signCount } = verdict;
      const builtIn = credential.transports.includes('internal');
      return { ok: true, credential: keep(credential), identity: credential.id, signCount, builtIn };
    },

    async beginLogin(credentialIds) {
      const { ceremony, options } = await passkeyRequestOptions(needs, credentialIds);
      return { keep: keep(ceremony), options };
    },

    credentialIdOf: (credential) => credentialOf(credential).id,

    namedCredential: (answer) => readAssertion(answer).id,

    async verify(started, passkey, answer) {
      const assertion = readAssertion(answer);
      const ceremony = ceremonyOf(started);
      const { id, userHandle } = assertion;
      const isNamed = ceremony.credentialIds.length > 0;
      const credential = passkey === null ? nobodysCredential(id) : credentialOf(passkey.credential);
      const expected = passkey === null ? null : Buffer.from(passkeyHandleOf(passkey.userId)).toString('base64url');
      const asked = { ...ceremony, userHandle: expected ?? userHandle ?? '', credentialIds: isNamed ? ceremony.credentialIds : [id] };
      const verdict = await verifyAssertion(relyingParty, asked, credential, assertion);
      // Where nobody was named, the handle has to say whose passkey it is (WebAuthn §7.2 step 6).
      if (passkey === null || !verdict.ok || (!isNamed && userHandle === null)) return wrong;
      const { signCount, userVerified } = verdict;
      return { ok: true, signCount, userVerified, amr: [...amrOf(credential, relyingParty), ...(userVerified ? ['user'] : [])] };
    },
  };
}
