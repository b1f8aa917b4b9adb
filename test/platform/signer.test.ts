import { createHmac } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../../src/platform/signer.ts';

const signer = createSigner();
const [key, other] = await Promise.all([signer.generateKeyPair(), signer.generateKeyPair()]);
const now = new Date('2026-03-02T09:14:07.000Z');
const seconds = Math.floor(now.getTime() / 1000);
const claims = { sub: 'u1', iss: 'https://mfa.example', aud: 'env1', iat: seconds, exp: seconds + 900 };
const expected = { issuer: claims.iss, audiences: [claims.aud], now };
const check = (token: string, keys = [key.publicJwk], wanted = expected) => signer.verify(token, keys, wanted);

const base64url = (value: object | string): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const forge = async (header: { alg: string; typ?: string; kid?: string; [name: string]: unknown }, by = other) =>
  new SignJWT(claims).setProtectedHeader(header).sign(await importPKCS8(by.privateKey, 'RS256'));

describe('keys', () => {
  it('publish RSA numbers of 2048 bits and nothing private', () => {
    expect(Object.keys(key.publicJwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(key.publicJwk).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: key.kid });
    expect(Buffer.from(key.publicJwk.n ?? '', 'base64url')).toHaveLength(256);
  });

  it('are named by their RFC 7638 thumbprint', async () => {
    const { kty, n, e } = key.publicJwk;
    expect(key.kid).toBe(await calculateJwkThumbprint({ kty: kty ?? '', n: n ?? '', e: e ?? '' }));
    expect(key.kid).not.toBe(other.kid);
  });

  it('go out as PEM that Node reads back', async () => {
    expect(signer.publicKeyPem(key.publicJwk)).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(key.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });
});

describe('tokens', () => {
  it('carry the claims given and say which key signed them', async () => {
    const token = await signer.sign({ ...claims, tenantId: 't1' }, key);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: key.kid });
    expect(await check(token)).toEqual({ ...claims, tenantId: 't1' });
  });

  it('of an older key hold as long as that key is listed', async () => {
    const token = await signer.sign(claims, other);
    expect(await check(token, [key.publicJwk, other.publicJwk])).toEqual(claims);
    expect(await check(token, [key.publicJwk])).toBeNull();
    expect(await check(token, [])).toBeNull();
  });

  it('whose signature is remembered are checked anew for everything that can change: key, issuer, audience and time', async () => {
    const token = await signer.sign(claims, key);
    expect(await check(token)).toEqual(claims);
    expect(await check(token, [other.publicJwk])).toBeNull();
    expect(await check(token, [{ ...other.publicJwk, kid: key.kid }])).toBeNull();
    expect(await check(token, undefined, { ...expected, issuer: 'https://evil.example' })).toBeNull();
    expect(await check(token, undefined, { ...expected, audiences: ['env2'] })).toBeNull();
    expect(await check(token, undefined, { ...expected, now: new Date(claims.exp * 1000) })).toBeNull();
    expect(await check(token, undefined, { ...expected, now: new Date((claims.iat - 3600) * 1000) })).toBeNull();
    expect(await check(token)).toEqual(claims);
  });

  it('hold to the last second and not a second longer, by the time given', async () => {
    const token = await signer.sign(claims, key);
    expect(await check(token, undefined, { ...expected, now: new Date((claims.exp - 1) * 1000) })).toEqual(claims);
    expect(await check(token, undefined, { ...expected, now: new Date(claims.exp * 1000) })).toBeNull();
  });

  it.each([
    ['another audience', { aud: 'env2' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['no audience', { aud: undefined }],
    ['a list of audiences', { aud: [claims.aud] }],
    ['no subject', { sub: undefined }],
    ['no end', { exp: undefined }],
    ['no time of issue', { iat: undefined }],
    ['an end that is no number', { exp: '9999999999' }],
    ['a beginning in the future', { nbf: seconds + 60 }],
  ])('with %s are refused', async (_, change) => {
    expect(await check(await signer.sign({ ...claims, ...change }, key))).toBeNull();
  });
});

describe('forged tokens are refused', () => {
  it('signed by a stranger under our key’s name', async () => {
    expect(await check(await forge({ alg: 'RS256', typ: 'JWT', kid: key.kid }))).toBeNull();
  });

  it('that bring their own key', async () => {
    expect(await check(await forge({ alg: 'RS256', typ: 'JWT', kid: key.kid, jwk: other.publicJwk }))).toBeNull();
    expect(await check(await forge({ alg: 'RS256', typ: 'JWT', jwk: other.publicJwk }))).toBeNull();
  });

  it('that name no key, even by the right one', async () => {
    const { kid: _, ...nameless } = key.publicJwk;
    const token = await forge({ alg: 'RS256', typ: 'JWT' }, key);
    expect(await check(token)).toBeNull();
    expect(await check(token, [nameless])).toBeNull();
  });

  it('of another kind', async () => {
    expect(await check(await forge({ alg: 'RS256', typ: 'at+jwt', kid: key.kid }, key))).toBeNull();
    expect(await check(await forge({ alg: 'RS256', kid: key.kid }, key))).toBeNull();
  });

  it.each(['none', 'None', 'NONE', ''])('with algorithm %j and no signature', async (alg) => {
    expect(await check(`${base64url({ alg, typ: 'JWT', kid: key.kid })}.${base64url(claims)}.`)).toBeNull();
  });

  it('by HMAC with the public key as its secret', async () => {
    const body = `${base64url({ alg: 'HS256', typ: 'JWT', kid: key.kid })}.${base64url(claims)}`;
    const pem = signer.publicKeyPem(key.publicJwk);
    for (const secret of [pem, pem.trim(), key.publicJwk.n ?? '', JSON.stringify(key.publicJwk)]) {
      expect(await check(`${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`)).toBeNull();
    }
  });

  it('by another algorithm over the same key', async () => {
    const pair = await generateKeyPair('PS256', { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'PS256', typ: 'JWT', kid: 'ps' }).sign(pair.privateKey);
    expect(await check(token, [{ kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '', kid: 'ps', alg: 'PS256' }])).toBeNull();
  });

  it('with claims or signature changed', async () => {
    const [header, , signature] = (await signer.sign(claims, key)).split('.');
    expect(await check(`${header}.${base64url({ ...claims, sub: 'u2' })}.${signature}`)).toBeNull();
    expect(await check(`${header}.${base64url(claims)}.${'A'.repeat(signature?.length ?? 0)}`)).toBeNull();
  });

  it.each(['', '.', '..', 'a.b.c', 'a.b.c.d.e', 'null', '{}', '\u0000', 'x'.repeat(100_000), `${base64url('[]')}.${base64url('[]')}.`])(
    'as garbage %#',
    async (token) => {
      expect(await check(token)).toBeNull();
    },
  );

  it('for a symmetric key that found its way into the list', async () => {
    const body = `${base64url({ alg: 'HS256', typ: 'JWT', kid: 'oct' })}.${base64url(claims)}`;
    const token = `${body}.${createHmac('sha256', 'k'.repeat(32)).update(body).digest('base64url')}`;
    expect(await check(token, [{ kty: 'oct', k: base64url('k'.repeat(32)), kid: 'oct', alg: 'HS256' }])).toBeNull();
  });
});

it('more keys than are kept imported still sign rightly', async () => {
  for (const name of Array.from({ length: 20 }, (_, index) => `k${index}`)) {
    const token = await signer.sign(claims, { ...key, kid: name });
    expect(await check(token, [{ ...key.publicJwk, kid: name }])).toEqual(claims);
  }
});
