import { expect, test } from 'vitest';
import { asEnvironment, createTenant } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { call, expectRefusal, faults, refusal, uuid } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const url = '/tenants/resources/tenants/v1';
const badId = 'tenantId must be 1 to 100 letters, digits, dots, colons, hyphens or underscores';
/** A UUID of version 5 (RFC 9562 §5.5). */
const nameBased = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const harness = useHarness();

const create = async (body?: unknown, path = url) =>
  harness.send({ method: 'POST', url: path, headers: await asEnvironment(harness), ...(body === undefined ? {} : { body }) });

const bare = (tenantId: string) => {
  const now = harness.clock.now().toISOString();
  return {
    ...{ id: expect.stringMatching(nameBased), vendorId: expect.stringMatching(uuid), tenantId, name: 'Acme', metadata: '{}' },
    ...{ creatorName: null, creatorEmail: null, isReseller: false, createdAt: now, updatedAt: now, deletedAt: null },
  };
};

test('answers 201 with the whole tenant, under an id of the caller or a generated one', async () => {
  const own = await create({ name: 'Acme', tenantId: 'acme:Main_1.0-x', unknown: 'ignored' });
  expect(own.statusCode).toBe(201);
  expect(own.json()).toEqual(bare('acme:Main_1.0-x'));
  for (const tenantId of [undefined, null, '']) {
    const generated = (await create({ name: 'Acme', tenantId })).json();
    expect(generated).toEqual(bare(expect.stringMatching(uuid)));
  }
});

test('every field is stored; null counts as absent, and so does an empty text', async () => {
  const details = {
    ...{ creatorName: 'Dana', creatorEmail: 'dana@acme.example', website: 'https://acme.example', applicationUrl: 'https://app.acme.example' },
    ...{ logo: 'data:image/png;base64,AAAA', logoUrl: 'https://acme.example/logo.png', address: 'Main St. 1', timezone: 'Europe/Berlin' },
    ...{ dateFormat: 'YYYY-MM-DD', timeFormat: '24h', currency: 'EUR', status: 'active', alias: 'acme', isReseller: true },
  };
  const all = (await create({ name: 'Acme', tenantId: 'whole', ...details })).json();
  expect(all).toEqual({ ...bare('whole'), ...details });
  expect((await harness.send({ url: `${url}/whole`, headers: await asEnvironment(harness) })).json()).toEqual([all]);
  const nothing = Object.fromEntries(Object.keys(details).map((name, index) => [name, index % 2 === 0 ? null : '']));
  expect((await create({ name: 'Acme', tenantId: 'empty', ...nothing, isReseller: null, metadata: null, parentTenantId: null })).json()).toEqual(
    bare('empty'),
  );
});

test('metadata is any JSON value or the text of one, and is answered as text', async () => {
  for (const [given, stored] of [
    [{ plan: 'gold', seats: 3 }, '{"plan":"gold","seats":3}'],
    ['{ "plan": "gold" }', '{ "plan": "gold" }'],
    [[1, 2], '[1,2]'],
    [7, '7'],
    [false, 'false'],
    ['"text"', '"text"'],
    ['null', 'null'],
  ]) {
    const answer = await create({ name: 'Acme', metadata: given });
    expect([answer.statusCode, answer.json().metadata], JSON.stringify(given)).toEqual([201, stored]);
  }
  const refused = 'metadata must be a JSON string';
  for (const metadata of ['', 'gold', '{plan: 1}', '{"a":"\\ud800"}'])
    expectRefusal(await create({ name: 'Acme', metadata }), 400, faults(refused), metadata);
  const deep = `{"name":"Acme","metadata":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  expectRefusal(await create(deep), 400, faults('metadata must not be nested so deeply'));
});

test('a tenant has no parent here', async () => {
  expectRefusal(await create({ name: 'Child', parentTenantId: 'acme' }), 400, faults('parentTenantId is not supported by this server'));
  expectRefusal(await create({ name: 'Child', parentTenantId: 5 }), 400, faults('parentTenantId must be a string'));
});

test('the new tenant can be named in the header at once, also with an id of the longest kind', async () => {
  const tenantId = 'x'.repeat(100);
  await createTenant(harness, tenantId);
  const answer = await call(harness, 'GET', '/configurations/v1/mfa/strategies', { headers: await asEnvironment(harness, tenantId) });
  expect(answer.statusCode).toBe(200);
});

test('an id serves once, also when asked for twice at once', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => create({ name: 'Race', tenantId: 'race' })));
  expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 409, 409]);
  expectRefusal(await create({ name: 'Again', tenantId: 'race' }), 409, refusal('Tenant already exists'));
});

test('an id that could not travel in a header, and every other fault, answers 400 with its text', async () => {
  for (const tenantId of ['a,b', 'a b', ' ', '-a', 'ä', 'x'.repeat(101), 'a\n', '../x']) {
    expectRefusal(await create({ name: 'Bad', tenantId }), 400, faults(badId), JSON.stringify(tenantId));
  }
  expectRefusal(await create(), 400, faults('Request body is required'));
  expectRefusal(await create([]), 400, faults('Invalid request body'));
  expectRefusal(await create({}), 400, faults('name should not be empty'));
  expectRefusal(await create({ name: '', tenantId: 5 }), 400, faults('name should not be empty', 'tenantId must be a string'));
  expectRefusal(await create({ name: 5 }), 400, faults('name must be a string'));
  expectRefusal(await create({ name: 'x'.repeat(4097) }), 400, faults('name must be a string'));
  expectRefusal(await create({ name: 'x'.repeat(257) }), 400, faults('name must have at most 256 characters'));
  expectRefusal(await create({ name: 'Bad', alias: 'x'.repeat(4096) }), 400, faults('alias must have at most 4095 characters'));
  expectRefusal(await create({ name: 'Bad', isReseller: 'yes' }), 400, faults('isReseller must be a boolean value'));
  expectRefusal(await create({ name: 'a\0b' }), 400, faults('name must be a string'), 'no database keeps U+0000 and PostgreSQL refuses it');
});

test('strangers get 401, users 403, and the tenant header, when given, has to name one known tenant', async () => {
  const request = { method: 'POST', url, body: { name: 'Strange' } } as const;
  await expectStrangersRefused(harness, request);
  await expectUsersRefused(harness, request);
  await expectTenantHeaderChecked(harness, request);
  await expectOlderHeaderServes(harness, request, 201);
  expect((await create({ name: 'Prefixed' }, `/frontegg${url}`)).statusCode).toBe(201);
});
