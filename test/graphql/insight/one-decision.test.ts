import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller, UserActor } from '../../../src/domain/access/actor.ts';
import { nobody } from '../../../src/domain/access/actor.ts';
import { AttemptsExhausted, DomainError } from '../../../src/domain/errors.ts';
import type { MfaPolicyChange } from '../../../src/domain/insight/simulation.ts';
import type { MfaOutcome } from '../../../src/domain/login/decision.ts';
import { mfaRules } from '../../../src/domain/login/decision.ts';
import { enforcements } from '../../../src/domain/policy/policy.ts';
import type { StrategyName } from '../../../src/domain/strategy-name.ts';
import { strategyNames } from '../../../src/domain/strategy-name.ts';
import type { PersonImpact } from '../../../src/services/insight/simulation.ts';
import { asEnvironment, mailedCode, password } from '../../support/builders.ts';
import type { BuiltPerson, BuiltWorld } from '../../support/built-world.ts';
import { hashToken, worldBuilder } from '../../support/built-world.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';
import type { World } from '../../support/worlds.ts';
import { worlds } from '../../support/worlds.ts';

/**
 * Random settings and people, of whom each really logs in: what the login answers is what was explained before. A failure prints the seed and
 * the smallest world that fails; `FC_SEED` repeats it.
 */
const seed = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);

interface Explanation {
  outcome: MfaOutcome;
  sentence: string;
  steps: { rule: (typeof mfaRules)[number]; applied: boolean; decisive: boolean; note: string; record: { __typename: string; id: string } | null }[];
}
interface Asked {
  firstFactor?: string;
  deviceToken?: string | null;
  tenantId?: string;
  at?: string;
}

const document = `query ($userId: ID!, $tenantId: ID, $at: DateTime, $firstFactor: FirstFactor, $deviceToken: String) {
  explainMfa(userId: $userId, tenantId: $tenantId, at: $at, firstFactor: $firstFactor, deviceToken: $deviceToken) {
    outcome sentence steps { rule applied decisive note record { __typename id } }
  }
}`;

async function explain(harness: Harness, { id: userId, firstFactor, deviceToken }: BuiltPerson, asked: Asked = {}): Promise<Explanation> {
  const answer = await harness.graphql(document, { userId, firstFactor, deviceToken, ...asked }, await asEnvironment(harness));
  expect(answer.errors).toBeUndefined();
  return answer.data?.explainMfa as Explanation;
}

/** A change of the settings of the environment, or of the tenant at a place. */
const changes = fc.record({
  place: fc.option(fc.nat(2), { nil: null }),
  change: fc
    .record({
      fields: fc.record({ enforceMfaType: fc.constantFrom(...enforcements), allowRememberMyDevice: fc.boolean() }, { requiredKeys: [] }),
      strategies: fc.uniqueArray(fc.record({ strategy: fc.constantFrom(...strategyNames), active: fc.boolean() }), {
        selector: ({ strategy }) => strategy,
        maxLength: 3,
      }),
    })
    .filter(({ fields, strategies }) => Object.keys(fields).length + strategies.length > 0),
});
const operatorIn = (tenantId: string | null): Caller => ({ actor: { kind: 'ENVIRONMENT', tenantId }, origin });

/** What the change is simulated to do to each person. Null if it is refused. */
async function simulate(harness: Harness, tenantId: string | null, change: MfaPolicyChange): Promise<Map<string, PersonImpact> | null> {
  const { simulation } = harness.app.services;
  const operator = operatorIn(null);
  const impact = await simulation.simulate(operator, { tenantId, change }).catch((error: unknown) => {
    if (error instanceof DomainError) return null;
    throw error;
  });
  if (impact === null) return null;
  const { total, outcomes } = await simulation.count(operator, { impact });
  const { items } = await simulation.list(operator, { impact, outcome: null, changedOnly: false, afterId: '', limit: 100_000 });
  for (const side of ['before', 'after'] as const) expect(outcomes.reduce((sum, count) => sum + count[side], 0)).toBe(total);
  for (const { outcome, before, after } of outcomes) {
    expect([before, after]).toEqual([items.filter(({ was }) => was === outcome).length, items.filter(({ becomes }) => becomes === outcome).length]);
  }
  return new Map(items.map((item) => [item.userId, item]));
}

/** Really makes the change. */
async function make(harness: Harness, tenantId: string | null, { fields, strategies }: MfaPolicyChange): Promise<'MADE' | 'REFUSED'> {
  const { policies, strategySettings } = harness.app.services;
  const operator = operatorIn(tenantId);
  let refused = false;
  for (const strategy of strategies) {
    await strategySettings.set(operator, strategy).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
      refused = true;
    });
  }
  if (Object.keys(fields).length > 0) await policies.upsert(operator, { fields });
  return refused ? 'REFUSED' : 'MADE';
}

/** What a login leads to, as seen from outside. */
type Answer = 'SESSION' | 'REMEMBERED' | 'VERIFY' | 'ENROLL' | 'REFUSED';
const answers: Readonly<Record<MfaOutcome, Answer>> = {
  NO_SECOND_FACTOR: 'SESSION',
  EXEMPT: 'SESSION',
  SATISFIED: 'SESSION',
  IN_GRACE: 'SESSION',
  REMEMBERED: 'REMEMBERED',
  MUST_VERIFY: 'VERIFY',
  MUST_ENROLL: 'ENROLL',
  LOCKED_OUT: 'REFUSED',
};

const origin = { address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: 'test', requestId: 'test' };
const stranger = { actor: nobody, origin };
const someBytes = 'AAAA';
const wrongAnswer = (strategy: StrategyName, enrolls: boolean): unknown => {
  if (!strategy.startsWith('WEBAUTHN')) return '000000';
  const shared = { clientDataJSON: someBytes };
  const response = enrolls ? { ...shared, attestationObject: someBytes } : { ...shared, authenticatorData: someBytes, signature: someBytes };
  return { id: someBytes, type: 'public-key', response };
};

/** Answers a challenge wrongly by one strategy. Says whether the next answer has to wait, or is never looked at. */
async function shutBy({ app }: Harness, mfaToken: string, strategy: StrategyName, enrolls: boolean): Promise<'OPEN' | 'A_WHILE' | 'FOR_GOOD'> {
  const given = { token: strategy === 'AUTHENTICATOR_APP' ? null : 'unknown', answer: wrongAnswer(strategy, enrolls), rememberDevice: false };
  const attempt =
    enrolls && strategy !== 'EMAIL_CODE'
      ? app.services.enrollment.complete(stranger, { ...given, target: { mfaToken }, strategy, name: null })
      : app.services.verification.verify(stranger, { ...given, mfaToken, strategies: [strategy], deviceId: null });
  const error = await attempt.catch((thrown: unknown) => thrown);
  if (!(error instanceof AttemptsExhausted)) return 'OPEN';
  return error.lockedUntil === null ? 'FOR_GOOD' : 'A_WHILE';
}

/** Really logs in, and answers a challenge by every strategy that it names as far as people have answered wrongly before. */
async function logIn(harness: Harness, person: BuiltPerson, unavailable: readonly StrategyName[]): Promise<Answer> {
  const { email, deviceToken, firstFactor } = person;
  const device = deviceToken === null ? {} : { deviceToken };
  const login =
    firstFactor === 'PASSWORD' ? await run(harness, documents.logIn, { email, password, ...device }) : await byEmail(harness, email, device);
  if (login === null) return 'REFUSED';
  if (login.session !== undefined) return (await recognized(harness, login.session.refreshToken)) ? 'REMEMBERED' : 'SESSION';
  if (login.__typename !== 'MfaChallenge') return 'REFUSED';
  const { mfaToken, enrolled, availableStrategies } = login as { mfaToken: string; enrolled: boolean; availableStrategies: StrategyName[] };
  const open: StrategyName[] = [];
  for (const strategy of availableStrategies) {
    const shut = person.wrong.length === 0 ? 'OPEN' : await shutBy(harness, mfaToken, strategy, !enrolled);
    if (!unavailable.includes(strategy) && shut !== 'FOR_GOOD') open.push(strategy);
  }
  if (open.length === 0) return 'REFUSED';
  return enrolled || open.every((strategy) => strategy === 'EMAIL_CODE') ? 'VERIFY' : 'ENROLL';
}

/** Whether a remembered device stood for the second factor of a session. */
async function recognized({ app, clock }: Harness, refreshToken: string): Promise<boolean> {
  const found = await app.store.sessions.findRefreshToken(hashToken(refreshToken), clock.now());
  return found?.session?.amr.includes('rba') ?? false;
}

/** Logs in by a code by e-mail. Null if none is sent. */
async function byEmail(harness: Harness, email: string, device: object) {
  const { loginToken } = await run(harness, documents.sendLoginCode, { email });
  const code = await mailedCode(harness, email).catch(() => null);
  return code === null ? null : run(harness, documents.logInWithEmailCode, { loginToken, code, ...device });
}

/** What is true of every explanation. */
function expectWhole({ outcome, sentence, steps }: Explanation): void {
  expect(steps.filter(({ decisive }) => decisive)).toHaveLength(1);
  const order = steps.map(({ rule }) => mfaRules.indexOf(rule));
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(order[0]).toBe(0);
  for (const text of [sentence, ...steps.map(({ note }) => note)]) expect(text).toMatch(/^[A-Z].+\.$/);
  expect(sentence.includes('cannot log in')).toBe(outcome === 'LOCKED_OUT');
}

const isOpen = ({ state }: BuiltPerson['memberships'][number]): boolean => state === 'OPEN' || state === 'OPEN_FOR_A_WHILE';

/** A user who may read the security policy of a tenant, and nothing else. */
const administratorOf = (tenantId: string): UserActor => ({
  ...{ kind: 'USER', userId: 'administrator', sessionId: 'session', tenantId, tenantIds: [tenantId] },
  ...{ rights: { roles: [], permissions: ['fe.secure.read.securityPolicy'], level: 0 }, mfaProvenAt: null, tokenMfa: null },
});

/** What an administrator of each tenant of the person is told agrees with the login, and tells nothing of the other tenants. */
async function expectBorder(harness: Harness, world: World, { tenantIds }: BuiltWorld, person: BuiltPerson): Promise<void> {
  for (const [place, tenantId] of tenantIds.entries()) {
    const login = { userId: person.id, tenantId: null, at: null, firstFactor: person.firstFactor, deviceToken: person.deviceToken };
    const told = await harness.app.services.explanation.explain({ actor: administratorOf(tenantId), origin }, login);
    const membership = person.memberships.find(({ tenant }) => tenant === place);
    if (membership === undefined || membership.state === 'PENDING') {
      expect(told).toBeNull();
      continue;
    }
    expect(told?.outcome).toBe((await explain(harness, person, { tenantId })).outcome);
    const text = JSON.stringify(told);
    for (const other of tenantIds.filter((id) => id !== tenantId)) expect(text).not.toContain(other);
    expect(told?.steps.filter(({ decisive }) => decisive)).toHaveLength(1);
    expect(world.tenants).toHaveLength(tenantIds.length);
  }
}

describe.each([
  ['everything can be served', { sms: true }, [] as StrategyName[]],
  [
    'only authenticator apps can be served',
    {
      settings: { PUBLIC_URL: 'http://192.0.2.1:4000' },
      ports: {
        delivery: { email: { available: false, reason: 'none' }, sms: { available: false, reason: 'none' }, send: async () => undefined } as const,
      },
    },
    strategyNames.filter((name) => name !== 'AUTHENTICATOR_APP'),
  ],
])('where %s', (_title, options, unavailable) => {
  let harness: Harness;
  let build: (world: World) => Promise<BuiltWorld>;
  beforeAll(async () => {
    harness = await openHarness(options);
    build = await worldBuilder(harness);
  });
  afterAll(() => harness.close());

  const runs = unavailable.length === 0 ? 40 : 15;
  test('what a login leads to is what was explained, for everybody in every world', async () => {
    const property = fc.asyncProperty(worlds, async (world) => {
      const built = await build(world);
      for (const person of built.people) {
        // Without mail nobody gets a code.
        if (unavailable.length > 0) person.firstFactor = 'PASSWORD';
        await expectBorder(harness, world, built, person);
        const explained = await explain(harness, person);
        expectWhole(explained);
        expect(await logIn(harness, person, unavailable), explained.sentence).toBe(answers[explained.outcome]);
        // The same for a tenant that is named, which the next login enters.
        const other = person.memberships.filter(isOpen).at(-1);
        const tenantId = other === undefined ? undefined : built.tenantIds[other.tenant];
        if (tenantId !== undefined) {
          const there = await explain(harness, person, { tenantId });
          await harness.app.store.users.enterNext(person.id, tenantId, harness.clock.now());
          expect(await logIn(harness, person, unavailable), there.sentence).toBe(answers[there.outcome]);
        }
      }
      const later = 30;
      const at = new Date(harness.clock.now().getTime() + later * 1000).toISOString();
      const foretold = await Promise.all(built.people.map((person) => explain(harness, person, { at })));
      harness.clock.advance({ seconds: later });
      expect(await Promise.all(built.people.map((person) => explain(harness, person)))).toEqual(foretold);
    });
    await fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }), interruptAfterTimeLimit: 15_000 });
  });

  test('what a change was simulated to do is what it does, for everybody in every world', async () => {
    const property = fc.asyncProperty(worlds, changes, async (world, { place, change }) => {
      const { tenantIds, people } = await build(world);
      const tenantId = place === null ? null : (tenantIds[place] ?? null);
      const simulated = await simulate(harness, tenantId, change);
      const concerned = people
        .filter(({ memberships }) => place === null || memberships.some(({ tenant, state }) => tenant === place && state !== 'PENDING'))
        .map((person): BuiltPerson => ({ ...person, firstFactor: 'PASSWORD', deviceToken: null }));
      const asked = tenantId === null ? {} : { tenantId };
      if (simulated === null) {
        expect(await make(harness, tenantId, change)).toBe('REFUSED');
        return;
      }
      for (const person of concerned) expect(simulated.get(person.id)?.was).toBe((await explain(harness, person, asked)).outcome);
      expect(await make(harness, tenantId, change)).toBe('MADE');
      for (const person of concerned) {
        const { becomes, because } = simulated.get(person.id) ?? {};
        const { outcome, steps } = await explain(harness, person, asked);
        expect({ outcome, decisive: steps.find(({ decisive }) => decisive)?.rule }).toEqual({ outcome: becomes, decisive: because });
        if (tenantId !== null && person.memberships.some((membership) => membership.tenant === place && isOpen(membership))) {
          await harness.app.store.users.enterNext(person.id, tenantId, harness.clock.now());
        } else if (tenantId !== null) continue;
        expect(await logIn(harness, person, unavailable)).toBe(answers[outcome]);
      }
    });
    await fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }), interruptAfterTimeLimit: 25_000 });
  });
});
