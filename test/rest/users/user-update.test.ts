import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, enroll, identity, logIn, setPolicy } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { audited, query } from '../../support/database.ts';
import { asUser, call, expectRefusal, faults, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { generateStepUp } from '../../support/step-up.ts';
import { useHarness } from '../../support/use-harness.ts';

const notFound = refusal('User not found');
const harness = useHarness();

const update = async (id: string, body: unknown, tenantId?: string) =>
  call(harness, 'PUT', `/users/v1/${id}`, { headers: await asEnvironment(harness, tenantId), body });
const read = async (id: string) => (await call(harness, 'GET', `/vendor-only/users/v1/${id}`, { headers: await asEnvironment(harness) })).json();
const reasons = async (userId: string, kind: string) =>
  (await query(harness, 'select reason, actor_kind, tenant_id from audit_events where user_id = $1 and kind = $2', [userId, kind])).map((row) =>
    [row.reason, row.actor_kind, row.tenant_id].join(),
  );

describe('changing a user', () => {
  test('the fields given change, the others stay, and the answer is the whole user', async () => {
    const user = await createUserInTenant(harness, 'fields', { name: 'Dana', externalId: 'e-1' });
    const before = await read(user.id);
    harness.clock.advance({ seconds: 5 });
    const given = { name: 'Dana Å.', phoneNumber: '+4912345678', profilePictureUrl: 'https://acme.example/a.png', metadata: '{"a":1}' };
    const answer = await update(user.id, { ...given, vendorMetadata: '{"plan":2}', email: 'other@acme.example', verified: false, locked: true });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ...before, ...given, vendorMetadata: '{"plan":2}' });
    expect(await read(user.id)).toEqual(answer.json());
    expect((await update(user.id, { profilePictureUrl: null, name: null })).json()).toEqual({ ...answer.json(), profilePictureUrl: '' });
    expect(await reasons(user.id, 'USER_UPDATED')).toEqual(
      expect.arrayContaining(['name phoneNumber profilePictureUrl metadata vendorMetadata,ENVIRONMENT,', 'profilePictureUrl,ENVIRONMENT,']),
    );
  });

  test('nothing given changes nothing and is no fault, but nobody is still nobody', async () => {
    const user = await createUserInTenant(harness, 'nothing');
    const before = await read(user.id);
    for (const body of [{}, { unknown: 1 }, { name: null, mfaBypass: null }]) {
      const answer = await update(user.id, body);
      expect([answer.statusCode, answer.json()]).toEqual([200, before]);
    }
    expect(await audited(harness, user.id, 'USER_UPDATED')).toBe(0);
    for (const body of [{}, { name: 'x' }]) expectRefusal(await update('nobody', body), 404, notFound);
  });

  test('every fault has its text, and nothing is stored', async () => {
    const user = await createUserInTenant(harness, 'faults');
    const before = await read(user.id);
    const cases: [unknown, string[]][] = [
      [undefined, ['Request body is required']],
      [[], ['Invalid request body']],
      [{ name: '' }, ['name should not be empty']],
      [{ name: 5, mfaBypass: 'yes' }, ['name must be a string', 'mfaBypass must be a boolean value']],
      [{ name: 'fine', metadata: '[]' }, ['metadata must be a JSON object']],
      [{ vendorMetadata: '' }, ['vendorMetadata must be a JSON object']],
      [{ metadata: 5 }, ['metadata must be a JSON string']],
      [{ phoneNumber: 'a\0b' }, ['phoneNumber must be a string']],
      [{ externalId: 'x'.repeat(5000) }, ['externalId must have at most 256 bytes in UTF-8']],
    ];
    for (const [body, texts] of cases) expectRefusal(await update(user.id, body), 400, faults(...texts), JSON.stringify(body));
    expect(await read(user.id)).toEqual(before);
  });

  test('with a tenant header only members of that tenant are there', async () => {
    const user = await createUserInTenant(harness, 'member');
    expectRefusal(await update(user.id, { mfaBypass: true }, await createTenant(harness, 'other')), 404, notFound);
    expect(await read(user.id)).toMatchObject({ mfaBypass: false });
    expect((await update(user.id, { name: 'Seen' }, 'member')).json()).toMatchObject({ name: 'Seen', tenantId: 'member' });
    expect(await reasons(user.id, 'USER_UPDATED')).toEqual(['name,ENVIRONMENT,member']);
  });

  test('strangers get 401, users 403, and the headers are checked', async () => {
    const user = await createUserInTenant(harness, 'guarded', { roleIds: [roleIds.admin] });
    const request = { method: 'PUT', url: `${identity}/users/v1/${user.id}`, body: { mfaBypass: true } } as const;
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
    expectRefusal(await harness.send({ ...request, headers: await asUser(harness, user.email) }), 403, refusal('Forbidden'), 'not even oneself');
    await expectTenantHeaderChecked(harness, request);
    expect(await read(user.id)).toMatchObject({ mfaBypass: false });
    await expectOlderHeaderServes(harness, request, 200);
  });
});

describe('mfaBypass', () => {
  test('spares an enforced login the enrollment and an enrolled one the challenge, until it is taken back', async () => {
    const user = await createUserInTenant(harness, 'bypass');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    expect((await update(user.id, { mfaBypass: true })).json()).toMatchObject({ mfaBypass: true });
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: false });
    await update(user.id, { mfaBypass: false });
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true });

    await enroll(harness, user.email);
    await update(user.id, { mfaBypass: true });
    const login = await logIn(harness, user.email);
    expect(login.json()).toMatchObject({ mfaRequired: false });
    const me = await call(harness, 'GET', '/users/v2/me', { headers: { authorization: `Bearer ${login.json().accessToken}` } });
    expect(me.json()).toMatchObject({ mfaEnrolled: true, mfaBypass: true });
    await update(user.id, { mfaBypass: false });
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
  });

  test('does not step up: the session says nothing of a second factor, and raising it takes one', async () => {
    const user = await createUserInTenant(harness, 'no-step-up');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    await enroll(harness, user.email);
    await update(user.id, { mfaBypass: true });
    const { accessToken } = (await logIn(harness, user.email)).json();
    const answer = await generateStepUp(harness, accessToken);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ mfaToken: expect.any(String), mfaEnrolled: true });
    expect(answer.json()).not.toHaveProperty('accessToken');
  });

  test('each change is one event, and the same again is none', async () => {
    const user = await createUserInTenant(harness, 'trail');
    for (const mfaBypass of [false, true, true, false]) await update(user.id, { mfaBypass });
    await update(user.id, { mfaBypass: true, name: 'Both' });
    expect((await reasons(user.id, 'MFA_BYPASS_SET')).sort()).toEqual(['off,ENVIRONMENT,', 'on,ENVIRONMENT,', 'on,ENVIRONMENT,']);
    expect(await reasons(user.id, 'USER_UPDATED')).toEqual(['name,ENVIRONMENT,']);
  });

  test('of ten changes at once to the same value one is an event', async () => {
    const user = await createUserInTenant(harness, 'at-once');
    const answers = await Promise.all(Array.from({ length: 10 }, () => update(user.id, { mfaBypass: true })));
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200]));
    expect(await audited(harness, user.id, 'MFA_BYPASS_SET')).toBe(1);
  });
});
