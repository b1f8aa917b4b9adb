import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, expectStatus, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { verifyApp } from '../../support/requests.ts';
import { call, expectRefusal, faults, forbidden, refusal, userWith } from '../../support/rest.ts';
import { newNumber } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true }));
/** The hash that the library `bcrypt` of Python made of `correct horse`. */
const bcrypt = '$2b$04$4nkz3NXzeD6fxR8tR5KLX.15TH10xH1dYm8uwPTkMJ1dWm/6pX0a6';
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  await createTenant(harness, 'acme');
});
const post = (body: object, headers = environment) =>
  call(harness, 'POST', '/migrations/v1/local', { headers, body: { tenantId: 'acme', verifyUser: true, ...body } });
const logInBy = (email: string, password = 'correct horse') => call(harness, 'POST', '/auth/v1/user', { body: { email, password } });
const hashOf = async (id: string) => (await query(harness, 'select hash from password_credentials where user_id = $1', [id]))[0]?.hash;
const imported = async (body: object): Promise<string> => {
  const answer = await post(body);
  expectStatus(answer, 201);
  return answer.json<{ id: string }>().id;
};

describe('a user from another system', () => {
  test('logs in by the old password, whose hash is replaced by one of this server at the first login, and by nothing else', async () => {
    const email = 'ada@acme.example';
    const id = await imported({ email, passwordHash: bcrypt });
    const before = await hashOf(id);
    expect(before).toContain(bcrypt);
    expectStatus(await logInBy(email, 'wrong horse'), 401);
    expect(await hashOf(id)).toBe(before);
    const logins = await Promise.all([logInBy(email), logInBy(email)]);
    expect(logins.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await hashOf(id)).toMatch(/^[0-9a-f]{8}\$argon2id\$/);
    expectStatus(await logInBy(email), 200);
    const events = await query(harness, 'select kind, reason from audit_events where user_id = $1 order by at, id', [id]);
    expect(events.filter(({ kind }) => kind === 'PASSWORD_REHASHED')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'PASSWORD_CHANGED')).toEqual([]);
    expect(events).toContainEqual({ kind: 'USER_IMPORTED', reason: 'bcrypt' });
    expect(JSON.stringify(events)).not.toContain(bcrypt);
    await harness.app.outbox.flush();
    expect([...harness.mail, ...harness.notices].filter(({ to }) => to === email)).toEqual([]);
  });

  test('is not logged in before the address is verified', async () => {
    await imported({ email: 'unverified@acme.example', passwordHash: bcrypt, passwordHashType: 'bcrypt', verifyUser: undefined });
    expectRefusal(await logInBy('unverified@acme.example'), 401, refusal('Email is not verified', 'ER-01060'));
  });

  test('brings an authenticator app, which the first login asks for, and no recovery code', async () => {
    const email = 'app@acme.example';
    const answer = await post({ email, passwordHash: bcrypt, authenticatorAppMfaSecret: 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq==' });
    expectStatus(answer, 201);
    expect(answer.json()).toMatchObject({ mfaEnrolled: true, verified: true });
    const login = (await logInBy(email)).json<{ mfaToken: string; mfaRequired: boolean }>();
    expect(login.mfaRequired).toBe(true);
    expectStatus(await verifyApp(harness, login.mfaToken, totp(harness, secret)), 201);
    const id = answer.json<{ id: string }>().id;
    expect(await query(harness, 'select id from recovery_codes where user_id = $1', [id])).toEqual([]);
    expect(JSON.stringify(await query(harness, 'select * from authenticators where user_id = $1', [id]))).not.toContain(secret);
  });

  test.each([
    [{ phoneNumberType: 'mfa' }, true, false],
    [{}, true, true],
    [{ phoneNumberType: 'auth' }, false, true],
  ])('brings a phone with %j, a second factor: %s, and one to log in by: %s', async (type, mfaRequired, logsIn) => {
    const email = `phone-${mfaRequired}-${Object.keys(type).length}@acme.example`;
    const phoneNumber = newNumber();
    const answer = await post({ email, passwordHash: bcrypt, phoneNumber, ...type });
    expectStatus(answer, 201);
    expect((await logInBy(email)).json()).toMatchObject({ mfaRequired });
    const phones = await harness.app.store.userPhones.ofUsers([answer.json<{ id: string }>().id]);
    expect(phones).toMatchObject(logsIn ? [{ phoneNumber, verified: true }] : []);
    // Sent twice it changes nothing, and nobody else can have the number.
    expectStatus(await post({ email, passwordHash: bcrypt, phoneNumber, ...type }), 201);
    const other = await post({ email: `another-${email}`, passwordHash: bcrypt, phoneNumber, ...type });
    expect(other.statusCode).toBe(logsIn ? 409 : 201);
  });

  test('who is known joins the tenant, and nothing of the user is overwritten', async () => {
    const { id, email } = await createUser(harness, await createTenant(harness, 'known'), 'known@acme.example');
    const before = await hashOf(id);
    expect(await imported({ email, passwordHash: bcrypt, authenticatorAppMfaSecret: secret, name: 'Another' })).toBe(id);
    expect(await hashOf(id)).toBe(before);
    expect(await query(harness, 'select name from users where id = $1', [id])).toEqual([{ name: email }]);
    expectStatus(await logInBy(email, 'correct horse battery'), 200);
    // A script that is run twice changes nothing.
    expect(await imported({ email, authenticatorAppMfaSecret: secret })).toBe(id);
    expect(await query(harness, 'select id from authenticators where user_id = $1', [id])).toHaveLength(1);
  });

  test('can have a username, and a fast hash is stored as a slow one', async () => {
    const { sha256 } = { sha256: '869a1fa0609a1d15a5c3eb891428b7a6c8395b2ee10c4762e97ffca0ebe8c0b5' };
    const config = JSON.stringify({ salt: 'pepper', saltPosition: 'prefix' });
    const id = await imported({
      email: 'fast@acme.example',
      username: 'fast.ada',
      passwordHash: sha256,
      passwordHashType: 'sha256',
      passwordHashConfig: config,
    });
    expect(await hashOf(id)).toContain('$argon2id$');
    expect(await hashOf(id)).not.toContain(sha256);
    expectStatus(await logInBy('fast.ada'), 200);
    expect(await hashOf(id)).toMatch(/^[0-9a-f]{8}\$argon2id\$/);
  });

  test('is refused with what is wrong', async () => {
    const email = 'wrong@acme.example';
    expectRefusal(await post({ email, passwordHash: 'x' }), 400, faults('passwordHash is not a valid bcrypt hash'));
    expectRefusal(await post({ email, passwordHash: bcrypt, passwordHashType: 'sha1' }), 400, faults('passwordHash is not a valid sha1 hash'));
    expectRefusal(await post({ email, authenticatorAppMfaSecret: 'not base32!' }), 400, faults('authenticatorAppMfaSecret is invalid'));
    expectRefusal(await post({ email, phoneNumber: '+1' }), 400, faults('phoneNumber is invalid'));
    expectRefusal(await post({ email, tenantId: 'nowhere' }), 404, refusal('Tenant not found'));
    expectRefusal(await post({ email, roleIds: ['nothing'] }), 404, refusal('Role not found'));
    expectStatus(await post({ email: undefined }), 400);
    expect(await query(harness, "select id from users where email = 'wrong@acme.example'")).toEqual([]);
    const { headers } = await userWith(harness, 'stranger', 'admin');
    expectRefusal(await post({ email }, headers), 403, forbidden);
    for (const [path, feature] of [
      ['/migrations/v1/auth0', 'Migration from Auth0'],
      ['/migrations/v1/local/bulk/csv', 'Migration from CSV'],
    ] as const)
      expectRefusal(
        await call(harness, 'POST', path, { headers: environment, body: {} }),
        501,
        refusal(`${feature} is not supported by this server`),
      );
  });

  test('comes over GraphQL as well', async () => {
    const document = mutation('importUser', 'user { email }');
    const input = { tenantId: 'acme', email: 'graphql@acme.example', verified: true, passwordHash: { hash: bcrypt, type: 'BCRYPT' } };
    expect(await run(harness, document, input, environment)).toMatchObject({ user: { email: 'graphql@acme.example' } });
    expectStatus(await logInBy('graphql@acme.example'), 200);
    const refused = await run(harness, document, { ...input, email: 'g2@acme.example', passwordHash: { hash: 'x', type: 'PBKDF2' } }, environment);
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'passwordHash'] });
  });
});

test('the phone number of a profile is none to log in by: a reset by text message sends nothing there, and tells nobody apart', async () => {
  const { email } = await createUser(harness, 'acme', 'texted@acme.example', { phoneNumber: '+447400123456' });
  const before = harness.mail.length;
  const answers = await Promise.all(
    [email, 'nobody@acme.example'].map((name) => call(harness, 'POST', '/users/v2/passwords/reset/sms', { body: { email: name } })),
  );
  for (const answer of answers) {
    expectStatus(answer, 200);
    expect(answer.json()).toEqual({ sessionId: expect.stringMatching(/^[\w-]{43}$/) });
  }
  await harness.app.outbox.flush();
  expect(harness.mail).toHaveLength(before);
});
