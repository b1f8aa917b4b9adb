import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, enroll, identity, logIn, mailedCode, password, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { countOf, execute, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOnlyRefusals } from '../../support/race.ts';
import {
  createForcedUser,
  enrollApp,
  enrollVerify,
  loggedIn,
  me,
  otcTokenFor,
  refresh,
  sendMail,
  verifyApp,
  verifyDevice,
  verifyMail,
} from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

/** What may happen to a user behind the back of a login or session. */
const changes: Record<string, (user: TestUser) => Promise<void>> = {
  locked: ({ id }) => execute(harness, 'update users set locked = true where id = $1', [id]),
  'removed from the tenant': ({ id, tenantId }) => execute(harness, 'delete from memberships where user_id = $1 and tenant_id = $2', [id, tenantId]),
  deleted: ({ id }) => execute(harness, 'delete from users where id = $1', [id]),
  'left without a tenant, which was deleted': async ({ id, tenantId }) => {
    const refuge = await createTenant(harness, `refuge-of-${tenantId}`);
    await execute(harness, 'update users set active_tenant_id = $1 where id = $2', [refuge, id]);
    await execute(harness, 'delete from tenants where id = $1', [tenantId]);
  },
};

describe.each(Object.keys(changes))('T21 a user %s', (what) => {
  const change = changes[what] as (user: TestUser) => Promise<void>;
  const name = what.replace(/\W+/g, '-');

  test('T21 since the login: right codes of every kind are refused with 401', async () => {
    const user = await createForcedUser(harness, `verify-${name}`);
    const { secret } = await enroll(harness, user.email);
    const { mfaToken, mfaDevices } = await loggedIn(harness, user.email);
    const otcToken = await otcTokenFor(harness, mfaToken);
    const code = await mailedCode(harness, user.email);
    const sessions = await countOf(harness, 'sessions', user.id);
    await change(user);
    const answers = [
      await verifyApp(harness, mfaToken, totp(harness, secret)),
      await verifyDevice(harness, mfaDevices.authenticators[0]?.id ?? '', mfaToken, totp(harness, secret)),
      await verifyMail(harness, { mfaToken, otcToken, code }),
    ];
    for (const answer of answers) expect(answer.statusCode, answer.body).toBe(401);
    expect(await countOf(harness, 'sessions', user.id)).toBeLessThanOrEqual(sessions);
  });

  test('T21 since the login: an enrollment is not completed', async () => {
    const user = await createForcedUser(harness, `enroll-${name}`);
    const { mfaToken, secret } = await loggedIn(harness, user.email);
    await change(user);
    expect((await enrollVerify(harness, mfaToken, totp(harness, secret))).statusCode).toBe(401);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(401);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(0);
    expect(await countOf(harness, 'sessions', user.id)).toBe(0);
  });

  test('T21 since the second factor: neither the access nor the refresh token is worth anything', async () => {
    const user = await createForcedUser(harness, `refresh-${name}`);
    const { accessToken, refreshToken } = await enroll(harness, user.email);
    expect((await me(harness, accessToken)).statusCode).toBe(200);
    await change(user);
    expect((await me(harness, accessToken)).statusCode).toBe(401);
    const answer = await refresh(harness, refreshToken);
    expect(answer.statusCode, answer.body).toBe(401);
    expect(answer.body).not.toMatch(/accessToken/);
  });

  test('T21 does not log in by password, either', async () => {
    const user = await createForcedUser(harness, `login-${name}`);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
    await change(user);
    expect((await logIn(harness, user.email)).statusCode).toBe(401);
  });
});

test('T21 a locked user gets neither a secret nor a message', async () => {
  const user = await createForcedUser(harness, 'locked-begin');
  const { mfaToken } = await loggedIn(harness, user.email);
  await execute(harness, 'update users set locked = true where id = $1', [user.id]);
  for (const answer of [await enrollApp(harness, mfaToken), await sendMail(harness, mfaToken)]) {
    expect([answer.statusCode, answer.json()]).toEqual([401, { errors: ['User is locked out'], errorCode: 'ER-01034' }]);
  }
  await harness.app.outbox.flush();
  expect(harness.mail.filter((message) => message.to === user.email)).toEqual([]);
});

test('T21 a right code that came too late is not used up: it works once the lock is gone', async () => {
  const user = await createForcedUser(harness, 'locked-unlocked');
  const { secret } = await enroll(harness, user.email);
  const { mfaToken } = await loggedIn(harness, user.email);
  await execute(harness, 'update users set locked = true where id = $1', [user.id]);
  expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(401);
  await execute(harness, 'update users set locked = false where id = $1', [user.id]);
  expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
});

test('T21 a factor removed since the login verifies nothing', async () => {
  const user = await createForcedUser(harness, 'factor-removed');
  const { secret } = await enroll(harness, user.email);
  const { mfaToken, mfaDevices } = await loggedIn(harness, user.email);
  await execute(harness, 'delete from authenticators where user_id = $1', [user.id]);
  expectOnlyRefusals([
    await verifyDevice(harness, mfaDevices.authenticators[0]?.id ?? '', mfaToken, totp(harness, secret)),
    await verifyApp(harness, mfaToken, totp(harness, secret)),
  ]);
});

describe('T18 every way to a session asks for the second factor', () => {
  test('T18 a policy switched to Force asks at the next login', async () => {
    const user = await createForcedUser(harness, 'force-login');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    expect(await loggedIn(harness, user.email)).toMatchObject({ mfaRequired: false });
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    expect(await loggedIn(harness, user.email)).toMatchObject({ mfaRequired: true });
  });

  test('T18 a session without a second factor that changes tenant by refresh is asked for one, and ends', async () => {
    const user = await createForcedUser(harness, 'switch-from');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    const { accessToken, refreshToken } = await loggedIn(harness, user.email);
    const target = await createTenant(harness, 'switch-to');
    const headers = await asEnvironment(harness, target);
    const joined = await harness.send({ method: 'POST', url: `${identity}/users/v2`, headers, body: { email: user.email, password } });
    expect(joined.statusCode, joined.body).toBe(201);
    await setPolicy(harness, { enforceMFAType: 'Force' }, target);
    const answer = await refresh(harness, refreshToken, { body: { tenantId: target } });
    expect(answer.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    expect(answer.body).not.toMatch(/accessToken|refreshToken/);
    expect((await me(harness, accessToken)).statusCode).toBe(401);
    expect((await refresh(harness, refreshToken)).statusCode).toBe(401);
    const [{ active_tenant_id: tenant } = {}] = await query(harness, 'select active_tenant_id from users where id = $1', [user.id]);
    expect(tenant).toBe(user.tenantId);
  });
});

test('T21 a user removed from the tenant used last enters another of theirs', async () => {
  const user = await createForcedUser(harness, 'moves-first');
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
  const second = await createTenant(harness, 'moves-second');
  const headers = await asEnvironment(harness, second);
  await harness.send({ method: 'POST', url: `${identity}/users/v2`, headers, body: { email: user.email } });
  await execute(harness, 'delete from memberships where user_id = $1 and tenant_id = $2', [user.id, user.tenantId]);
  const answer = await logIn(harness, user.email);
  expect(answer.statusCode, answer.body).toBe(200);
  const headersOfUser = { authorization: `Bearer ${answer.json().accessToken}` };
  expect((await harness.send({ url: `${identity}/users/v3/me/tenants`, headers: headersOfUser })).json().activeTenant.tenantId).toBe(second);
});
