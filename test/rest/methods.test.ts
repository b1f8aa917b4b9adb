import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant } from '../support/builders.ts';
import { openHarness } from '../support/harness.ts';
import { asUser, credentialsOf, expectRefusal, refusal } from '../support/rest.ts';
import { operations } from '../support/rest-operations.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness(() => openHarness({ settings: { PUBLIC_URL: 'http://localhost:4000' } }));
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const notAllowed = refusal('Method not allowed');

/**
 * What two answers to the same request have in common: all but what names the request, the time, and how a body is cut that is written while
 * it is read (RFC 9110 §9.3.2).
 */
const lasting = ({ 'frontegg-trace-id': _id, date: _date, 'transfer-encoding': _cut, ...headers }: Record<string, unknown>) => headers;

describe('HEAD is served wherever GET is, with the same headers and no body', () => {
  test('every operation, allowed and refused', async () => {
    const user = await createUserInTenant(harness, 'head');
    const environment = await asEnvironment(harness, user.tenantId);
    const credentials = credentialsOf(environment, user.id, await asUser(harness, user.email));
    for (const { id, method, url, access } of operations.filter((operation) => operation.method === 'GET')) {
      expect(method).toBe('GET');
      for (const headers of [{}, credentials[access]]) {
        const [get, head] = [await harness.send({ url, headers }), await harness.send({ method: 'HEAD', url, headers })];
        expect([head.statusCode, head.body], id).toEqual([get.statusCode, '']);
        expect(lasting(head.headers), id).toEqual(lasting(get.headers));
      }
    }
  });

  test.each([
    '/health',
    '/ready',
    '/.well-known/jwks.json',
    '/frontegg/.well-known/jwks.json',
    '/schema.graphql',
    '/graphiql',
    '/',
    '/readme',
    '/openapi.json',
    '/nowhere',
  ])('%s', async (url) => {
    const request = { url, address: '127.0.0.1', headers: { host: 'localhost' } };
    const [get, head] = [await harness.send(request), await harness.send({ ...request, method: 'HEAD' })];
    expect(head.statusCode).toBe(get.statusCode);
    expect(lasting(head.headers)).toEqual(lasting(get.headers));
    // What has no route is answered in full here; Node sends no body of it over the network.
    if (url !== '/nowhere') expect(head.body).toBe('');
  });

  test('a refused HEAD is no event, as a refused GET is none', async () => {
    const url = operations.find(({ id }) => id === 'readConfiguration')?.url ?? '';
    for (const method of ['GET', 'HEAD'] as const) expect((await harness.send({ method, url })).statusCode).toBe(401);
  });
});

describe('a method that a path is not served by is 405 and says which ones are', () => {
  test('every operation', async () => {
    for (const { url, path, prefixes } of operations) {
      // The id of a user fits a path of its own, such as `activate`.
      const served = operations.filter((other) => new RegExp(`^${other.url.replace(/some-id/g, '[^/]+')}$`).test(url));
      const allowed = [...new Set(served.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].sort();
      for (const method of methods.filter((candidate) => !allowed.includes(candidate))) {
        const answer = await harness.send({
          method,
          url: `${prefixes.at(-1)}${path}?a=b`,
          ...(method === 'GET' || method === 'HEAD' ? {} : { body: {} }),
        });
        expect([answer.statusCode, answer.headers.allow], `${method} ${url}`).toEqual([405, allowed.join(', ')]);
        if (method !== 'HEAD') expectRefusal(answer, 405, notAllowed, `${method} ${url}`);
      }
    }
  });

  test.each(['/health', '/ready'])('%s', async (url) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await harness.send({ method, url });
      expect(answer.headers.allow).toBe('GET, HEAD');
      expectRefusal(answer, 405, notAllowed);
    }
  });

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const)('%s /graphql, in the shape of GraphQL, whatever the body', async (method) => {
    for (const headers of [{}, { 'content-type': 'text/plain' }]) {
      const answer = await harness.app.http.inject({ method, url: '/graphql?query={__typename}', headers, payload: method === 'PUT' ? 'x' : '' });
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST']);
      if (method !== 'HEAD')
        expect(answer.json()).toEqual({
          errors: [{ message: expect.any(String), extensions: expect.objectContaining({ code: 'METHOD_NOT_ALLOWED' }) }],
        });
    }
  });

  test('a path that is nowhere stays 404 by every method, and so does TRACE', async () => {
    for (const method of methods) expect((await harness.send({ method, url: '/nowhere' })).statusCode, method).toBe(404);
    const trace = await harness.app.http.inject({ method: 'TRACE' as 'GET', url: '/health' });
    expect(trace.statusCode).toBe(404);
  });
});
