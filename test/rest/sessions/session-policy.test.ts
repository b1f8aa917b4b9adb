import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, identity } from '../../support/builders.ts';
import { loggedIn } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const url = `${identity}/configurations/sessions/v1`;
const idle = { sessionIdleTimeoutConfiguration: { isActive: true, timeout: 600 } };
const off = {
  sessionTimeoutConfiguration: { isActive: false, timeout: 86_400 },
  sessionConcurrentConfiguration: { isActive: false, maxSessions: 1 },
};
const unset = { sessionIdleTimeoutConfiguration: { isActive: false, timeout: 86_400 }, ...off };

let administrator: Record<string, string>;
const set = (headers: Record<string, string>, body: object) => harness.send({ method: 'POST', url, headers, body });
const read = async (headers: Record<string, string>, path = '') => (await harness.send({ url: `${url}${path}`, headers })).json();

beforeAll(async () => {
  await createTenant(harness, 'policy');
  const roleId = await createRole(harness, 'policy', 'secured', ['fe.secure.read.securityPolicy', 'fe.secure.write.securityPolicy']);
  const { email } = await createUser(harness, 'policy', 'secured@policy.example', { roleIds: [roleId] });
  administrator = { authorization: `Bearer ${(await loggedIn(harness, email)).accessToken}` };
});

test('E6 answers the own parts that are set, E8 always all of the environment', async () => {
  const [vendor, tenant] = [await asEnvironment(harness), await asEnvironment(harness, 'policy')];
  expect([await read(vendor), await read(tenant), await read(administrator)]).toEqual([{}, {}, {}]);
  expect(await read(vendor, '/vendor')).toEqual(unset);
  const answer = await set(vendor, off);
  expect([answer.statusCode, answer.body]).toEqual([201, '']);
  expect(await read(vendor, '/vendor')).toEqual(unset);
  expect(await read(vendor)).toEqual(off);
  expect(await read(tenant)).toEqual({});
  expect((await set(administrator, { ...idle, unknown: 1 })).statusCode).toBe(201);
  expect([await read(tenant), await read(administrator)]).toEqual([idle, idle]);
  expect(await read(administrator, '/vendor')).toEqual(unset);
  expect((await set(tenant, { sessionConcurrentConfiguration: { isActive: true, maxSessions: 9 } })).statusCode).toBe(201);
  expect(await read(tenant)).toEqual({ ...idle, sessionConcurrentConfiguration: { isActive: true, maxSessions: 9 } });
});

test('E7 refuses what is out of bounds, and whoever may not', async () => {
  const vendor = await asEnvironment(harness);
  for (const body of [
    { sessionIdleTimeoutConfiguration: { isActive: true, timeout: 59 } },
    { sessionIdleTimeoutConfiguration: { isActive: true, timeout: 2_073_601 } },
    { sessionTimeoutConfiguration: { isActive: true, timeout: 59 } },
    { sessionConcurrentConfiguration: { isActive: true, maxSessions: 0 } },
    { sessionConcurrentConfiguration: { maxSessions: 1 } },
    {},
  ])
    expect((await set(vendor, body)).statusCode, JSON.stringify(body)).toBe(400);
  const { email } = await createUser(harness, 'policy', 'plain@policy.example');
  const plain = { authorization: `Bearer ${(await loggedIn(harness, email)).accessToken}` };
  expect((await set(plain, idle)).statusCode).toBe(403);
  expect((await harness.send({ url, headers: plain })).statusCode).toBe(403);
  expect((await harness.send({ url: `${url}/vendor`, headers: plain })).statusCode).toBe(403);
  expect((await set({}, idle)).statusCode).toBe(401);
});
