import { expect, test } from 'vitest';
import { clientId, secret } from '../../support/harness.ts';
import { call, claimsOf, expectRefusal, faults, headerOf, refusal, uuid } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const authenticate = (body?: unknown, headers: Record<string, string> = {}, url = '/auth/vendor') =>
  harness.send({ method: 'POST', url, headers, ...(body === undefined ? {} : { body }) });

test('client id and secret give exactly 200, a token and its life in seconds', async () => {
  const answer = await authenticate({ clientId, secret, extra: true });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ token: expect.any(String), expiresIn: 1800 });
  expect(answer.headers['cache-control']).toBe('no-store');
});

test('the token is an RS256 JWT of the type vendor, signed by the published key', async () => {
  const { token } = (await authenticate({ clientId, secret })).json<{ token: string }>();
  const [key] = (await harness.send({ url: '/.well-known/jwks.json' })).json<{ keys: { kid: string }[] }>().keys;
  expect(headerOf(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: key?.kid });
  const iat = Math.floor(harness.clock.now().getTime() / 1000);
  expect(claimsOf(token)).toEqual({
    type: 'vendor',
    vendorId: expect.stringMatching(uuid),
    scopes: [],
    iat,
    exp: iat + 1800,
    iss: 'https://id.acme.example',
    aud: `${clientId}:management`,
    sub: clientId,
    jti: expect.stringMatching(uuid),
  });
});

test('the token serves until its last second', async () => {
  const headers = { authorization: `Bearer ${(await authenticate({ clientId, secret })).json<{ token: string }>().token}` };
  harness.clock.advance({ seconds: 1799 });
  expect((await call(harness, 'GET', '/configurations/v1/mfa', { headers })).statusCode).toBe(200);
  harness.clock.advance({ seconds: 1 });
  expectRefusal(await call(harness, 'GET', '/configurations/v1/mfa', { headers }), 401, refusal('Unauthorized'));
});

test('a trailing slash and the prefix of browsers serve as well; /identity does not', async () => {
  for (const url of ['/auth/vendor/', '/frontegg/auth/vendor', '/frontegg/auth/vendor/']) {
    expect((await authenticate({ clientId, secret }, {}, url)).statusCode, url).toBe(200);
  }
  expectRefusal(await authenticate({ clientId, secret }, {}, '/identity/auth/vendor'), 404, refusal('Not found', 'ER-00004'));
});

test('wrong credentials answer one and the same 401', async () => {
  const invalid = refusal('Invalid authentication', 'ER-01013');
  for (const body of [
    { clientId, secret: 'wrong' },
    { clientId, secret: `${secret} ` },
    { clientId: 'x', secret },
    { clientId: 'x', secret: 'y' },
  ]) {
    expectRefusal(await authenticate(body), 401, invalid, JSON.stringify(body));
  }
});

test('validation names each field, in order', async () => {
  const both = ['clientId should not be empty', 'secret should not be empty'];
  expectRefusal(await authenticate(), 400, faults('Request body is required'));
  expectRefusal(await authenticate('{}]'), 400, faults('Invalid request body'));
  expectRefusal(await authenticate({}), 400, faults(...both));
  expectRefusal(await authenticate({ clientId: null, secret: '' }), 400, faults(...both));
  expectRefusal(await authenticate({ clientId: 1, secret: [] }), 400, faults('clientId must be a string', 'secret must be a string'));
  expectRefusal(await authenticate({ clientId, secret: 'x'.repeat(4097) }), 400, faults('secret must be a string'));
  expect((await authenticate({ clientId, secret: 'x'.repeat(4096) })).statusCode).toBe(401);
});

test('stale credentials in headers do not disturb', async () => {
  const headers = { authorization: 'Bearer stale', 'x-access-token': 'stale', 'frontegg-tenant-id': '' };
  expect((await authenticate({ clientId, secret }, headers)).statusCode).toBe(200);
});
