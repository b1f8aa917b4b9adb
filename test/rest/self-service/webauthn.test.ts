import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, logIn, mfaTokenFor, setPolicy, setStrategy } from '../../support/builders.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectEmpty, expectRefusal, faults, invalidCode, invalidType, refusal, unauthorized } from '../../support/rest.ts';
import { addApp, ownApps, ownUser } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { addKey, beginOwnEnrollment, beginProof, beginRemoval, keyUser, offerWebAuthn, rest } from '../../support/webauthn-flows.ts';

const harness = useHarness();
beforeAll(() => offerWebAuthn(harness));

type Headers = Record<string, string>;
const devices = async (headers: Headers) => (await call(harness, 'GET', '/users/v1/mfa/devices', { headers })).json().webauthn;
const deviceNotFound = refusal('Device not found');
const lastFactor = refusal('MFA is enforced, the last factor cannot be removed');

describe('adding a WebAuthn authenticator', () => {
  test('the first brings a recovery code, later ones of either kind do not, and each is excluded from the next', async () => {
    const { headers, email } = await ownUser(harness, 'add');
    const begun = await beginOwnEnrollment(harness, headers);
    expect(begun.options).toMatchObject({ excludeCredentials: [], user: { name: email } });
    // Both kinds are on: the person chooses.
    expect(begun.options).not.toHaveProperty('authenticatorSelection.authenticatorAttachment');
    const body = { webauthnToken: begun.webauthnToken, deviceType: 'CrossPlatform', options: createSecurityKey().create(begun.options) };
    const first = await rest.ownEnrollVerify(harness, headers, body);
    expect([first.statusCode, first.json()]).toEqual([200, { recoveryCode: expect.any(String) }]);
    harness.clock.advance({ seconds: 1 });
    await addKey(harness, headers, 'Platform', { transport: 'internal' });
    expect(await devices(headers)).toMatchObject([
      { deviceType: 'CrossPlatform', name: 'Security key' },
      { deviceType: 'Platform', name: 'Platform authenticator' },
    ]);
    expect((await beginOwnEnrollment(harness, headers)).options).toMatchObject({
      excludeCredentials: [{ transports: ['usb'] }, { transports: ['internal'] }],
    });
    const again = await rest.ownEnrollVerify(harness, headers, body);
    expectRefusal(again, 400, invalidCode);
  });

  test('works for the user an environment token names, and for nobody else', async () => {
    const user = await ownUser(harness, 'named');
    const begun = await beginOwnEnrollment(harness, user.environment);
    const body = { webauthnToken: begun.webauthnToken, deviceType: 'CrossPlatform', options: createSecurityKey().create(begun.options) };
    const other = await ownUser(harness, 'named-other');
    expectRefusal(await rest.ownEnrollVerify(harness, other.headers, body), 400, invalidCode);
    expect((await rest.ownEnrollVerify(harness, user.environment, body)).statusCode).toBe(200);
    expect(await devices(user.headers)).toHaveLength(1);
    const bare = await asEnvironment(harness);
    expectRefusal(await rest.ownEnroll(harness, bare), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
    expectRefusal(await rest.ownEnroll(harness, { ...bare, 'frontegg-user-id': 'unknown' }), 404, refusal('User not found'));
    expectRefusal(await rest.ownEnroll(harness, {}), 401, unauthorized);
  });

  test('a kind that is off is refused, and with one kind on the options ask for that', async () => {
    const user = await ownUser(harness, 'kinds');
    await setStrategy(harness, 'WebAuthnCrossPlatform', false, user.tenantId);
    const begun = await beginOwnEnrollment(harness, user.headers);
    expect(begun.options).toMatchObject({ authenticatorSelection: { authenticatorAttachment: 'platform' } });
    const made = { webauthnToken: begun.webauthnToken, options: createSecurityKey().create(begun.options) };
    expectRefusal(await rest.ownEnrollVerify(harness, user.headers, { ...made, deviceType: 'CrossPlatform' }), 400, invalidType);
    expect((await rest.ownEnrollVerify(harness, user.headers, { ...made, deviceType: 'Platform' })).statusCode).toBe(200);
    await setStrategy(harness, 'WebAuthnPlatform', false, user.tenantId);
    expectRefusal(await rest.ownEnroll(harness, user.headers), 400, invalidType);
  });

  test('five of them are enough, of both kinds together', async () => {
    const { headers } = await ownUser(harness, 'five');
    for (const type of ['Platform', 'CrossPlatform', 'Platform', 'CrossPlatform'] as const) await addKey(harness, headers, type);
    const open = await beginOwnEnrollment(harness, headers);
    await addKey(harness, headers, 'Platform');
    const limit = refusal('At most 5 authenticators can be enrolled');
    expectRefusal(await rest.ownEnroll(harness, headers), 403, limit);
    const body = { webauthnToken: open.webauthnToken, deviceType: 'CrossPlatform', options: createSecurityKey().create(open.options) };
    expectRefusal(await rest.ownEnrollVerify(harness, headers, body), 403, limit);
    // An authenticator app is another matter.
    await addApp(harness, headers);
    expect(await ownApps(harness, headers)).toHaveLength(1);
  });

  test('bad input is told field by field', async () => {
    const { headers } = await ownUser(harness, 'fields');
    const types = 'deviceType must be one of the following values: Platform, CrossPlatform';
    expectRefusal(
      await rest.ownEnrollVerify(harness, headers, {}),
      400,
      faults(types, 'webauthnToken should not be empty', 'options must be an object'),
    );
  });
});

describe('removing a WebAuthn authenticator', () => {
  test('not the last: without any proof, as portals ask for it', async () => {
    const { headers, email } = await ownUser(harness, 'not-last');
    await addKey(harness, headers, 'CrossPlatform');
    await addKey(harness, headers, 'Platform');
    const [first, second] = await devices(headers);
    expectEmpty(await rest.disableVerify(harness, headers, first.id, {}), 200);
    expect(await devices(headers)).toEqual([second]);
    expectRefusal(await rest.disableVerify(harness, headers, first.id, {}), 404, deviceNotFound);
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to }) => to === email).at(-1)).toMatchObject({ kind: 'FACTOR_REMOVED', strategy: 'WEBAUTHN_CROSS_PLATFORM' });
  });

  test('the last: by a proof of itself, and then nothing of MFA is left', async () => {
    const user = await ownUser(harness, 'last');
    const key = await addKey(harness, user.headers, 'CrossPlatform');
    const [{ id }] = await devices(user.headers);
    const missing = faults('webauthnToken should not be empty', 'options must be an object');
    for (const body of [undefined, {}, { webauthnToken: null }])
      expectRefusal(await rest.disableVerify(harness, user.headers, id, body), 400, missing);
    const { options, webauthnToken } = await beginRemoval(harness, user.headers, id);
    expectRefusal(await rest.disableVerify(harness, user.headers, id, { webauthnToken }), 400, faults('options must be an object'));
    const wrong = key.get(options, { clientData: { challenge: 'AAAA' } });
    expectRefusal(await rest.disableVerify(harness, user.headers, id, { webauthnToken, options: wrong }), 400, invalidCode);
    const again = await beginRemoval(harness, user.headers, id);
    expectEmpty(await rest.disableVerify(harness, user.headers, id, { webauthnToken: again.webauthnToken, options: key.get(again.options) }), 200);
    expect(await devices(user.headers)).toEqual([]);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: false });
  });

  test('a proof that is given is checked even where none is needed', async () => {
    const { headers } = await ownUser(harness, 'checked');
    const key = await addKey(harness, headers, 'CrossPlatform');
    await addKey(harness, headers, 'Platform');
    const [{ id }] = await devices(headers);
    const { options, webauthnToken } = await beginRemoval(harness, headers, id);
    const wrong = key.get(options, { rpId: 'evil.example' });
    expectRefusal(await rest.disableVerify(harness, headers, id, { webauthnToken, options: wrong }), 400, invalidCode);
    expect(await devices(headers)).toHaveLength(2);
  });

  test('a login is no proof for a removal, nor the other way round', async () => {
    const user = await keyUser(harness, 'purposes');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const login = await beginProof(harness, mfaToken, user.deviceId);
    const removal = await beginRemoval(harness, user.headers, user.deviceId);
    const proof = (begun: typeof login) => ({ webauthnToken: begun.webauthnToken, options: user.key.get(begun.options) });
    expectRefusal(await rest.disableVerify(harness, user.headers, user.deviceId, proof(login)), 400, invalidCode);
    expectRefusal(await rest.verify(harness, user.deviceId, { mfaToken, ...proof(removal) }), 400, invalidCode);
  });

  test('never the last where MFA is enforced; an environment token may, without a proof', async () => {
    const user = await keyUser(harness, 'enforced');
    expectRefusal(await rest.disable(harness, user.headers, user.deviceId), 403, lastFactor);
    expectRefusal(await rest.disableVerify(harness, user.headers, user.deviceId, {}), 403, lastFactor);
    const environment = { ...(await asEnvironment(harness)), 'frontegg-user-id': user.id };
    expect((await rest.disable(harness, environment, user.deviceId)).statusCode).toBe(200);
    expectEmpty(await rest.disableVerify(harness, environment, user.deviceId), 200);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
  });

  test('of the own authenticators alone, and no app by this way', async () => {
    const [one, other] = [await ownUser(harness, 'mine'), await ownUser(harness, 'theirs')];
    await addKey(harness, one.headers, 'CrossPlatform');
    await addApp(harness, one.headers);
    const [{ id }] = await devices(one.headers);
    const [app = ''] = await ownApps(harness, one.headers);
    for (const device of [app, 'unknown']) expectRefusal(await rest.disable(harness, one.headers, device), 404, deviceNotFound);
    expectRefusal(await rest.disable(harness, other.headers, id), 404, deviceNotFound);
    expectRefusal(await rest.disableVerify(harness, other.headers, id, {}), 404, deviceNotFound);
    expectRefusal(await rest.disableVerify(harness, {}, id, {}), 401, unauthorized);
  });

  test('of two parallel removals without proof only one succeeds: the other would have been the last', async () => {
    const { headers } = await ownUser(harness, 'parallel');
    await addKey(harness, headers, 'CrossPlatform');
    await addKey(harness, headers, 'Platform');
    const ids: string[] = (await devices(headers)).map(({ id }: { id: string }) => id);
    const answers = await Promise.all(ids.map((id) => rest.disableVerify(harness, headers, id, {})));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 400]);
    expect(await devices(headers)).toHaveLength(1);
  });

  test('where REST is strict, without a proof only in a session that proved a factor just now', async () => {
    const strict = await openHarness({ settings: { STRICT_STEP_UP: '1' } });
    await offerWebAuthn(strict);
    const user = await createUserInTenant(strict, 'strict');
    await setPolicy(strict, { enforceMFAType: 'DontForce' }, user.tenantId);
    const { accessToken } = (await logIn(strict, user.email)).json();
    const headers = { authorization: `Bearer ${accessToken}` };
    const key = await addKey(strict, headers, 'CrossPlatform');
    expectRefusal(await rest.ownEnroll(strict, headers), 401, refusal('Step-up required'));
    const login = (await logIn(strict, user.email)).json();
    const [{ id }] = login.mfaDevices.webauthn;
    expectRefusal(await rest.disableVerify(strict, headers, id, {}), 401, refusal('Step-up required'));
    const { options, webauthnToken } = await beginRemoval(strict, headers, id);
    expectEmpty(await rest.disableVerify(strict, headers, id, { webauthnToken, options: key.get(options) }), 200);
    await strict.close();
  });
});
