import { expect, test } from 'vitest';
import { Unavailable } from '../../../src/domain/errors.ts';
import { asEnvironment, createUserInTenant, identity, password } from '../../support/builders.ts';
import { openHarness } from '../../support/harness.ts';

const document = 'mutation ($input: LogInInput!) { logIn(input: $input) { __typename } }';

test('R12: while too many passwords wait, a further one is refused with 503 and Retry-After before the database is asked', async () => {
  let full = false;
  const harness = await openHarness({
    ports: {
      passwords: {
        admit: async (work) => {
          if (full) throw new Unavailable('too many passwords wait to be checked');
          return work();
        },
        hash: async (text) => text,
        verify: async (hash, text) => hash === text,
        isForeign: () => false,
        keep: async () => '',
      },
    },
  });
  try {
    const { id, email } = await createUserInTenant(harness, 'shed');
    const vendor = await asEnvironment(harness);
    const { token } = (
      await harness.send({ method: 'POST', url: `${identity}/users/v1/activate/token`, headers: { ...vendor, 'frontegg-user-id': id } })
    ).json() as {
      token?: string;
    };
    full = true;
    harness.queries.length = 0;
    const rest = [
      { url: `${identity}/auth/v1/user`, body: { email, password } },
      { url: `${identity}/users/v1/passwords/reset/verify`, body: { userId: id, token: 'x'.repeat(43), password } },
      { url: `${identity}/users/v1/activate`, body: { userId: id, token: token ?? 'x'.repeat(43), password } },
    ];
    for (const request of rest) {
      const answer = await harness.send({ method: 'POST', ...request });
      expect([request.url, answer.statusCode, answer.headers['retry-after']]).toEqual([request.url, 503, '5']);
    }
    const answer = await harness.send({ method: 'POST', url: '/graphql', body: { query: document, variables: { input: { email, password } } } });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 5 } }] });
    expect(harness.queries).toEqual([]);

    full = false;
    expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password } })).statusCode).toBe(200);
  } finally {
    await harness.close();
  }
});
