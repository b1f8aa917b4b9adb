import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { emptyFolder } from '../support/folder.ts';
import { migrationsUpTo } from '../support/older-release.ts';
import { quiet } from '../support/postgres.ts';

const { path: folder, remove } = await emptyFolder();
afterAll(remove);

it('R17 a login that waited while SQLite was upgraded goes on, with the code that was sent for it', async () => {
  const file = join(folder, 'old.db');
  const old = new Database(file);
  migrate(drizzle(old), { migrationsFolder: migrationsUpTo('sqlite', '0000_initial', folder) });
  old.exec(`
    insert into tenants values ('t', 'Acme', 1000, 1000);
    insert into users values ('u', 'a@b.example', 'a@b.example', 'A', null, null, null, '{}', '{}', 1, 0, 0, 't', 1000, 1000, null);
    insert into challenges values ('c', 'hash', 'u', 't', 'LOGIN', 'PASSWORD', 2, 1000, 999000, null);
    insert into one_time_codes values ('o', 'token', 'c', 'EMAIL_CODE', x'07', 1000, 999000);
    insert into outbox values ('m', x'07', 1, 1000, 1000, null, null);
    insert into audit_events values ('e', 1000, 'MFA_CHALLENGED', 'NOBODY', null, 't', 'u', null, 'VERIFY', '::1', 'r');
  `);
  old.close();
  const store = await openStore(`file:${file}`, { log: quiet, jitter: () => 0 });
  expect(await store.challenges.find('hash', new Date(2000))).toMatchObject({
    challenge: { id: 'c', purpose: 'LOGIN', sessionId: null, attempts: 2 },
    user: { id: 'u' },
  });
  expect(await store.oneTimeCodes.find('token', 'challenge:c', 'EMAIL_CODE')).toMatchObject({ id: 'o' });
  expect(await store.outbox.claimDue('EMAIL', new Date(2000), new Date(3000), 10)).toMatchObject([{ id: 'm', channel: 'EMAIL', attempts: 2 }]);
  await store.close();
  const upgraded = new Database(file, { readonly: true });
  expect(upgraded.prepare('select count(*) as n from audit_events').get()).toEqual({ n: 1 });
  upgraded.close();
});
