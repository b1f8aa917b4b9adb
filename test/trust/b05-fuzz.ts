import { connect } from 'node:net';
import fc from 'fast-check';
import type { GraphQLInputType } from 'graphql';
import { isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { Claim, Run } from './claim.ts';
import type { Deployment } from './support/deployment.ts';
import { inParallel, openDeployment } from './support/deployment.ts';
import { graphqlCall } from './support/fill.ts';
import type { Answer, Call } from './support/http.ts';
import { verdictOf } from './support/http.ts';
import type { JsonSchema } from './support/operations.ts';
import { resolved, restOperations, rootFields } from './support/operations.ts';
import { asEnvironment, createPerson, createTenant, enroll, mfaTokenOf } from './support/story.ts';

/** What a library, a database or a file system would say, and no answer may repeat. */
const fragments =
  /\bat \S+ \(|node_modules|node:internal|\/src\/|\/dist\/|\.[cm]?[jt]s:\d+|SQLITE_|\bSQL(ite)?\b|\b(select|insert|update|delete) .{0,80}\b(from|into|set)\b|PostgreSQL|ECONN|ENOENT|drizzle|pothos|Zod|TypeError|RangeError|\/tmp\/|\/root\//i;

const awkward = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    '𝕏'.repeat(50),
    "' OR 1=1 --",
    '"; drop table users; --',
    '../../etc/passwd',

    '{{7*7}}',
    '__proto__',
    '%00',
    '%',
    'null',
    '1e999',
    'x'.repeat(5000),
  ),
  fc.emailAddress(),
  fc.uuid(),
);
const anything = fc.oneof(
  awkward,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom([], {}, [[]], { constructor: { prototype: { x: 1 } } }),
);

/** A value that a schema describes, or now and then one that it does not. */
function ofSchema(schema: JsonSchema, depth = 0): fc.Arbitrary<unknown> {
  const { type, enum: choices, properties, items, anyOf } = resolved(schema);
  const right: fc.Arbitrary<unknown> =
    choices !== undefined
      ? fc.constantFrom(...choices)
      : anyOf !== undefined
        ? fc.oneof(...anyOf.map((one) => ofSchema(one, depth + 1)))
        : properties !== undefined && depth < 4
          ? fc.record(Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, ofSchema(field, depth + 1)])), { requiredKeys: [] })
          : type === 'array'
            ? fc.array(items === undefined || depth > 3 ? anything : ofSchema(items, depth + 1), { maxLength: 4 })
            : type === 'boolean'
              ? fc.boolean()
              : type === 'integer' || type === 'number'
                ? fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1.5))
                : awkward;
  return fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: anything });
}

/** The same for an input type of GraphQL. */
function ofInput(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return ofInput(type.ofType, depth);
  if (isListType(type)) return fc.array(ofInput(type.ofType, depth + 1), { maxLength: 4 });
  const right: fc.Arbitrary<unknown> = isEnumType(type)
    ? fc.constantFrom(...type.getValues().map(({ name }) => name))
    : isInputObjectType(type) && depth < 4
      ? fc.record(Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, ofInput(field.type, depth + 1)])))
      : ({ Boolean: fc.boolean(), Int: fc.oneof(fc.integer(), fc.constantFrom(2 ** 31, 1.5)) }[String(type)] ?? awkward);
  return fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: anything });
}

/** Header values that Node sends; the others are tried on a bare connection. */
const headerText = fc.string({ maxLength: 80 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''));

function callsOf(credentials: Record<string, string>[], known: readonly string[]): fc.Arbitrary<Call> {
  const words = fc.oneof(awkward, fc.constantFrom(...known));
  const headers = fc
    .record(
      {
        authorization: fc.oneof(headerText, fc.constant('Bearer'), fc.constant('Bearer a.b.c')),
        'content-type': fc.constantFrom(
          ...Array.from({ length: 12 }, () => 'application/json'),
          'application/json; charset=utf-8',
          'text/plain',
          'application/json;charset=utf-16',
          'multipart/form-data; boundary=x',
          'application/x-www-form-urlencoded',
          '',
          'a',
        ),
        'frontegg-tenant-id': fc.oneof(headerText, fc.constantFrom(...known)),
        'frontegg-user-id': fc.oneof(headerText, fc.constantFrom(...known)),
        'x-access-token': headerText,
        cookie: headerText,
        'x-forwarded-for': headerText,
        'content-encoding': fc.constantFrom('gzip', 'identity', 'br'),
        accept: fc.constantFrom('application/graphql-response+json', 'text/html', '*/*', 'x'),
        origin: headerText,
        expect: fc.constant('100-continue'),
      },
      { requiredKeys: [] },
    )
    .chain((own) => fc.constantFrom(...credentials).map((credential) => ({ ...own, ...credential })));
  const method = (usual: string) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(usual) },
      { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND') },
    );
  const rest = fc.constantFrom(...restOperations).chain((operation) =>
    fc
      .record({
        method: method(operation.method),
        words: fc.array(words, { minLength: 3, maxLength: 3 }),
        headers,
        body: operation.body === null ? fc.constant(undefined) : ofSchema(operation.body),
        query: fc.option(fc.webQueryParameters(), { nil: undefined }),
      })
      .map(({ words: values, query, ...call }) => ({
        ...call,
        path: operation.path.replace(/\{\w+\}/g, () => encoded(values.pop() ?? 'x')) + (query === undefined ? '' : `?${query}`),
      })),
  );
  const graphql = fc.constantFrom(...rootFields).chain((field) =>
    fc
      .record({
        headers,
        given: fc.record(Object.fromEntries(field.field.args.map((argument) => [argument.name, ofInput(argument.type)])), { requiredKeys: [] }),
      })
      .map(({ headers: own, given }) => ({ ...graphqlCall(field, {}, 2), headers: own, given }))
      .map(({ given, ...call }) => ({ ...call, body: { ...(call.body as object), variables: given } })),
  );
  const brokenDocument = fc
    .record({
      headers,
      query: fc.oneof(
        awkward,
        fc.constantFrom(
          '{',
          '{a',
          'query',
          '{ viewer { id ',
          '{ __schema { types { name } } }',
          `{${'a{'.repeat(300)}`,
          '{ viewer { ...f } } fragment f on User { ...f }',
          'subscription { x }',
          'mutation { logIn }',
        ),
      ),
      variables: anything,
      operationName: anything,
      extensions: anything,
    })
    .map(({ headers: own, ...body }) => ({ path: '/graphql', headers: own, body }));
  const noise = fc
    .record({
      path: fc.oneof(awkward, fc.constantFrom('/graphql', '/health', '/ready', '/auth/vendor', '/')),
      method: method('POST'),
      headers,
      body: fc.oneof(
        fc.constant(undefined),
        awkward,
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc.json(),
      ),
    })
    .map(({ path, ...call }) => ({ ...call, path: `/${encoded(path)}` }));
  return fc.oneof(
    { weight: 5, arbitrary: rest },
    { weight: 4, arbitrary: graphql },
    { weight: 1, arbitrary: brokenDocument },
    { weight: 1, arbitrary: noise },
  ) as fc.Arbitrary<Call>;
}

/** A text as a segment of a path; half surrogate pairs, which no URL can hold, become a broken escape. */
function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80%';
  }
}

/** Bytes that no HTTP client would send; answers the first line and all that came back. */
function raw(deployment: Deployment, bytes: string): Promise<string> {
  const { port } = new URL(deployment.instances[0]?.url ?? '');
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

const malformed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    'GET  HTTP/1.1\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ),
  headerText.map((text) => `GET /health HTTP/1.1\r\nHost: x\r\n${text}\r\n\r\n`),
  fc.integer({ min: 9_000, max: 40_000 }).map((length) => `GET /health HTTP/1.1\r\nHost: x\r\nx-long: ${'a'.repeat(length)}\r\n\r\n`),
  awkward.map((text) => `GET /${text} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
);

async function run({ db, seed, short, note }: Run) {
  const requests = short ? 3_000 : 20_000;
  const rawRequests = short ? 100 : 600;
  const deployment = await openDeployment({ db, settings: { LOG_LEVEL: 'fatal' } });
  const tenantId = await createTenant(deployment, 'fuzz');
  const person = await enroll(deployment, await createPerson(deployment, tenantId, 'fuzz'));
  const mfaToken = await mfaTokenOf(deployment, person);
  const credentials = [
    {},
    { authorization: `Bearer ${person.accessToken}` },
    await asEnvironment(deployment),
    await asEnvironment(deployment, tenantId),
  ];
  const calls = fc.sample(callsOf(credentials, [person.id, tenantId, mfaToken]), { numRuns: requests, seed });
  const histogram: Record<string, number> = {};
  const problems: string[] = [];
  let [accepted, refused, errors5xx, leaks] = [0, 0, 0, 0];
  const judge = (what: string, status: string, text: string): void => {
    histogram[status] = (histogram[status] ?? 0) + 1;
    // What a client sent may stand in no answer either, but where it does, it is not the server that told it.
    const leak = fragments.exec(text);
    if (leak === null) return;
    leaks += 1;
    problems.push(`${what} shows ${JSON.stringify(leak[0])}: ${text.slice(0, 200)}`);
  };
  await inParallel(calls, 8, async (call) => {
    const answer: Answer | null = await deployment.send(call).catch((error: unknown) => {
      // Node itself refuses to send some of it, and the server may close a connection whose request it refuses.
      histogram[(error as { code?: string }).code ?? 'not sent'] = (histogram[(error as { code?: string }).code ?? 'not sent'] ?? 0) + 1;
      return null;
    });
    if (answer === null) return;
    const verdict = verdictOf(answer);
    if (verdict === 'accepted') accepted += 1;
    if (verdict === 'refused') refused += 1;
    if (verdict === 'fault') {
      errors5xx += 1;
      problems.push(
        `${call.method ?? 'POST'} ${call.path} ${JSON.stringify(call.body)?.slice(0, 300)} ${JSON.stringify(call.headers)} answers ${answer.status} ${answer.text.slice(0, 200)}`,
      );
    }
    judge(call.path, String(answer.status), answer.text);
  });
  await inParallel(fc.sample(malformed, { numRuns: rawRequests, seed }), 16, async (bytes) => {
    const text = await raw(deployment, bytes);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'closed';
    if (status.startsWith('5') && status !== '505') errors5xx += 1;
    judge('a bare connection', status, text.split('\r\n\r\n').slice(1).join(''));
  });
  const alive = await deployment.send({ path: '/ready' });
  await deployment.close();
  for (const problem of problems.slice(0, 20)) note(problem);
  const attempted = calls.length + rawRequests;
  const pass = errors5xx === 0 && leaks === 0 && alive.status === 200;
  return { attempted, accepted, refused, errors5xx, pass, leaks, statuses: histogram };
}

export const fuzz: Claim = {
  id: 'B5',
  title: 'B5, T43: no fuzzed body, header, path or document gets a 5xx or anything of the inside',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
