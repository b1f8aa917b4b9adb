import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, identity, logIn, password } from '../support/builders.ts';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';
import { call, expectRefusal, forbidden, uuid } from '../support/rest.ts';
import { useHarness } from '../support/use-harness.ts';

const page = 'https://app.acme.example';
const harness = useHarness();
const listed = useHarness(() => openHarness({ settings: { CORS_ORIGINS: `${page}, https://other.acme.example` } }));

describe('every answer', () => {
  test('carries a trace id of its own and must not be stored, refusals included', async () => {
    const seen = new Set<unknown>();
    for (const [url, status] of [
      ['/nowhere', 404],
      [`${identity}/users/v2/me`, 401],
      [`${identity}/configurations/v1/mfa-policy/allow-remember-device`, 400],
      [`${identity}/users/v1/%zz`, 400],
      [`${identity}/users/v1/${'x'.repeat(300)}`, 414],
    ] as const) {
      const answer = await harness.send({ url });
      expect(answer.statusCode, url).toBe(status);
      expect(answer.headers['frontegg-trace-id'], url).toMatch(uuid);
      expect(answer.headers['cache-control'], url).toBe('no-store');
      seen.add(answer.headers['frontegg-trace-id']);
    }
    expect(seen.size).toBe(5);
    const user = await createUserInTenant(harness, 'stored');
    for (const answer of [
      await logIn(harness, user.email),
      await call(harness, 'POST', '/auth/v1/logout'),
      await call(harness, 'GET', '/configurations/v1/mfa', { headers: await asEnvironment(harness) }),
    ]) {
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'frontegg-trace-id': expect.stringMatching(uuid) });
    }
    expect((await harness.send({ url: '/.well-known/jwks.json' })).headers['frontegg-trace-id']).toMatch(uuid);
  });

  test('even to what is no HTTP request', async () => {
    await harness.app.http.listen({ port: 0, host: '127.0.0.1' });
    const { port } = harness.app.http.server.address() as AddressInfo;
    const send = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
      });
    const [head = '', body = ''] = (await send('GET / HTTP/1.1\r\nbroken\r\n\r\n')).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(head).toMatch(/frontegg-trace-id: [0-9a-f-]{36}/);
    expect(JSON.parse(body)).toEqual({ errors: ['Bad Request'] });
    const [large = '', text = ''] = (await send(`GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(40_000)}\r\n\r\n`)).split('\r\n\r\n');
    expect(large).toMatch(/^HTTP\/1.1 431 /);
    expect(JSON.parse(text)).toEqual({ errors: ['Request Header Fields Too Large'] });
  });
});

describe('pages of other origins', () => {
  const login = async (app: Harness, origin?: string) => {
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    return call(app, 'POST', '/auth/v1/user', { headers, body: { email: 'nobody@acme.example', password } });
  };
  const preflight = (app: Harness, origin: string) =>
    call(app, 'OPTIONS', '/auth/v1/user', { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x' } });

  test('none is allowed by default', async () => {
    for (const origin of [page, 'https://id.acme.example', 'null', '*']) {
      expect((await login(harness, origin)).headers).not.toHaveProperty('access-control-allow-origin');
      expect((await preflight(harness, origin)).headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test('a listed one is echoed, may send credentials and read three headers', async () => {
    const answer = await login(listed, page);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': page, 'access-control-allow-credentials': 'true' });
    expect(String(answer.headers.vary)).toMatch(/\bOrigin\b/);
    expect(answer.headers['access-control-expose-headers']).toBe('frontegg-trace-id, Retry-After, X-Rate-Limit-Reset');
    expect((await login(listed, 'https://other.acme.example')).headers['access-control-allow-origin']).toBe('https://other.acme.example');
    for (const origin of ['https://evil.example', `${page}.evil.example`, page.replace('https', 'http'), `${page}:8443`, 'null']) {
      expect((await login(listed, origin)).headers, origin).not.toHaveProperty('access-control-allow-origin');
    }
    expect((await login(listed)).headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('a refusal can be read as well', async () => {
    const answer = await listed.send({ url: '/nowhere', headers: { origin: page } });
    expect(answer.headers['access-control-allow-origin']).toBe(page);
  });

  test('a preflight answers methods and every header of the contract', async () => {
    const answer = await preflight(listed, page);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': page, 'access-control-allow-credentials': 'true' });
    expect(String(answer.headers['access-control-allow-methods']).split(/, ?/)).toEqual(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
    const expected = [
      ...['content-type', 'authorization', 'x-access-token', 'frontegg-tenant-id', 'frontegg-user-id', 'frontegg-vendor-host'],
      ...['frontegg-environment-id', 'frontegg-application-id', 'frontegg-requested-application-id', 'frontegg-login-alias'],
      ...['frontegg-scoped-tenant', 'frontegg-source', 'x-frontegg-framework', 'x-frontegg-sdk', 'x-frontegg-middleware'],
      ...['x-frontegg-forwarded-for', 'x-frontegg-headers-verifier', 'frontegg-vendor-id'],
    ];
    expect(String(answer.headers['access-control-allow-headers']).toLowerCase().split(/, ?/).sort()).toEqual(expected.sort());
  });

  test('a listed page may use the cookie routes, others may not', async () => {
    const out = (origin: string) => call(listed, 'POST', '/auth/v1/logout', { headers: { origin } });
    expect((await out(page)).statusCode).toBe(201);
    expect((await out('https://id.acme.example')).statusCode).toBe(201);
    expectRefusal(await out('https://evil.example'), 403, forbidden);
    const refresh = await call(listed, 'POST', '/auth/v1/user/token/refresh', { headers: { origin: `${page}:8443` } });
    expectRefusal(refresh, 403, forbidden, 'before the cookie is looked at');
  });
});
