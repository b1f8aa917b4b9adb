import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Caller } from '../../../src/domain/access/actor.ts';
import { InvalidDocument } from '../../../src/domain/insight/document-problem.ts';
import { enforcements } from '../../../src/domain/policy/policy.ts';
import { strategyNames } from '../../../src/domain/strategy-name.ts';
import type { BuiltWorld } from '../../support/built-world.ts';
import { worldBuilder } from '../../support/built-world.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';
import type { World } from '../../support/worlds.ts';
import { worlds } from '../../support/worlds.ts';

/** Random worlds and documents. A failure prints the seed and the smallest world that fails; `FC_SEED` repeats it. */
const seed = process.env.FC_SEED === undefined ? {} : { seed: Number(process.env.FC_SEED) };

let harness: Harness;
let build: (world: World) => Promise<BuiltWorld>;
beforeAll(async () => {
  harness = await openHarness({ sms: true });
  build = await worldBuilder(harness);
});
afterAll(() => harness.close());

const operator: Caller = {
  actor: { kind: 'ENVIRONMENT', tenantId: null },
  origin: { address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: 'test', requestId: 'test' },
};
const noLimits = { maxLockedOut: 1_000, maxMustEnroll: null };
const exported = (): Promise<string> => harness.app.services.plans.document(operator, { tenantId: null });

type Section = Record<string, unknown>;
type Settings = Record<string, Section>;
interface Document {
  version: 1;
  environment?: Settings;
  tenants?: Record<string, Settings>;
}

const lifetime = fc.integer({ min: 300, max: 2_147_483_647 });
const policy = fc.record({
  enforceMfaType: fc.constantFrom(...enforcements),
  allowRememberMyDevice: fc.boolean(),
  mfaDeviceExpirationSeconds: fc.constantFrom(0, 60, 3_600, 2_147_483_647),
});
const sections = {
  mfaPolicy: policy,
  mfaStrategies: fc.record(Object.fromEntries(strategyNames.map((name) => [name, fc.boolean()])), { requiredKeys: [] }),
  lockoutPolicy: fc.record({ enabled: fc.boolean(), maxAttempts: fc.integer({ min: 1, max: 2_147_483_647 }) }),
};
const configuration = fc.record(
  {
    authenticatorApp: fc.record({ active: fc.boolean(), serviceName: fc.constantFrom('', 'Acme', 'no', '0x1f', '"quoted" # and: more', 'Zoë ✓') }),
    sms: fc.record({ active: fc.boolean(), tokenLifetimeSeconds: lifetime }),
    email: fc.record({ active: fc.boolean(), tokenLifetimeSeconds: lifetime, sender: fc.constantFrom('', 'Acme Support <support@acme.example>') }),
  },
  { requiredKeys: [] },
);
const absent = { requiredKeys: [] };
/** A document for the environment, and for tenants by their places. */
const documents = fc.record(
  {
    environment: fc.record({ ...sections, mfaConfiguration: configuration }, absent),
    tenants: fc.array(fc.option(fc.record(sections, absent), { nil: undefined }), { minLength: 3, maxLength: 3 }),
  },
  absent,
);

/** Names in the order in which documents have them. */
const order = [
  ...['version', 'environment', 'tenants', 'mfaPolicy', 'mfaStrategies', 'lockoutPolicy', 'mfaConfiguration', 'authenticatorApp', 'sms', 'email'],
  ...['enforceMfaType', 'allowRememberMyDevice', 'mfaDeviceExpirationSeconds', ...strategyNames, 'enabled', 'maxAttempts'],
  ...['active', 'serviceName', 'tokenLifetimeSeconds', 'sender'],
];
const inOrder = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([one], [other]) => order.indexOf(one) - order.indexOf(other) || (one < other ? -1 : 1))
          .filter(([, inner]) => typeof inner !== 'object' || Object.keys(inner).length > 0)
          .map(([name, inner]) => [name, inOrder(inner)]),
      );
/** Puts what the one has in place of what the other has, value by value. */
const merged = (before: unknown, after: unknown): unknown => {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return after === undefined ? before : after;
  const [one, other] = [before as Section, after as Section];
  return Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [name, merged(one[name], other[name])]));
};

test('every world that is exported has no steps, and is exported to the same bytes again', async () => {
  const property = fc.asyncProperty(worlds, async (world) => {
    await build(world);
    const text = await exported();
    const { steps } = await harness.app.services.plans.plan(operator, { text, ...noLimits });
    expect(steps).toEqual([]);
    expect(await exported()).toBe(text);
  });
  await fc.assert(property, { numRuns: 30, ...seed, interruptAfterTimeLimit: 20_000 });
});

const explain = async (userId: string, tenantId: string | null) =>
  (await harness.app.services.explanation.explain(operator, { userId, tenantId, at: null, firstFactor: 'PASSWORD', deviceToken: null }))?.outcome;

test('a document that is applied leaves what it says merged into what was there, and does to everybody what the plan said', async () => {
  let applied = 0;
  const property = fc.asyncProperty(worlds, documents, async (world, { environment, tenants = [] }) => {
    const { tenantIds, people } = await build(world);
    const given: Document = { version: 1 };
    if (environment !== undefined) given.environment = environment as Settings;
    const named = tenants.flatMap((settings, place) => (settings === undefined ? [] : [[tenantIds[place] ?? '', settings as Settings] as const]));
    if (named.length > 0) given.tenants = Object.fromEntries(named);
    const before = await exported();
    const planned = await harness.app.services.plans.plan(operator, { text: stringify(given), ...noLimits }).catch((error: unknown) => error);
    if (planned instanceof InvalidDocument) {
      for (const { code } of planned.problems) expect(code).toBe('STRATEGY_NOT_IN_ENVIRONMENT');
      expect(await exported()).toBe(before);
      return;
    }
    if (planned instanceof Error) throw planned;
    const { id, impact, counts } = planned as Awaited<ReturnType<typeof harness.app.services.plans.plan>>;
    const { items } = await harness.app.services.simulation.list(operator, {
      ...{ impact, outcome: null, changedOnly: false, afterId: '', limit: 100_000 },
    });
    const told = new Map(items.map((item) => [item.userId, item]));
    const concerned = people.filter((person) => told.has(person.id));
    if (impact.owner === null) expect(concerned).toHaveLength(people.length);
    for (const person of concerned) expect(told.get(person.id)?.was).toBe(await explain(person.id, impact.owner));
    const newly = (outcome: string) => items.filter(({ was, becomes }) => was !== outcome && becomes === outcome).length;
    expect([counts.newlyLockedOut, counts.newlyMustEnroll]).toEqual([newly('LOCKED_OUT'), newly('MUST_ENROLL')]);
    expect(await exported()).toBe(before);

    await harness.app.services.plans.apply(operator, { planId: id });
    applied += 1;
    const after = await exported();
    expect(JSON.stringify(parse(after))).toBe(JSON.stringify(inOrder(merged(parse(before), given))));
    for (const person of concerned) expect(told.get(person.id)?.becomes).toBe(await explain(person.id, impact.owner));
    expect((await harness.app.services.plans.plan(operator, { text: stringify(given), ...noLimits })).steps).toEqual([]);
  });
  await fc.assert(property, { numRuns: 60, ...seed, interruptAfterTimeLimit: 20_000 });
  expect(applied).toBeGreaterThan(5);
});
