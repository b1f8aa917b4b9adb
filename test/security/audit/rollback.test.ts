import { expect, test } from 'vitest';
import { asEnvironment, enroll, identity, mfaTokenFor, totp } from '../../support/builders.ts';
import { countOf, execute, query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { dialect } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

/** Makes the database refuse rows of a table, as a full disk or a lost connection would in the middle of a transaction. */
async function whileRefusing<T>(table: string, condition: string, run: () => Promise<T>): Promise<T> {
  if (dialect === 'sqlite') {
    await execute(harness, `create trigger refusing before insert on ${table} when ${condition} begin select raise(abort, 'refused'); end`);
  } else {
    await execute(harness, `create function refusing() returns trigger as $$ begin raise exception 'refused'; end $$ language plpgsql`);
    await execute(harness, `create trigger refusing before insert on ${table} for each row when (${condition}) execute function refusing()`);
  }
  try {
    return await run();
  } finally {
    await execute(harness, dialect === 'sqlite' ? 'drop trigger refusing' : 'drop function refusing cascade');
  }
}
const kinds = async (userId: string): Promise<string[]> =>
  (await query(harness, 'select kind from audit_events where user_id = $1', [userId])).map(({ kind }) => String(kind)).sort();

test('a second factor that is rolled back at its last step leaves no success in the trail, and the code is good once more', async () => {
  const user = await createForcedUser(harness, 'rollback-verify');
  const { secret } = await enroll(harness, user.email);
  const mfaToken = await mfaTokenFor(harness, user.email);
  const before = await kinds(user.id);
  const code = totp(harness, secret);
  const failed = await whileRefusing('sessions', '1 = 1', () => verifyApp(harness, mfaToken, code));
  expect(failed.statusCode).toBe(500);
  expect(await kinds(user.id)).toEqual(before);
  expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(201);
  expect(await kinds(user.id)).toEqual([...before, 'LOGIN_SUCCEEDED', 'MFA_SUCCEEDED'].sort());
});

test('nor does an enrollment: no factor, no recovery code, no event, no mail', async () => {
  const user = await createForcedUser(harness, 'rollback-enroll');
  const login = await harness.send({
    method: 'POST',
    url: `${identity}/auth/v1/user`,
    body: { email: user.email, password: 'correct horse battery' },
  });
  const { mfaToken, secret } = login.json();
  const before = await kinds(user.id);
  const url = `${identity}/auth/v1/user/mfa/authenticator/enroll/verify`;
  const body = { mfaToken, token: totp(harness, secret) };
  const failed = await whileRefusing('sessions', '1 = 1', () => harness.send({ method: 'POST', url, body }));
  expect(failed.statusCode).toBe(500);
  expect(await kinds(user.id)).toEqual(before);
  for (const table of ['authenticators', 'recovery_codes', 'sessions']) expect(await countOf(harness, table, user.id), table).toBe(0);
  await harness.app.outbox.flush();
  expect(harness.notices.filter(({ to }) => to === user.email)).toEqual([]);
});

test('what cannot be told does not happen: an event that fails takes its effect along', async () => {
  const user = await createForcedUser(harness, 'rollback-event');
  const headers = await asEnvironment(harness);
  const lock = (): ReturnType<Harness['send']> => harness.send({ method: 'POST', url: `${identity}/users/v1/${user.id}/lock`, headers });
  const failed = await whileRefusing('audit_events', "new.kind = 'USER_LOCKED'", lock);
  expect(failed.statusCode).toBe(500);
  expect((await query(harness, 'select locked from users where id = $1', [user.id]))[0]?.locked).toBeOneOf([false, 0]);
  expect((await lock()).statusCode).toBe(200);
  expect(await kinds(user.id)).toContain('USER_LOCKED');
});

test('nor is a refusal given that cannot be told: the caller hears of a fault', async () => {
  const url = `${identity}/configurations/v1/mfa-policy`;
  const update = { method: 'PATCH', url, headers: await asEnvironment(harness), body: { allowRememberMyDevice: true } } as const;
  expect((await whileRefusing('audit_events', "new.kind = 'REQUEST_REFUSED'", () => harness.send(update))).statusCode).toBe(500);
  expect((await harness.send(update)).statusCode).toBe(404);
});
