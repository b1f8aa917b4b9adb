import { expect, test } from 'vitest';
import type { Credentials } from '../../support/api-tokens.ts';
import { createTenantToken, exchange } from '../../support/api-tokens.ts';
import { createTenant, expectStatus } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { mutation } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
const authenticate = mutation('authenticateApiToken', 'jwt { accessToken }');
const wrong = ({ clientId }: Credentials): Credentials => ({ clientId, secret: crypto.randomUUID() });

test('wrong secrets of one token have to wait after the fifth, over both transports together, and other tokens do not', async () => {
  const tenantId = await createTenant(harness, 'guessing');
  const [guessed, other] = [await createTenantToken(harness, tenantId), await createTenantToken(harness, tenantId)];
  for (let tried = 0; tried < 3; tried += 1) expectStatus(await exchange(harness, wrong(guessed)), 401);
  for (let tried = 0; tried < 2; tried += 1) {
    const answer = await harness.graphql(authenticate, { input: wrong(guessed) });
    expect(answer.data?.authenticateApiToken).toMatchObject({ __typename: 'ApiTokenInvalidError', code: 'API_TOKEN_INVALID' });
  }
  expectStatus(await exchange(harness, wrong(guessed)), 429);
  expectStatus(await exchange(harness, guessed), 429);
  expectStatus(await exchange(harness, { ...guessed, clientId: guessed.clientId.toUpperCase() }, 'v2'), 429);
  expectStatus(await exchange(harness, other), 200);
  harness.clock.advance({ seconds: 3601 });
  expectStatus(await exchange(harness, guessed), 200);
});

test('of many guesses at once no more are looked at than one after the other', async () => {
  const guessed = await createTenantToken(harness, await createTenant(harness, 'guessing-burst'));
  const statuses = (await Promise.all(Array.from({ length: 20 }, () => exchange(harness, wrong(guessed))))).map(({ statusCode }) => statusCode);
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(6);
});

test('neither a secret, nor a refresh token, nor a JWT is in the database', async () => {
  const credentials = await createTenantToken(harness, await createTenant(harness, 'guessing-rest'));
  const { accessToken, refreshToken } = (await exchange(harness, credentials)).json<{ accessToken: string; refreshToken: string }>();
  const rows = JSON.stringify([
    ...(await query(harness, 'select * from api_tokens')),
    ...(await query(harness, 'select * from api_token_refreshes')),
    ...(await query(harness, 'select * from audit_events')),
  ]);
  for (const secret of [credentials.secret, accessToken, refreshToken]) expect(rows).not.toContain(secret);
});
