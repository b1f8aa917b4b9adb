import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserFilter, UserListKey } from '../../src/domain/directory/user.ts';
import { userSortKeys } from '../../src/domain/directory/user.ts';
import type { PopulationRepository } from '../../src/domain/insight/population.ts';
import type { Engine } from '../../src/store/db.ts';
import { populationRepository } from '../../src/store/repositories/populations.ts';
import { userLists } from '../../src/store/repositories/user-lists.ts';
import { tables as postgresTables } from '../../src/store/schema.postgres.ts';
import { tables as sqliteTables } from '../../src/store/schema.sqlite.ts';
import { openDatabase } from '../support/harness.ts';
import { addManyUsers, everybodysTenant, manyUsers, smallTenant } from '../support/many-users.ts';
import type { Plans, Query } from '../support/plan.ts';
import { listening, openEngine, openPlans } from '../support/plan.ts';
import { roleIds } from '../support/role-ids.ts';

let database: { url: string; drop: () => Promise<void> };
let engine: Engine;
let users: ReturnType<typeof userLists>;
let populations: PopulationRepository;
let plans: Plans;
/** The queries of the last read. */
const asked: Query[] = [];

beforeAll(async () => {
  database = await openDatabase();
  await addManyUsers(database.url);
  engine = await openEngine(database.url);
  plans = await openPlans(database.url);
  const tables = engine.dialect === 'sqlite' ? sqliteTables : postgresTables;
  users = userLists({ engine: listening(engine, asked, { executes: counts }), tables });
  // Somebody is found in every part, so that what this person has is asked for as well.
  populations = populationRepository({ engine: listening(engine, asked, { answer: [{ id: through }], executes: counts }), tables });
}, 60_000);
afterAll(async () => {
  await plans.close();
  await engine.close();
  await database.drop();
});

/** Asks whether a tenant or a role has few users. It reads so many rows at most, and if nearly all belong to it, none but those. */
const counts = ({ sql }: Query): boolean => sql.startsWith('select count(*) from (select');

/** What is wrong with the plans of a read: tables that are read whole, but for the environment, which is one row, and rows that are sorted. */
async function wrongOf(work: () => Promise<unknown>, { sorts = false, of = '' } = {}): Promise<string[]> {
  asked.length = 0;
  await work();
  const judged = asked.filter((query) => !counts(query) && query.sql.includes(of));
  expect(judged.length).toBeGreaterThan(0);
  return (await plans.of(judged)).flatMap((plan, index) =>
    plan.split('\n').flatMap((step) => {
      const whole = /^SCAN (?!.*USING)(?!CONSTANT)/.test(step) || /Seq Scan on (?!environments\b)/.test(step);
      const sorted = /USE TEMP B-TREE|\bSort\b/.test(step);
      return whole || (sorted && !sorts) ? [`${judged[index]?.sql}\n${plan}`] : [];
    }),
  );
}

const cursors: Record<UserListKey, Date | string | null> = {
  createdAt: new Date(1_700_050_000_000),
  name: 'Person 5',
  email: 'p5@acme.example',
  lastLoginAt: new Date(1_700_050_000_000),
};
const listKeys = Object.keys(cursors) as UserListKey[];
const middle = '00000000-0000-4000-8000-000000050000';
const page = (by: UserListKey, at = cursors[by]) => ({ limit: 20, direction: 'forward', cursor: { at, id: middle } }) as const;

const through = '00000000-0000-4000-8000-000000050500';

/** Filters that find their users by nothing but the order of the list. */
const walking: Record<string, UserFilter> = {
  'no condition': {},
  verified: { verified: true },
  'not verified': { verified: false },
  'not locked': { locked: false },
  'with a factor': { mfaEnrolled: true },
  'without a factor': { mfaEnrolled: false },
  'with weak factors alone': { onlyWeakFactors: true },
  'logged in at some time': { loggedIn: true },
  'never logged in': { loggedIn: false },
  'logged in before': { lastLoginBefore: new Date(1_700_040_000_000) },
  'logged in since': { lastLoginFrom: new Date(1_700_040_000_000) },
  'a role that everybody holds': { roleId: roleIds.readOnly },
  'a phrase': { containing: ['son 77'], excluding: ['nobody'], containingAny: ['person', 'acme'] },
  'the beginning of a name': { namePrefix: 'person 9' },
  'the beginning of an address': { emailPrefix: 'p9' },
  'the beginning of a number': { phonePrefix: '+499' },
};
/** Filters that find few users by an index, which are sorted. */
const finding: Record<string, UserFilter> = {
  locked: { locked: true },
  'a role that few hold': { roleId: roleIds.admin },
  'an address': { emailNormalized: 'p7@acme.example' },
  ids: { ids: [middle] },
  'external ids': { externalIds: ['x7', 'x8'] },
};

const everywhere = [{}, { tenantId: everybodysTenant }, { tenantId: everybodysTenant, asMember: true }] as const;

describe(`of ${manyUsers} users, no list reads or sorts all`, () => {
  test.each(Object.entries(walking))('%s', async (_, filter) => {
    for (const by of listKeys) {
      for (const descending of [false, true]) {
        for (const scope of everywhere) {
          expect(await wrongOf(() => users.list({ ...filter, ...scope }, page(by), { by, descending })), by).toEqual([]);
        }
        const small = { ...filter, tenantId: smallTenant };
        expect(await wrongOf(() => users.list(small, page(by), { by, descending }), { sorts: true }), by).toEqual([]);
      }
    }
  });

  test.each(Object.entries(finding))('%s', async (_, filter) => {
    for (const by of listKeys) {
      for (const scope of [...everywhere, { tenantId: smallTenant }]) {
        expect(await wrongOf(() => users.list({ ...filter, ...scope }, page(by), { by, descending: false }), { sorts: true }), by).toEqual([]);
      }
    }
  });

  test.each(userSortKeys)('by pages that are counted, by %s', async (by) => {
    for (const descending of [false, true]) {
      for (const scope of everywhere) {
        const read = () => users.search({ filter: scope, sort: { by, descending }, offset: 500, limit: 50 });
        expect(await wrongOf(read, { of: 'order by' })).toEqual([]);
      }
    }
  });

  test.each([null, everybodysTenant, smallTenant])('nor does a part of whom a policy concerns, of the tenant %s', async (tenantId) => {
    for (const visibleOnly of [false, true]) {
      const population = { tenantId, visibleOnly };
      const range = { afterId: middle, limit: 500 };
      // What the people of the part have is sorted.
      expect(await wrongOf(() => populations.read(population, range, new Date(1_700_000_000_000)), { sorts: true })).toEqual([]);
      expect(asked).toHaveLength(3);
      expect((await plans.of(asked.slice(0, 1))).join()).not.toMatch(/USE TEMP B-TREE|\bSort\b/);
      expect(await wrongOf(() => populations.devices([middle, through]), { sorts: true })).toEqual([]);
      asked.length = 0;
      await populations.countHolders([middle, through], ['fe.secure.*'], tenantId);
      expect((await plans.of(asked)).join('\n')).not.toMatch(/SCAN membership_roles(?! USING)|Seq Scan on membership_roles/);
    }
  });

  test.each([null, everybodysTenant, smallTenant])('nor does a part of people by their first logins, of the tenant %s', async (tenantId) => {
    const range = { afterLoginAt: new Date(1_700_050_000_000), afterUserId: middle, until: new Date(1_700_060_000_000), limit: 100 };
    // What the people of the part have is sorted.
    const read = () => populations.readByFirstLogin({ tenantId, visibleOnly: false }, range, new Date(1_700_000_000_000));
    expect(await wrongOf(read, { sorts: true })).toEqual([]);
    expect((await plans.of(asked.slice(0, 1))).join()).toMatch(/users_by_first_login|memberships_by_/);
    asked.length = 0;
    await populations.hasEnrolledHolder(['fe.secure.*'], tenantId);
    expect((await plans.of(asked)).join('\n')).not.toMatch(
      /SCAN (users|authenticators|memberships)(?! USING)|Seq Scan on (users|authenticators|memberships)/,
    );
  });

  test('a small tenant is found by its members, and not by a walk through all users', async () => {
    asked.length = 0;
    await users.list({ tenantId: smallTenant }, page('name'), { by: 'name', descending: false });
    expect((await plans.of(asked)).join('\n')).not.toContain('users_by_name');
    asked.length = 0;
    await users.list({ tenantId: everybodysTenant }, page('name'), { by: 'name', descending: false });
    expect((await plans.of(asked)).join('\n')).toContain('users_by_name');
  });

  test('the members of a tenant are counted by the index of members', async () => {
    expect(await wrongOf(() => users.count({ tenantId: smallTenant }))).toEqual([]);
    expect(await wrongOf(() => users.count({ tenantId: smallTenant, asMember: true, verified: true }))).toEqual([]);
  });
});
