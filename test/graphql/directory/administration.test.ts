import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, enroll, logIn, mfaTokenFor, password, setPolicy, totp } from '../../support/builders.ts';
import { audited, execute } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { me } from '../../support/requests.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const policyUrl = '/identity/resources/configurations/v1/lockout-policy';

describe('users', () => {
  test('are locked and unlocked, again without harm, by either id', async () => {
    const user = await createUserInTenant(harness, 'lock');
    const { accessToken } = (await logIn(harness, user.email)).json();
    const locked = await run(harness, documents.lockUser, { userId: user.id }, environment);
    expect(locked).toMatchObject({ __typename: 'LockUserSuccess', user: { restId: user.id, locked: true } });
    expect(await run(harness, documents.lockUser, { userId: locked.user.id }, environment)).toMatchObject({ user: { locked: true } });
    expect(await run(harness, documents.logIn, { email: user.email, password })).toMatchObject({
      __typename: 'AccountLockedError',
      code: 'ACCOUNT_LOCKED',
    });
    expect((await me(harness, accessToken)).statusCode).toBe(401);
    for (let times = 0; times < 2; times += 1) {
      expect(await run(harness, documents.unlockUser, { userId: locked.user.id }, environment)).toMatchObject({
        __typename: 'UnlockUserSuccess',
        user: { locked: false },
      });
    }
    expect(await run(harness, documents.logIn, { email: user.email, password })).toMatchObject({ __typename: 'LogInSuccess' });
    expect((await me(harness, accessToken)).statusCode).toBe(401);
    expect([await audited(harness, user.id, 'USER_LOCKED'), await audited(harness, user.id, 'USER_UNLOCKED')]).toEqual([1, 1]);
  });

  test('lose every factor by a reset, and keep their sessions', async () => {
    const user = await createUserInTenant(harness, 'reset');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { secret, accessToken } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (let times = 0; times < 2; times += 1) {
      expect(await run(harness, documents.resetUserMfa, { userId: user.id }, environment)).toMatchObject({
        __typename: 'ResetUserMfaSuccess',
        user: { restId: user.id, mfaEnrolled: false },
      });
    }
    expect(await run(harness, documents.verifyApp, { mfaToken, code: totp(harness, secret) })).toMatchObject({ __typename: 'ChallengeExpiredError' });
    expect((await me(harness, accessToken)).statusCode).toBe(200);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaEnrolled: false, secret: expect.any(String) });
    expect(await audited(harness, user.id, 'MFA_RESET', 'AUTHENTICATOR_APP')).toBe(1);
    expect(await audited(harness, user.id, 'MFA_RESET', 'nothing enrolled')).toBe(1);
  });

  test.each(['lockUser', 'unlockUser', 'resetUserMfa'] as const)(
    '%s refuses bad ids, unknown users and everybody but the environment',
    async (name) => {
      for (const userId of ['nobody', `_${Buffer.from('User:nobody').toString('base64url')}`]) {
        expect(await run(harness, documents[name], { userId }, environment)).toMatchObject({
          __typename: 'UserNotFoundError',
          path: ['input', 'userId'],
        });
      }
      for (const userId of ['', 'x'.repeat(201)]) {
        expect(await run(harness, documents[name], { userId }, environment)).toMatchObject({
          __typename: 'InvalidInputError',
          path: ['input', 'userId'],
        });
      }
      const user = await createUserInTenant(harness, `may-${name.toLowerCase()}`, { roleIds: [roleIds.admin] });
      const { accessToken } = (await logIn(harness, user.email)).json();
      for (const [headers, code] of [
        [{}, 'UNAUTHENTICATED'],
        [{ authorization: `Bearer ${accessToken}` }, 'FORBIDDEN'],
      ] as const) {
        const answer = await harness.graphql(documents[name], { input: { userId: user.id } }, headers);
        expect(answer.errors?.map((error) => error.extensions.code)).toEqual([code]);
      }
      expect((await logIn(harness, user.email)).statusCode).toBe(200);
    },
  );
});

describe('lockout policies', () => {
  test('are created once, changed field by field, set whole, and are those of REST', async () => {
    const headers = await asEnvironment(harness, await createTenant(harness, 'policy'));
    const read = '{ lockoutPolicy { restId enabled maxAttempts maxAttemptsInForce tenant { restId } } }';
    expect((await harness.graphql(read, {}, headers)).data).toEqual({ lockoutPolicy: null });
    expect(await run(harness, documents.updateLockoutPolicy, { enabled: true }, headers)).toMatchObject({ __typename: 'LockoutPolicyNotFoundError' });
    const created = await run(harness, documents.createLockoutPolicy, { enabled: true, maxAttempts: 500 }, headers);
    expect(created).toMatchObject({
      __typename: 'CreateLockoutPolicySuccess',
      lockoutPolicy: { tenant: { restId: 'policy' }, enabled: true, maxAttempts: 500, maxAttemptsInForce: 100 },
    });
    expect(await run(harness, documents.createLockoutPolicy, { enabled: true, maxAttempts: 5 }, headers)).toMatchObject({
      __typename: 'LockoutPolicyExistsError',
      code: 'LOCKOUT_POLICY_EXISTS',
    });
    expect(await run(harness, documents.updateLockoutPolicy, {}, headers)).toMatchObject({ __typename: 'NothingToUpdateError' });
    const updated = await run(harness, documents.updateLockoutPolicy, { maxAttempts: 7 }, headers);
    expect(updated.lockoutPolicy).toMatchObject({ restId: created.lockoutPolicy.restId, enabled: true, maxAttempts: 7, maxAttemptsInForce: 7 });
    const upserted = await run(harness, documents.upsertLockoutPolicy, { enabled: false, maxAttempts: 3 }, headers);
    expect(upserted).toMatchObject({ __typename: 'UpsertLockoutPolicySuccess', created: false, lockoutPolicy: { enabled: false, maxAttempts: 3 } });
    expect((await harness.send({ url: policyUrl, headers })).json()).toMatchObject({
      id: created.lockoutPolicy.restId,
      enabled: false,
      maxAttempts: 3,
    });
    expect(await run(harness, documents.upsertLockoutPolicy, { enabled: false, maxAttempts: 9 }, environment)).toMatchObject({
      created: true,
      lockoutPolicy: { tenant: null, maxAttempts: 9 },
    });
    expect((await harness.graphql(read, {}, headers)).data).toMatchObject({ lockoutPolicy: { maxAttempts: 3 } });
    await execute(harness, 'delete from lockout_policies');
  });

  test('of two set at once one creates and both succeed', async () => {
    const headers = await asEnvironment(harness, await createTenant(harness, 'policy-race'));
    const set = (maxAttempts: number) => run(harness, documents.upsertLockoutPolicy, { enabled: false, maxAttempts }, headers);
    const answers = await Promise.all([1, 2, 3, 4].map(set));
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.__typename))).toEqual(new Set(['UpsertLockoutPolicySuccess']));
  });

  test.each([
    [{ maxAttempts: 0 }, 'must not be less than 1'],
    [{ maxAttempts: -5 }, 'must not be less than 1'],
  ])('refuse %j as an input', async (fields, message) => {
    const refusal = { __typename: 'InvalidInputError', path: ['input', 'maxAttempts'], issues: [{ path: ['input', 'maxAttempts'], message }] };
    for (const name of ['createLockoutPolicy', 'updateLockoutPolicy', 'upsertLockoutPolicy'] as const) {
      expect(await run(harness, documents[name], { enabled: false, ...fields }, environment), name).toMatchObject(refusal);
    }
    for (const nothing of [{ enabled: null }, { maxAttempts: null }]) {
      expect(await run(harness, documents.updateLockoutPolicy, nothing, environment)).toMatchObject({ __typename: 'InvalidInputError' });
    }
  });

  test.each([[{ enabled: true }], [{ maxAttempts: 5 }], [{ enabled: true, maxAttempts: 2_147_483_648 }], [{ enabled: 'on', maxAttempts: 5 }]])(
    'refuse %j as a document',
    async (input) => {
      for (const name of ['createLockoutPolicy', 'upsertLockoutPolicy'] as const) {
        const answer = await harness.graphql(documents[name], { input }, environment);
        expect(
          answer.errors?.map((error) => error.extensions.code),
          name,
        ).toEqual(['BAD_REQUEST']);
      }
    },
  );

  test('are set by the environment alone', async () => {
    const user = await createUserInTenant(harness, 'policy-user', { roleIds: [roleIds.admin] });
    const { accessToken } = (await logIn(harness, user.email)).json();
    const write = 'mutation { upsertLockoutPolicy(input: { enabled: true, maxAttempts: 1 }) { __typename } }';
    for (const query of ['mutation { createLockoutPolicy(input: { enabled: true, maxAttempts: 1 }) { __typename } }', write]) {
      const codes = async (headers: Record<string, string>) =>
        (await harness.graphql(query, {}, headers)).errors?.map(({ extensions }) => extensions.code);
      expect(await codes({}), query).toEqual(['UNAUTHENTICATED']);
      expect(await codes({ authorization: `Bearer ${accessToken}` }), query).toEqual(['FORBIDDEN']);
    }
  });
});
