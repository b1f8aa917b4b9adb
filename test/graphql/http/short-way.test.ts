import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUserInTenant, setPolicy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { documents } from '../../support/graphql-documents.ts';
import { loggedIn } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
let asUser: Record<string, string>;
let user: TestUser;
beforeAll(async () => {
  user = await createUserInTenant(harness, 'short-way');
  await createTenant(harness, 'short-way-other');
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'short-way');
  environment = await asEnvironment(harness, 'short-way');
  asUser = { authorization: `Bearer ${(await loggedIn(harness, user.email)).accessToken}` };
});

const post = (body: object, headers: Record<string, string>): Promise<LightMyRequestResponse> =>
  harness.send({ method: 'POST', url: '/graphql', body, headers });

/** What a client sees, without what is new in every answer. */
const seen = ({ statusCode, headers, body }: LightMyRequestResponse) => ({
  statusCode,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !['date', 'frontegg-trace-id', 'content-length'].includes(name))),
  body: body.replace(/"requestId":"[^"]+"/g, '"requestId":"…"'),
});

/** Sends a request until its document is compiled, and then once more with an empty field that only Yoga takes. */
async function expectBothWaysAlike(body: object, headers: Record<string, string>): Promise<LightMyRequestResponse> {
  const answers: LightMyRequestResponse[] = [];
  for (let turn = 0; turn < 5; turn += 1) answers.push(await post(body, headers));
  const byYoga = await post({ ...body, extensions: {} }, headers);
  for (const answer of answers) expect(seen(answer)).toEqual(seen(byYoga));
  return byYoga;
}

const policy = 'mfaPolicy { id enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds createdAt updatedAt tenant { id name } }';
type Headers = () => Record<string, string>;
const [nobody, environmentOf, userOf]: [Headers, Headers, Headers] = [() => ({}), () => environment, () => asUser];

const queries: readonly (readonly [title: string, body: object, headers: Headers])[] = [
  ['a read', { query: `{ ${policy} }` }, environmentOf],
  ['a read by a user', { query: '{ me { id email mfaEnrolled memberships { roles { key } tenant { id } } } }' }, userOf],
  [
    'aliases, fragments and names of types',
    { query: 'query { __typename one: mfaPolicy { ...P } two: mfaPolicy { ...P __typename } } fragment P on MfaPolicy { id }' },
    environmentOf,
  ],
  [
    'directives',
    { query: 'query ($yes: Boolean!) { mfaPolicy { id @include(if: $yes) createdAt @skip(if: $yes) } }', variables: { yes: true } },
    environmentOf,
  ],
  [
    'the other value of the same directives',
    { query: 'query ($yes: Boolean!) { mfaPolicy { id @include(if: $yes) createdAt @skip(if: $yes) } }', variables: { yes: false } },
    environmentOf,
  ],
  ['one of several operations', { query: 'query A { mfaPolicy { id } } query B { mfaPolicy { createdAt } }', operationName: 'B' }, environmentOf],
  ['several operations and no name', { query: 'query A { mfaPolicy { id } } query B { mfaPolicy { createdAt } }' }, environmentOf],
  ['an operation that is not there', { query: 'query A { mfaPolicy { id } }', operationName: 'C' }, environmentOf],
  ['an empty name', { query: 'query A { mfaPolicy { id } }', operationName: '' }, environmentOf],
  ['a name of another type', { query: 'query A { mfaPolicy { id } }', operationName: 1 }, environmentOf],
  ['names and variables that are null', { query: '{ mfaPolicy { id } }', operationName: null, variables: null }, environmentOf],
  ['variables of another type', { query: '{ mfaPolicy { id } }', variables: [] }, environmentOf],
  ['a variable that is missing', { query: 'query ($id: ID!) { node(id: $id) { id } }' }, environmentOf],
  [
    'a variable that does not fit',
    { query: 'query ($first: Int) { users(first: $first) { totalCount } }', variables: { first: 'many' } },
    environmentOf,
  ],
  ['a variable that nobody asked for', { query: '{ mfaPolicy { id } }', variables: { other: 1 } }, environmentOf],
  [
    'a default that is overridden by null',
    { query: 'query ($first: Int = 1) { users(first: $first) { edges { node { email } } } }', variables: { first: null } },
    environmentOf,
  ],
  [
    'lists and pages',
    { query: '{ users(first: 1) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id email } } } }' },
    environmentOf,
  ],
  ['a page that is refused', { query: '{ users(first: 100000) { totalCount } }' }, environmentOf],
  [
    'nodes, some of which are not there',
    {
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }',
      variables: { ids: ['_VGVuYW50OnNob3J0LXdheQ', '_VXNlcjpub2JvZHk', 'nonsense'] },
    },
    environmentOf,
  ],
  [
    'what costs too much',
    { query: '{ users(first: 100) { edges { node { memberships { tenant { mfaPolicy { tenant { id name } } } } } } } }' },
    environmentOf,
  ],
  ['a read without a token', { query: `{ ${policy} }` }, nobody],
  ['a read with a token that is none', { query: `{ ${policy} }` }, () => ({ authorization: 'Bearer a.b.c' })],
  ['a read of a tenant that is not there', { query: `{ ${policy} }` }, () => ({ ...environment, 'frontegg-tenant-id': 'nowhere' })],
  ['what the caller may not see', { query: '{ users { totalCount } mfaPolicy { id } }' }, userOf],
  ['a document that is not valid', { query: '{ nothing }' }, environmentOf],
  ['a document that is none', { query: '{' }, environmentOf],
  ['an unknown field of the request', { query: '{ mfaPolicy { id } }', other: 1 }, environmentOf],
  ['the schema', { query: '{ __schema { queryType { name } } }' }, environmentOf],
];

describe.each([
  ['application/json', {}],
  ['application/graphql-response+json', { accept: 'application/graphql-response+json' }],
])('as %s', (_, accept) => {
  test.each(queries)('a document that comes again is answered as by Yoga: %s', async (_title, body, headers) => {
    await expectBothWaysAlike(body, { ...headers(), ...accept });
  });

  const mutations: readonly (readonly [title: string, body: object, headers: Headers])[] = [
    ['a wrong password', { query: documents.logIn, variables: { input: { email: 'nobody@acme.example', password: 'wrong' } } }, nobody],
    ['an input that does not fit', { query: documents.logIn, variables: { input: { email: 1 } } }, nobody],
    ['an input that is missing', { query: documents.logIn }, nobody],
    [
      'a literal where a variable is null',
      {
        query: 'mutation ($e: EmailAddress = "a@b.example") { logIn(input: { email: $e, password: "secret" }) { __typename } }',
        variables: { e: null },
      },
      nobody,
    ],
    ['a user error', { query: documents.createTenant, variables: { input: { name: 'x', tenantId: 'not an id' } } }, environmentOf],
    ['a conflict', { query: documents.createTenant, variables: { input: { name: 'x', tenantId: 'short-way-other' } } }, environmentOf],
    ['without a token', { query: documents.createTenant, variables: { input: { name: 'x', tenantId: 'y' } } }, nobody],
    [
      'two credentials',
      {
        query:
          'mutation { a: logIn(input: { email: "a@b.example", password: "x" }) { __typename } b: logIn(input: { email: "a@b.example", password: "x" }) { __typename } }',
      },
      nobody,
    ],
  ];
  test.each(mutations)('a mutation that is refused is answered as by Yoga: %s', async (_title, body, headers) => {
    await expectBothWaysAlike(body, { ...headers(), ...accept });
  });
});

test('a mutation runs once, also if its answer has an error', async () => {
  const document =
    'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { ... on CreateTenantSuccess { tenant { restId } } ... on UserError { code } } }';
  const ids = Array.from({ length: 5 }, (_, index) => `short-way-once-${index}`);
  for (const tenantId of ids) {
    const answer = await post({ query: document, variables: { input: { name: 'Once', tenantId } } }, environment);
    expect(answer.json()).toEqual({ data: { createTenant: { tenant: { restId: tenantId } } } });
  }
  const events = await query(
    harness,
    "select tenant_id from audit_events where kind = 'TENANT_CREATED' and tenant_id like 'short-way-once-%' order by tenant_id",
  );
  expect(events.map(({ tenant_id: tenantId }) => tenantId)).toEqual(ids);
});

test('the schema stays closed to those who may not read it, however often others read it', async () => {
  const closed = { query: '{ __schema { queryType { name } } }' };
  for (let turn = 0; turn < 5; turn += 1) expect((await post(closed, environment)).json().errors).toBeDefined();
});
