import type { AddressInfo } from 'node:net';
import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { profileBounds } from '../../../src/domain/bounds.ts';
import {
  asEnvironment,
  cookiesOf,
  createTenant,
  createUserInTenant,
  logIn,
  mailedCode,
  mfaTokenFor,
  setStrategy,
  totp,
} from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { clientId, dialect } from '../../support/harness.ts';
import { call, claimsOf, expectRefusal, faults, headerOf, joinTenant, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { enrolled, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const claimsIn = (answer: LightMyRequestResponse) => claimsOf(answer.json<{ accessToken: string }>().accessToken);
const now = () => Math.floor(harness.clock.now().getTime() / 1000);
const elevation = ['acr', 'amr', 'auth_time'];
const elevated = () => ({
  acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  amr: expect.arrayContaining(['mfa', 'otp']),
  auth_time: now(),
});
const verify = (user: { secret: string; mfaToken: string }, rememberDevice = false) =>
  call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: { value: totp(harness, user.secret), mfaToken: user.mfaToken, rememberDevice } });

describe('an access token is small enough for every header', () => {
  /** What common proxies allow for one header line. */
  const line = 8192;
  const sizeOf = (token: string) => `authorization: Bearer ${token}\r\n`.length;
  const asText = (value: object) => JSON.stringify(value);

  /** Sends the token through a real socket, because an injected request has no limit. */
  async function me(token: string): Promise<number> {
    const address = await harness.app.http.listen({ host: '127.0.0.1', port: 0 }).catch(() => addressOf());
    return (await fetch(`${address}/identity/resources/users/v2/me`, { headers: { authorization: `Bearer ${token}` } })).status;
  }
  const addressOf = (): string => `http://127.0.0.1:${(harness.app.http.server.address() as AddressInfo).port}`;

  test('with 300 tenants: `tenantIds` has as many as fit and that of the session, and the server knows them all', async () => {
    const user = await createUserInTenant(harness, 'many');
    const others = Array.from({ length: 299 }, (_, index) => `many-${String(index).padStart(3, '0')}-${'x'.repeat(27)}`);
    await execute(
      harness,
      `insert into tenants (id, name, created_at, updated_at) select o.id, t.name, t.created_at, t.updated_at from tenants t, (values ${others.map((id) => `('${id}')`).join()}) as o(id) where t.id = 'many'`
        .replace('as o(id)', dialect === 'sqlite' ? 'o' : 'as o(id)')
        .replaceAll('o.id', dialect === 'sqlite' ? 'o.column1' : 'o.id'),
    );
    const roles =
      "insert into memberships (user_id, tenant_id, created_at) select u.id, t.id, t.created_at from users u, tenants t where u.id = $1 and t.id like 'many-%'";
    await execute(harness, roles, [user.id]);
    const last = others.at(-1) ?? '';
    await execute(harness, 'update users set active_tenant_id = $1 where id = $2', [last, user.id]);
    const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
    expect(sizeOf(accessToken)).toBeLessThan(line);
    const { tenantId, tenantIds } = claimsOf(accessToken) as { tenantId: string; tenantIds: string[] };
    expect(tenantId).toBe(last);
    expect(tenantIds).toContain(last);
    expect(tenantIds.length).toBeGreaterThan(80);
    expect(tenantIds.slice(0, 3)).toEqual(['many', ...others.slice(0, 2)]);
    expect(await me(accessToken)).toBe(200);
    const tenants = await harness.send({ url: '/identity/resources/users/v2/me/tenants', headers: { authorization: `Bearer ${accessToken}` } });
    expect(tenants.json()).toHaveLength(300);
  });

  test('with every field as long as it may be, whatever the script, and no claim is left out', async () => {
    for (const [index, letter] of ['x', 'é', '漢', '𝌆', '"'].entries()) {
      const fill = (bytes: number) => letter.repeat(Math.floor(bytes / Buffer.byteLength(letter)));
      const profile = {
        name: fill(profileBounds.name),
        phoneNumber: fill(profileBounds.phoneNumber),
        externalId: fill(profileBounds.externalId),
        profilePictureUrl: fill(profileBounds.profilePictureUrl),
      };
      const metadata = { note: fill(letter === '"' ? profileBounds.metadata / 2 - 10 : profileBounds.metadata - 11) };
      const user = await createUserInTenant(harness, `full-${index}`, { ...profile, metadata: asText(metadata) });
      const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
      expect(sizeOf(accessToken), letter).toBeLessThan(line);
      expect(claimsOf(accessToken), letter).toMatchObject({
        ...(letter === '"' ? { name: profile.name } : { ...profile, metadata }),
        tenantIds: [`full-${index}`],
      });
      expect(await me(accessToken), letter).toBe(200);
    }
  });

  test('with longer fields that an earlier release stored: these are cut or left out', async () => {
    const user = await createUserInTenant(harness, 'earlier');
    const long = '漢'.repeat(4096);
    const sql = 'update users set name = $1, phone_number = $1, external_id = $1, profile_picture_url = $1, metadata = $2 where id = $3';
    await execute(harness, sql, [long, asText({ long }), user.id]);
    const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
    expect(sizeOf(accessToken)).toBeLessThan(line);
    expect(claimsOf(accessToken)).toMatchObject({
      ...{ tenantIds: ['earlier'], metadata: {}, phoneNumber: null, externalId: null, profilePictureUrl: null },
      name: '漢'.repeat(Math.floor(profileBounds.name / 3)),
    });
    expect(await me(accessToken)).toBe(200);
  });

  test('metadata longer than the token has room for is refused with its bound', async () => {
    const tenantId = await createTenant(harness, 'bounded');
    const note = (bytes: number) => asText({ note: 'é'.repeat((bytes - 11) / 2) });
    const create = async (metadata: string) =>
      call(harness, 'POST', '/vendor-only/users/v1', {
        headers: await asEnvironment(harness),
        body: { email: 'bounded@acme.example', tenantId, metadata },
      });
    const text = `metadata must have at most ${profileBounds.metadata} bytes as JSON in UTF-8`;
    expectRefusal(await create(note(profileBounds.metadata + 1)), 400, faults(text));
    expect((await create(note(profileBounds.metadata - 1))).statusCode).toBe(201);
  });
});

describe('the access token of a user', () => {
  test('is RS256 under the published key and carries exactly these claims', async () => {
    const more = { name: 'Dana', metadata: '{"theme":{"dark":true}}', vendorMetadata: '{"plan":1}', roleIds: [roleIds.admin], externalId: 'e-1' };
    const user = await createUserInTenant(harness, 'claims', {
      ...more,
      phoneNumber: '+4912345678',
      profilePictureUrl: 'https://acme.example/a.png',
    });
    await joinTenant(harness, user.email, await createTenant(harness, 'claims-2'), { roleIds: [roleIds.readOnly] });
    const answer = await logIn(harness, user.email);
    const { accessToken } = answer.json<{ accessToken: string }>();
    const [key] = (await harness.send({ url: '/.well-known/jwks.json' })).json<{ keys: { kid: string }[] }>().keys;
    expect(headerOf(accessToken)).toEqual({ alg: 'RS256', typ: 'JWT', kid: key?.kid });
    expect(claimsOf(accessToken)).toEqual({
      sub: user.id,
      type: 'userToken',
      iss: 'https://id.acme.example',
      aud: clientId,
      iat: now(),
      exp: now() + 900,
      jti: expect.stringMatching(uuid),
      sid: expect.stringMatching(uuid),
      tenantId: 'claims',
      tenantIds: ['claims', 'claims-2'],
      name: 'Dana',
      email: user.email,
      email_verified: true,
      metadata: { theme: { dark: true } },
      roles: ['Admin'],
      permissions: ['fe.connectivity.*', 'fe.secure.*'],
      profilePictureUrl: 'https://acme.example/a.png',
      externalId: 'e-1',
      phoneNumber: '+4912345678',
      applicationId: '',
    });
    expect(answer.json().expires).toBe(new Date((now() + 900) * 1000).toISOString());
  });

  test('with more permissions than have room: the token stays small, has all roles, and says what it can', async () => {
    const headers = await asEnvironment(harness);
    const keys = Array.from({ length: 100 }, (_, index) => `${'p'.repeat(60)}.${String(index).padStart(3, '0')}`);
    const permissions = await call(harness, 'POST', '/permissions/v1', { headers, body: keys.map((key) => ({ key, name: key })) });
    const role = { key: 'large', name: 'Large', permissions: permissions.json<{ id: string }[]>().map(({ id }) => id) };
    const [{ id }] = (await call(harness, 'POST', '/roles/v1', { headers, body: [role] })).json<[{ id: string }]>();
    const user = await createUserInTenant(harness, 'large', { roleIds: [id, roleIds.admin] });
    const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
    expect(`authorization: Bearer ${accessToken}`.length).toBeLessThan(8_192);
    const claims = claimsOf(accessToken) as { roles: string[]; permissions: string[]; tenantIds: string[] };
    expect(claims.roles).toEqual(['Admin', 'large']);
    expect(claims.permissions.length).toBeGreaterThan(50);
    expect(claims.permissions.length).toBeLessThan(102);
    expect(claims.tenantIds).toEqual(['large']);
    const own = await call(harness, 'GET', '/users/v1/me/authorization', { headers: { authorization: `Bearer ${accessToken}` } });
    expect(own.json<{ permissions: object[] }>().permissions).toHaveLength(102);
  });

  test('both roles add up, each permission once and sorted', async () => {
    const user = await createUserInTenant(harness, 'roles', { roleIds: [roleIds.readOnly, roleIds.admin] });
    const claims = claimsIn(await logIn(harness, user.email));
    expect([...(claims.roles as string[])].sort()).toEqual(['Admin', 'ReadOnly']);
    expect(claims.permissions).toEqual(['fe.connectivity.*', 'fe.connectivity.read.*', 'fe.secure.*', 'fe.secure.read.*']);
  });

  test('a refreshed one belongs to the same session under another id', async () => {
    const login = await logIn(harness, (await createUserInTenant(harness, 'session')).email);
    const refreshed = await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie: cookiesOf(login) });
    const [first, second] = [claimsIn(login), claimsIn(refreshed)];
    expect(second.sid).toBe(first.sid);
    expect(second.jti).not.toBe(first.jti);
    expect(claimsIn(await logIn(harness, 'session@acme.example')).sid).not.toBe(first.sid);
  });
});

describe('acr, amr and auth_time', () => {
  test('come with an authenticator: verified, or enrolled by either call', async () => {
    expect(claimsIn(await verify(await enrolled(harness, 'verified')))).toMatchObject(elevated());
    expect(claimsIn(await verify(await unenrolled(harness, 'enrolled-by-verify')))).toMatchObject(elevated());
    const user = await unenrolled(harness, 'enrolled-by-name');
    const body = { token: totp(harness, user.secret), mfaToken: user.mfaToken };
    expect(claimsIn(await call(harness, 'POST', '/auth/v1/user/mfa/authenticator/enroll/verify', { body }))).toMatchObject(elevated());
    const byDevice = await enrolled(harness, 'by-device');
    const { mfaToken, mfaDevices } = (await logIn(harness, byDevice.email)).json();
    const path = `/auth/v1/user/mfa/authenticator/${mfaDevices.authenticators[0].id}/verify`;
    const answer = await call(harness, 'POST', path, { body: { value: totp(harness, byDevice.secret), mfaToken } });
    expect(claimsIn(answer)).toMatchObject(elevated());
  });

  test('are absent after a password alone', async () => {
    const user = await createUserInTenant(harness, 'plain');
    for (const claim of elevation) expect(claimsIn(await logIn(harness, user.email))).not.toHaveProperty(claim);
  });

  test('are absent after an e-mail code', async () => {
    for (const user of [await unenrolled(harness, 'mail'), await enrolled(harness, 'mail-enrolled')]) {
      const { otcToken } = (await call(harness, 'POST', '/auth/v1/user/mfa/emailcode', { body: { mfaToken: user.mfaToken } })).json();
      const body = { otcToken, code: await mailedCode(harness, user.email), mfaToken: user.mfaToken };
      const answer = await call(harness, 'POST', '/auth/v1/user/mfa/emailcode/verify', { body });
      expect(answer.statusCode).toBe(201);
      for (const claim of elevation) expect(claimsIn(answer)).not.toHaveProperty(claim);
    }
  });

  test('are absent after a remembered device', async () => {
    const user = await enrolled(harness, 'device', { allowRememberMyDevice: true });
    const verified = await verify(user, true);
    const answer = await logIn(harness, user.email, cookiesOf(verified));
    expect(answer.json()).toMatchObject({ mfaRequired: false });
    for (const claim of elevation) expect(claimsIn(answer)).not.toHaveProperty(claim);
  });

  test('are gone after a refresh', async () => {
    const user = await enrolled(harness, 'faded');
    const answer = await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie: cookiesOf(await verify(user)) });
    expect(answer.statusCode).toBe(200);
    for (const claim of elevation) expect(claimsIn(answer)).not.toHaveProperty(claim);
    harness.clock.advance({ seconds: 60 });
    const again = await verify({ ...user, mfaToken: await mfaTokenFor(harness, user.email) });
    expect(claimsIn(again), 'a new login has them again').toMatchObject(elevated());
  });
});
