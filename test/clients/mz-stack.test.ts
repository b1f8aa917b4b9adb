import { beforeAll, expect, test } from 'vitest';
import { enableUserTokens } from '../support/api-tokens.ts';
import { asEnvironment, createTenant, createUser } from '../support/builders.ts';
import { claimsOf, uuid } from '../support/rest.ts';
import { useHarness } from '../support/use-harness.ts';

/**
 * What one customer's command line, Terraform provider, console and operator call, in the order of their work: everything after the first exchange
 * bears the JWT of an API token, without any tenant header. They want DELETE to answer exactly 200, POST exactly 201, and PUT and PATCH 200.
 */
const harness = useHarness();
const tenantId = '7f0c1c4e-3c52-4b67-9a5f-2f4ad1ce7a10';
const base = '/frontegg/identity/resources';
/** An "app password" joins the two UUIDs without their dashes. */
let appPassword: string;
let token: { accessToken: string; refreshToken: string };

interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  body?: object;
}
const send = ({ method = 'GET', url, body }: Call) =>
  harness.send({ method, url, headers: { authorization: `Bearer ${token.accessToken}` }, ...(body === undefined ? {} : { body }) });
const read = async <T>(url: string): Promise<T> => {
  const answer = await send({ url });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<T>();
};

const exactKeys = [
  ...['fe.secure.read.tenantApiTokens', 'fe.secure.write.tenantApiTokens', 'fe.secure.delete.tenantApiTokens', 'fe.secure.write.tenantInvites'],
  ...['fe.secure.read.roles', 'fe.secure.read.users', 'fe.secure.write.resendActivationEmail', 'fe.secure.write.users', 'fe.secure.write.updateUser'],
  ...['fe.secure.delete.users', 'fe.secure.write.usersRoles', 'fe.secure.delete.usersRoles'],
];

beforeAll(async () => {
  // What the operator sets up with the environment token: the tenant, its metadata, the two roles, the switch, and the first person.
  await createTenant(harness, tenantId, 'Customer');
  const environment = await asEnvironment(harness);
  const metadata = {
    method: 'POST',
    url: `/tenants/resources/tenants/v1/${tenantId}/metadata`,
    headers: environment,
    body: { metadata: { tier: 1 } },
  };
  expect((await harness.send(metadata as never)).statusCode).toBe(201);
  await enableUserTokens(harness);
  const known = (await harness.send({ url: '/identity/resources/permissions/v1', headers: environment })).json<{ id: string; key: string }[]>();
  const ids = known.flatMap(({ id, key }) => (exactKeys.includes(key) ? [id] : []));
  const roles = [
    { key: 'OrganizationAdmin', name: 'Organization Admin', permissions: ids },
    { key: 'OrganizationMember', name: 'Organization Member', permissions: [] },
  ];
  const created = await harness.send({ method: 'POST', url: '/identity/resources/roles/v1', headers: environment, body: roles });
  expect(created.statusCode, created.body).toBe(201);
  const [admin] = created.json<{ id: string }[]>();
  const user = await createUser(harness, tenantId, 'owner@customer.example', { roleIds: [admin?.id] });
  const made = await harness.send({
    ...{ method: 'POST', url: `${base}/users/api-tokens/v1`, body: { description: 'App password' } },
    headers: { ...(await asEnvironment(harness, tenantId)), 'frontegg-user-id': user.id },
  });
  expect(made.statusCode, made.body).toBe(201);
  const { clientId, secret } = made.json<{ clientId: string; secret: string }>();
  appPassword = `${clientId}${secret}`.replaceAll('-', '');
});

/** The UUID in 32 hexadecimal digits. */
const parsed = (digits: string): string => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

test('K3, K4: the app password is parsed into two UUIDs, exchanged for a JWT, and refreshed before its end', async () => {
  const credentials = { clientId: parsed(appPassword.slice(0, 32)), secret: parsed(appPassword.slice(32)) };
  const login = await harness.send({ method: 'POST', url: `${base}/auth/v1/api-token`, body: credentials });
  expect(login.statusCode, login.body).toBe(200);
  const first = login.json<typeof token & { expires: unknown; expiresIn: unknown }>();
  expect([typeof first.expires, Number.isInteger(first.expiresIn)]).toEqual(['string', true]);
  const refreshed = await harness.send({
    method: 'POST',
    url: `${base}/auth/v1/api-token/token/refresh`,
    body: { refreshToken: first.refreshToken },
  });
  expect(refreshed.statusCode, refreshed.body).toBe(200);
  token = refreshed.json<typeof token>();
  const claims = claimsOf(token.accessToken);
  expect([claims.sub, claims.tenantId]).toEqual([expect.stringMatching(uuid), tenantId]);
  expect([claims.roles, claims.permissions]).toEqual([['OrganizationAdmin'], [...exactKeys].sort()]);
});

test('S5: the account of the token', async () => {
  expect(await read(`${base}/users/v2/me`)).toMatchObject({ email: 'owner@customer.example', tenantId, profilePictureUrl: '' });
});

test('K13 to K15: personal app passwords', async () => {
  const made = await send({ method: 'POST', url: `${base}/users/api-tokens/v1`, body: { description: 'Laptop' } });
  expect(made.statusCode, made.body).toBe(201);
  const { clientId } = made.json<{ clientId: string }>();
  const listed = await read<Record<string, unknown>[]>(`${base}/users/api-tokens/v1`);
  expect(listed).toContainEqual(expect.objectContaining({ clientId, description: 'Laptop', created_at: expect.any(String) }));
  const gone = await send({ method: 'DELETE', url: `${base}/users/api-tokens/v1/${clientId}` });
  expect([gone.statusCode, gone.body]).toEqual([200, '']);
});

test('K6 to K9: app passwords of services, with metadata for the operator', async () => {
  const { items } = await read<{ items: { id: string; name: string }[] }>(`${base}/roles/v2?_limit=100`);
  const member = items.find(({ name }) => name === 'Organization Member')?.id;
  const body = { description: 'Service', metadata: { user: 'service' }, roleIds: [member] };
  const made = await send({ method: 'POST', url: `${base}/tenants/api-tokens/v1`, body });
  expect(made.statusCode, made.body).toBe(201);
  const { clientId, secret } = made.json<{ clientId: string; secret: string }>();
  expect([clientId, secret]).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)]);
  expect(await read(`${base}/tenants/api-tokens/v1`)).toContainEqual(expect.objectContaining({ ...body, clientId, tenantId, permissionIds: [] }));
  const service = await harness.send({ method: 'POST', url: `${base}/auth/v1/api-token`, body: { clientId, secret } });
  expect(claimsOf(service.json<typeof token>().accessToken)).toMatchObject({ roles: ['OrganizationMember'], metadata: { user: 'service' } });
  const changed = await send({ method: 'PATCH', url: `${base}/tenants/api-tokens/v1/${clientId}`, body: { description: 'Renamed' } });
  expect([changed.statusCode, changed.json().description]).toEqual([200, 'Renamed']);
  const gone = await send({ method: 'DELETE', url: `${base}/tenants/api-tokens/v1/${clientId}` });
  expect([gone.statusCode, gone.body]).toEqual([200, '']);
});

test('N1, N9, N3, R7, N67, N17: users by address and by pages, a new one with roles by name, other roles, and its deletion with a body', async () => {
  const { items } = await read<{ items: { id: string; name: string }[] }>(`${base}/roles/v2?_limit=100`);
  const roleNamed = (wanted: string) => items.find(({ name }) => name === wanted)?.id;
  const body = { email: 'new@customer.example', name: 'New', roleIds: [roleNamed('Organization Member')], skipInviteEmail: true };
  const made = await send({ method: 'POST', url: `${base}/users/v2`, body });
  expect(made.statusCode, made.body).toBe(201);
  const { id } = made.json<{ id: string }>();
  const byAddress = await read<{ items: { id: string }[] }>(`${base}/users/v3?_email=new%40customer.example&_limit=1`);
  expect(byAddress.items.map((user) => user.id)).toEqual([id]);
  const page = await read<{ items: unknown[]; _metadata: { totalItems: number; totalPages: number } }>(`${base}/users/v3?_limit=1&_offset=1`);
  expect([page.items.length, page._metadata]).toEqual([1, { totalItems: 2, totalPages: 2 }]);
  const one = await read<{ roles: { name: string }[]; verified: boolean }>(`${base}/users/v1/${id}`);
  expect(one.roles.map(({ name }) => name)).toEqual(['Organization Member']);
  const change = { id, email: 'new@customer.example', roleIds: [roleNamed('Organization Admin')] };
  const changed = await send({ method: 'PUT', url: '/frontegg/team/resources/members/v1', body: change });
  expect(changed.statusCode, changed.body).toBe(200);
  const after = await read<{ roles: { name: string }[] }>(`${base}/users/v1/${id}`);
  expect(after.roles.map(({ name }) => name)).toEqual(['Organization Admin']);
  const gone = await send({ method: 'DELETE', url: `${base}/users/v1/${id}`, body: { userId: id } });
  expect([gone.statusCode, gone.body]).toEqual([200, '']);
  expect((await send({ url: `${base}/users/v1/${id}` })).statusCode).toBe(404);
});

// J1 to J13, groups with their members and roles, come here: after the users and before the tenants, by `send` like everything above.

test('T1, T2: tenants are the operator’s, by the environment token, and closed to the API token', async () => {
  expect((await send({ url: '/tenants/resources/tenants/v1' })).statusCode).toBe(403);
  const environment = await asEnvironment(harness);
  const found = await harness.send({ url: `/tenants/resources/tenants/v1/${tenantId}`, headers: environment });
  expect([found.statusCode, found.json()[0]]).toEqual([200, expect.objectContaining({ tenantId, metadata: '{"tier":1}', deletedAt: null })]);
});
