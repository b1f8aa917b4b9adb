import { expect, test } from 'vitest';
import { asEnvironment, createTenant } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { call, expectRefusal, faults, refusal, uuid } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const url = '/tenants/resources/tenants/v1';
const badId = 'tenantId must be 1 to 100 letters, digits, dots, colons, hyphens or underscores';
const harness = useHarness();

const create = async (body?: unknown, path = url) =>
  harness.send({ method: 'POST', url: path, headers: await asEnvironment(harness), ...(body === undefined ? {} : { body }) });

test('answers 201 with the tenant, under an id of the caller or a generated one', async () => {
  const now = harness.clock.now().toISOString();
  const own = await create({ name: 'Acme', tenantId: 'acme:Main_1.0-x', status: 'ignored' });
  expect(own.statusCode).toBe(201);
  expect(own.json()).toEqual({ id: 'acme:Main_1.0-x', tenantId: 'acme:Main_1.0-x', name: 'Acme', createdAt: now, updatedAt: now });
  for (const tenantId of [undefined, null, '']) {
    const generated = (await create({ name: 'Acme', tenantId })).json();
    expect(generated).toEqual({ id: generated.tenantId, tenantId: expect.stringMatching(uuid), name: 'Acme', createdAt: now, updatedAt: now });
  }
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
