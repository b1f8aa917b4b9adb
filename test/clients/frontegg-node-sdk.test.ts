import type { AddressInfo } from 'node:net';
import type { AuditsClient, FronteggAuthenticator, HttpClient } from '@frontegg/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTenant, createUser, logIn, password, totp } from '../support/builders.ts';
import { HandClock } from '../support/clock.ts';
import { clientId, openHarness } from '../support/harness.ts';
import { verifyApp } from '../support/requests.ts';
import { roleIds } from '../support/role-ids.ts';
import { plainSession, stepUpToken } from '../support/step-up.ts';
import { useHarness } from '../support/use-harness.ts';

/** Frontegg's SDK for servers in Node as published, over a real socket. It compares the times of tokens with its own clock. */
const harness = useHarness(() => openHarness({ clock: new HandClock(new Date()) }));
let sdk: typeof import('@frontegg/client');
let baseURL: string;
let authenticator: FronteggAuthenticator;
let http: HttpClient;
let audits: AuditsClient;
beforeAll(async () => {
  await harness.app.http.listen({ host: '127.0.0.1', port: 0 });
  baseURL = `http://127.0.0.1:${(harness.app.http.server.address() as AddressInfo).port}`;
  // It reads both while it is loaded. Refusals that it is meant to see are no lines in the report.
  process.env.FRONTEGG_API_GATEWAY_URL = baseURL;
  process.env.FRONTEGG_DEBUG_LEVEL = 'emerg';
  sdk = await import('@frontegg/client');
  sdk.FronteggContext.init({ FRONTEGG_CLIENT_ID: clientId, FRONTEGG_API_KEY: harness.secret });
  authenticator = new sdk.FronteggAuthenticator();
  await authenticator.init(clientId, harness.secret);
  http = new sdk.HttpClient(authenticator, { baseURL });
  audits = new sdk.AuditsClient();
  await audits.init(clientId, harness.secret);
  await createTenant(harness, 'sdk');
  await createTenant(harness, 'sdk-other');
});
afterAll(async () => {
  await authenticator?.shutdown();
  // The client keeps its own, and tells nobody how to end it.
  await (audits as unknown as { authenticator: FronteggAuthenticator } | undefined)?.authenticator.shutdown();
});

/** Asks a route of an application that is guarded by the middleware, as Express would. */
async function ask(headers: Record<string, string>, demands: { roles?: string[]; permissions?: string[] } = {}) {
  const request: { header: (name: string) => string | undefined; frontegg?: { user: object } } = { header: (name) => headers[name] };
  const answer = { status: 200, text: '' };
  const response = {
    status(code: number) {
      answer.status = code;
      return { send: (text: string) => void Object.assign(answer, { text }) };
    },
  };
  await sdk.withAuthentication(demands)(request as never, response as never, () => undefined);
  return { ...answer, user: request.frontegg?.user };
}

const bearer = async (email: string): Promise<Record<string, string>> => ({
  authorization: `Bearer ${(await logIn(harness, email)).json<{ accessToken: string }>().accessToken}`,
});

describe('the authenticator', () => {
  it('exchanges client id and key for a token, and renews it on demand', async () => {
    const first = authenticator.accessToken;
    expect(first.split('.')).toHaveLength(3);
    await authenticator.validateAuthentication();
    expect(authenticator.accessToken).toBe(first);
    await authenticator.refreshAuthentication();
    expect(authenticator.accessToken.split('.')).toHaveLength(3);
  });

  it('fails on a wrong key', async () => {
    const other = new sdk.FronteggAuthenticator();
    process.env.FRONTEGG_AUTHENTICATOR_NUMBER_OF_TRIES = '1';
    await expect(other.init(clientId, 'not the key at all')).rejects.toThrow('Failed to authenticate with Frontegg');
  });
});

describe('withAuthentication', () => {
  it('lets the token of a user in, and hands on who that is', async () => {
    const user = await createUser(harness, 'sdk', 'admin@sdk.example', { roleIds: [roleIds.admin], name: 'Ada' });
    const headers = await bearer(user.email);
    const answer = await ask(headers);
    expect(answer).toMatchObject({ status: 200, user: { id: user.id, sub: user.id, type: 'userToken', tenantId: 'sdk', email: user.email } });
    expect((await ask(headers, { roles: ['Admin'] })).status).toBe(200);
    expect((await ask(headers, { permissions: ['fe.secure.*'] })).status).toBe(200);
  });

  it('refuses a missing role or permission with 403, and what is no token with 401', async () => {
    const { email } = await createUser(harness, 'sdk', 'plain@sdk.example');
    const headers = await bearer(email);
    expect((await ask(headers, { roles: ['Admin'] })).status).toBe(403);
    expect((await ask(headers, { permissions: ['fe.secure.*'] })).status).toBe(403);
    expect(await ask({})).toMatchObject({ status: 401, text: 'Unauthenticated' });
    const [head, body = '', signature] = (headers.authorization ?? '').split('.');
    const forged = JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), roles: ['Admin'] });
    for (const authorization of ['Bearer nothing', `${head}.${Buffer.from(forged).toString('base64url')}.${signature}`]) {
      expect((await ask({ authorization })).status, authorization).toBe(401);
    }
  });

  it('tells a session that was stepped up from one that was not', async () => {
    const { email, secret, accessToken } = await plainSession(harness, 'sdk-step-up');
    const validate = (token: string) => sdk.IdentityClient.getInstance().validateToken(token, { stepUp: { maxAge: 3600 } });
    await expect(validate(accessToken)).rejects.toMatchObject({ statusCode: 401 });
    const done = await verifyApp(harness, await stepUpToken(harness, accessToken, { maxAge: 60 }), totp(harness, secret));
    await expect(validate(done.json<{ accessToken: string }>().accessToken)).resolves.toMatchObject({ email });
  });
});

describe('HttpClient', () => {
  it('calls the API with the token of the environment, for the tenant that a header names', async () => {
    const tenant = { 'frontegg-tenant-id': 'sdk' };
    const policy = await http.put('/identity/resources/configurations/v1/mfa-policy', { enforceMFAType: 'DontForce' }, tenant);
    expect(policy).toMatchObject({ status: 200, data: { enforceMFAType: 'DontForce' } });
    const changed = await http.patch('/identity/resources/configurations/v1/mfa-policy', { allowRememberMyDevice: true }, tenant);
    expect(changed.data).toMatchObject({ allowRememberMyDevice: true });
    expect((await http.get('/identity/resources/configurations/v1/mfa-policy', tenant)).data).toMatchObject({ allowRememberMyDevice: true });
    const body = { email: 'made@sdk.example', password, tenantId: 'sdk' };
    const made = await http.post('/identity/resources/vendor-only/users/v1', body);
    expect(made).toMatchObject({ status: 201, data: { email: 'made@sdk.example' } });
    await expect(http.get('/identity/resources/roles/v1', { 'frontegg-tenant-id': 'nowhere' })).rejects.toMatchObject({ response: { status: 404 } });
  });
});

describe('AuditsClient', () => {
  const page = { offset: 0, count: 2, sortBy: 'createdAt', sortDirection: 'DESC' } as const;

  it('reads the trail of a tenant by pages and conditions, and its numbers', async () => {
    harness.clock.advance({ seconds: 1 });
    await logIn(harness, 'admin@sdk.example');
    const first = await audits.getAudits({ tenantId: 'sdk', ...page });
    expect(first.data).toHaveLength(2);
    expect(first.data[0]).toMatchObject({ action: 'Login succeeded', severity: 'Info', email: 'admin@sdk.example', tenantId: 'sdk' });
    expect(first.total).toBeGreaterThan(2);
    const next = await audits.getAudits({ tenantId: 'sdk', ...page, offset: 1, sortDirection: 'ASC' });
    expect(next.total).toBe(first.total);
    const found = await audits.getAudits({ tenantId: 'sdk', ...page, filters: { action: 'user created' }, filter: 'admin@' });
    expect(found).toMatchObject({ data: [{ action: 'User created' }], total: 1 });
    expect(await audits.getAudits({ tenantId: 'sdk-other', ...page, filter: 'admin@sdk.example' })).toEqual({ data: [], total: 0 });
    expect(await audits.getAuditsStats({ tenantId: 'sdk' })).toEqual({ totalToday: expect.any(Number), severeThisWeek: 0 });
  });

  it('reads the columns of the trail', async () => {
    const { rows } = await audits.getAuditsMetadata();
    expect(rows[0]).toMatchObject({ entityName: 'audits', properties: expect.arrayContaining([expect.objectContaining({ name: 'createdAt' })]) });
  });

  it('is told that entries cannot be sent: the trail holds what happened here', async () => {
    await expect(audits.sendAudit({ tenantId: 'sdk', severity: 'Info', action: 'made up' })).rejects.toMatchObject({ response: { status: 405 } });
    await expect(audits.setAuditsMetadata({ properties: [] })).rejects.toMatchObject({ response: { status: 405 } });
  });
});
