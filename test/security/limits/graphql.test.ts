import { beforeAll, describe, expect, test } from 'vitest';
import {
  asEnvironment,
  createTenant,
  createUserInTenant,
  enroll,
  mailedCode,
  mfaTokenFor,
  password,
  setStrategy,
  totp,
  wrongTotp,
} from '../../support/builders.ts';
import { audited, countOf, query, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import type { Answer } from '../../support/requests.ts';
import { createForcedUser, loggedIn, mfaTokensFor, otcTokenFor, verifyApp, verifyMail } from '../../support/requests.ts';
import { rootFields } from '../../support/root-fields.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  harness.send({ method: 'POST', url: '/graphql', body, headers });
const session = 'session { accessToken }';
const verifyAppDocument = `mutation ($input: VerifyAuthenticatorAppInput!) { verifyAuthenticatorApp(input: $input) { __typename ... on VerifyAuthenticatorAppSuccess { ${session} } } }`;
const verifyMailDocument = `mutation ($input: VerifyEmailCodeInput!) { verifyEmailCode(input: $input) { __typename ... on VerifyEmailCodeSuccess { ${session} } } }`;
const verifyAppBy = (mfaToken: string, code: string): Promise<Answer> => post({ query: verifyAppDocument, variables: { input: { mfaToken, code } } });
/** Nothing was answered: a nullable field is null, any other takes `data` with it. */
const nothingOf = ({ data }: { data?: Record<string, unknown> | null }): boolean => Object.values(data ?? {}).every((value) => value === null);
const outcome = (answer: Answer): string => Object.values(answer.json<{ data: Record<string, { __typename: string }> }>().data)[0]?.__typename ?? '';

describe('T02 both transports share one guard', () => {
  test('T02 one TOTP step opens one session, asked for 60 times at once over REST and GraphQL', async () => {
    const user = await createForcedUser(harness, 'mixed-app');
    const { secret } = await enroll(harness, user.email);
    const tokens = await mfaTokensFor(harness, user.email, 10);
    const code = totp(harness, secret);
    const before = await countOf(harness, 'sessions', user.id);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const mfaToken = tokens[index % 10] ?? '';
        return index % 2 === 0 ? verifyApp(harness, mfaToken, code) : verifyAppBy(mfaToken, code);
      }),
    );
    expect(answers.filter(({ body }) => body.includes('accessToken'))).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([]);
    expect(await countOf(harness, 'sessions', user.id)).toBe(before + 1);
  });

  test('T10 one mailed code opens one session, asked for 60 times at once over REST and GraphQL', async () => {
    const user = await createForcedUser(harness, 'mixed-mail');
    const { mfaToken } = await loggedIn(harness, user.email);
    const input = { mfaToken, otcToken: await otcTokenFor(harness, mfaToken), code: await mailedCode(harness, user.email) };
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index % 2 === 0 ? verifyMail(harness, input) : post({ query: verifyMailDocument, variables: { input } }),
      ),
    );
    expect(answers.filter(({ body }) => body.includes('accessToken'))).toHaveLength(1);
    expect(await countOf(harness, 'sessions', user.id)).toBe(1);
    expect(await audited(harness, user.id, 'MFA_SUCCEEDED')).toBe(1);
  });

  test('T06 guesses of both count together, and a locked factor is locked for both', async () => {
    const user = await createForcedUser(harness, 'mixed-budget');
    const { secret } = await enroll(harness, user.email);
    const wrong = wrongTotp(harness, secret);
    for (let tries = 0; tries < 5; tries += 1) {
      const mfaToken = await mfaTokenFor(harness, user.email);
      if (tries % 2 === 0) expect((await verifyApp(harness, mfaToken, wrong)).statusCode).toBe(400);
      else expect(outcome(await verifyAppBy(mfaToken, wrong))).toBe('InvalidCodeError');
    }
    const mfaToken = await mfaTokenFor(harness, user.email);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(429);
    expect(outcome(await verifyAppBy(mfaToken, totp(harness, secret)))).toBe('AttemptsExhaustedError');
    expect(await wrongCodes(harness, user.id)).toBe(5);
  });
});

describe('T08 a document checks one credential or none', () => {
  const field = (mfaToken: string, code: string): string =>
    `verifyAuthenticatorApp(input: { mfaToken: "${mfaToken}", code: "${code}" }) { __typename }`;
  const aliased = (count: number, mfaToken: string): string =>
    Array.from({ length: count }, (_, index) => `a${index}: ${field(mfaToken, String(index).padStart(6, '0'))}`).join('\n');
  const bodies: Record<string, (mfaToken: string) => unknown> = {
    'two aliases': (token) => ({ query: `mutation { ${aliased(2, token)} }` }),
    'an alias and a plain field': (token) => ({ query: `mutation { ${field(token, '000000')} ${aliased(1, token)} }` }),
    '16 aliases': (token) => ({ query: `mutation { ${aliased(16, token)} }` }),
    '17 aliases': (token) => ({ query: `mutation { ${aliased(17, token)} }` }),
    '300 aliases': (token) => ({ query: `mutation { ${aliased(300, token)} }` }),
    'the alias __typename': (token) => ({ query: `mutation { __typename: ${field(token, '000000')} x: ${field(token, '000001')} }` }),
    fragments: (token) => ({
      query: `mutation { ...A ...B } fragment A on Mutation { a: ${field(token, '000000')} } fragment B on Mutation { b: ${field(token, '000001')} }`,
    }),
    'inline fragments': (token) => ({ query: `mutation { ... { a: ${field(token, '000000')} } ... on Mutation { b: ${field(token, '000001')} } }` }),
    'nested fragments': (token) => ({
      query: `mutation { ...A } fragment A on Mutation { ...B a: ${field(token, '000000')} } fragment B on Mutation { b: ${field(token, '000001')} }`,
    }),
    '@include': (token) => ({
      query: `mutation ($yes: Boolean!) { a: ${field(token, '000000')} @include(if: $yes) b: ${field(token, '000001')} @skip(if: false) }`.replace(
        /\{ __typename \} (@\w+\([^)]*\))/g,
        '$1 { __typename }',
      ),
      variables: { yes: true },
    }),
    'two kinds of credential': (token) => ({
      query: `mutation { ${field(token, '000000')} verifyEmailCode(input: { mfaToken: "${token}", otcToken: "x", code: "000000" }) { __typename } }`,
    }),
    'a login and a code': (token) => ({
      query: `mutation { logIn(input: { email: "x@acme.example", password: "not the password" }) { __typename } ${field(token, '000000')} }`,
    }),
    'a batch of two': (token) => [{ query: `mutation { ${field(token, '000000')} }` }, { query: `mutation { ${field(token, '000001')} }` }],
    'a batch of one': (token) => [{ query: `mutation { ${field(token, '000000')} }` }],
  };

  test.each(Object.keys(bodies))('T08 %s: nothing is looked at, no guess is charged', async (name) => {
    const user = await createForcedUser(harness, `alias-${name.replace(/\W+/g, '-')}`);
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const answer = await post(bodies[name]?.(mfaToken));
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.json().data ?? null).toBeNull();
    expect(await wrongCodes(harness, user.id)).toBe(0);
    expect(await query(harness, 'select * from budgets where key like $1', [`%${user.id}`])).toEqual([]);
    // One field alone is the ordinary case, and works.
    expect(outcome(await post({ query: `mutation { ${field(mfaToken, totp(harness, secret))} }` }))).toBe('VerifyAuthenticatorAppSuccess');
  });

  test('T41 a mutation by GET, form or plain text is not run', async () => {
    const user = await createForcedUser(harness, 'alias-get');
    await enroll(harness, user.email);
    const document = `mutation { ${field(await mfaTokenFor(harness, user.email), '000000')} }`;
    const encoded = `query=${encodeURIComponent(document)}`;
    const requests = [
      { method: 'GET' as const, url: `/graphql?${encoded}` },
      { method: 'POST' as const, url: '/graphql', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: encoded },
      { method: 'POST' as const, url: '/graphql', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ query: document }) },
    ];
    for (const request of requests) expect((await harness.send(request)).statusCode).toBeGreaterThanOrEqual(400);
    expect(await wrongCodes(harness, user.id)).toBe(0);
  });
});

/** Whoever has the first factor, or nothing at all, may ask these: their credential is in the input. */
const open = [
  'authenticateApiToken',
  'authenticateEnvironment',
  'beginWebAuthn',
  'enrollAuthenticatorApp',
  'enrollSms',
  'enrollWebAuthn',
  'logIn',
  'logOut',
  'refreshApiToken',
  'refreshSession',
  'sendEmailCode',
  'sendSmsCode',
  'verifyAuthenticatorApp',
  'verifyAuthenticatorAppEnrollment',
  'verifyEmailCode',
  'verifySms',
  'verifySmsEnrollment',
  'verifyWebAuthn',
  'verifyWebAuthnEnrollment',
  'activateUser',
  'logInWithEmailCode',
  'sendLoginSmsCode',
  'logInWithSmsCode',
  'requestPasswordResetBySms',
  'verifyPasswordResetSms',
  'sendMagicLink',
  'logInWithMagicLink',
  'beginPasskeyLogin',
  'logInWithPasskey',
  'recoverMfa',
  'requestPasswordReset',
  'resetPassword',
  'changePassword',
  'sendLoginCode',
  'acceptInvitation',
  'checkInvitation',
  'resendInvitation',
  'signUp',
  'unlockAccount',
  'publicCaptchaPolicy',
];

const closed = rootFields.filter(({ name }) => !open.includes(name));

describe('T12 over GraphQL an mfaToken is no bearer token', () => {
  test('T12 the fields that need one are known', () => {
    expect(rootFields.length - closed.length).toBe(open.length);
    expect(closed.length).toBeGreaterThan(10);
  });

  test.each(closed)('T12 $name refuses it, and refuses nobody at all', async ({ name, request }) => {
    const user = await createForcedUser(harness, `field-${name.toLowerCase()}`);
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (const headers of [{ authorization: `Bearer ${mfaToken}` }, { 'x-access-token': mfaToken }, { cookie: `accessToken=${mfaToken}` }, {}]) {
      const answer = (await post(request, headers)).json();
      expect(nothingOf(answer), JSON.stringify(answer)).toBe(true);
      expect(answer.errors.map((error: { extensions: { code: string } }) => error.extensions.code)).toEqual(['UNAUTHENTICATED']);
    }
  });
});

test('T20 a field the input does not know is refused, not ignored', async () => {
  const tenantId = await createTenant(harness, 'graphql-planted');
  const headers = await asEnvironment(harness);
  const document = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { __typename } }';
  for (const planted of [{ verified: true }, { mfaEnrolled: true }, { locked: false }, { tenantIds: ['x'] }, { id: 'x' }]) {
    const input = { email: 'graphql-planted@acme.example', tenantId, password, ...planted };
    const answer = (await post({ query: document, variables: { input } }, headers)).json();
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors).toHaveLength(1);
  }
  expect(await query(harness, 'select id from users where email = $1', ['graphql-planted@acme.example'])).toEqual([]);
});

test('T31 the tenant header is held to the same rules as over REST', async () => {
  const user = await createUserInTenant(harness, 'graphql-own');
  await createTenant(harness, 'graphql-foreign');
  const { accessToken } = await loggedIn(harness, user.email);
  const ask = async (tenant: string) =>
    (await post({ query: '{ viewer { email } }' }, { authorization: `Bearer ${accessToken}`, 'frontegg-tenant-id': tenant })).json();
  for (const [tenant, code] of [
    ['graphql-foreign', 'FORBIDDEN'],
    ['of-nobody', 'FORBIDDEN'],
    ['', 'TENANT_HEADER_INVALID'],
    ['a,b', 'TENANT_HEADER_INVALID'],
  ] as const) {
    const answer = await ask(tenant);
    expect(nothingOf(answer)).toBe(true);
    expect(answer.errors[0].extensions.code, tenant).toBe(code);
  }
  expect(await ask('graphql-own')).toEqual({ data: { viewer: { email: user.email } } });
});

test('T43 a credential that is nested deeper than the stack is refused as bad input, not a fault of ours', async () => {
  const document = 'mutation ($input: VerifyWebAuthnInput!) { verifyWebAuthn(input: $input) { __typename } }';
  for (const deep of [`${'['.repeat(30_000)}${']'.repeat(30_000)}`, `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`]) {
    const input = `{"mfaToken":"m","deviceId":"d","webauthnToken":"w","credential":{"response":${deep}}}`;
    const answer = await post(`{"query":${JSON.stringify(document)},"variables":{"input":${input}}}`);
    expect(outcome(answer), answer.body).toBe('InvalidInputError');
  }
});
