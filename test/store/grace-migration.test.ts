import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { emptyFolder } from '../support/folder.ts';
import { dialect } from '../support/harness.ts';
import { olderDatabase } from '../support/older-release.ts';
import { quiet } from '../support/postgres.ts';

const { path: folder, remove } = await emptyFolder();
afterAll(remove);

const time = (seconds: number): string => (dialect === 'postgres' ? `to_timestamp(${seconds})` : String(seconds * 1_000));
const flag = (value: boolean): string => (dialect === 'postgres' ? String(value) : String(Number(value)));
const bytes = dialect === 'postgres' ? "'\\x00'" : "x'00'";
const user = (id: string, lastLogin: string): string =>
  `insert into users (id, email, email_normalized, name, metadata, vendor_metadata, verified, mfa_bypass, locked, active_tenant_id, created_at, updated_at, last_login_at)
    values ('${id}', '${id}@b.example', '${id}@b.example', '${id}', '{}', '{}', ${flag(true)}, ${flag(false)}, ${flag(false)}, 't', ${time(10)}, ${time(10)}, ${lastLogin})`;
const event = (id: string, userId: string, kind: string, at: number): string =>
  `insert into audit_events (id, at, kind, actor_kind, user_id, address, request_id) values ('${id}', ${time(at)}, '${kind}', 'USER', '${userId}', '::1', 'r')`;
const written = [
  `insert into tenants (id, name, created_at, updated_at) values ('t', 'Acme', ${time(1)}, ${time(1)})`,
  ...[user('never', 'null'), user('plain', time(50)), user('holds', time(50)), user('lost', time(50))],
  `insert into authenticators (id, user_id, strategy, name, sealed_credential, last_step, created_at) values ('a', 'holds', 'SMS', 'A', ${bytes}, 0, ${time(20)})`,
  ...[event('1', 'lost', 'FACTOR_ENROLLED', 30), event('2', 'lost', 'FACTOR_REMOVED', 40), event('3', 'plain', 'LOGIN_SUCCEEDED', 50)],
];

it('after an upgrade it is known who has logged in, and who ever held a factor, also of those who lost it', async () => {
  const database = await olderDatabase('0018_adoption', written, folder);
  const store = await openStore(database.url, { log: quiet, jitter: () => 0 });
  const users = await store.users.findMany(['never', 'plain', 'holds', 'lost']);
  const seconds = (at: Date | null) => (at === null ? null : at.getTime() / 1_000);
  const facts = users.map(({ id, firstLoginAt, heldFactorAt, exemptUntil }) => [id, [seconds(firstLoginAt), seconds(heldFactorAt), exemptUntil]]);
  expect(Object.fromEntries(facts)).toEqual({ never: [null, null, null], plain: [10, null, null], holds: [10, 20, null], lost: [10, 30, null] });
  await store.close();
  await database.drop();
});
