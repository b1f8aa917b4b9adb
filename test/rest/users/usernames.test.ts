import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUser, createUserInTenant, password } from '../../support/builders.ts';
import { audited } from '../../support/database.ts';
import { asUser, call, expectEmpty, expectRefusal, faults, forbidden, refusal, userWith } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const url = '/usernames/v1';
const notFound = refusal('Username not found');
const exists = refusal('Username already exists');
const badName = faults('username must have at most 255 letters of a to z, digits, dots, underscores and hyphens');
type Headers = Record<string, string>;
let environment: Headers;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const member = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  return { ...user, headers: await asUser(harness, user.email) };
};
const set = (headers: Headers, username: unknown) => call(harness, 'POST', url, { headers, body: { username } });
const read = (headers: Headers) => call(harness, 'GET', `${url}/me`, { headers });
const remove = (headers: Headers, username: string) => call(harness, 'DELETE', `${url}/${username}`, { headers });
const logIn = (body: object) => call(harness, 'POST', '/auth/v1/user', { body: { password, ...body } });

describe('usernames', () => {
  test('N61 N63 are set, read and replaced, and the user logs in by the last one in any letter case', async () => {
    const { id: userId, headers } = await member('set');
    expectRefusal(await read(headers), 404, notFound);
    const answer = await set(headers, 'Dana_1');
    expect([answer.statusCode, answer.json()]).toEqual([201, { username: 'Dana_1', userId }]);
    expect((await read(headers)).json()).toEqual({ username: 'Dana_1', userId });
    expect((await logIn({ username: 'dana_1' })).json()).toMatchObject({ userId });
    expect((await logIn({ email: 'DANA_1' })).json()).toMatchObject({ userId });
    expect((await set(headers, 'dana.2')).statusCode).toBe(201);
    expect((await set(headers, 'dana.2')).statusCode).toBe(201);
    expect([(await logIn({ username: 'dana_1' })).statusCode, (await logIn({ username: 'Dana.2' })).statusCode]).toEqual([401, 200]);
    expect(await audited(harness, userId, 'USERNAME_SET')).toBe(2);
  });

  test('N61 N63 of a user are set and read by an environment token that names the user, and is refused otherwise', async () => {
    const { id, tenantId } = await member('named');
    const { tenantId: elsewhere } = await member('named-elsewhere');
    const named = { ...environment, 'frontegg-user-id': id };
    expect((await set({ ...named, 'frontegg-tenant-id': tenantId }, 'named')).json()).toEqual({ username: 'named', userId: id });
    expect((await read(named)).json()).toEqual({ username: 'named', userId: id });
    expectRefusal(await set(environment, 'named'), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
    expectRefusal(await set({ ...named, 'frontegg-tenant-id': elsewhere }, 'named'), 404, refusal('User not found'));
  });

  test('N61 belong to one user in any letter case, and are made of a few characters', async () => {
    const [mine, other] = [await member('one'), await member('two')];
    expect((await set(mine.headers, 'only-one')).statusCode).toBe(201);
    expectRefusal(await set(other.headers, 'ONLY-one'), 409, exists);
    expect((await set(mine.headers, 'Only-One')).statusCode).toBe(201);
    expect((await set(mine.headers, 'x'.repeat(255))).statusCode).toBe(201);
    expect((await set(other.headers, 'only-one')).statusCode).toBe(201);
    for (const bad of ['a@b.example', 'with space', 'ünicode', 'x'.repeat(256), 'a/b'])
      expectRefusal(await set(mine.headers, bad), 400, badName, bad);
    expectRefusal(await set(mine.headers, ''), 400, faults('username should not be empty'));
  });

  test('N62 are removed by their own user or an environment token', async () => {
    const [mine, other] = [await member('gone'), await member('gone-other')];
    await set(mine.headers, 'gone');
    expectRefusal(await remove(other.headers, 'gone'), 404, notFound);
    expectRefusal(await remove(await asEnvironment(harness, other.tenantId), 'gone'), 404, notFound);
    expectEmpty(await remove(mine.headers, 'GONE'), 200);
    expectRefusal(await remove(mine.headers, 'gone'), 404, notFound);
    expect((await logIn({ username: 'gone' })).statusCode).toBe(401);
    await set(mine.headers, 'gone');
    expectEmpty(await remove(environment, 'gone'), 200);
    expectRefusal(await read(mine.headers), 404, notFound);
    expect(await audited(harness, mine.id, 'USERNAME_REMOVED')).toBe(2);
    expect((await logIn({ email: mine.email })).statusCode).toBe(200);
  });

  test('N60 are listed by pages, for whoever may read users of the tenant', async () => {
    const admin = await userWith(harness, 'list', 'admin');
    const hidden = await createUser(harness, admin.tenantId, 'hidden@list.example');
    await call(harness, 'PUT', `/users/v1/${hidden.id}/invisible`, { headers: environment, body: { invisible: true } });
    await set(admin.headers, 'list_b');
    await set({ ...environment, 'frontegg-user-id': hidden.id }, 'List-a');
    const elsewhere = await member('list-elsewhere');
    await set(elsewhere.headers, 'list_c');
    const list = async (query: string, headers = environment) => {
      const answer = await call(harness, 'GET', `${url}${query}`, { headers });
      expect(answer.statusCode, answer.body).toBe(200);
      return answer.json<{ items: { username: string; userId: string }[]; _metadata: object }>();
    };
    expect((await list('', admin.headers)).items).toEqual([{ username: 'list_b', userId: admin.id }]);
    expect((await list('', await asEnvironment(harness, admin.tenantId))).items).toHaveLength(2);
    expect((await list('?_usernamePrefix=LIST_&_sortBy=username&_order=DESC')).items.map(({ username }) => username)).toEqual(['list_c', 'list_b']);
    expect((await list('?usernames=LIST-A,list_c')).items).toHaveLength(2);
    expect(await list(`?userIds=${hidden.id}&_limit=1`)).toMatchObject({ items: [{ username: 'List-a' }], _metadata: { totalItems: 1 } });
    expectRefusal(await call(harness, 'GET', url, { headers: elsewhere.headers }), 403, forbidden);
  });
});
