import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionRepository } from '../../src/domain/session/session.ts';
import type { Engine } from '../../src/store/db.ts';
import { limitedSessions } from '../../src/store/repositories/limited-sessions.ts';
import { tables as postgresTables } from '../../src/store/schema.postgres.ts';
import { tables as sqliteTables } from '../../src/store/schema.sqlite.ts';
import { openDatabase } from '../support/harness.ts';
import { addManySessions, busyUser, manyPolicies } from '../support/many-sessions.ts';
import { everybodysTenant, smallTenant } from '../support/many-users.ts';
import type { Plans, Query } from '../support/plan.ts';
import { listening, openEngine, openPlans, readWhole } from '../support/plan.ts';

let database: { url: string; drop: () => Promise<void> };
let engine: Engine;
let sessions: Pick<SessionRepository, 'applyLimits' | 'endSurplusOf'>;
let plans: Plans;
const asked: Query[] = [];
const now = new Date(1_700_010_000_000);

beforeAll(async () => {
  database = await openDatabase();
  // A store that is opened later would miss the users of the sessions.
  engine = await openEngine(database.url);
  await addManySessions(database.url);
  plans = await openPlans(database.url);
  sessions = limitedSessions({ engine: listening(engine, asked), tables: engine.dialect === 'sqlite' ? sqliteTables : postgresTables });
}, 60_000);
afterAll(async () => {
  await plans.close();
  await engine.close();
  await database.drop();
});

/** The plans of some work that read a whole table, but for those that it may read. `ranked` is what a statement has put together before. */
async function wholeOf(work: () => Promise<unknown>, may: readonly string[] = []): Promise<string[]> {
  asked.length = 0;
  await work();
  expect(asked.length).toBeGreaterThan(0);
  return (await plans.of(asked)).flatMap((plan, index) =>
    readWhole(plan).some((table) => ![...may, 'ranked'].includes(table)) ? [`${asked[index]?.sql}\n${plan}`] : [],
  );
}

describe(`of 40,000 sessions, with the policies of ${manyPolicies} tenants`, () => {
  test.each([everybodysTenant, smallTenant])(
    'a login in the tenant %s reads those of its user, and the policies of that tenant',
    async (tenantId) => {
      for (const userId of [busyUser, '00000000-0000-4000-8000-000000000777']) {
        const kept = { id: 'session-7', userId, tenantId };
        expect(await wholeOf(() => sessions.endSurplusOf(kept, now))).toEqual([]);
        const [plan = ''] = await plans.of(asked);
        // The index of the tenant has the sessions of everybody there.
        if (tenantId !== everybodysTenant) continue;
        expect(plan).toMatch(/sessions_by_user/);
        expect(plan).not.toMatch(/sessions_by_tenant/);
      }
    },
  );

  test('a policy of a tenant reads the sessions of that tenant', async () => {
    expect(await wholeOf(() => sessions.applyLimits(smallTenant, now))).toEqual([]);
  });

  test('one of the environment reads all sessions, and finds what belongs to each of them by an index', async () => {
    expect(await wholeOf(() => sessions.applyLimits(null, now), ['sessions'])).toEqual([]);
  });
});
