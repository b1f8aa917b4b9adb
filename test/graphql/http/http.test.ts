import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { openHarness } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const post = (body: unknown, headers: Record<string, string> = {}) => harness.send({ method: 'POST', url: '/graphql', body, headers });
const query = '{ __typename }';

describe('refusals before GraphQL begins have its shape and a status', () => {
  test.each([
    ['null', 'null', 400],
    ['a number', '1', 400],
    ['a string', '"x"', 400],
    ['a list', '[]', 400],
    ['a batch', '[{"query":"{ __typename }"}]', 400],
    ['an empty object', '{}', 400],
    ['a query that is no string', '{"query":{"a":1}}', 400],
    ['text', 'query { __typename }', 400],
    ['half a body', '{"query":"{ __typename', 400],
    ['a prototype', '{"query":"{ __typename }","__proto__":{"a":1}}', 400],
    ['an unknown member', '{"query":"{ __typename }","queries":[]}', 400],
    ['variables that are no object', '{"query":"{ __typename }","variables":"{}"}', 400],
    ['a megabyte', JSON.stringify({ query: `{ __typename } #${'x'.repeat(1_000_000)}` }), 413],
  ])('%s', async (_name, body, status) => {
    const answer = await post(body);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/json; charset=utf-8']);
    const { errors } = answer.json();
    expect(errors[0]).toMatchObject({
      message: expect.any(String),
      extensions: { code: status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST', requestId: answer.headers['frontegg-trace-id'] },
    });
    expect(answer.body).not.toMatch(/originalError|stack|position/i);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/graphql',
  ])('content type %s', async (type) => {
    const answer = await post(JSON.stringify({ query }), { 'content-type': type });
    expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  test('no body at all', async () => {
    expect((await harness.send({ method: 'POST', url: '/graphql' })).statusCode).toBe(400);
  });
});

test('nothing but POST executes', async () => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const) {
    const answer = await harness.send({ method, url: `/graphql?query=${encodeURIComponent(query)}` });
    expect([method, answer.statusCode, answer.headers.allow]).toEqual([method, 405, 'POST']);
  }
});

test.each([
  [undefined, 'application/json'],
  ['application/json', 'application/json'],
  ['*/*', 'application/json'],
  ['text/html', 'application/json'],
  ['text/event-stream', 'application/json'],
  ['multipart/mixed', 'application/json'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
])('Accept: %s is answered as %s', async (accept, type) => {
  const answer = await post({ query }, accept === undefined ? {} : { accept });
  expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
  expect(answer.json()).toEqual({ data: { __typename: 'Query' } });
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'frontegg-trace-id': expect.any(String) });
});

test('a document at fault is 400 for clients of the new media type, and 200 for the others', async () => {
  const wrong = { query: '{ nothing }' };
  expect((await post(wrong)).statusCode).toBe(200);
  expect((await post(wrong, { accept: 'application/graphql-response+json' })).statusCode).toBe(400);
});

test('an error of ours is masked, carries the request id, and is logged once', async () => {
  const broken = await openHarness();
  const { userLists } = broken.app.services;
  Object.assign(userLists, { list: () => Promise.reject(new Error('secret of the machine room')) });
  const answer = await broken.send({
    method: 'POST',
    url: '/graphql',
    body: { query: '{ users { nodes { id } } }' },
    headers: await asEnvironment(broken),
  });
  const requestId = answer.headers['frontegg-trace-id'];
  expect(answer.json()).toEqual({
    data: null,
    errors: [
      { message: 'An unexpected error occurred.', locations: [{ line: 1, column: 3 }], path: ['users'], extensions: { code: 'INTERNAL', requestId } },
    ],
  });
  const lines = broken.logged.filter((line) => 'level' in line && line.level === 'error');
  expect(lines).toEqual([expect.objectContaining({ requestId, path: 'users', name: 'Error', frames: expect.any(Array) })]);
  expect(JSON.stringify(lines)).not.toContain('machine room');
  await broken.close();
});

test('the name of an operation is logged, its variables never', async () => {
  const document = 'mutation LogIn($input: LogInInput!) { logIn(input: $input) { __typename } }';
  await post({ query: document, operationName: 'LogIn', variables: { input: { email: 'canary@acme.example', password: 'canary-password' } } });
  await post({ query: document, operationName: 'canary password', variables: {} });
  const lines = JSON.stringify(harness.logged);
  expect(lines).toContain('"operation":"LogIn"');
  expect(lines).not.toContain('canary');
});

test('a client that goes away is no error of ours', async () => {
  await harness.app.http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = harness.app.http.server.address() as { port: number };
  const body = JSON.stringify({ query: '{ mfaStrategies { active } }' });
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: ${(await asEnvironment(harness)).authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const before = harness.logged.length;
  for (let index = 0; index < 20; index += 1) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(head + body, () => setTimeout(() => socket.destroy(), index % 5));
      });
      socket.on('close', () => resolve());
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(harness.logged.slice(before).filter((line) => (line as { level: string }).level === 'error')).toEqual([]);
});

test('a client address has its share of logins, and hears how long to wait', async () => {
  const limited = await openHarness({ settings: { LIMIT_LOGIN_PER_MINUTE: '2' } });
  const body = {
    query: 'mutation { logIn(input: { email: "a@b.example", password: "x" }) { __typename ... on RateLimitedError { retryAfterSeconds } } }',
  };
  const names: unknown[] = [];
  for (let index = 0; index < 3; index += 1) names.push((await limited.send({ method: 'POST', url: '/graphql', body })).json().data.logIn);
  expect(names).toEqual([
    { __typename: 'InvalidCredentialsError' },
    { __typename: 'InvalidCredentialsError' },
    { __typename: 'RateLimitedError', retryAfterSeconds: expect.any(Number) },
  ]);
  await limited.close();
});

describe('T42 in production', () => {
  const production = useHarness(() => openHarness({ settings: { NODE_ENV: 'production' } }));

  test('neither schema nor page can be had', async () => {
    for (const url of ['/graphiql', '/graphiql/start.js', '/schema.graphql']) {
      expect((await production.send({ url, headers: { accept: 'text/html' } })).statusCode, url).toBe(404);
    }
    for (const document of ['{ __schema { types { name } } }', '{ __type(name: "User") { name } }']) {
      expect((await production.graphql(document)).errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    }
    expect((await production.graphql('{ viewe { id } }')).errors?.[0]?.message).not.toContain('viewer');
  });
});
