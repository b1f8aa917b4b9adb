import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, identity } from '../../support/builders.ts';
import type { Login } from '../../support/requests.ts';
import { loggedIn, me, refresh } from '../../support/requests.ts';
import { joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const base = `${identity}/users/sessions/v1`;
const bearer = ({ accessToken }: Pick<Login, 'accessToken'>) => ({ authorization: `Bearer ${accessToken}` });

interface Shown {
  id: string;
  current: boolean;
}
const lives = async ({ accessToken }: Login): Promise<boolean> => (await me(harness, accessToken)).statusCode === 200;

describe('own sessions', () => {
  let user: TestUser;
  let first: Login;
  let second: Login;
  beforeAll(async () => {
    user = await createUserInTenant(harness, 'own');
    first = await loggedIn(harness, user.email);
    harness.clock.advance({ seconds: 1 });
    second = await loggedIn(harness, user.email);
  });

  test('E1, E2: the user and the environment read them, newest first', async () => {
    const own = await harness.send({ url: `${base}/me`, headers: bearer(first) });
    expect(own.statusCode).toBe(200);
    const [newest, oldest] = own.json<Shown[]>();
    expect([newest?.current, oldest?.current]).toEqual([false, true]);
    expect(Object.keys(newest ?? {})).toEqual(['id', 'createdAt', 'ipAddress', 'userAgent', 'current', 'impersonated', 'expires']);
    const current = await harness.send({ url: `${base}/me/current`, headers: bearer(first) });
    expect(current.json()).toEqual(oldest);
    const vendor = { ...(await asEnvironment(harness)), 'frontegg-user-id': user.id };
    const read = await harness.send({ url: `${base}/me`, headers: vendor });
    expect(read.json<Shown[]>()).toEqual([newest, { ...oldest, current: false }]);
    const unnamed = await harness.send({ url: `${base}/me`, headers: await asEnvironment(harness) });
    expect(unnamed.statusCode).toBe(403);
  });

  test('E3: one ends, one of another user is not found', async () => {
    const stranger = await loggedIn(harness, (await createUserInTenant(harness, 'stranger')).email);
    const [own] = (await harness.send({ url: `${base}/me`, headers: bearer(first) })).json<Shown[]>();
    const end = (login: Login) => harness.send({ method: 'DELETE', url: `${base}/me/${own?.id}`, headers: bearer(login) });
    const refused = await end(stranger);
    expect([refused.statusCode, refused.json()]).toEqual([404, { errors: ['Session not found'] }]);
    const ended = await end(first);
    expect([ended.statusCode, ended.body]).toEqual([200, '']);
    expect([await lives(first), await lives(second)]).toEqual([true, false]);
    expect((await end(first)).statusCode).toBe(404);
    expect((await harness.send({ method: 'DELETE', url: `${base}/me/none`, headers: bearer(first) })).statusCode).toBe(404);
  });

  test('E4: all end, that of the call included', async () => {
    const third = await loggedIn(harness, user.email);
    const answer = await harness.send({ method: 'DELETE', url: `${base}/me/all`, headers: bearer(first) });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect([await lives(first), await lives(third)]).toEqual([false, false]);
  });
});

describe('E5: an administrator ends sessions of members', () => {
  const revoke = (headers: Record<string, string>, body: object) => harness.send({ method: 'POST', url: `${base}/revoke`, headers, body });
  const sid = async (login: Login): Promise<string> => (await harness.send({ url: `${base}/me/current`, headers: bearer(login) })).json<Shown>().id;
  let administrator: Login;
  let member: TestUser;
  beforeAll(async () => {
    await createTenant(harness, 'shop');
    await createTenant(harness, 'elsewhere');
    const roleId = await createRole(harness, 'shop', 'guard', ['fe.secure.delete.sessions']);
    administrator = await loggedIn(harness, (await createUser(harness, 'shop', 'guard@shop.example', { roleIds: [roleId] })).email);
    member = await createUser(harness, 'shop', 'member@shop.example');
  });

  test('one or all, with an empty 201', async () => {
    const [one, other] = [await loggedIn(harness, member.email), await loggedIn(harness, member.email)];
    const answer = await revoke(bearer(administrator), { userId: member.id, sessionId: await sid(one) });
    expect([answer.statusCode, answer.body]).toEqual([201, '']);
    expect([await lives(one), await lives(other)]).toEqual([false, true]);
    expect((await revoke(bearer(administrator), { userId: member.id })).statusCode).toBe(201);
    expect(await lives(other)).toBe(false);
  });

  test('not those in another tenant, of strangers, of the more powerful, nor without the permission', async () => {
    const away = await loggedIn(harness, member.email);
    await joinTenant(harness, member.email, 'elsewhere');
    const entered = await refresh(harness, away.refreshToken, { body: { tenantId: 'elsewhere' } });
    const there = { ...away, ...entered.json<Login>() };
    expect((await revoke(bearer(administrator), { userId: member.id, sessionId: await sid(there) })).statusCode).toBe(404);
    expect((await revoke(bearer(administrator), { userId: member.id })).statusCode).toBe(201);
    expect(await lives(there)).toBe(true);
    const stranger = await createUserInTenant(harness, 'e5-stranger');
    const unknown = await revoke(bearer(administrator), { userId: stranger.id });
    expect([unknown.statusCode, unknown.json()]).toEqual([404, { errors: ['User not found'] }]);
    expect((await revoke(bearer(there), { userId: stranger.id })).statusCode).toBe(403);
    const vendor = await asEnvironment(harness);
    expect((await revoke(vendor, { userId: member.id })).statusCode).toBe(201);
    expect(await lives(there)).toBe(false);
    expect((await revoke(vendor, { userId: 'none' })).statusCode).toBe(404);
    expect((await revoke(vendor, {})).statusCode).toBe(400);
  });
});
