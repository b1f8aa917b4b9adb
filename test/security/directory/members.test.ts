import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createUserInTenant, enroll, identity, logIn, setPolicy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { expectRefusal, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let member: TestUser;
let stranger: TestUser;
/** An environment token that names the tenant of the member. */
let inTenant: Record<string, string>;
beforeAll(async () => {
  [member, stranger] = [await createUserInTenant(harness, 'members-own'), await createUserInTenant(harness, 'members-other')];
  await setPolicy(harness, { enforceMFAType: 'Force' }, stranger.tenantId);
  await enroll(harness, stranger.email);
  inTenant = await asEnvironment(harness, member.tenantId);
});

/** What an administrator could change of the user. */
const stateOf = async ({ id }: TestUser) => [
  await query(harness, 'select * from users where id = $1', [id]),
  await query(harness, 'select * from authenticators where user_id = $1', [id]),
];
const post = (path: string) => harness.send({ method: 'POST', url: `${identity}${path}`, headers: inTenant });

describe('an environment token that names a tenant acts on its members alone', () => {
  test.each([
    ['lock', (id: string) => `/users/v1/${id}/lock`],
    ['unlock', (id: string) => `/users/v1/${id}/unlock`],
    ['removal of all factors', (id: string) => `/vendor-only/users/v1/${id}/mfa/unenroll`],
    ['activation link', (id: string) => `/users/v1/${id}/links/generate-activation-token`],
    ['verification', (id: string) => `/users/v1/${id}/verify`],
  ])('%s, over REST', async (_, pathOf) => {
    const before = await stateOf(stranger);
    expectRefusal(await post(pathOf(stranger.id)), 404, refusal('User not found'));
    expect(await stateOf(stranger)).toEqual(before);
    expect([200, 201]).toContain((await post(pathOf(member.id))).statusCode);
  });

  test.each(['lockUser', 'unlockUser', 'resetUserMfa'] as const)('%s, over GraphQL', async (name) => {
    const before = await stateOf(stranger);
    expect(await run(harness, documents[name], { userId: stranger.id }, inTenant)).toMatchObject({
      __typename: 'UserNotFoundError',
      path: ['input', 'userId'],
    });
    expect(await stateOf(stranger)).toEqual(before);
    expect(await run(harness, documents[name], { userId: member.id }, inTenant)).toMatchObject({ user: { restId: member.id } });
  });

  test('and neither refusal nor success shows to the user of another tenant', async () => {
    expect((await logIn(harness, stranger.email)).json()).toMatchObject({ mfaEnrolled: true });
    expect((await logIn(harness, member.email)).statusCode).toBe(200);
  });
});
