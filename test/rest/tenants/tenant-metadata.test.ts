import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { query } from '../../support/database.ts';
import { expectRefusal, faults, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const v1 = '/tenants/resources/tenants/v1';
const harness = useHarness();
let headers: Record<string, string>;
beforeAll(async () => {
  headers = await asEnvironment(harness);
});

const set = (tenantId: string, metadata?: unknown) =>
  harness.send({ method: 'POST', url: `${v1}/${tenantId}/metadata`, headers, body: metadata === undefined ? {} : { metadata } });
const remove = (tenantId: string, key: string) =>
  harness.send({ method: 'DELETE', url: `${v1}/${tenantId}/metadata/${encodeURIComponent(key)}`, headers });
const stored = async (tenantId: string) => (await harness.send({ url: `${v1}/${tenantId}`, headers })).json()[0].metadata;
const events = (tenantId: string) =>
  query(harness, "select reason from audit_events where tenant_id = $1 and kind = 'TENANT_UPDATED' order by at, id", [tenantId]);

test('keys are set one by one and removed one by one; the others stay', async () => {
  await createTenant(harness, 'keys');
  const answer = await set('Keys', { plan: 'gold', limits: { seats: 3 } });
  expect([answer.statusCode, answer.json()]).toMatchObject([
    201,
    { tenantId: 'keys', metadata: '{"plan":"gold","limits":{"seats":3}}', deletedAt: null },
  ]);
  expect((await set('keys', '{"limits": {"rooms": 1}, "a/b c": null}')).json().metadata).toBe('{"plan":"gold","limits":{"rooms":1},"a/b c":null}');
  expect((await remove('keys', 'a/b c')).json().metadata).toBe('{"plan":"gold","limits":{"rooms":1}}');
  const last = await remove('keys', 'plan');
  expect([last.statusCode, last.json().metadata]).toEqual([200, '{"limits":{"rooms":1}}']);
  expect(await events('keys')).toEqual(Array.from({ length: 4 }, () => ({ reason: 'metadata' })));
});

test('what is there already or not there changes nothing and leaves no event', async () => {
  await createTenant(harness, 'same');
  await set('same', { plan: 'gold' });
  const before = await stored('same');
  expect((await set('same', { plan: 'gold' })).statusCode).toBe(201);
  expect((await set('same', {})).statusCode).toBe(201);
  expect((await remove('same', 'nothing')).statusCode).toBe(200);
  expect((await remove('same', 'constructor')).statusCode).toBe(200);
  expect(await stored('same')).toBe(before);
  expect(await events('same')).toHaveLength(1);
});

test('a value that is no object is replaced when a key is set, and stays when one is removed', async () => {
  await harness.send({ method: 'POST', url: v1, headers, body: { name: 'List', tenantId: 'list', metadata: [1, 2] } });
  expect((await remove('list', '0')).json().metadata).toBe('[1,2]');
  expect((await set('list', { plan: 'gold' })).json().metadata).toBe('{"plan":"gold"}');
});

test('a key may have any name, also one that JavaScript knows', async () => {
  await createTenant(harness, 'odd');
  expect((await set('odd', '{"__proto__": {"polluted": true}, "": 1}')).json().metadata).toBe('{"__proto__":{"polluted":true},"":1}');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect((await remove('odd', '__proto__')).json().metadata).toBe('{"":1}');
});

test('what is no object, too deep or too long is refused, and the metadata stays', async () => {
  await createTenant(harness, 'refused');
  await set('refused', { plan: 'gold' });
  for (const [metadata, text] of [
    [undefined, 'metadata should not be empty'],
    [null, 'metadata should not be empty'],
    [5, 'metadata must be a JSON object'],
    [[1], 'metadata must be a JSON object'],
    ['plan', 'metadata must be a JSON string'],
    ['', 'metadata must be a JSON string'],
    ['[1]', 'metadata must be a JSON object'],
    ['null', 'metadata must be a JSON object'],
    ['{"a":"\\ud800"}', 'metadata must be a JSON string'],
  ] as const) {
    expectRefusal(await set('refused', metadata), 400, faults(text), JSON.stringify(metadata));
  }
  const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  expectRefusal(await set('refused', deep), 400, faults('metadata must not be nested so deeply'));
  expect(await stored('refused')).toBe('{"plan":"gold"}');
  expectRefusal(await set('nobody', { plan: 'gold' }), 404, refusal('Tenant not found'));
  expectRefusal(await remove('nobody', 'plan'), 404, refusal('Tenant not found'));
});

test('metadata has at most 65536 bytes, however it grew; a longer request is refused as a whole', async () => {
  await createTenant(harness, 'long');
  // {"a":"…"} has 8 characters beside the value; each é has two bytes.
  expect((await set('long', { a: 'é'.repeat(16_000) })).statusCode).toBe(201);
  const rest = 65_536 - 32_008 - 7;
  expectRefusal(await set('long', { b: 'x'.repeat(rest + 1) }), 400, faults('metadata must have at most 65536 bytes as JSON in UTF-8'));
  expect((await set('long', { b: 'x'.repeat(rest) })).statusCode).toBe(201);
  expect(Buffer.byteLength(await stored('long'))).toBe(65_536);
  expectRefusal(await set('long', { c: 1 }), 400, faults('metadata must have at most 65536 bytes as JSON in UTF-8'));
  expectRefusal(await set('long', { b: 'x'.repeat(65_536) }), 413, refusal('Request body is too large'));
  expect((await remove('long', 'b')).statusCode).toBe(200);
});

test('of many keys set at once none is lost', async () => {
  await createTenant(harness, 'parallel');
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => set('parallel', { [`key-${index}`]: index })));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 20 }, () => 201));
  expect(Object.keys(JSON.parse(await stored('parallel')))).toHaveLength(20);
});

test('strangers get 401 and users 403', async () => {
  for (const request of [
    { method: 'POST', url: `${v1}/keys/metadata`, body: { metadata: {} } },
    { method: 'DELETE', url: `${v1}/keys/metadata/plan` },
  ] as const) {
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
  }
});
