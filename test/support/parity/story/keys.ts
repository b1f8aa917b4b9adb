import { password } from '../../builders.ts';
import type { SecurityKey, Twist } from '../../webauthn.ts';
import { createSecurityKey } from '../../webauthn.ts';
import type { KeyAnswer, Outcome } from '../driver.ts';
import type { phones } from './phones.ts';
import type { Teller } from './teller.ts';

const finn = { email: 'finn@acme.example', password };
const gwen = { email: 'gwen@acme.example', password };

/** A key is added to a session that was raised, serves at a login and goes; somebody else has to enroll one at once. */
export async function keys(teller: Teller, raised: Awaited<ReturnType<typeof phones>>): Promise<void> {
  const { driver, step, text, factors, challenged } = teller;
  const { userId, accessToken } = raised;
  const key = createSecurityKey();
  const made = ({ codeToken, options = {} }: Outcome, twist?: Twist): KeyAnswer => ({
    codeToken: text(codeToken),
    credential: key.create(options, twist),
  });

  // In a session.
  await step('security keys', () => driver.setStrategy({}, 'WebAuthnCrossPlatform', true));
  const forged = await step('a key is added', () => driver.beginToAddKey(accessToken));
  await step('one made for another page', () => driver.addKey(accessToken, made(forged, { origin: 'https://acme.evil.example' })));
  await step('a right one to the same options', () => driver.addKey(accessToken, made(forged)));
  const answer = made(await step('the key is added anew', () => driver.beginToAddKey(accessToken)));
  await step('the key', () => driver.addKey(accessToken, answer));
  await step('the key again', () => driver.addKey(accessToken, answer));
  const keyId = text((await factors(userId))[1]);

  // A login by it.
  const { begun, proven } = proving(teller, key, keyId);
  const mfaToken = await challenged('a login by key', finn);
  await step('a key nobody has', () => driver.beginKeyProof({ mfaToken, deviceId: 'nobodys' }));
  const login = { ...proven(await begun('the key is asked for', mfaToken)), mfaToken };
  const inside = text((await step('the key answers', () => driver.verifyKey(login))).session?.accessToken);
  await step('the answer is replayed', () => driver.verifyKey(login));
  const other = await challenged('a login to replay at', finn);
  await step('the answer is replayed there', () => driver.verifyKey({ ...login, mfaToken: other }));
  const fresh = proven(await begun('the key is asked for there', other));
  await step('and replayed to what was asked', () => driver.verifyKey({ ...login, codeToken: fresh.codeToken, mfaToken: other }));
  await step('an answer comes after the replayed one', () => driver.verifyKey({ ...fresh, mfaToken: other }));
  const copied = proven(await begun('a copy of the key is asked for', other), { signCount: 1 });
  await step('a copy of the key answers', () => driver.verifyKey({ ...copied, mfaToken: other }));

  // The key goes, the phone stays.
  await step('a key of nobody is not removed', () => driver.removeKey(inside, 'nobodys'));
  await step('the key is removed', () => driver.removeKey(inside, keyId));
  await step('the removed key is asked for', () => driver.beginKeyProof({ mfaToken: other, deviceId: keyId }));

  await firstKey(teller);
}

/** A key that is asked for at a login, and its answer. */
function proving({ driver, step, text }: Teller, key: SecurityKey, deviceId: string) {
  return {
    begun: (name: string, mfaToken: string) => step(name, () => driver.beginKeyProof({ mfaToken, deviceId })),
    proven: ({ codeToken, options = {} }: Outcome, twist?: Twist): KeyAnswer & { deviceId: string } => ({
      deviceId,
      codeToken: text(codeToken),
      credential: key.get(options, twist),
    }),
  };
}

/** A key as the first factor of somebody who has to have one. */
async function firstKey(teller: Teller): Promise<void> {
  const { driver, step, text, factors, challenged } = teller;
  const key = createSecurityKey();
  const userId = text((await step('a user without phone', () => driver.createUser({ ...gwen, tenantId: 'west' }))).userId);
  await step('the address of that user is verified', () => driver.verifyUser(userId));
  const mfaToken = await challenged('a login leads to a key', gwen);
  const { codeToken, options = {} } = await step('a first key', () => driver.beginToEnrollKey(mfaToken));
  const answer = { mfaToken, codeToken: text(codeToken), credential: key.create(options) };
  await step('the first key with the token of another', () => driver.enrollKey({ ...answer, codeToken: 'of another' }));
  const enrolled = await step('the first key is made', () => driver.enrollKey(answer));
  const session = text(enrolled.session?.accessToken);

  const [keyId = ''] = await factors(userId);
  const { begun, proven } = proving(teller, key, keyId);
  const next = await challenged('a login by the first key', gwen);
  await step('another key at a login', () => driver.beginToEnrollKey(next));
  const proof = proven(await begun('the first key is asked for', next));
  await step('the first key answers', () => driver.verifyKey({ ...proof, mfaToken: next }));
  await step('the only key is not removed', () => driver.removeKey(session, keyId));
}
