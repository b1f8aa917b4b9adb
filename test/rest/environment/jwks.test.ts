import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { clientId } from '../../support/harness.ts';
import { headerOf, userWith } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const read = async (url = '/.well-known/jwks.json', headers: Record<string, string> = {}) => harness.send({ url, headers });

test('publishes the public half of the signing key, nothing private, named by its thumbprint', async () => {
  const answer = await read();
  expect(answer.statusCode).toBe(200);
  const number = expect.stringMatching(/^[\w-]+$/);
  expect(answer.json()).toEqual({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: number, n: number, e: 'AQAB' }] });
  const [key] = answer.json<{ keys: { kid: string; n: string; e: string }[] }>().keys;
  expect(key?.kid).toBe(await calculateJwkThumbprint({ kty: 'RSA', n: key?.n ?? '', e: key?.e ?? '' }));
});

test('the same answer under the prefix of browsers, also with stale credentials', async () => {
  const expected = (await read()).json();
  expect((await read('/frontegg/.well-known/jwks.json')).json()).toEqual(expected);
  expect((await read(undefined, { authorization: 'Bearer stale', 'frontegg-tenant-id': 'no-such-tenant' })).json()).toEqual(expected);
});

test('verifies tokens of users and of the environment, for their audience alone', async () => {
  const keys = createLocalJWKSet((await read()).json());
  const user = await userWith(harness, 'verified', null);
  const userToken = user.headers.authorization?.slice('Bearer '.length) ?? '';
  const environmentToken = await harness.environmentToken();
  const options = { algorithms: ['RS256'], typ: 'JWT', issuer: 'https://id.acme.example', currentDate: harness.clock.now() };
  const verified = await jwtVerify(userToken, keys, { ...options, audience: clientId });
  expect(verified.payload.sub).toBe(user.id);
  expect((await jwtVerify(environmentToken, keys, { ...options, audience: `${clientId}:management` })).payload.type).toBe('vendor');
  await expect(jwtVerify(environmentToken, keys, { ...options, audience: clientId })).rejects.toThrow('aud');
  const [key] = (await read()).json<{ keys: { kid: string }[] }>().keys;
  expect(headerOf(userToken)).toEqual({ alg: 'RS256', typ: 'JWT', kid: key?.kid });
});
