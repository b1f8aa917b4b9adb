import { createVerify } from 'node:crypto';
import { expect, test } from 'vitest';
import { asEnvironment, createUser, createUserInTenant, identity } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked } from '../../support/callers.ts';
import { asUser, call, expectRefusal, forbidden, userWith, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1';
const harness = useHarness();

test('answers the core settings SDKs read, all of them', async () => {
  const answer = await call(harness, 'GET', path, { headers: await asEnvironment(harness) });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    id: expect.stringMatching(uuid),
    publicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----\n$/),
    defaultTokenExpiration: 900,
    defaultRefreshTokenExpiration: 2_592_000,
    cookieSameSite: 'LAX',
    jwtAlgorithm: 'RS256',
    jwtSecret: '',
    authStrategy: 'EmailAndPassword',
    machineToMachineAuthStrategy: 'ClientCredentials',
    rotateRefreshTokens: true,
    refreshTokensRotationLimit: 100,
    addRolesToJwt: true,
    addPermissionsToJwt: true,
    defaultPasswordlessTokenExpiration: 300,
    allowSignups: false,
    apiTokensEnabled: false,
    allowOverridePasswordComplexity: false,
    allowOverridePasswordExpiration: false,
    allowOverrideEnforcePasswordHistory: false,
    allowNotVerifiedUsersLogin: false,
    forcePermissions: false,
    forceSameDeviceOnAuth: false,
    allowTenantInvitations: false,
    skipTenantValidation: false,
    addSamlAttributesToJwt: false,
    allowCustomLoginTenantSwitch: false,
  });
});

test('the public key verifies tokens of users and of the environment', async () => {
  const headers = await asEnvironment(harness);
  const { publicKey } = (await call(harness, 'GET', path, { headers })).json<{ publicKey: string }>();
  const user = await userWith(harness, 'pem', null);
  for (const { authorization = '' } of [headers, user.headers]) {
    const [head, body, signature = ''] = authorization.slice('Bearer '.length).split('.');
    const check = (text: string) => createVerify('RSA-SHA256').update(text).verify(publicKey, Buffer.from(signature, 'base64url'));
    expect(check(`${head}.${body}`)).toBe(true);
    expect(check(`${head}.${body}x`)).toBe(false);
  }
});

test('strangers get 401, users need permission, and the tenant header has to name one known tenant', async () => {
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  const admin = await createUserInTenant(harness, 'configuration-admin', { roleIds: [roleIds.admin] });
  const member = await createUser(harness, admin.tenantId, 'configuration-member@acme.example');
  expect((await call(harness, 'GET', path, { headers: await asUser(harness, admin.email) })).statusCode).toBe(200);
  expectRefusal(await call(harness, 'GET', path, { headers: await asUser(harness, member.email) }), 403, forbidden);
  await expectTenantHeaderChecked(harness, { url: `${identity}${path}` });
  await expectOlderHeaderServes(harness, { url: `${identity}${path}` }, 200);
});
