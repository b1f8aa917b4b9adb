import { describe, expect, it } from 'vitest';
import type { RelyingParty } from '../../../src/domain/environment/relying-party.ts';
import { readAssertion, readRegistration } from '../../../src/strategies/webauthn/answer.ts';
import type { Ceremony } from '../../../src/strategies/webauthn/stored.ts';
import { verifyAssertion, verifyRegistration } from '../../../src/strategies/webauthn/verify.ts';
import published from '../../vectors/webauthn-level-3.json' with { type: 'json' };

const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const relyingParty: RelyingParty = {
  id: published.rpId,
  name: 'Example',
  origins: [published.origin],
  userVerification: 'preferred',
  syncedAsHardware: true,
};
type Registration = (typeof published.vectors)[number]['registration'];
type Authentication = NonNullable<(typeof published.vectors)[number]['authentication']>;

const ceremony = (kind: Ceremony['kind'], challenge: string, credentialIds: string[] = []): Ceremony => ({
  kind,
  attachment: null,
  challenge: base64url(challenge),
  userHandle: 'dTE',
  credentialIds,
});

const register = ({ challenge, credentialId, clientDataJSON, attestationObject }: Registration) =>
  verifyRegistration(
    relyingParty,
    ceremony('create', challenge),
    readRegistration({
      id: base64url(credentialId),
      response: { clientDataJSON: base64url(clientDataJSON), attestationObject: base64url(attestationObject) },
    }),
  );

async function authenticate(registration: Registration, authentication: Authentication, party = relyingParty) {
  const registered = await register(registration);
  if (!registered.ok) throw new Error('not registered');
  const { challenge, clientDataJSON, authenticatorData, signature } = authentication;
  const id = base64url(registration.credentialId);
  const answer = { clientDataJSON: base64url(clientDataJSON), authenticatorData: base64url(authenticatorData), signature: base64url(signature) };
  return verifyAssertion(party, ceremony('get', challenge, [id]), registered.credential, readAssertion({ id, response: answer }));
}

const complete = published.vectors.flatMap(({ name, registration, authentication }) =>
  authentication === null ? [] : [{ name, registration, authentication }],
);

describe.each(complete)('$name of WebAuthn Level 3', ({ registration, authentication }) => {
  it('registers the credential it says', async () => {
    expect(await register(registration)).toMatchObject({
      ok: true,
      signCount: 0,
      credential: {
        id: base64url(registration.credentialId),
        backupEligible: true,
        aaguid: expect.stringContaining(registration.aaguid.slice(0, 8)),
      },
    });
  });

  it('proves that credential', async () => {
    expect(await authenticate(registration, authentication)).toMatchObject({ ok: true, signCount: 0 });
  });

  it('proves nothing with one bit of the signature turned, or for another relying party', async () => {
    const turned = `${authentication.signature.slice(0, -1)}${authentication.signature.endsWith('0') ? '1' : '0'}`;
    expect(await authenticate(registration, { ...authentication, signature: turned })).toEqual({ ok: false, reason: 'wrong' });
    expect(await authenticate(registration, authentication, { ...relyingParty, id: 'example.com' })).toEqual({ ok: false, reason: 'wrong' });
  });

  it('proves nothing where the person has to be known to the authenticator', async () => {
    // Both vectors have the UV flag clear at authentication.
    expect(await authenticate(registration, authentication, { ...relyingParty, userVerification: 'required' })).toEqual({
      ok: false,
      reason: 'wrong',
    });
  });
});

it('a credential made in a frame of another page is refused', async () => {
  const framed = published.vectors.find(({ name }) => name === 'none.ES256.crossOrigin');
  if (framed === undefined) throw new Error('the vector is missing');
  expect(await register(framed.registration)).toEqual({ ok: false, reason: 'wrong' });
});
