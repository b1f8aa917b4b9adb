import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUser, enroll, logIn, setPolicy } from '../../support/builders.ts';
import { expectStrangersRefused } from '../../support/callers.ts';
import { execute } from '../../support/database.ts';
import { asUser, call, expectRefusal, faults, forbidden, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Page {
  items: (Record<string, unknown> & { email: string })[];
  _links: Record<string, string>;
  _metadata: { totalItems: number; totalPages: number };
}

const harness = useHarness();
let environment: Record<string, string>;
let acme: Record<string, string>;
const users: Record<string, TestUser> = {};
const idOf = (name: string): string => users[name]?.id ?? '';

beforeAll(async () => {
  for (const tenant of ['acme', 'other']) await createTenant(harness, tenant);
  environment = await asEnvironment(harness);
  acme = await asEnvironment(harness, 'acme');
  const add = async (name: string, more: object, tenant = 'acme'): Promise<void> => {
    harness.clock.advance({ seconds: 1 });
    users[name] = await createUser(harness, tenant, `${name}@find.example`, more);
  };
  await add('ann', { name: 'Zoe', externalId: 'x1', phoneNumber: '+491', vendorMetadata: '{"plan":1}', roleIds: [roleIds.admin] });
  await add('bob', { name: 'alan', externalId: 'x2', phoneNumber: '+442', roleIds: [roleIds.readOnly] });
  await add('cid', { name: 'Bert' });
  await add('dan', { name: 'Zed 50%' }, 'other');
  await joinTenant(harness, 'dan@find.example', 'acme', { roleIds: [roleIds.readOnly] });
  await execute(harness, 'update users set locked = $2, super_user = $2, invisible = $2 where id = $1', [idOf('cid'), sqlTrue()]);
  await execute(harness, 'update memberships set disabled = $3, expires_at = $4 where user_id = $1 and tenant_id = $2', [
    ...[idOf('dan'), 'acme', sqlTrue(), sqlTime('2030-01-01T00:00:00.000Z')],
  ]);
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'other');
  await enroll(harness, 'dan@find.example');
  harness.clock.advance({ seconds: 1000 });
  await logIn(harness, 'ann@find.example');
  await call(harness, 'POST', '/usernames/v1', { headers: { ...acme, 'frontegg-user-id': idOf('ann') }, body: { username: 'Ann' } });
});

const sqlite = (): boolean => harness.config.databaseUrl.startsWith('file:');
const sqlTrue = (): unknown => (sqlite() ? 1 : true);
const sqlTime = (text: string): unknown => (sqlite() ? Date.parse(text) : text);

const read = (query: string, headers = acme, path = '/users/v3') => call(harness, 'GET', `${path}?${query}`, { headers });
async function page(query: string, headers = acme, path = '/users/v3'): Promise<Page> {
  const answer = await read(query, headers, path);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Page>();
}
const names = ({ items }: Page): string => items.map(({ email }) => email.split('@')[0]).join(' ');
const found = async (query: string, headers = acme, path = '/users/v3'): Promise<string> => names(await page(query, headers, path));

describe('users are found', () => {
  test.each([
    ['', 'ann bob cid dan'],
    ['_email=ANN@Find.Example', 'ann'],
    ['_email=nobody@find.example', ''],
    ['_email=&_filter=&_namePrefix=', 'ann bob cid dan'],
    ['_externalIds=x2,x1', 'ann bob'],
    ['_externalIds[]=x1', 'ann'],
    ['_identifier=AN&_identifierType=email', 'ann'],
    ['_identifier=%2b44&_identifierType=phoneNumber', 'bob'],
    ['_identifier=AN&_identifierType=username', 'ann'],
    ['_namePrefix=z', 'ann dan'],
    ['_filter=ER', 'cid'],
    ['_filter=50%25', 'dan'],
    ['_filter=find', 'ann bob cid dan'],
    ['_includeSubTenants=true', 'ann bob cid dan'],
    ['_tenantId=acme&_filter=d', 'ann bob cid dan'],
    ['_tenantId=other', ''],
    ['_tenantId=nothing', ''],
    ['_preset=mfa-unenrolled', 'ann bob cid'],
    ['_preset=breached-passwords', ''],
    ['_preset=inactive&_maxInactiveSeconds=900', 'dan'],
    ['_preset=inactive&_maxInactiveSeconds=2000', ''],
    ['_sortBy=name', 'bob cid dan ann'],
    ['_sortBy=name&_order=DESC', 'ann dan cid bob'],
    ['_sortBy=email&_order=DESC', 'dan cid bob ann'],
    ['_sortBy=isLocked&_order=DESC&_limit=1', 'cid'],
    ['_sortBy=tenantId&_order=DESC&_limit=1', 'dan'],
    ['_limit=3&_offset=1', 'dan'],
  ])('by %s', async (query, expected) => {
    expect(await found(query)).toBe(expected);
  });

  test('by their ids, of which unknown ones are left out, and without a header in every tenant', async () => {
    const ids = `${idOf('bob').toUpperCase()},${idOf('dan')},00000000-0000-4000-8000-000000000000`;
    for (const parameter of [`ids=${ids}`, `_ids=${ids}`]) expect(await found(parameter)).toBe('bob dan');
    expect(await found('', environment)).toBe('ann bob cid dan');
    expect(await found('_tenantId=OTHER', environment)).toBe('dan');
    expect(await found('', await asEnvironment(harness, 'other'))).toBe('dan');
    for (const sortBy of ['createdAt', 'id', 'verified', 'provider']) expect((await page(`_sortBy=${sortBy}`)).items).toHaveLength(4);
  });

  test.each([
    ['_phraseSearchContains=find,AN', 'ann bob dan'],
    ['_phraseSearchContains=find,an,50%25', 'dan'],
    ['_phraseSearchExcludes=ALAN,zoe', 'cid dan'],
    ['_phraseSearchOptional=bert,zoe', 'ann cid'],
    ['_phraseSearchOptional=bert,zoe&_phraseSearchContains=dan', 'dan'],
    ['_phraseSearchApproximate=true&_sortBy=name&_limit=1', 'bob'],
    ['_phraseSearchContains=d&_filter=bert', 'cid'],
  ])('by phrases: %s', async (query, expected) => {
    expect(await found(query, acme, '/users/v1/query/phrase')).toBe(expected);
  });

  test('by pages that name their neighbors with all other parameters', async () => {
    const { _links, _metadata } = await page('_limit=2&_filter=find&_offset=0&_sortBy=name');
    expect(_metadata).toEqual({ totalItems: 4, totalPages: 2 });
    const base = 'https://id.acme.example/identity/resources/users/v3?_filter=find&_sortBy=name';
    expect(_links).toEqual({ next: `${base}&_offset=1&_limit=2`, prev: '', first: `${base}&_offset=0&_limit=2`, last: `${base}&_offset=1&_limit=2` });
  });
});

test('a user is shown as the tenant in force sees it: state, end and roles of each membership, and marks only where they are set', async () => {
  const { items } = await page('_sortBy=email');
  const [ann, bob, cid, dan] = items;
  expect(Object.keys(bob ?? {})).not.toEqual(expect.arrayContaining(['roles']));
  for (const field of ['roles', 'permissions', 'groups', 'invisible', 'superUser']) expect(bob).not.toHaveProperty(field);
  expect(cid).toMatchObject({ invisible: true, superUser: true, isLocked: true, lastLogin: null });
  expect(ann).toMatchObject({ vendorMetadata: '{"plan":1}', metadata: '{}', profilePictureUrl: '', mfaEnrolled: false, tenantIds: ['acme'] });
  expect(dan).toMatchObject({
    ...{ mfaEnrolled: true, tenantId: 'acme', tenantIds: ['acme', 'other'], activatedForTenant: true },
    tenants: [
      { tenantId: 'acme', roles: [{ key: 'ReadOnly' }], isDisabled: true, temporaryExpirationDate: '2030-01-01T00:00:00.000Z' },
      { tenantId: 'other', roles: [], isDisabled: false },
    ],
  });
  const everywhere = await page('_sortBy=email', environment);
  expect(everywhere.items.map(({ tenantId }) => tenantId)).toEqual(['acme', 'acme', 'acme', 'other']);
});

test('the older paths show roles and permissions of the tenant in force as well', async () => {
  for (const path of ['/users/v1', '/users/v2']) {
    const { items } = await page('_sortBy=email', acme, path);
    expect(items.map(({ roles }) => (roles as { key: string }[]).map(({ key }) => key))).toEqual([['Admin'], ['ReadOnly'], [], ['ReadOnly']]);
    const [ann, bob] = items;
    expect(ann).toMatchObject({ groups: [], permissions: [{ key: 'fe.connectivity.*' }, { key: 'fe.secure.*' }] });
    expect(bob).toMatchObject({ permissions: [{ key: 'fe.connectivity.read.*' }, { key: 'fe.secure.read.*' }] });
    expect(bob).toEqual((await call(harness, 'GET', `/users/v1/${idOf('bob')}`, { headers: acme })).json());
  }
});

test('a page of many users costs the statements of one', async () => {
  const statements = async (path: string, limit: number): Promise<number> => {
    harness.queries.length = 0;
    expect((await page(`_limit=${limit}`, acme, path)).items).toHaveLength(limit);
    return harness.queries.length;
  };
  for (const path of ['/users/v3', '/users/v1']) expect(await statements(path, 4)).toBe(await statements(path, 1));
});

test('users who may read users find the members of their tenant but for the invisible ones; others are refused', async () => {
  const bob = await asUser(harness, 'bob@find.example');
  expect(await found('', bob)).toBe('ann bob dan');
  expect((await page('', bob)).items.map(({ vendorMetadata }) => vendorMetadata)).toEqual(['{}', '{}', '{}']);
  const cid = await createUser(harness, 'acme', 'without@find.example');
  for (const path of ['/users/v3', '/users/v1', '/users/v2', '/users/v1/query/phrase']) {
    expectRefusal(await read('', await asUser(harness, cid.email), path), 403, forbidden);
    await expectStrangersRefused(harness, { url: `/identity/resources${path}` });
  }
});

test.each([
  ['_sortBy=password', '_sortBy must be a valid enum value'],
  ['_order=UP', '_order must be one of the following values: ASC, DESC'],
  ['_limit=0', '_limit must not be less than 1'],
  ['_limit=x', '_limit must be an integer number'],
  ['_preset=all', '_preset must be one of the following values: mfa-unenrolled, breached-passwords, inactive'],
  ['_preset=inactive', '_maxInactiveSeconds should not be empty'],
  ['_identifier=a', '_identifierType should not be empty'],
  ['_identifierType=email', '_identifier should not be empty'],
  ['_identifier=a&_identifierType=x', '_identifierType must be one of the following values: email, phoneNumber, username'],
  [`ids=${Array.from({ length: 201 }, (_, index) => index).join()}`, 'ids must not be greater than 200'],
])('refused: %s', async (query, text) => {
  expectRefusal(await read(query), 400, faults(text));
});

test('refused: more phrases than are looked for at once', async () => {
  const query = `_phraseSearchContains=${Array.from({ length: 11 }, (_, index) => `p${index}`).join()}`;
  expectRefusal(await read(query, acme, '/users/v1/query/phrase'), 400, faults('_phraseSearchContains must have at most 10 texts'));
});
