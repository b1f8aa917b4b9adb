import { beforeAll, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUserInTenant, identity } from '../../support/builders.ts';
import { documents } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { joinTenant } from '../../support/rest.ts';
import { operations } from '../../support/rest-operations.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

let user: TestUser;
beforeAll(async () => {
  user = await createUserInTenant(harness, 'administered');
  await createTenant(harness, 'administered-too');
  await joinTenant(harness, user.email, 'administered-too');
  await createTenant(harness, 'administered-elsewhere');
});

/** What the operator does to one user over REST: every act of the environment upon the user that its path names. */
const acts = operations.filter(({ access, template }) => access === 'environment' && /\/users\/v1\/:id\//.test(template));
const single = { errors: ['frontegg-tenant-id header must contain a single tenant id'] };
/** Answers by the tenant that the header names. Null stands for a success. */
const expected: readonly [string | undefined, number, object | null][] = [
  [undefined, 200, null],
  ['administered', 200, null],
  ['administered-too', 200, null],
  ['administered-elsewhere', 404, { errors: ['User not found'] }],
  ['no-such-tenant', 404, { errors: ['Tenant not found'] }],
  ['ADMINISTERED', 200, null],
  ['', 400, single],
  [' ', 400, single],
  ['administered,administered-too', 400, single],
  ['administered,administered', 400, single],
];

test('T31 lock, unlock and unenroll are among them', () => {
  expect(acts.map(({ id }) => id)).toEqual(expect.arrayContaining(['lockUser', 'unlockUser', 'unenrollUser', 'verifyUserEmail']));
});

test.each(acts)('T31 $id answers like its siblings for every tenant that the header may name', async ({ method, template }) => {
  for (const [tenant, status, body] of expected) {
    const { authorization = '' } = await asEnvironment(harness);
    const headers = { authorization, ...(tenant === undefined ? {} : { 'frontegg-tenant-id': tenant }) };
    const url = template.replace(':id', user.id);
    const answer = await harness.send({ method, url, headers });
    if (body === null) expect(answer.statusCode, String(tenant)).toBeLessThan(300);
    else expect([answer.statusCode, answer.json()], String(tenant)).toEqual([status, body]);
  }
});

test.each(['lockUser', 'unlockUser', 'resetUserMfa', 'verifyUserEmail'] as const)(
  'T31 %s over GraphQL reaches members of the tenant alone',
  async (name) => {
    const input = { userId: user.id };
    const typeIn = async (tenantId: string) => {
      const headers = await asEnvironment(harness, tenantId);
      const answer = await harness.send({ method: 'POST', url: '/graphql', headers, body: { query: documents[name], variables: { input } } });
      return answer.json().data?.[name]?.__typename;
    };
    expect(await typeIn('administered')).toMatch(/Success$/);
    expect(await typeIn('administered-too')).toMatch(/Success$/);
    expect(await typeIn('administered-elsewhere')).toBe('UserNotFoundError');
    expect(await harness.send({ url: `${identity}/vendor-only/users/v1/${user.id}`, headers: await asEnvironment(harness) })).toMatchObject({
      statusCode: 200,
    });
  },
);
