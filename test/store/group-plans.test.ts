import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GroupRepository } from '../../src/domain/group/group.ts';
import { groupSortKeys } from '../../src/domain/group/group.ts';
import type { Engine } from '../../src/store/db.ts';
import { groupRepository } from '../../src/store/repositories/groups.ts';
import { tables as postgresTables } from '../../src/store/schema.postgres.ts';
import { tables as sqliteTables } from '../../src/store/schema.sqlite.ts';
import { openDatabase } from '../support/harness.ts';
import { addManyUsers, everybodysTenant, smallTenant } from '../support/many-users.ts';
import type { Plans, Query } from '../support/plan.ts';
import { listening, openEngine, openPlans, readWhole, sorts } from '../support/plan.ts';

let database: { url: string; drop: () => Promise<void> };
let engine: Engine;
let groups: GroupRepository;
let plans: Plans;
const asked: Query[] = [];

beforeAll(async () => {
  database = await openDatabase();
  await addManyUsers(database.url, 20_000);
  engine = await openEngine(database.url);
  plans = await openPlans(database.url);
  groups = groupRepository({ engine: listening(engine, asked), tables: engine.dialect === 'sqlite' ? sqliteTables : postgresTables });
}, 60_000);
afterAll(async () => {
  await plans.close();
  await engine.close();
  await database.drop();
});

/** What is wrong with the plans of some work: tables that are read whole, and rows that are sorted. */
async function wrongOf(work: () => Promise<unknown>, { maySort = false } = {}): Promise<string[]> {
  asked.length = 0;
  await work();
  expect(asked.length).toBeGreaterThan(0);
  return (await plans.of(asked)).flatMap((plan, index) =>
    readWhole(plan).length > 0 || (sorts(plan) && !maySort) ? [`${asked[index]?.sql}\n${plan}`] : [],
  );
}

const cursor = { at: new Date(1_700_000_500_000), id: 'group-500' };
const group = 'group-7';

describe('of a thousand groups with twenty members each', () => {
  test.each([null, everybodysTenant, smallTenant])(
    'a page of groups is read in the order of an index, or sorted if there are few, of the tenant %s',
    async (tenantId) => {
      for (const direction of ['forward', 'backward'] as const) {
        for (const place of [null, cursor]) {
          expect(
            await wrongOf(() => groups.list(tenantId, { limit: 20, direction, cursor: place }), { maySort: tenantId === smallTenant }),
            direction,
          ).toEqual([]);
        }
      }
    },
  );

  test.each(groupSortKeys)('a search in a tenant, which has a thousand at most, finds those of the tenant by an index, by %s', async (sortBy) => {
    for (const descending of [false, true]) {
      const search = { tenantId: smallTenant, sortBy, descending, offset: 0, limit: 20 };
      expect(await wrongOf(() => groups.search(search), { maySort: true })).toEqual([]);
    }
  });

  test('groups are found by id and by name, and those of a tenant are counted, by an index', async () => {
    expect(await wrongOf(() => groups.findMany([group, 'group-8']))).toEqual([]);
    expect(await wrongOf(() => groups.findByName(everybodysTenant, group))).toEqual([]);
    expect(await wrongOf(() => groups.count(smallTenant))).toEqual([]);
  });

  test('members are found by their group, and sorted, because a group has its members and no more', async () => {
    for (const visibleOnly of [false, true]) {
      for (const place of [null, { at: new Date(1_700_010_000_000), id: 'x' }]) {
        const page = { limit: 20, direction: 'forward', cursor: place } as const;
        expect(await wrongOf(() => groups.listMembers(group, visibleOnly, page), { maySort: true })).toEqual([]);
      }
      expect(await wrongOf(() => groups.members([group, 'group-8'], visibleOnly), { maySort: true })).toEqual([]);
      expect(await wrongOf(() => groups.countMembers(group, visibleOnly))).toEqual([]);
    }
  });

  test('changes find their rows by an index', async () => {
    const now = new Date(1_700_100_000_000);
    expect(await wrongOf(() => groups.update(group, { name: 'x' }, now))).toEqual([]);
    expect(await wrongOf(() => groups.removeRoles(group, ['role-1'], now))).toEqual([]);
    expect(await wrongOf(() => groups.removeMembers(group, ['x', 'y'], now))).toEqual([]);
    expect(await wrongOf(() => groups.remove(group))).toEqual([]);
    expect(await wrongOf(() => groups.removeAllOfTenant(smallTenant))).toEqual([]);
  });
});
