import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mountGraphql } from '../../src/graphql/mount.ts';
import { registerHealth } from '../../src/http/health.ts';
import { createServer } from '../../src/http/server.ts';
import { createUnavailableLog } from '../../src/http/unavailable-log.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import { answerErrors } from '../../src/rest/errors.ts';
import type { RestOptions } from '../../src/rest/mount.ts';
import { mountRest } from '../../src/rest/mount.ts';
import type { Services } from '../../src/services/index.ts';
import { HandClock } from '../support/clock.ts';
import { operations } from '../support/rest-operations.ts';

const logged: { message: string; requests?: number; stack?: string }[] = [];
const write = (fields: object, message: string) => void logged.push({ ...fields, message });
const log = { info: write, warn: write, error: write };
const unavailable = createUnavailableLog(log);
const touched: string[] = [];
let host: FastifyInstance;

beforeAll(async () => {
  const service = new Proxy({}, { get: () => async () => void touched.push('service') });
  const services = new Proxy({}, { get: () => service }) as Services;
  host = await createServer({
    ...{ log, unavailable, clock: new HandClock(new Date('2026-03-02T09:00:00Z')), random: nodeRandom, trustProxy: [] },
    corsOrigins: ['https://app.example'],
    addressLimits: { environmentPerSecond: 1e6, loginPerMinute: 1e6, factorPerMinute: 1e6 },
    maxConnections: 10,
    // No event loop is as punctual as this.
    maxEventLoopDelayMilliseconds: 1e-6,
    routeUrl: (url) => url,
    actorOf: async () => {
      touched.push('actor');
      return { kind: 'ENVIRONMENT', tenantId: null };
    },
  });
  answerErrors(host);
  registerHealth(host, { ping: async () => undefined, draining: () => false, log });
  await mountRest(host, { services, cookies: {} as RestOptions['cookies'], publicUrl: 'https://id.example', corsOrigins: [] });
  await mountGraphql(host, { services, log, unavailable, mayIntrospect: () => true, graphiql: null });
  // The delay is judged once a second.
  while ((await host.inject({ url: '/nothing' })).statusCode !== 503) await sleep(50);
  unavailable.flush();
  logged.splice(0);
});
afterAll(() => host.close());

const refused = async (request: InjectOptions) => {
  const answer = await host.inject(request);
  expect([request.method, request.url, answer.statusCode, answer.headers['retry-after']]).toEqual([request.method, request.url, 503, '5']);
  expect(answer.headers['frontegg-trace-id']).toMatch(/^[0-9a-f-]{36}$/);
  return answer;
};

it('a server that is too busy answers every REST operation with 503 and Retry-After, and asks nobody for it', async () => {
  for (const { method, url, prefixes, path } of operations) {
    for (const target of new Set([url, ...prefixes.map((prefix) => prefix + path)])) {
      const answer = await refused({ method, url: target, headers: { authorization: 'Bearer a.b.c' } });
      expect(answer.json()).toEqual({ errors: ['Service unavailable'] });
      expect(Date.parse(String(answer.headers['x-rate-limit-reset']))).not.toBeNaN();
    }
  }
  expect(touched).toEqual([]);
});

it('it answers GraphQL in the shape of GraphQL', async () => {
  const headers = { 'content-type': 'application/json' };
  for (const payload of ['{"query":"{ viewer { email } }"}', '{"query":"{"}', '{', '[]']) {
    const answer = await refused({ method: 'POST', url: '/graphql', headers, payload });
    expect(answer.json()).toEqual({
      errors: [
        { message: expect.any(String), extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 5, requestId: answer.headers['frontegg-trace-id'] } },
      ],
    });
  }
});

it('what leads to no operation is refused alike: other paths, methods, cookies, bodies and origins', async () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'] as InjectOptions['method'][];
  for (const method of methods) for (const url of ['/nothing', '/graphql/x', '/identity/resources/']) await refused({ method: method ?? 'GET', url });
  await refused({ url: '/nothing', headers: { cookie: '=;;=%zz', origin: 'https://evil.example', 'user-agent': '' } });
  await refused({ method: 'POST', url: '/nothing', headers: { 'content-type': 'text/xml' }, payload: '<' });
});

it('a malformed URL is still the fault of the client, and a preflight of a browser is answered', async () => {
  for (const url of ['/%zz', `/identity/resources/users/v1/${'x'.repeat(5_000)}`]) {
    const { statusCode } = await host.inject({ url });
    expect(statusCode, url.slice(0, 40)).toBeGreaterThanOrEqual(400);
    expect(statusCode, url.slice(0, 40)).not.toBe(500);
  }
  const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
  expect((await host.inject({ method: 'OPTIONS', url: '/graphql', headers })).statusCode).toBe(204);
});

it('/health and /ready are never refused for it', async () => {
  for (const url of ['/health', '/health/', '/ready', '/ready?from=balancer']) expect((await host.inject({ url })).statusCode, url).toBe(200);
});

it('the log counts such requests in one line each second, and has neither a stack nor a line for each', async () => {
  unavailable.flush();
  logged.splice(0);
  for (let index = 0; index < 50; index += 1) await host.inject({ url: '/nothing' });
  expect(logged.length).toBeLessThan(3);
  unavailable.flush();
  expect(logged.reduce((sum, line) => sum + (line.requests ?? 0), 0)).toBe(50);
  for (const line of logged) expect(line).toMatchObject({ code: 'UNAVAILABLE', reason: 'event loop delay', firstRequestId: expect.any(String) });
  expect(JSON.stringify(logged)).not.toContain('stack');
});
