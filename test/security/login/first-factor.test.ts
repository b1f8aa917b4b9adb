import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, identity, logIn, mfaTokenFor, password, setPolicy, totp } from '../../support/builders.ts';
import { execute, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, loggedIn, refreshCookie, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

const url = `${identity}/auth/v1/user`;
const refused = { errors: ['Incorrect email or password'] };

describe('T19 the password cannot be skipped', () => {
  test('T19 a wrong password is wrong, whatever proofs of the second factor come with it', async () => {
    const user = await createForcedUser(harness, 'skip-proofs', { allowRememberMyDevice: true });
    const { secret, recoveryCode, accessToken, refreshToken, cookie } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const code = totp(harness, secret);
    const answer = await harness.send({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${accessToken}` },
      cookie: `${cookie}; ${refreshCookie}=${refreshToken}`,
      body: {
        email: user.email,
        password: 'not the password',
        ...{ totpCode: code, value: code, token: code, code, mfaToken, otcToken: mfaToken, recoveryCode, mfaBypass: true, verified: true },
      },
    });
    expect([answer.statusCode, answer.json()]).toEqual([401, refused]);
    expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(201);
  });

  test.each([
    ['another case', password.toUpperCase()],
    ['a space after', `${password} `],
    ['a prefix', password.slice(0, -1)],
    ['a suffix', `${password}!`],
    ['a wildcard', '%'],
    ['the name of the placeholder', 'password'],
  ])('T19 a password with %s is wrong', async (_, given) => {
    const { email } = await userFor('skip-spelling');
    const answer = await harness.send({ method: 'POST', url, body: { email, password: given } });
    expect([answer.statusCode, answer.json()]).toEqual([401, refused]);
  });

  test.each([[null], [''], [0], [true], [{}], [[password]], [{ $ne: '' }], [undefined], [`${password}\u0000more`]])(
    'T19 %j is no password',
    async (given) => {
      const { email } = await userFor('skip-types');
      const answer = await harness.send({ method: 'POST', url, body: { email, password: given } });
      expect(answer.statusCode).toBe(400);
    },
  );

  test.each(['', 'null', 'undefined', '[object Object]', password])('T19 a user without a password does not log in with %j', async (given) => {
    const { email } = await userFor('skip-without', { password: null });
    const answer = await harness.send({ method: 'POST', url, body: { email, password: given } });
    expect(answer.statusCode).toBe(given === '' ? 400 : 401);
  });

  test.each(['000000', '123124', '123456', '999999', ''])('T19 the fixed code %j is no second factor', async (code) => {
    const user = await createForcedUser(harness, `skip-code-${code === '' ? 'empty' : code}`);
    const { secret } = await enroll(harness, user.email);
    while ([-30, 0, 30].some((offset) => totp(harness, secret, offset) === code)) harness.clock.advance({ seconds: 90 });
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), code)).statusCode).toBe(400);
  });
});

describe('T38 a refused login does not tell why', () => {
  test('T38 an unknown user and a wrong password get the same answer; spellings of an address are one user', async () => {
    const { email } = await userFor('enumerate');
    const unknown = await harness.send({ method: 'POST', url, body: { email: 'nobody@acme.example', password } });
    const wrong = await harness.send({ method: 'POST', url, body: { email, password: 'not the password' } });
    expect([unknown.statusCode, unknown.body]).toEqual([wrong.statusCode, wrong.body]);
    expect(Object.keys(unknown.headers).sort()).toEqual(Object.keys(wrong.headers).sort());
    expect((await logIn(harness, email.toUpperCase())).statusCode).toBe(200);
  });

  test('T38 a locked user gets the same answer for the right and a wrong password', async () => {
    const user = await createUserInTenant(harness, 'enumerate-locked');
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    const right = await logIn(harness, user.email);
    const wrong = await harness.send({ method: 'POST', url, body: { email: user.email, password: 'not the password' } });
    expect([right.statusCode, right.body]).toEqual([wrong.statusCode, wrong.body]);
    expect(right.statusCode).toBe(401);
  });
});

describe('T20 fields the server decides are not the caller’s to set', () => {
  const planted = {
    id: '00000000-0000-4000-8000-000000000000',
    verified: true,
    emailVerified: true,
    locked: false,
    isLocked: false,
    lockedUntil: null,
    mfaEnrolled: true,
    enrolled: true,
    acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
    amr: ['mfa'],
    roles: ['Admin', 'ADMIN'],
    permissions: ['fe.secure.*'],
    tenantIds: ['planted-other'],
    tenants: [{ tenantId: 'planted-other' }],
    activeTenantId: 'planted-other',
    superUser: true,
    createdAt: '2001-01-01T00:00:00.000Z',
    passwordHash: 'x',
  };

  test.each(['vendor-only/users/v1', 'users/v2'])('T20 POST %s ignores them', async (path) => {
    const name = `planted-${path.startsWith('vendor') ? 'vendor' : 'tenant'}`;
    await createUserInTenant(harness, name);
    await createUserInTenant(harness, `${name}-other`);
    const email = `${name}-new@acme.example`;
    const answer = await harness.send({
      method: 'POST',
      url: `${identity}/${path}`,
      headers: await asEnvironment(harness, name),
      body: { email, tenantId: name, password, ...planted },
    });
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ verified: false, roles: [] });
    expect(answer.json().id).not.toBe(planted.id);
    const [row] = await query(harness, 'select * from users where email = $1', [email]);
    expect([Boolean(row?.verified), Boolean(row?.locked), Boolean(row?.mfa_bypass), row?.active_tenant_id]).toEqual([false, false, false, name]);
    const memberships = await query(harness, 'select tenant_id from memberships where user_id = $1', [row?.id]);
    expect(memberships.map(({ tenant_id }) => tenant_id)).toEqual([name]);
    expect(await query(harness, 'select * from membership_roles where user_id = $1', [row?.id])).toEqual([]);
    expect((await logIn(harness, email)).json()).toEqual({ errors: ['Email is not verified'], errorCode: 'ER-01060' });
  });

  test('T20 a login cannot set them either', async () => {
    const user = await createUserInTenant(harness, 'planted-login');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const answer = await harness.send({
      method: 'POST',
      url,
      body: { email: user.email, password, ...planted, mfaBypass: true, mfaRequired: false },
    });
    expect(answer.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    expect((await loggedIn(harness, user.email)).mfaRequired).toBe(true);
  });
});

const users = new Map<string, Promise<{ email: string }>>();
/** One user for a table of tries. */
function userFor(name: string, more: object = {}): Promise<{ email: string }> {
  const user = users.get(name) ?? createUserInTenant(harness, name, more);
  users.set(name, user);
  return user;
}
