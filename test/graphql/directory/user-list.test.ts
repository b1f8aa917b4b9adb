import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUser, enroll, logIn, setPolicy } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { asUser, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Connection {
  edges: { cursor: string }[];
  nodes: { email: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  totalCount: number;
}

const harness = useHarness();
let environment: Record<string, string>;
const users: Record<string, TestUser> = {};
const loggedInAt: Record<string, string> = {};

beforeAll(async () => {
  for (const tenant of ['acme', 'other']) await createTenant(harness, tenant);
  environment = await asEnvironment(harness);
  // By creation ann, bob, cid, dan; by name bob, cid, dan, ann; two of them log in, ann before cid.
  for (const [name, more] of Object.entries({ ann: { name: 'zoe', roleIds: [roleIds.readOnly] }, bob: { name: 'Alan' }, cid: { name: 'bert' } })) {
    harness.clock.advance({ seconds: 1 });
    users[name] = await createUser(harness, 'acme', `${name}@list.example`, more);
  }
  harness.clock.advance({ seconds: 1 });
  users.dan = await createUser(harness, 'other', 'dan@list.example', { name: 'Cher 50%' });
  await joinTenant(harness, 'dan@list.example', 'acme', { roleIds: [roleIds.admin] });
  for (const name of ['ann', 'cid']) {
    harness.clock.advance({ seconds: 60 });
    expect((await logIn(harness, `${name}@list.example`)).statusCode).toBe(200);
    loggedInAt[name] = harness.clock.now().toISOString();
  }
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'acme');
  harness.clock.advance({ seconds: 60 });
  await enroll(harness, 'cid@list.example');
  // An app and a phone are two kinds; a phone alone is weak.
  const now = harness.clock.now();
  for (const name of ['bob', 'cid']) {
    const phone = { name: 'Phone', sealedCredential: new Uint8Array([1]), highWaterMark: 0, identityHash: null, createdAt: now, lastUsedAt: null };
    await harness.app.store.authenticators.add({ ...phone, id: `phone-${name}`, userId: users[name]?.id ?? '', strategy: 'SMS' });
  }
  const yes = harness.config.databaseUrl.startsWith('file:') ? 1 : true;
  await execute(harness, 'update users set locked = $2, super_user = $2, invisible = $2 where id = $1', [users.bob?.id, yes]);
});

const selection = 'edges { cursor } nodes { email } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount';
const ask = (args: string, headers = environment) => harness.graphql(`{ users${args === '' ? '' : `(${args})`} { ${selection} } }`, {}, headers);
async function list(args: string, headers = environment): Promise<Connection> {
  const answer = await ask(args, headers);
  expect(answer.errors).toBeUndefined();
  return (answer.data as { users: Connection }).users;
}
const names = ({ nodes }: Connection): string => nodes.map(({ email }) => email.split('@')[0]).join(' ');

describe('users are found', () => {
  test.each([
    ['', 'ann bob cid dan'],
    ['filter: { email: "ANN@list.example" }', 'ann'],
    ['search: "50%"', 'dan'],
    ['search: "ER"', 'cid dan'],
    ['search: "list.example"', 'ann bob cid dan'],
    ['search: ""', 'ann bob cid dan'],
    ['search: null, filter: { email: null, locked: null, tenantId: null }, sort: null', 'ann bob cid dan'],
    ['filter: { tenantId: "OTHER" }', 'dan'],
    ['filter: { tenantId: "nothing" }', ''],
    [`filter: { roleId: "${roleIds.admin}" }`, 'dan'],
    [`filter: { roleId: "${roleIds.admin}", tenantId: "other" }`, ''],
    ['filter: { verified: false }', ''],
    ['filter: { locked: true }', 'bob'],
    ['filter: { locked: false }', 'ann cid dan'],
    ['filter: { mfaEnrolled: false }', 'ann dan'],
    ['filter: { onlyWeakFactors: true }', 'bob'],
    ['filter: { onlyWeakFactors: false }', 'ann cid dan'],
    ['filter: { loggedIn: false }', 'bob dan'],
    ['filter: { loggedIn: false }, search: "cher"', 'dan'],
  ])('by %s', async (args, expected) => {
    const found = await list(args);
    expect(names(found)).toBe(expected);
    expect(found.totalCount).toBe(found.nodes.length);
  });

  test('by the time of the last login, from a time on and until another', async () => {
    expect(names(await list(`filter: { lastLoginFrom: "${loggedInAt.ann}" }`))).toBe('ann cid');
    expect(names(await list(`filter: { lastLoginUntil: "${loggedInAt.ann}" }`))).toBe('');
    expect(names(await list(`filter: { lastLoginFrom: "${loggedInAt.ann}", lastLoginUntil: "2100-01-01T00:00:00.000Z" }`))).toBe('ann cid');
  });
});

describe('users are ordered', () => {
  test.each([
    ['CREATED_AT', 'ann bob cid dan'],
    ['NAME', 'bob cid dan ann'],
    ['EMAIL', 'ann bob cid dan'],
    ['LAST_LOGIN_AT', null],
  ])('by %s, and pages meet in both directions, whichever way the list goes', async (by, expected) => {
    for (const direction of ['ASCENDING', 'DESCENDING']) {
      const sort = `sort: { by: ${by}, direction: ${direction} }`;
      const whole = names(await list(sort));
      if (expected !== null) expect(whole).toBe(direction === 'ASCENDING' ? expected : expected.split(' ').reverse().join(' '));
      const forward: string[] = [];
      for (let after = 'null'; ; ) {
        const page = await list(`${sort}, first: 3, after: ${after}`);
        forward.push(names(page));
        expect(page.pageInfo.hasPreviousPage).toBe(after !== 'null');
        if (!page.pageInfo.hasNextPage) break;
        after = `"${page.pageInfo.endCursor}"`;
      }
      expect(forward.join(' ')).toBe(whole);
      const last = await list(`${sort}, last: 1`);
      const before = await list(`${sort}, last: 3, before: "${last.pageInfo.startCursor}"`);
      expect(`${names(before)} ${names(last)}`).toBe(whole);
    }
  });

  test('by the last login, in which who never logged in is before all others', async () => {
    const whole = names(await list('sort: { by: LAST_LOGIN_AT }'));
    expect(whole.split(' ').slice(0, 2).sort()).toEqual(['bob', 'dan']);
    expect(whole.split(' ').slice(2)).toEqual(['ann', 'cid']);
  });

  test('a cursor is refused in another order, in the other direction and in another list, and so is one that was made up', async () => {
    const sort = (by: string, direction = 'ASCENDING'): string => `sort: { by: ${by}, direction: ${direction} }`;
    const cursorOf = async (args: string): Promise<string> => (await list(`${args}, first: 1`)).pageInfo.endCursor;
    const orders = ['CREATED_AT', 'NAME', 'EMAIL', 'LAST_LOGIN_AT'].flatMap((by) => [sort(by), sort(by, 'DESCENDING')]);
    const codes = async (args: string) => (await ask(args)).errors?.map(({ extensions }) => extensions.code);
    for (const order of orders) {
      const cursor = await cursorOf(order);
      for (const other of orders) expect(await codes(`${other}, after: "${cursor}"`), other).toEqual(order === other ? undefined : ['BAD_REQUEST']);
      const tenants = await harness.graphql(`{ tenants(after: "${cursor}") { totalCount } }`, {}, environment);
      expect(tenants.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    }
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const made = [
      [],
      null,
      'name ascending',
      ['name ascending'],
      ['name ascending', 5, 'x'],
      ['name ascending', null, 'x'],
      ['name ascending', 'a', ''],
    ];
    const withNull = ['name ascending', 'a\0b', 'x'];
    for (const value of [...made, withNull])
      expect(await codes(`${sort('NAME')}, after: "${encoded(value)}"`), JSON.stringify(value)).toEqual(['BAD_REQUEST']);
    for (const time of [-1, 1.5, 1e16, '5', 'now', null]) {
      expect(await codes(`${sort('CREATED_AT')}, after: "${encoded(['createdAt ascending', time, 'x'])}"`), String(time)).toEqual(['BAD_REQUEST']);
    }
    expect(await codes(`${sort('NAME')}, after: "${encoded(['name ascending', 'a', 'x'])}"`)).toBeUndefined();
  });
});

test('refused: a text that is too long, an order that is none, a filter with bad fields', async () => {
  const code = async (args: string) => (await ask(args)).errors?.[0]?.extensions.code;
  expect(await code(`search: "${'x'.repeat(4097)}"`)).toBe('BAD_REQUEST');
  expect(await code('search: "a\\u0000b"')).toBe('BAD_REQUEST');
  expect(await code('sort: { by: PASSWORD }')).toBe('BAD_REQUEST');
  for (const field of ['tenantId', 'roleId', 'email']) expect(await code(`filter: { ${field}: "" }`), field).toBe('BAD_REQUEST');
  expect((await ask('filter: { tenantId: "" }')).errors?.[0]?.message).toBe('`filter.tenantId` must not be empty.');
  const roles = await harness.graphql('{ roles(filter: { tenantId: "" }) { totalCount } }', {}, environment);
  expect(roles.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
});

test('a user with `fe.secure.read.users` finds the members of the tenant in force, but for the invisible ones', async () => {
  // The policy of the tenant is for logins that begin after it.
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'acme');
  const reader = await asUser(harness, 'ann@list.example');
  expect(names(await list('sort: { by: NAME }', reader))).toBe('cid dan ann');
  expect(names(await list('filter: { mfaEnrolled: true }', reader))).toBe('cid');
  expect(names(await list('filter: { tenantId: "acme" }', reader))).toBe('ann cid dan');
  expect(names(await list('filter: { tenantId: "other" }', reader))).toBe('');
});

test('the state of memberships and the marks of users are shown', async () => {
  const yes = harness.config.databaseUrl.startsWith('file:') ? 1 : true;
  const end = '2030-01-01T00:00:00.000Z';
  await execute(harness, "update memberships set pending = $2, disabled = $2, expires_at = $3 where user_id = $1 and tenant_id = 'acme'", [
    ...[users.dan?.id, yes, yes === 1 ? Date.parse(end) : end],
  ]);
  const read = async (id = '') => {
    const query = 'query ($id: ID!) { user(id: $id) { superUser invisible memberships { pending disabled expiresAt enteredAt } } }';
    return (await harness.graphql(query, { id }, environment)).data?.user;
  };
  const plain = { pending: false, disabled: false, expiresAt: null };
  expect(await read(users.ann?.id)).toEqual({ superUser: false, invisible: false, memberships: [{ ...plain, enteredAt: loggedInAt.ann }] });
  expect(await read(users.bob?.id)).toEqual({ superUser: true, invisible: true, memberships: [{ ...plain, enteredAt: null }] });
  expect(await read(users.dan?.id)).toMatchObject({
    memberships: expect.arrayContaining([{ pending: true, disabled: true, expiresAt: end, enteredAt: null }]),
  });
});
