import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, expectStatus, logIn, setPolicy } from '../../support/builders.ts';
import { audited, execute, query } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import type { PasskeyUser } from '../../support/passkeys.ts';
import { addPasskey, beginLogin, beginRegistration, logInByPasskey, passkeyUser, rest, setPasskeys } from '../../support/passkeys.ts';
import { expectOneWinner, race, tally } from '../../support/race.ts';
import { call, expectRefusal, invalidCode, refusal } from '../../support/rest.ts';
import { ownUser } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { RegistrationJson, SecurityKey } from '../../support/webauthn.ts';
import { createSecurityKey, flags } from '../../support/webauthn.ts';
import { beginOwnEnrollment, rest as factors, logInWithKey, offerWebAuthn, webauthnDevices } from '../../support/webauthn-flows.ts';

const harness = useHarness(openInstances);
beforeAll(async () => {
  await setPasskeys(harness, true);
  await offerWebAuthn(harness);
});

const handleOf = (userId: string): string => Buffer.from(`passkey:${userId}`).toString('base64url');

/** Enrolls a security key as second factor in a session that has none. */
async function enrollFactor(headers: Record<string, string>, key: SecurityKey): Promise<RegistrationJson> {
  const { options, webauthnToken } = await beginOwnEnrollment(harness, headers);
  const made = key.create(options);
  expectStatus(await factors.ownEnrollVerify(harness, headers, { webauthnToken, deviceType: 'CrossPlatform', options: made }), 200);
  return made;
}

/** The headers of a new session that has proven the security key. */
async function steppedUpBy(user: PasskeyUser, key: SecurityKey): Promise<Record<string, string>> {
  const [{ id = '' } = {}] = await webauthnDevices(harness, user.email);
  const done = await logInWithKey(harness, { email: user.email, key, deviceId: id });
  expectStatus(done, 201);
  return { authorization: `Bearer ${done.json().accessToken}` };
}

/** The same credential once more for another ceremony. Nothing in it is signed, because no attestation is asked for. */
const again = ({ id, rawId, response }: RegistrationJson, options: object): RegistrationJson => {
  const other = createSecurityKey().create(options);
  return { ...other, id, ...(rawId === undefined ? {} : { rawId }), response: { ...other.response, attestationObject: response.attestationObject } };
};

const owns = async (user: PasskeyUser) => expectStatus(await logInByPasskey(harness, user), 201);

describe('the answer to a login', () => {
  test('counts in the browser that has begun, once', async () => {
    const user = await passkeyUser(harness, 'once');
    const { options, cookie } = await beginLogin(harness);
    const answer = user.key.get(options);
    expectRefusal(await rest.postlogin(harness, answer), 400, invalidCode, 'no cookie');
    const other = await beginLogin(harness);
    expectRefusal(await rest.postlogin(harness, answer, other.cookie), 400, invalidCode, 'of another browser');
    expectStatus(await rest.postlogin(harness, answer, cookie), 201);
    expectRefusal(await rest.postlogin(harness, answer, cookie), 400, invalidCode, 'a replay');
    expectRefusal(await rest.postlogin(harness, user.key.get(options), cookie), 400, invalidCode, 'a second answer');
  });

  test('of two at the same time, one logs in', async () => {
    const user = await passkeyUser(harness, 'race');
    const { options, cookie } = await beginLogin(harness);
    const answers = [user.key.get(options), user.key.get(options)];
    const sent = await race(10, (index) => rest.postlogin(harness, answers[index % 2], cookie));
    expectOneWinner(sent);
  });

  test('a wrong one uses the login up as well', async () => {
    const user = await passkeyUser(harness, 'wrong');
    const { options, cookie } = await beginLogin(harness);
    const answer = user.key.get(options);
    const bad = { ...answer, response: { ...answer.response, signature: user.key.get(options).response.signature } };
    expectRefusal(await rest.postlogin(harness, bad, cookie), 400, invalidCode);
    expectRefusal(await rest.postlogin(harness, answer, cookie), 400, invalidCode);
    await owns(user);
  });

  test('expires after 300 seconds', async () => {
    const user = await passkeyUser(harness, 'late');
    const { options, cookie } = await beginLogin(harness);
    harness.clock.advance({ seconds: 301 });
    expectRefusal(await rest.postlogin(harness, user.key.get(options), cookie), 400, invalidCode);
  });

  test('is refused from another page, for another relying party, from a frame, and without a touch', async () => {
    const user = await passkeyUser(harness, 'origin');
    const twists = [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { clientData: { crossOrigin: true } },
      { clientData: { type: 'webauthn.create' } },
      { clearFlags: flags.present },
      { setFlags: flags.backupEligible },
    ];
    for (const twist of twists) expectRefusal(await logInByPasskey(harness, user, { twist }), 400, invalidCode, JSON.stringify(twist));
    await owns(user);
  });

  test('names its owner: the handle of somebody else, and none where nobody was named, are refused', async () => {
    const [user, other] = [await passkeyUser(harness, 'handle'), await passkeyUser(harness, 'foreign-handle')];
    const withHandle = (userHandle: string | null) => ({
      change: (answer: Parameters<NonNullable<Parameters<typeof logInByPasskey>[2]>['change'] & object>[0]) => ({
        ...answer,
        response: { ...answer.response, userHandle },
      }),
    });
    expectRefusal(await logInByPasskey(harness, user, withHandle(handleOf(other.id))), 400, invalidCode);
    expectRefusal(await logInByPasskey(harness, user, withHandle(Buffer.from(user.id).toString('base64url'))), 400, invalidCode);
    expectRefusal(await logInByPasskey(harness, user, withHandle(null)), 400, invalidCode);
    expectStatus(await logInByPasskey(harness, user, withHandle(handleOf(user.id))), 201);
    expectStatus(await logInByPasskey(harness, user, { ...withHandle(null), about: { email: user.email } }), 201);
  });

  test('of another person than the one who was named is refused', async () => {
    const [user, other] = [await passkeyUser(harness, 'asked'), await passkeyUser(harness, 'answers')];
    const { options, cookie } = await beginLogin(harness, { email: user.email });
    expectRefusal(await rest.postlogin(harness, other.key.get({ ...options, allowCredentials: [] }), cookie), 400, invalidCode);
  });

  test('by a credential that nobody has registered, that was removed, or that is a second factor, is refused', async () => {
    const user = await passkeyUser(harness, 'gone');
    const stranger = createSecurityKey();
    stranger.create(await beginRegistration(harness, user.headers));
    expectRefusal(await logInByPasskey(harness, { key: stranger }), 400, invalidCode, 'unknown');
    const factor = createSecurityKey();
    const made = await enrollFactor(user.headers, factor);
    const { options, cookie } = await beginLogin(harness);
    const asked = { ...options, allowCredentials: [{ type: 'public-key', id: made.id }] };
    expectRefusal(await rest.postlogin(harness, factor.get(asked), cookie), 400, invalidCode, 'a second factor');
    await run(harness, documents.removePasskey, { passkeyId: user.passkeyId }, await steppedUpBy(user, factor));
    expectRefusal(await logInByPasskey(harness, user), 400, invalidCode, 'removed');
  });

  test('a counter that does not rise means a copy: it is refused and recorded', async () => {
    const user = await passkeyUser(harness, 'copied');
    expectStatus(await logInByPasskey(harness, user, { twist: { signCount: 10 } }), 201);
    for (const signCount of [10, 9, 0])
      expectRefusal(await logInByPasskey(harness, user, { twist: { signCount } }), 400, invalidCode, String(signCount));
    expect(await audited(harness, user.id, 'LOGIN_FAILED', 'SIGN_COUNT_NOT_RISING')).toBe(3);
    expectStatus(await logInByPasskey(harness, user, { twist: { signCount: 11 } }), 201);
  });
});

describe('whoever may not log in', () => {
  test('hears what the password hears: locked, not verified, without a tenant, deleted', async () => {
    const environment = await asEnvironment(harness);
    const locked = await passkeyUser(harness, 'locked');
    expectStatus(await call(harness, 'POST', `/users/v1/${locked.id}/lock`, { headers: environment }), 200);
    expectRefusal(await logInByPasskey(harness, locked), 401, (await logIn(harness, locked.email)).json());
    expectStatus(await call(harness, 'POST', `/users/v1/${locked.id}/unlock`, { headers: environment }), 200);
    await owns(locked);

    const unverified = await passkeyUser(harness, 'not-verified');
    await execute(harness, 'update users set verified = $1 where id = $2', [false, unverified.id]).catch(() =>
      execute(harness, 'update users set verified = 0 where id = $1', [unverified.id]),
    );
    expectRefusal(await logInByPasskey(harness, unverified), 401, (await logIn(harness, unverified.email)).json());

    const alone = await passkeyUser(harness, 'tenantless');
    expectStatus(await call(harness, 'DELETE', `/users/v1/${alone.id}`, { headers: { ...environment, 'frontegg-tenant-id': alone.tenantId } }), 200);
    expectRefusal(await logInByPasskey(harness, alone), 400, invalidCode);
  });

  test('wrong answers for a known passkey lock by the policy, and a right one neither counts nor forgives', async () => {
    const user = await passkeyUser(harness, 'lockout');
    const limited = await run(harness, documents.upsertLockoutPolicy, { enabled: true, maxAttempts: 5 }, await asEnvironment(harness, user.tenantId));
    expect(limited.__typename).toBe('UpsertLockoutPolicySuccess');
    const failures = async () => (await query(harness, 'select count from password_failures where user_id = $1', [user.id]))[0]?.count ?? 0;
    const wrong = () => logInByPasskey(harness, user, { twist: { rpId: 'evil.example' } });
    for (let count = 0; count < 3; count += 1) expectRefusal(await wrong(), 400, invalidCode, String(count));
    expect(Number(await failures())).toBe(3);
    await owns(user);
    expect(Number(await failures())).toBe(3);
    for (let count = 0; count < 2; count += 1) await wrong();
    expectRefusal(await logInByPasskey(harness, user), 401, refusal('User is locked out', 'ER-01034'));
  });
});

describe('the options of a login', () => {
  test('T30: they are alike for an unknown user, one without a passkey and one with it, and the same at every call', async () => {
    const [user, without] = [await passkeyUser(harness, 'known'), await createUserInTenant(harness, 'known-without')];
    const shape = ({ options }: Awaited<ReturnType<typeof beginLogin>>) => ({
      keys: Object.keys(options).sort(),
      allowed: options.allowCredentials.map((each) => [Object.keys(each).sort(), /^[\w-]{20,}$/.test(each.id)]),
    });
    const idsOf = async (email: string) => (await beginLogin(harness, { email })).options.allowCredentials.map(({ id }) => id);
    const shapes = await Promise.all(
      [user.email, without.email, 'nobody@acme.example'].map(async (email) => shape(await beginLogin(harness, { email }))),
    );
    expect(new Set(shapes.map((each) => JSON.stringify(each))).size).toBe(1);
    for (const email of [user.email, without.email, 'nobody@acme.example']) expect(await idsOf(email)).toEqual(await idsOf(email));
    expect(await idsOf(' NOBODY@acme.example')).toEqual(await idsOf('nobody@acme.example'));
    expect(await idsOf('nobody@acme.example')).not.toEqual(await idsOf('nobody.else@acme.example'));
  });
});

describe('a registration', () => {
  test('belongs to its session: neither another session of the person nor another person completes it, and once', async () => {
    const user = await ownUser(harness, 'sessions');
    const other = await ownUser(harness, 'other-session');
    const second = { authorization: `Bearer ${(await logIn(harness, user.email)).json().accessToken}` };
    const key = createSecurityKey();
    const made = key.create(await beginRegistration(harness, user.headers));
    for (const headers of [second, other.headers]) expectRefusal(await rest.register(harness, headers, made), 400, invalidCode);
    const sent = await race(5, () => rest.register(harness, user.headers, made));
    expect(tally(sent)).toEqual({ 201: 1, 400: 4 });
    expectRefusal(await rest.register(harness, user.headers, made), 400, invalidCode);
  });

  test('a later one makes the earlier one invalid', async () => {
    const user = await ownUser(harness, 'newer');
    const made = createSecurityKey().create(await beginRegistration(harness, user.headers));
    await beginRegistration(harness, user.headers);
    expectRefusal(await rest.register(harness, user.headers, made), 400, invalidCode);
  });

  test('is refused without the verification of the user, from another page, for another relying party, and late', async () => {
    const user = await ownUser(harness, 'twisted');
    for (const twist of [{ clearFlags: flags.verified }, { origin: 'https://evil.example' }, { rpId: 'evil.example' }]) {
      const made = createSecurityKey().create(await beginRegistration(harness, user.headers), twist);
      expectRefusal(await rest.register(harness, user.headers, made), 400, invalidCode, JSON.stringify(twist));
    }
    const late = createSecurityKey().create(await beginRegistration(harness, user.headers));
    harness.clock.advance({ seconds: 301 });
    expectRefusal(await rest.register(harness, user.headers, late), 400, invalidCode);
  });

  test('ends with the session: a lock between both calls leaves nothing behind', async () => {
    const user = await ownUser(harness, 'ended');
    const made = createSecurityKey().create(await beginRegistration(harness, user.headers));
    expectStatus(await call(harness, 'POST', `/users/v1/${user.id}/lock`, { headers: await asEnvironment(harness) }), 200);
    expect((await rest.register(harness, user.headers, made)).statusCode).toBe(401);
    expect(await query(harness, 'select id from passkeys where user_id = $1', [user.id])).toEqual([]);
  });

  test('takes no credential that is a passkey or a second factor of anybody, and says so over GraphQL alone', async () => {
    const [user, other] = [await ownUser(harness, 'first'), await ownUser(harness, 'second')];
    const made = createSecurityKey().create(await beginRegistration(harness, user.headers));
    expectStatus(await rest.register(harness, user.headers, made), 201);
    expectRefusal(await rest.register(harness, other.headers, again(made, await beginRegistration(harness, other.headers))), 400, invalidCode);
    const { options } = await run(harness, documents.beginPasskeyRegistration, {}, other.headers);
    expect(await run(harness, documents.registerPasskey, { credential: again(made, options) }, other.headers)).toMatchObject({
      code: 'CREDENTIAL_TAKEN',
    });

    const begun = await beginOwnEnrollment(harness, other.headers);
    const asFactor = { webauthnToken: begun.webauthnToken, deviceType: 'CrossPlatform', options: again(made, begun.options) };
    expect((await factors.ownEnrollVerify(harness, other.headers, asFactor)).statusCode).toBe(409);
    const factor = await enrollFactor(other.headers, createSecurityKey());
    expectRefusal(await rest.register(harness, user.headers, again(factor, await beginRegistration(harness, user.headers))), 400, invalidCode);
  });

  test('and an enrollment of the same credential at the same time: one of them succeeds', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [user, other] = [await ownUser(harness, `passkey-${round}`), await ownUser(harness, `factor-${round}`)];
      const made = createSecurityKey().create(await beginRegistration(harness, user.headers));
      const begun = await beginOwnEnrollment(harness, other.headers);
      const asFactor = { webauthnToken: begun.webauthnToken, deviceType: 'CrossPlatform', options: again(made, begun.options) };
      const [passkey, factor] = await Promise.all([
        rest.register(harness, user.headers, made),
        factors.ownEnrollVerify(harness, other.headers, asFactor),
      ]);
      expect([passkey.statusCode === 201, factor.statusCode === 200].filter(Boolean), `${passkey.statusCode} ${factor.statusCode}`).toHaveLength(1);
    }
  });
});

test('whoever has a factor proves it before a passkey is added or removed', async () => {
  const user = await createUserInTenant(harness, 'stale');
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
  const own = { authorization: `Bearer ${(await logIn(harness, user.email)).json().accessToken}` };
  const { id } = await addPasskey(harness, own);
  await enrollFactor(own, createSecurityKey());
  const asks = async (document: string, input?: object) =>
    (await harness.graphql(document, input === undefined ? {} : { input }, own)).errors?.[0]?.extensions.code;
  expect(await asks(documents.beginPasskeyRegistration)).toBe('STEP_UP_REQUIRED');
  expect(await asks(documents.registerPasskey, { credential: {} })).toBe('STEP_UP_REQUIRED');
  expect(await asks(documents.removePasskey, { passkeyId: id })).toBe('STEP_UP_REQUIRED');
  expect(await run(harness, documents.beginPasskeyLogin, {})).toMatchObject({ __typename: 'BeginPasskeyLoginSuccess' });
});
