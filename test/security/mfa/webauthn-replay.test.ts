import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant, logIn, mfaTokenFor, setPolicy } from '../../support/builders.ts';
import { audited, countOf, eventsOf, execute, query } from '../../support/database.ts';
import { documents } from '../../support/graphql-documents.ts';
import { expectOneWinner, race } from '../../support/race.ts';
import { expectRefusal, invalidCode, invalidMfaToken } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { beginEnrollment, beginOwnEnrollment, beginProof, keyUser, logInWithKey, offerWebAuthn, rest } from '../../support/webauthn-flows.ts';

const harness = useHarness();
beforeAll(() => offerWebAuthn(harness));

/** An answer to a challenge of a new login, ready to be sent. */
async function answered(user: Awaited<ReturnType<typeof keyUser>>, signCount?: number) {
  const mfaToken = await mfaTokenFor(harness, user.email);
  const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
  return { mfaToken, webauthnToken, options: user.key.get(options, signCount === undefined ? {} : { signCount }) };
}

const verifyOverGraphql = (deviceId: string, { options, ...rest }: { mfaToken: string; webauthnToken: string; options: object }) =>
  harness.send({
    method: 'POST',
    url: '/graphql',
    body: { query: documents.verifyWebAuthn, variables: { input: { ...rest, deviceId, credential: options } } },
  });

describe('a challenge is good for one answer (T26)', () => {
  test('the same answer twice: the login is spent, and in a new login it answers nothing', async () => {
    const user = await keyUser(harness, 'twice');
    const first = await answered(user);
    expect((await rest.verify(harness, user.deviceId, first)).statusCode).toBe(201);
    expectRefusal(await rest.verify(harness, user.deviceId, first), 401, invalidMfaToken);
    const mfaToken = await mfaTokenFor(harness, user.email);
    expectRefusal(await rest.verify(harness, user.deviceId, { ...first, mfaToken }), 400, invalidCode);
    const fresh = await beginProof(harness, mfaToken, user.deviceId);
    expectRefusal(await rest.verify(harness, user.deviceId, { ...first, mfaToken, webauthnToken: fresh.webauthnToken }), 400, invalidCode);
  });

  test('after an answer that failed the same challenge is void, though the next answer would be right', async () => {
    const user = await keyUser(harness, 'failed-first');
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
    const wrong = user.key.get(options, { origin: 'https://evil.example' });
    expectRefusal(await rest.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: wrong }), 400, invalidCode);
    const right = user.key.get(options);
    expectRefusal(await rest.verify(harness, user.deviceId, { mfaToken, webauthnToken, options: right }), 400, invalidCode);
    expect(await query(harness, 'select * from one_time_codes where user_id = $1', [user.id])).toEqual([]);
  });

  test('a challenge to register is none to log in with, nor the other way round', async () => {
    const user = await keyUser(harness, 'purpose');
    const registration = await beginOwnEnrollment(harness, user.headers);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options } = await beginProof(harness, mfaToken, user.deviceId);
    const { challenge } = registration.options;
    const disguised = user.key.get({ ...options, challenge });
    const body = { mfaToken, webauthnToken: registration.webauthnToken, options: disguised };
    expectRefusal(await rest.verify(harness, user.deviceId, body), 400, invalidCode);
    const proof = await beginProof(harness, mfaToken, user.deviceId);
    const made = createSecurityKey().create({ ...registration.options, challenge: proof.options.challenge });
    const enrolling = { webauthnToken: proof.webauthnToken, deviceType: 'CrossPlatform', options: made };
    expectRefusal(await rest.ownEnrollVerify(harness, user.headers, enrolling), 400, invalidCode);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
  });

  test('of 50 parallel answers to one challenge one opens a session, over both transports', async () => {
    const user = await keyUser(harness, 'fifty');
    const before = await countOf(harness, 'sessions', user.id);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, user.deviceId);
    const body = { mfaToken, webauthnToken, options: user.key.get(options) };
    const rivals = await race(50, (index) => (index % 2 === 0 ? rest.verify(harness, user.deviceId, body) : verifyOverGraphql(user.deviceId, body)));
    const won = rivals.filter((answer) => answer.body.includes('accessToken'));
    expect(won).toHaveLength(1);
    expect(rivals.filter(({ statusCode }) => statusCode >= 500)).toEqual([]);
    expect(await countOf(harness, 'sessions', user.id)).toBe(before + 1);
  });

  test('of 50 parallel confirmations of one credential one enrolls it', async () => {
    const user = await createUserInTenant(harness, 'fifty-enroll');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const { options, webauthnToken } = await beginEnrollment(harness, mfaToken);
    const body = { mfaToken, webauthnToken, deviceType: 'CrossPlatform', options: createSecurityKey().create(options) };
    expectOneWinner(await race(50, () => rest.enrollVerify(harness, body)));
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
    expect(await countOf(harness, 'recovery_codes', user.id)).toBe(1);
  });

  test('one credential confirmed for two users at once comes to one of them', async () => {
    const users = [await createUserInTenant(harness, 'same-one'), await createUserInTenant(harness, 'same-two')];
    const key = createSecurityKey();
    const bodies = [];
    let id: string | undefined;
    for (const { email, tenantId } of users) {
      await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
      const mfaToken = await mfaTokenFor(harness, email);
      const { options, webauthnToken } = await beginEnrollment(harness, mfaToken);
      const same = Buffer.from(id ?? '', 'base64url');
      const made = key.create(options, {
        authenticatorData: (bytes) => (same.length === 0 ? bytes : Buffer.concat([bytes.subarray(0, 55), same, bytes.subarray(55 + same.length)])),
      });
      id ??= made.id;
      bodies.push({ mfaToken, webauthnToken, deviceType: 'CrossPlatform', options: { ...made, id, rawId: id } });
    }
    const answers = await Promise.all(bodies.map((body) => rest.enrollVerify(harness, body)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
  });
});

describe('the signature counter only rises (T27)', () => {
  const refusals = (userId: string) => audited(harness, userId, 'MFA_FAILED', 'SIGN_COUNT_NOT_RISING');

  test('the same count, and a lower one, are refused and told to the audit trail', async () => {
    const user = await keyUser(harness, 'counter');
    expect((await logInWithKey(harness, user, { signCount: 5 })).statusCode).toBe(201);
    expectRefusal(await logInWithKey(harness, user, { signCount: 5 }), 400, invalidCode);
    expectRefusal(await logInWithKey(harness, user, { signCount: 4 }), 400, invalidCode);
    expectRefusal(await logInWithKey(harness, user, { signCount: 0 }), 400, invalidCode);
    expect(await refusals(user.id)).toBe(3);
    expect(await eventsOf(harness, user.id, 'MFA_FAILED')).toMatchObject([{ strategy: 'WEBAUTHN_CROSS_PLATFORM' }, {}, {}]);
    expect((await logInWithKey(harness, user, { signCount: 4_294_967_295 })).statusCode).toBe(201);
  });

  test('an authenticator that does not count stays at zero and is believed', async () => {
    const user = await keyUser(harness, 'zero', { counts: false });
    for (let count = 1; count <= 3; count += 1) expect((await logInWithKey(harness, user, { signCount: 0 })).statusCode).toBe(201);
    expect(await query(harness, 'select last_step from authenticators where user_id = $1', [user.id])).toMatchObject([
      { last_step: expect.anything() },
    ]);
    expect((await logInWithKey(harness, user, { signCount: 1 })).statusCode).toBe(201);
    expectRefusal(await logInWithKey(harness, user, { signCount: 0 }), 400, invalidCode);
  });

  test('of parallel answers with one count, each to a challenge of its own, one logs in', async () => {
    const user = await keyUser(harness, 'parallel-count');
    const bodies = [];
    for (let index = 0; index < 4; index += 1) bodies.push(await answered(user, 7));
    const answers = await Promise.all(bodies.map((body) => rest.verify(harness, user.deviceId, body)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 400, 400, 400]);
  });

  test('a counter that goes back removes no factor either', async () => {
    const user = await keyUser(harness, 'removal-count');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    await execute(harness, 'update authenticators set last_step = 100 where user_id = $1', [user.id]);
    const { options, webauthnToken } = (await rest.disable(harness, user.headers, user.deviceId)).json();
    const proof = { webauthnToken, options: user.key.get(options, { signCount: 99 }) };
    expectRefusal(await rest.disableVerify(harness, user.headers, user.deviceId, proof), 400, invalidCode);
    expect(await refusals(user.id)).toBe(1);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
  });
});

test('options tell nothing about anybody before the first factor held (T30)', async () => {
  const user = await keyUser(harness, 'enumeration');
  for (const mfaToken of ['', 'unknown', user.email, user.id]) {
    const answer = await rest.begin(harness, mfaToken, user.deviceId);
    expect([400, 401]).toContain(answer.statusCode);
    expect(answer.body).not.toContain('allowCredentials');
  }
  const wrong = await harness.send({ method: 'POST', url: '/identity/resources/auth/v1/user', body: { email: user.email, password: 'wrong' } });
  expect(wrong.body).not.toContain(user.deviceId);
  expect((await logIn(harness, user.email)).body).toContain(user.deviceId);
});
