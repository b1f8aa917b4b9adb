import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, enroll, identity, logIn, password, setPolicy } from '../../support/builders.ts';
import { audited } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const update = (input: object, headers = environment) => run(harness, documents.updateUser, input, headers);

describe('updateUser', () => {
  test('changes the fields given, takes away by null what may be missing, and shows what REST shows', async () => {
    const { id: userId } = await createUserInTenant(harness, 'fields', { externalId: 'e-1', phoneNumber: '+491' });
    const outcome = await update({ userId, name: 'Dana', externalId: null, profilePictureUrl: 'https://acme.example/a.png' });
    expect(outcome).toMatchObject({
      __typename: 'UpdateUserSuccess',
      user: {
        restId: userId,
        name: 'Dana',
        externalId: null,
        phoneNumber: '+491',
        profilePictureUrl: 'https://acme.example/a.png',
        mfaBypass: false,
      },
    });
    const read = await harness.send({ url: `${identity}/vendor-only/users/v1/${userId}`, headers: environment });
    expect(read.json()).toMatchObject({ name: 'Dana', externalId: null, phoneNumber: '+491', profilePictureUrl: 'https://acme.example/a.png' });
    expect(await update({ userId: outcome.user.id, phoneNumber: null, profilePictureUrl: null })).toMatchObject({
      user: { phoneNumber: null, profilePictureUrl: null, name: 'Dana' },
    });
  });

  test('mfaBypass spares enrollment and challenge until it is taken back; a step-up still needs a factor', async () => {
    const user = await createUserInTenant(harness, 'bypass');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const typeOfLogin = async () => (await run(harness, documents.logIn, { email: user.email, password })).__typename;
    expect(await typeOfLogin()).toBe('MfaChallenge');
    expect(await update({ userId: user.id, mfaBypass: true })).toMatchObject({ user: { mfaBypass: true, mfaEnrolled: false } });
    expect(await typeOfLogin()).toBe('LogInSuccess');
    await update({ userId: user.id, mfaBypass: false });
    await enroll(harness, user.email);
    await update({ userId: user.id, mfaBypass: true });
    const { session } = await run(harness, documents.logIn, { email: user.email, password });
    const headers = { authorization: `Bearer ${session.accessToken}` };
    expect((await harness.graphql('{ viewer { mfaEnrolled mfaBypass } }', {}, headers)).data).toEqual({
      viewer: { mfaEnrolled: true, mfaBypass: true },
    });
    expect((await run(harness, documents.generateStepUp, {}, headers)).__typename).toBe('StepUpChallenge');
    await update({ userId: user.id, mfaBypass: false });
    expect(await typeOfLogin()).toBe('MfaChallenge');
  });

  test('each change of the bypass is one event that names it, and the same again is none', async () => {
    const { id: userId, tenantId } = await createUserInTenant(harness, 'trail');
    const headers = await asEnvironment(harness, tenantId);
    for (const mfaBypass of [true, true, false]) await update({ userId, mfaBypass }, headers);
    await update({ userId, name: 'Dana' }, headers);
    const answer = await harness.graphql(
      'query ($userId: ID!) { mfaEvents(filter: { userId: $userId, kinds: [MFA_BYPASS_SET, USER_UPDATED] }) { nodes { kind actorKind tenantId reason } } }',
      { userId },
      environment,
    );
    const { mfaEvents } = answer.data as { mfaEvents: { nodes: object[] } };
    const event = (kind: string, reason: string) => ({ kind, actorKind: 'ENVIRONMENT', tenantId, reason });
    expect(mfaEvents.nodes).toHaveLength(3);
    expect(mfaEvents.nodes).toEqual(
      expect.arrayContaining([event('USER_UPDATED', 'name'), event('MFA_BYPASS_SET', 'off'), event('MFA_BYPASS_SET', 'on')]),
    );
  });

  test('refuses bad fields, nothing at all, unknown users and members of other tenants', async () => {
    const { id: userId } = await createUserInTenant(harness, 'faults');
    expect(await update({ userId })).toMatchObject({ __typename: 'NothingToUpdateError', path: ['input'] });
    for (const fault of [
      { name: '' },
      { name: null },
      { name: 'x'.repeat(4097) },
      { phoneNumber: 'a\0b' },
      { externalId: '' },
      { mfaBypass: null },
    ]) {
      const path = ['input', Object.keys(fault)[0]];
      expect(await update({ userId, ...fault }), JSON.stringify(fault)).toMatchObject({ __typename: 'InvalidInputError', path });
    }
    expect(await update({ userId: '', mfaBypass: true })).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'userId'] });
    const elsewhere = await asEnvironment(harness, await createTenant(harness, 'elsewhere'));
    for (const [id, headers] of [
      ['nobody', environment],
      [`_${Buffer.from('User:nobody').toString('base64url')}`, environment],
      [userId, elsewhere],
    ] as const) {
      expect(await update({ userId: id, mfaBypass: true }, headers)).toMatchObject({ __typename: 'UserNotFoundError', path: ['input', 'userId'] });
    }
    expect([await audited(harness, userId, 'USER_UPDATED'), await audited(harness, userId, 'MFA_BYPASS_SET')]).toEqual([0, 0]);
  });

  test('is refused to everybody but the environment, to administrators about themselves as well', async () => {
    const user = await createUserInTenant(harness, 'who', { roleIds: [roleIds.admin] });
    const { accessToken } = (await logIn(harness, user.email)).json();
    for (const [headers, code] of [
      [{}, 'UNAUTHENTICATED'],
      [{ authorization: `Bearer ${accessToken}` }, 'FORBIDDEN'],
    ] as const) {
      const { errors } = await harness.graphql(documents.updateUser, { input: { userId: user.id, mfaBypass: true } }, headers);
      expect(errors?.map((error) => error.extensions.code)).toEqual([code]);
    }
    expect(await audited(harness, user.id, 'MFA_BYPASS_SET')).toBe(0);
  });
});

test('a member sees what the roles of each tenant allow', async () => {
  const user = await createUserInTenant(harness, 'allowed', { roleIds: [roleIds.readOnly] });
  const other = await createTenant(harness, 'allowed-2');
  await run(harness, documents.createUser, { email: user.email, tenantId: other, joinExisting: true, roleIds: [roleIds.admin] }, environment);
  const { accessToken } = (await logIn(harness, user.email)).json();
  const answer = await harness.graphql('{ viewer { memberships { roles { key } permissions } } }', {}, { authorization: `Bearer ${accessToken}` });
  const { viewer } = answer.data as { viewer: { memberships: object[] } };
  expect(viewer.memberships).toHaveLength(2);
  expect(viewer.memberships).toEqual(
    expect.arrayContaining([
      { roles: [{ key: 'ReadOnly' }], permissions: ['fe.connectivity.read.*', 'fe.secure.read.*'] },
      { roles: [{ key: 'Admin' }], permissions: ['fe.connectivity.*', 'fe.secure.*'] },
    ]),
  );
});
