import { expect, test } from 'vitest';
import { asEnvironment, cookiesOf, createTenant, logIn, mfaTokenFor, setPolicy, totp } from '../../support/builders.ts';
import { audited } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { addApp, ownUser, selfService } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const fields = 'rememberedDevices { id name createdAt lastUsedAt expiresAt honored }';
interface Listed {
  id: string;
  name: string;
  honored: boolean;
}
const isAsked = async (email: string, cookie: string): Promise<boolean> => (await logIn(harness, email, cookie)).json().mfaRequired;

/** A user with an app; `remember` makes a login that remembers the browser, and answers its cookie. */
async function person(name: string, policy: object = {}) {
  const user = await ownUser(harness, name);
  const secret = await addApp(harness, user.headers);
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 1000, ...policy }, user.tenantId);
  const remember = async (userAgent = chrome): Promise<string> => {
    const mfaToken = await mfaTokenFor(harness, user.email);
    const body = { value: totp(harness, secret), mfaToken, rememberDevice: true };
    const url = '/identity/resources/auth/v1/user/mfa/verify';
    const answer = await harness.send({ method: 'POST', url, body, headers: { 'user-agent': userAgent } });
    harness.clock.advance({ seconds: 30 });
    return cookiesOf(answer)
      .split('; ')
      .filter((cookie) => cookie.startsWith('fe_device_'))
      .join();
  };
  const list = async (): Promise<Listed[]> => {
    const { data } = await harness.graphql(`{ viewer { ${fields} } }`, {}, user.headers);
    return (data?.viewer as { rememberedDevices: Listed[] } | undefined)?.rememberedDevices ?? [];
  };
  return { ...user, secret, remember, list };
}

test('a user sees the own devices by name and time, newest first; a use moves lastUsedAt, the end follows the policy', async () => {
  const user = await person('listed');
  expect(await user.list()).toEqual([]);
  const at = (seconds: number): string => new Date(harness.clock.now().getTime() + seconds * 1000).toISOString();
  const created = at(0);
  const cookie = await user.remember();
  expect(await user.list()).toEqual([
    { id: expect.any(String), name: 'Chrome on Windows', createdAt: created, lastUsedAt: null, expiresAt: at(970), honored: true },
  ]);
  await user.remember('curl/8.5.0');
  expect((await user.list()).map(({ name }) => name)).toEqual(['curl', 'Chrome on Windows']);
  expect(await isAsked(user.email, cookie)).toBe(false);
  expect((await user.list())[1]).toMatchObject({ lastUsedAt: at(0), createdAt: created });
  await setPolicy(harness, { mfaDeviceExpiration: 40 }, user.tenantId);
  expect(
    (await user.list()).map(({ name }) => name),
    'one has expired by the shorter life',
  ).toEqual(['curl']);
  await setPolicy(harness, { mfaDeviceExpiration: 1000, allowRememberMyDevice: false }, user.tenantId);
  expect(await user.list(), 'a ban ends them').toEqual([]);
  expect(await isAsked(user.email, cookie)).toBe(true);
});

test('a user revokes one device, then all; the browser is asked again, sessions go on', async () => {
  const user = await person('revoker');
  const [first, second, third] = [await user.remember(), await user.remember(), await user.remember()];
  const oldest = (await user.list())[2];
  const revoked = await run(harness, documents.revokeRememberedDevice, { deviceId: oldest?.id }, user.headers);
  expect(revoked.__typename).toBe('RevokeRememberedDeviceSuccess');
  expect(revoked.user.rememberedDevices).toHaveLength(2);
  expect(await isAsked(user.email, first)).toBe(true);
  expect(await isAsked(user.email, second)).toBe(false);
  expect(await run(harness, documents.revokeRememberedDevice, { deviceId: oldest?.id }, user.headers)).toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  const all = await run(harness, documents.revokeAllRememberedDevices, {}, user.headers);
  expect(all).toMatchObject({ __typename: 'RevokeAllRememberedDevicesSuccess', revokedCount: 2, user: { rememberedDevices: [] } });
  for (const cookie of [second, third]) expect(await isAsked(user.email, cookie)).toBe(true);
  expect(await run(harness, documents.revokeAllRememberedDevices, {}, user.headers)).toMatchObject({ revokedCount: 0 });
  expect(await audited(harness, user.id, 'DEVICE_REVOKED')).toBe(2);
  expect(await user.list(), 'the session goes on').toEqual([]);
});

test('an environment token sees and revokes for the user it names', async () => {
  const user = await person('environment');
  const cookie = await user.remember();
  await user.remember();
  const headers = await asEnvironment(harness);
  const query = `query ($id: ID!) { user(id: $id) { ${fields} } }`;
  const seen = (await harness.graphql(query, { id: user.id }, headers)).data?.user as { rememberedDevices: { id: string }[] };
  expect(seen.rememberedDevices).toEqual(await user.list());
  const deviceId = seen.rememberedDevices[1]?.id;
  expect(await run(harness, documents.revokeRememberedDevice, { deviceId }, headers)).toMatchObject({ path: ['input', 'userId'] });
  expect(await run(harness, documents.revokeAllRememberedDevices, {}, headers)).toMatchObject({ path: ['input', 'userId'] });
  expect(await run(harness, documents.revokeRememberedDevice, { deviceId, userId: user.id }, headers)).toMatchObject({ user: { restId: user.id } });
  expect(await isAsked(user.email, cookie)).toBe(true);
  expect(await run(harness, documents.revokeAllRememberedDevices, { userId: user.id }, headers)).toMatchObject({ revokedCount: 1 });
  const elsewhere = await asEnvironment(harness, await createTenant(harness, 'elsewhere'));
  expect(await run(harness, documents.revokeAllRememberedDevices, { userId: user.id }, elsewhere)).toMatchObject({ code: 'USER_NOT_FOUND' });
});

test("another user's device is not found and another user does not exist; garbage and strangers are refused", async () => {
  const [mine, other] = [await person('device-mine'), await person('device-other')];
  await other.remember();
  const deviceId = (await other.list())[0]?.id ?? '';
  for (const id of [deviceId, 'unknown', '__proto__', "' or 1=1 --"]) {
    expect(await run(harness, documents.revokeRememberedDevice, { deviceId: id }, mine.headers)).toMatchObject({ __typename: 'DeviceNotFoundError' });
  }
  for (const [document, input] of [
    [documents.revokeRememberedDevice, { deviceId, userId: other.id }],
    [documents.revokeAllRememberedDevices, { userId: other.id }],
  ] as const) {
    expect(await run(harness, document, input, mine.headers)).toMatchObject({ __typename: 'UserNotFoundError' });
    expect((await harness.graphql(document, { input })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
  for (const bad of ['', 'x'.repeat(201)]) {
    expect(await run(harness, documents.revokeRememberedDevice, { deviceId: bad }, mine.headers)).toMatchObject({ path: ['input', 'deviceId'] });
  }
  expect(await run(harness, documents.revokeAllRememberedDevices, { userId: null }, mine.headers)).toMatchObject({ path: ['input', 'userId'] });
  expect(await other.list()).toHaveLength(1);
});

test('T23 adding a factor keeps the device, removing the last one ends it, logging out does not', async () => {
  const user = await person('factor-change');
  const cookie = await user.remember();
  const second = await addApp(harness, user.headers);
  expect(await isAsked(user.email, cookie)).toBe(false);
  const session = (await logIn(harness, user.email, cookie)).json();
  await run(harness, documents.logOut, { refreshToken: session.refreshToken });
  expect(await isAsked(user.email, cookie)).toBe(false);
  expect((await selfService(harness, '/disable', user.headers, { token: totp(harness, second) })).statusCode).toBe(200);
  expect(await user.list()).toEqual([]);
  await addApp(harness, user.headers);
  expect(await isAsked(user.email, cookie)).toBe(true);
});

test('the list costs as many statements for three users as for one', async () => {
  const tenants = [await person('statements-1'), await person('statements-2'), await person('statements-3')];
  for (const one of tenants) await one.remember();
  const headers = await asEnvironment(harness);
  const count = async (first: number): Promise<number> => {
    harness.queries.length = 0;
    const answer = await harness.graphql(`{ users(first: ${first}) { nodes { rememberedDevices { name } } } }`, {}, headers);
    expect(answer.errors).toBeUndefined();
    return harness.queries.filter((sql) => /remembered_devices|memberships|mfa_policies/.test(sql)).length;
  };
  expect(await count(10)).toBe(await count(1));
});

test('a device is listed as long as a login honors it: the policy of a tenant that the user cannot enter counts for neither', async () => {
  const user = await person('two-tenants');
  const tenantId = await createTenant(harness, 'second-of-two');
  const environment = await asEnvironment(harness);
  const inTenant = { ...environment, 'frontegg-tenant-id': tenantId };
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 60 }, tenantId);
  const users = '/identity/resources/users/v1';
  await harness.send({ method: 'POST', url: `${users}/${user.id}/tenant`, body: { tenantId, skipInviteEmail: true }, headers: environment });
  const cookie = await user.remember();
  harness.clock.advance({ seconds: 60 });
  expect(await user.list(), 'the shorter life of the second tenant counts').toEqual([]);
  const disabled = { method: 'POST', url: `/identity/resources/tenants/users/v1/${user.id}/disable`, body: {}, headers: inTenant } as const;
  expect((await harness.send(disabled)).statusCode).toBe(200);
  expect(await isAsked(user.email, cookie)).toBe(false);
  expect(await user.list()).toEqual([expect.objectContaining({ name: 'Chrome on Windows', honored: true })]);
});
