import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyPair } from '../../../src/domain/ports.ts';
import { createSigner } from '../../../src/platform/signer.ts';
import { createUserInTenant, enroll, identity, mailedCode, mfaTokenFor, setStrategy, totp } from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';
import { clientId } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, loggedIn, me, otcTokenFor, refresh, verifyApp, verifyMail } from '../../support/requests.ts';

type Json = Record<string, unknown>;

let harness: Harness;
let key: KeyPair;
let pem: string;
let user: Json;
let environment: Json;
beforeAll(async () => {
  const signer = createSigner();
  key = await signer.generateKeyPair();
  // The test holds the server's private key: what is refused below is not refused for its signature alone.
  harness = await openInstances({ ports: { signer: { ...signer, generateKeyPair: async () => key } } });
  const { email } = await createUserInTenant(harness, 'forgery');
  user = partsOf((await loggedIn(harness, email)).accessToken).claims;
  environment = partsOf(await harness.environmentToken()).claims;
  pem = signer.publicKeyPem(key.publicJwk);
  await setStrategy(harness, 'EmailCode', true);
});
afterAll(() => harness.close());

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = (part = ''): Json => JSON.parse(Buffer.from(part, 'base64url').toString());
const partsOf = (token: string) => ({ header: decode(token.split('.')[0]), claims: decode(token.split('.')[1]) });
const header = (more: Json = {}): Json => ({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...more });

/** Signed by the server's own key, whatever the header claims. */
function signed(claims: unknown, head: unknown = header(), privateKey = key.privateKey): string {
  const input = `${encode(head)}.${encode(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}
function hmac(claims: unknown, secret: string | Buffer, head: unknown = header({ alg: 'HS256' })): string {
  const input = `${encode(head)}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const asUser = (token: string) => me(harness, token);
const asVendor = (token: string) => harness.send({ url: `${identity}/configurations/v1/mfa`, headers: { authorization: `Bearer ${token}` } });
const asOldVendor = (token: string) => harness.send({ url: `${identity}/configurations/v1/mfa`, headers: { 'x-access-token': token } });

async function expectRefused(token: string): Promise<void> {
  for (const ask of [asUser, asVendor, asOldVendor]) {
    const answer = await ask(token);
    expect([answer.statusCode, answer.json()]).toEqual([401, { errors: ['Unauthorized'] }]);
  }
}

test('T35 tokens made the right way with the same tools are accepted, so that the refusals below mean something', async () => {
  expect((await asUser(signed(user))).statusCode).toBe(200);
  expect((await asVendor(signed(environment))).statusCode).toBe(200);
});

describe('T35 only RS256 by a key of ours', () => {
  const foreign = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const forgeries: Record<string, (claims: Json) => string> = {
    'alg none without signature': (claims) => `${encode(header({ alg: 'none' }))}.${encode(claims)}.`,
    'alg none with a signature': (claims) => signed(claims, header({ alg: 'none' })),
    'alg None': (claims) => `${encode(header({ alg: 'None' }))}.${encode(claims)}.AA`,
    'no alg': (claims) => signed(claims, { typ: 'JWT', kid: key.kid }),
    'HS256 with the public key as PEM': (claims) => hmac(claims, pem),
    'HS256 with the PEM trimmed': (claims) => hmac(claims, pem.trim()),
    'HS256 with the PEM after a space': (claims) => hmac(claims, ` ${pem}`),
    'HS256 with the public key as JWK': (claims) => hmac(claims, JSON.stringify(key.publicJwk)),
    'HS256 with the modulus': (claims) => hmac(claims, Buffer.from(key.publicJwk.n ?? '', 'base64url')),
    'HS256 with an empty secret': (claims) => hmac(claims, ''),
    'HS256 under the header of RS256': (claims) => hmac(claims, pem, header()),
    'another key under our kid': (claims) => signed(claims, header(), foreign.privateKey),
    'another key that the header brings along': (claims) => signed(claims, header({ jwk: key.publicJwk, kid: 'other' }), foreign.privateKey),
    'another key at a jku': (claims) =>
      signed(claims, header({ jku: 'https://evil.example/jwks.json', x5u: 'https://evil.example' }), foreign.privateKey),
    'an unknown kid': (claims) => signed(claims, header({ kid: 'unknown' })),
    'no kid': (claims) => signed(claims, { alg: 'RS256', typ: 'JWT' }),
    'a kid that is a path': (claims) => signed(claims, header({ kid: '../../../dev/null' })),
    'a kid that is SQL': (claims) => signed(claims, header({ kid: "' or 1=1 --" })),
    'a kid that is no text': (claims) => signed(claims, header({ kid: { toString: key.kid } })),
    'the kid __proto__': (claims) => signed(claims, header({ kid: '__proto__' })),
    'a critical header nobody knows': (claims) => signed(claims, header({ crit: ['x'], x: 1 })),
    'an unencoded payload': (claims) => signed(claims, header({ crit: ['b64'], b64: false })),
    'another typ': (claims) => signed(claims, header({ typ: 'at+jwt' })),
    'no typ': (claims) => signed(claims, { alg: 'RS256', kid: key.kid }),
    'a changed claim': (claims) => signed(claims).replace(/\.[^.]+\./, `.${encode({ ...claims, sub: 'someone-else' })}.`),
    'a lost signature': (claims) => signed(claims).replace(/[^.]+$/, ''),
    'a signature of nothing': (claims) => signed(claims).replace(/[^.]+$/, 'AAAA'),
    'half a signature': (claims) => signed(claims).slice(0, -170),
    'four parts': (claims) => `${signed(claims)}.AAAA`,
    'a header that is no JSON': (claims) => signed(claims, '{'),
    'claims that are no object': () => signed('null'),
    'claims that are a list': (claims) => signed([claims]),
  };

  test.each(Object.keys(forgeries))('T35 %s: refused as user and as environment token', async (name) => {
    for (const claims of [user, environment]) await expectRefused(forgeries[name]?.(claims) ?? '');
  });

  test('T35 no bit of a signature is free', async () => {
    const [head, body, signature = ''] = signed(user).split('.');
    for (const place of [0, 1, 127, 254, 255]) {
      const bytes = Buffer.from(signature, 'base64url');
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      await expectRefused(`${head}.${body}.${bytes.toString('base64url')}`);
    }
  });

  test('T35 a token that is long or full of dots is refused like any other', async () => {
    for (const token of ['a'.repeat(8000), '.'.repeat(4000), 'a.b.c', '..', `${encode(header())}..`]) await expectRefused(token);
  });
});

describe('T35 every claim counts', () => {
  const seconds = (): number => Math.floor(harness.clock.now().getTime() / 1000);
  const changes: Record<string, (claims: Json) => Json> = {
    'exp in the past': (claims) => ({ ...claims, exp: seconds() }),
    'no exp': ({ exp: _, ...claims }) => claims,
    'exp as text': (claims) => ({ ...claims, exp: String(claims.exp) }),
    'exp null': (claims) => ({ ...claims, exp: null }),
    'no iat': ({ iat: _, ...claims }) => claims,
    'nbf in the future': (claims) => ({ ...claims, nbf: seconds() + 3600 }),
    'another issuer': (claims) => ({ ...claims, iss: 'https://evil.example' }),
    'the issuer with a slash': (claims) => ({ ...claims, iss: `${String(claims.iss)}/` }),
    'a list of issuers': (claims) => ({ ...claims, iss: [claims.iss] }),
    'no issuer': ({ iss: _, ...claims }) => claims,
    'another audience': (claims) => ({ ...claims, aud: 'another-deployment' }),
    'a prefix of the audience': (claims) => ({ ...claims, aud: String(claims.aud).slice(0, -1) }),
    'no audience': ({ aud: _, ...claims }) => claims,
    'no type': ({ type: _, ...claims }) => claims,
    'the type of an API token': (claims) => ({ ...claims, type: 'tenantApiToken' }),
    'a list of types': (claims) => ({ ...claims, type: [claims.type] }),
    'no subject': ({ sub: _, ...claims }) => claims,
  };

  test.each(Object.keys(changes))('T35 %s: refused', async (name) => {
    for (const claims of [user, environment]) await expectRefused(signed(changes[name]?.(claims)));
  });

  test('T35 the session named counts, not the user: neither a made-up one nor none at all', async () => {
    for (const sid of ['00000000-0000-4000-8000-000000000000', '', null, 1, [user.sid], { id: user.sid }])
      await expectRefused(signed({ ...user, sid }));
    const { sid: _, ...without } = user;
    await expectRefused(signed(without));
  });

  test('T35 what else a token claims gives nothing: tenants and permissions are read from the database', async () => {
    await expectRefused(signed({ ...user, tenantId: 'other' }));
    const claims = { ...user, tenantIds: ['other', 'forgery'], permissions: ['fe.secure.*'], roles: ['Admin'] };
    const headers = { authorization: `Bearer ${signed(claims)}` };
    expect((await harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers })).statusCode).toBe(403);
    const tenants = await harness.send({ url: `${identity}/users/v3/me/tenants`, headers });
    expect(tenants.json()).toMatchObject({ activeTenant: { tenantId: 'forgery' }, tenants: [{ tenantId: 'forgery' }] });
  });
});

describe('T36 one kind of token is not another', () => {
  test('T36 an environment token is no user token, and the other way round', async () => {
    expect((await asUser(signed(environment))).statusCode).toBe(403);
    expect((await asVendor(signed(user))).statusCode).toBe(403);
    expect((await asOldVendor(signed(user))).statusCode).toBe(401);
  });

  test('T36 a type or an audience changed alone makes neither', async () => {
    await expectRefused(signed({ ...user, type: 'vendor' }));
    await expectRefused(signed({ ...user, aud: `${clientId}:management` }));
    await expectRefused(signed({ ...environment, type: 'userToken', sid: user.sid }));
    await expectRefused(signed({ ...environment, aud: clientId }));
  });

  test('T36 no opaque token is taken for another, nor for an access token', async () => {
    const forced = await createForcedUser(harness, 'kinds', { allowRememberMyDevice: true });
    const { refreshToken, accessToken, secret } = await enroll(harness, forced.email);
    const mfaToken = await mfaTokenFor(harness, forced.email);
    const otcToken = await otcTokenFor(harness, mfaToken);
    const code = await mailedCode(harness, forced.email);
    for (const token of [refreshToken, mfaToken, otcToken]) await expectRefused(token);
    for (const token of [mfaToken, otcToken, accessToken]) expect((await refresh(harness, token)).statusCode).toBe(401);
    for (const token of [refreshToken, otcToken, accessToken]) expect((await verifyApp(harness, token, totp(harness, secret))).statusCode).toBe(401);
    for (const token of [refreshToken, mfaToken, accessToken]) {
      expect((await verifyMail(harness, { mfaToken, otcToken: token, code })).statusCode).toBe(400);
    }
    expect((await verifyMail(harness, { mfaToken, otcToken, code })).statusCode).toBe(201);
  });
});

test('T33 an environment token lives 1800 seconds, a user token 900', async () => {
  const headers = { authorization: `Bearer ${await harness.environmentToken()}` };
  const { email } = await createUserInTenant(harness, 'lifetimes');
  const { accessToken } = await loggedIn(harness, email);
  harness.clock.advance({ seconds: 899 });
  expect((await me(harness, accessToken)).statusCode).toBe(200);
  harness.clock.advance({ seconds: 1 });
  expect((await me(harness, accessToken)).statusCode).toBe(401);
  harness.clock.advance({ seconds: 899 });
  expect((await harness.send({ url: `${identity}/configurations/v1/mfa`, headers })).statusCode).toBe(200);
  harness.clock.advance({ seconds: 1 });
  expect((await harness.send({ url: `${identity}/configurations/v1/mfa`, headers })).statusCode).toBe(401);
});
