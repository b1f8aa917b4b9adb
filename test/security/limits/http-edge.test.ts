import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, enroll, identity, mfaTokenFor, password, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { clientId, openHarness, secret } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, loggedIn, refreshCookie } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

describe('T41 a page of a stranger cannot use the refresh cookie', () => {
  test('T41 pages of strangers fill no trail: what costs nothing to send leaves no row', async () => {
    const before = await query(harness, 'select * from audit_events');
    for (const url of [`${identity}/auth/v1/user/token/refresh`, `${identity}/auth/v1/logout`]) {
      const request = { method: 'POST', url, cookie: `${refreshCookie}=x`, headers: { origin: 'https://evil.example' } } as const;
      expect((await harness.send(request)).statusCode, url).toBe(403);
    }
    expect(await query(harness, 'select * from audit_events')).toHaveLength(before.length);
  });

  test.each(['https://evil.example', 'null', 'https://id.acme.example.evil.example'])('T41 origin %s is refused', async (origin) => {
    const user = await createUserInTenant(harness, `csrf-${origin.replace(/\W+/g, '-')}`);
    const { refreshToken } = await loggedIn(harness, user.email);
    const cookie = `${refreshCookie}=${refreshToken}`;
    for (const url of [`${identity}/auth/v1/user/token/refresh`, `${identity}/auth/v1/logout`]) {
      expect((await harness.send({ method: 'POST', url, cookie, headers: { origin, host: 'id.acme.example' } })).statusCode, url).toBe(403);
    }
    const own = { origin: 'https://id.acme.example' };
    expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/token/refresh`, cookie, headers: own })).statusCode).toBe(200);
  });

  test('T41 reading changes nothing: the operations that write do not answer to GET', async () => {
    const user = await createUserInTenant(harness, 'csrf-get');
    const { refreshToken } = await loggedIn(harness, user.email);
    for (const url of [`${identity}/auth/v1/user/token/refresh`, `${identity}/auth/v1/logout`, `${identity}/auth/v1/user`]) {
      expect((await harness.send({ url, cookie: `${refreshCookie}=${refreshToken}` })).statusCode, url).toBe(405);
    }
  });
});

describe('T44 the client address cannot be chosen by the client', () => {
  test('T44 forwarding headers and spellings of one address open no second bucket', async () => {
    const limited = await openHarness({ settings: { LIMIT_LOGIN_PER_MINUTE: '5', LIMIT_FACTOR_PER_MINUTE: '5', LIMIT_ENVIRONMENT_PER_SECOND: '5' } });
    const body = { email: 'nobody@acme.example', password: 'not the password' };
    const tries = async (request: (index: number) => object) => {
      const statuses: number[] = [];
      for (let index = 0; index < 12; index += 1) {
        statuses.push((await limited.send({ method: 'POST', url: `${identity}/auth/v1/user`, body, ...request(index) })).statusCode);
      }
      return statuses.filter((status) => status === 401).length;
    };
    const forged = (index: number) => `198.51.100.${index}`;
    try {
      const headers = (index: number) => ({ 'x-forwarded-for': forged(index), 'x-real-ip': forged(index), forwarded: `for=${forged(index)}` });
      expect(await tries((index) => ({ headers: headers(index), address: '203.0.113.1' }))).toBe(5);
      expect(await tries((index) => ({ address: index % 2 === 0 ? '203.0.113.2' : '::ffff:203.0.113.2' }))).toBe(5);
      expect(await tries((index) => ({ address: `2001:db8:1:2:${index}::${index}` }))).toBe(5);
      const prefixes = ['/identity/resources', '/frontegg/identity/resources', '/resources'];
      expect(await tries((index) => ({ address: '203.0.113.3', url: `${prefixes[index % 3]}/auth/v1/user` }))).toBe(5);
      expect(await tries(() => ({ url: `${identity}/auth/v1/user/mfa/verify`, body: { mfaToken: 'x', value: '123456' } }))).toBe(5);
      const vendor = { url: '/auth/vendor', body: { clientId, secret: `${secret}x` }, address: '203.0.113.4' };
      expect(await tries(() => vendor)).toBe(5);
    } finally {
      await limited.close();
    }
  });
});

describe('T45 a body is validated JSON or refused', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/jsonx',
    'text/json',
    'application/xml',
    '',
  ])('T45 content type %j: no login', async (type) => {
    usual ??= await createUserInTenant(harness, 'content-type');
    const user = usual;
    const payload = JSON.stringify({ email: user.email, password });
    const answer = await harness.app.http.inject({ method: 'POST', url: `${identity}/auth/v1/user`, headers: { 'content-type': type }, payload });
    expect([400, 415], answer.body).toContain(answer.statusCode);
    expect(answer.body).not.toContain('accessToken');
  });
  let usual: { email: string } | undefined;

  test.each(['application/json\t;', 'Application/JSON', 'application/json;charset=UTF-8', 'application/json ; x=y'])(
    'T45 content type %j does not get past the checks',
    async (type) => {
      const payload = JSON.stringify({ email: 'nobody@acme.example', password: ['not', 'text'] });
      const answer = await harness.app.http.inject({ method: 'POST', url: `${identity}/auth/v1/user`, headers: { 'content-type': type }, payload });
      expect([400, 415], answer.body).toContain(answer.statusCode);
    },
  );

  test.each(['', ' ', 'null', '[]', '1', '"x"', '{', '{"email":', '\ufeff{}', '[{"email":"x"}]', '{"email":1,"password":2}'])(
    'T45 the body %j is 400',
    async (payload) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await harness.app.http.inject({ method: 'POST', url: `${identity}/auth/v1/user`, headers, payload });
      expect(answer.statusCode, answer.body).toBe(400);
      expect(answer.json().errors.length).toBeGreaterThan(0);
    },
  );
});

describe('T46 a body cannot reach a prototype', () => {
  test.each([
    '{"__proto__":{"isActive":true,"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"value":"123456","mfaToken":{"__proto__":{"polluted":true}}}',
  ])('T46 %s', async (payload) => {
    const headers = { ...(await asEnvironment(harness)), 'content-type': 'application/json' };
    for (const url of [`${identity}/configurations/v1/mfa/strategies`, `${identity}/auth/v1/user/mfa/verify`, `${identity}/configurations/v1/mfa`]) {
      const answer = await harness.app.http.inject({ method: 'POST', url, headers, payload });
      expect(answer.statusCode, url).toBe(400);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('T46 names of prototypes as tenant, device and user are names like any other', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const headers = { ...(await asEnvironment(harness)), 'frontegg-tenant-id': name };
      expect((await harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers })).statusCode, name).toBe(404);
    }
    await createTenant(harness, 'constructor');
    const headers = await asEnvironment(harness, 'constructor');
    expect((await harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers })).statusCode).toBe(404);
    expect((await harness.send({ url: `${identity}/users/v1/__proto__`, headers })).statusCode).toBe(404);
  });
});

test('T34 ids and tokens are long, random and never the same', async () => {
  const user = await createForcedUser(harness, 'ids');
  const { secret: totpSecret } = await enroll(harness, user.email);
  const tokens = new Set<string>();
  for (let index = 0; index < 40; index += 1) tokens.add(await mfaTokenFor(harness, user.email));
  expect(tokens.size).toBe(40);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(new Set([...tokens].map((token) => token.slice(0, 6))).size).toBe(40);
  expect(totpSecret).toMatch(/^[A-Z2-7]{32}$/);
  expect(totp(harness, totpSecret)).toMatch(/^\d{6}$/);
  const ids = await query(harness, 'select id from challenges where user_id = $1', [user.id]);
  for (const { id } of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
