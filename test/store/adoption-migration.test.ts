import { afterAll, expect, it } from 'vitest';
import { strategyCounts } from '../../src/domain/insight/adoption.ts';
import { strategyNames } from '../../src/domain/strategy-name.ts';
import { openStore } from '../../src/store/index.ts';
import { fullCount } from '../support/adoption.ts';
import { HandClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { dialect as dialectOfTests, start } from '../support/harness.ts';
import { olderDatabase } from '../support/older-release.ts';
import { quiet } from '../support/postgres.ts';
import { seededRandom } from '../trust/support/random.ts';

const dialect = dialectOfTests ?? 'sqlite';
const { path: folder, remove } = await emptyFolder();
afterAll(remove);

const seed = Math.floor(Math.random() * 2 ** 31);
const random = seededRandom(seed);
const tenants = ['t', 's', 'r'];
const flag = (value: boolean): string => (dialect === 'sqlite' ? String(Number(value)) : String(value));
const time = (at: Date): string => (dialect === 'sqlite' ? String(at.getTime()) : `'${at.toISOString()}'`);
const bytes = dialect === 'sqlite' ? "x'00'" : "'\\x00'";
const ago = (days: number): Date => new Date(start.getTime() - days * 86_400_000);
const often = (chance: number): boolean => random.next() < chance;

/** The rows of somebody about whom everything is random. */
function person(id: string): string[] {
  const lastLogin = often(0.7) ? time(ago(random.below(45))) : 'null';
  return [
    `insert into users (id, email, email_normalized, name, metadata, vendor_metadata, verified, mfa_bypass, locked, active_tenant_id, created_at, updated_at, last_login_at)
      values ('${id}', '${id}@b.example', '${id}@b.example', '${id}', '{}', '{}', ${flag(true)}, ${flag(often(0.2))}, ${flag(often(0.2))}, 't', ${time(start)}, ${time(start)}, ${lastLogin})`,
    ...tenants
      .filter(() => often(0.6))
      .map(
        (tenantId) =>
          `insert into memberships (user_id, tenant_id, created_at, pending, disabled) values ('${id}', '${tenantId}', ${time(start)}, ${flag(often(0.2))}, ${flag(often(0.2))})`,
      ),
    ...strategyNames
      .filter(() => often(0.3))
      .flatMap((strategy) => (often(0.3) ? [strategy, strategy] : [strategy]))
      .map(
        (strategy, index) =>
          `insert into authenticators (id, user_id, strategy, name, sealed_credential, last_step, created_at) values ('${id}-${index}', '${id}', '${strategy}', 'A', ${bytes}, 0, ${time(start)})`,
      ),
    ...(often(0.4) ? [`insert into recovery_codes (id, user_id, digest, created_at) values ('${id}', '${id}', 'd', ${time(start)})`] : []),
  ];
}
const written = [
  ...tenants.map((id) => `insert into tenants (id, name, created_at, updated_at) values ('${id}', '${id}', ${time(start)}, ${time(start)})`),
  ...Array.from({ length: 80 }, (_, index) => person(`p${index}`)).flat(),
];

it(`a database of the release before has right counts from its first start on (seed ${seed})`, async () => {
  const database = await olderDatabase('0015_bulk_invitations', written, folder);
  const store = await openStore(database.url, { log: quiet, jitter: () => 0 });
  const actual = await fullCount({ config: { databaseUrl: database.url }, clock: new HandClock(start) });
  const owners = [null, ...tenants];
  const expected = owners.map((owner) => {
    const counts = Object.entries(actual.get(owner ?? '') ?? {});
    return Object.fromEntries(
      counts.map(([name, value]) => [Object.entries(strategyCounts).find(([strategy]) => strategy === name)?.[1] ?? name, value]),
    );
  });
  expect(await store.adoption.countsOf(owners, start)).toEqual(expected);
  expect(await store.adoption.recount(owners, start)).toEqual([]);
  while (await store.adoption.settle());
  expect(await store.adoption.countsOf(owners, start)).toEqual(expected);
  expect(await store.adoption.recount(owners, start)).toEqual([]);
  await store.close();
  await database.drop();
});
