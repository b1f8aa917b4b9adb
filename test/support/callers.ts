import { createHmac, createPublicKey } from 'node:crypto';
import type { KeyPair } from '../../src/domain/ports.ts';
import { createSigner } from '../../src/platform/signer.ts';
import { roleIds } from '../support/role-ids.ts';
import { asEnvironment, createUserInTenant, mfaTokenFor, setPolicy } from './builders.ts';
import type { Harness, Request } from './harness.ts';
import { asUser, claimsOf, expectRefusal, forbidden, headerOf, refusal, unauthorized } from './rest.ts';

let made = 0;
const signer = createSigner();
let foreignKey: Promise<KeyPair> | undefined;
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Credentials that stand for nobody, by what is wrong with them. */
export async function strangers(harness: Harness): Promise<Record<string, Record<string, string>>> {
  made += 1;
  const user = await createUserInTenant(harness, `stranger-${made}`);
  const userHeaders = await asUser(harness, user.email);
  const environmentToken = await harness.environmentToken();
  const userToken = userHeaders.authorization?.slice('Bearer '.length) ?? '';
  const [head = '', body = '', signature = ''] = environmentToken.split('.');

  // One for all files of a worker: making a key takes a tenth of a second.
  foreignKey ??= signer.generateKeyPair();
  const own = await foreignKey;
  const kid = String(headerOf(environmentToken).kid);
  const publishedKey = (await harness.send({ url: '/.well-known/jwks.json' })).json<{ keys: Record<string, string>[] }>().keys[0] ?? {};
  const pem = createPublicKey({ key: publishedKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const confused = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${body}`;

  harness.clock.advance({ seconds: -1800 });
  const expiredEnvironment = await asEnvironment(harness);
  harness.clock.advance({ seconds: 900 });
  const expiredUser = await asUser(harness, user.email);
  harness.clock.advance({ seconds: 900 });

  const gone = await createUserInTenant(harness, `stranger-${made}-forced`);
  await setPolicy(harness, { enforceMFAType: 'Force' }, gone.tenantId);
  return {
    'no token': {},
    'an empty header': { authorization: '' },
    'no token after Bearer': { authorization: 'Bearer ' },
    'another scheme': { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
    garbage: bearer('garbage'),
    'garbage in three parts': bearer('a.b.c'),
    'an mfaToken': bearer(await mfaTokenFor(harness, gone.email)),
    'an expired environment token': expiredEnvironment,
    'an expired user token': expiredUser,
    'a token of another key': bearer(await signer.sign(claimsOf(environmentToken), own)),
    'a token of another key under our kid': bearer(await signer.sign(claimsOf(environmentToken), { ...own, kid })),
    'a user token of another key under our kid': bearer(await signer.sign(claimsOf(userToken), { ...own, kid })),
    'alg none': bearer(`${encode({ alg: 'none', typ: 'JWT', kid })}.${body}.`),
    'alg none with a signature': bearer(`${encode({ alg: 'none', typ: 'JWT', kid })}.${body}.${signature}`),
    'the public key as HS256 secret': bearer(`${confused}.${createHmac('sha256', pem).update(confused).digest('base64url')}`),
    'changed claims': bearer(`${head}.${encode({ ...claimsOf(environmentToken), vendorId: 'x' })}.${signature}`),
    'two tokens': { authorization: `Bearer ${environmentToken}, Bearer ${environmentToken}` },
    'a user token in x-access-token': { 'x-access-token': userToken },
    'an expired token in x-access-token': { 'x-access-token': expiredEnvironment.authorization?.slice('Bearer '.length) ?? '' },
  };
}

/** Nobody's credentials get 401, whatever else is in the request. */
export async function expectStrangersRefused(harness: Harness, request: Request): Promise<void> {
  for (const [what, headers] of Object.entries(await strangers(harness))) {
    expectRefusal(await harness.send({ ...request, headers }), 401, unauthorized, what);
  }
}

/** A user's token gets 403 on a route of the environment. */
export async function expectUsersRefused(harness: Harness, request: Request): Promise<void> {
  made += 1;
  const user = await createUserInTenant(harness, `user-${made}`, { roleIds: [roleIds.admin] });
  expectRefusal(await harness.send({ ...request, headers: await asUser(harness, user.email) }), 403, forbidden);
}

/** The environment's token gets 403 on a route of users. */
export async function expectEnvironmentRefused(harness: Harness, request: Request): Promise<void> {
  expectRefusal(await harness.send({ ...request, headers: await asEnvironment(harness) }), 403, forbidden);
}

const manyTenants = refusal('frontegg-tenant-id header must contain a single tenant id');

/** The tenant header of an environment call: one known tenant, or nothing happens. */
export async function expectTenantHeaderChecked(harness: Harness, request: Request): Promise<void> {
  const headers = await asEnvironment(harness);
  for (const value of ['', ' ', 'one,two', 'one, two', ',']) {
    expectRefusal(await harness.send({ ...request, headers: { ...headers, 'frontegg-tenant-id': value } }), 400, manyTenants, JSON.stringify(value));
  }
  for (const value of ['no-such-tenant', 'x'.repeat(5000), "' or 1=1 --"]) {
    expectRefusal(await harness.send({ ...request, headers: { ...headers, 'frontegg-tenant-id': value } }), 404, refusal('Tenant not found'), value);
  }
}

/** The older header of the environment token serves as well as `Authorization`. */
export async function expectOlderHeaderServes(harness: Harness, request: Request, status: number): Promise<void> {
  const answer = await harness.send({ ...request, headers: { ...request.headers, 'x-access-token': await harness.environmentToken() } });
  if (answer.statusCode !== status) throw new Error(`expected ${status}, got ${answer.statusCode}: ${answer.body}`);
}
