import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createUserInTenant, logIn } from '../support/builders.ts';
import { startCaptchaServer } from '../support/captcha-server.ts';
import { clientId, openHarness } from '../support/harness.ts';
import { decodeQrDataUri } from '../support/qr.ts';
import { useHarness } from '../support/use-harness.ts';

/** The requests of the Terraform provider, resource by resource, in its order; it reads statuses first and bodies rarely. */
const provider = await startCaptchaServer();
afterAll(() => provider.close());
const harness = useHarness(() => openHarness({ settings: provider.settings }));

const full = (enforceMFAType: string) => ({ enforceMFAType, allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 });

/** What each request carries: a token of its own, and the ids of the provider's configuration. */
async function headers(tenantId?: string): Promise<Record<string, string>> {
  const answer = await harness.send({ method: 'POST', url: '/auth/vendor', body: { clientId, secret: harness.secret } });
  expect(answer.statusCode).toBe(200);
  const ids = {
    'frontegg-environment-id': clientId,
    'frontegg-application-id': '',
    ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }),
  };
  return { authorization: `Bearer ${answer.json<{ token: string }>().token}`, 'content-type': 'application/json', ...ids };
}

const base = '/identity/resources/configurations/v1';

/** Create and update are one to the provider: POST, and after 409 the same body by PATCH, once; a second 409 would be an error. */
async function applyAt(path: string, fields: object, tenantId?: string): Promise<number[]> {
  const created = await harness.send({ method: 'POST', url: `${base}${path}`, headers: await headers(tenantId), body: fields });
  if (created.statusCode !== 409) return [created.statusCode];
  const changed = await harness.send({ method: 'PATCH', url: `${base}${path}`, headers: await headers(tenantId), body: fields });
  return [created.statusCode, changed.statusCode];
}
const readAt = async (path: string, tenantId?: string) => harness.send({ url: `${base}${path}`, headers: await headers(tenantId) });

const apply = (fields: object, tenantId?: string): Promise<number[]> => applyAt('/mfa-policy', fields, tenantId);
const read = (tenantId?: string) => readAt('/mfa-policy', tenantId);

it('a tenant policy is created, read back, changed by the retry, and planned again without a difference', async () => {
  await createTenant(harness, 'terraform');
  expect(await apply(full('Force'), 'terraform')).toEqual([201]);
  expect((await read('terraform')).json()).toMatchObject(full('Force'));
  expect(await apply(full('DontForce'), 'terraform')).toEqual([409, 200]);
  expect(await apply(full('DontForce'), 'terraform')).toEqual([409, 200]);
  const answer = await read('terraform');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject(full('DontForce'));
  // It decodes the number into an integer type: 604800, never 604800.0 or "604800".
  expect(answer.body).toContain('"mfaDeviceExpiration":604800,');
});

it('the environment has a policy of its own, unset until it is made', async () => {
  expect((await read()).statusCode).toBe(404);
  expect(await apply(full('ForceExceptSAML'))).toEqual([201]);
  expect((await read()).json()).toMatchObject(full('ForceExceptSAML'));
  expect((await read('terraform')).json()).toMatchObject(full('DontForce'));
});

it('the MFA configuration takes an app block without a name, and reads back whole', async () => {
  const body = { authenticationApp: { active: false, serviceName: '' } };
  expect(await applyAt('/mfa', body)).toEqual([201]);
  expect((await readAt('/mfa')).json()).toEqual({
    ...body,
    sms: { active: false, tokenLifetimeSeconds: 300 },
    email: { active: false, tokenLifetimeSeconds: 300, sender: '' },
  });
});

it('every word of the provider for enforcement is stored and planned again without a difference', async () => {
  const tenantId = await createTenant(harness, 'terraform-words');
  for (const word of ['DontForce', 'Force', 'ForceExceptSAML']) {
    const statuses = await apply(full(word), tenantId);
    expect([201, 200]).toContain(statuses.at(-1));
    expect((await read(tenantId)).json()).toMatchObject(full(word));
  }
  // A word it does not know it sends as an empty text, and shows the answer to the person.
  expect(await apply(full(''), tenantId)).toEqual([400]);
  expect((await read(tenantId)).json()).toMatchObject(full('ForceExceptSAML'));
});

it('of two applies at once one creates, and the retry of the other changes: nobody sees an error', async () => {
  const tenantId = await createTenant(harness, 'terraform-race');
  const statuses = await Promise.all([apply(full('Force'), tenantId), apply(full('Force'), tenantId)]);
  expect(statuses.map(String).sort()).toEqual(['201', '409,200']);
});

it('a tenant policy for a tenant that does not exist fails, and so does its read', async () => {
  expect(await apply(full('Force'), 'terraform-nowhere')).toEqual([404]);
  expect((await read('terraform-nowhere')).statusCode).toBe(404);
});

const tests = (on: boolean) => ({
  ...{ requireLowercase: on, requireUppercase: on, requireNumbers: on, requireSpecialChars: on, checkThreeRepeatedChars: false },
});

/** The part of `frontegg_workspace` that concerns logins, as its update sends it and its read asks for it. */
const workspace = (enforceMFAType: string, serviceName: string | null, maxAttempts: number | null) =>
  [
    [
      '',
      {
        id: '',
        allowNotVerifiedUsersLogin: false,
        allowSignups: false,
        apiTokensEnabled: serviceName !== null,
        machineToMachineAuthStrategy: serviceName === null ? 'ClientCredentials' : 'AccessToken',
        cookieSameSite: 'LAX',
        defaultRefreshTokenExpiration: 2_592_000,
        defaultTokenExpiration: 900,
        forcePermissions: false,
        jwtAlgorithm: 'RS256',
        authStrategy: 'EmailAndPassword',
      },
    ],
    ['/mfa-policy', full(enforceMFAType)],
    ['/mfa', { authenticationApp: { active: serviceName !== null, serviceName: serviceName ?? '' } }],
    ['/lockout-policy', { enabled: maxAttempts !== null, maxAttempts: maxAttempts ?? 5 }],
    // It sends both objects with all five tests, and leaves the breached passwords out.
    [
      '/password',
      {
        ...{ allowPassphrases: true, minLength: maxAttempts === 3 ? 10 : 8, maxLength: 64, minPhraseLength: 20, minOptionalTestsToPass: 2 },
        ...{ optionalTests: tests(true), requiredTests: tests(false) },
      },
    ],
    // For an absent block it sends this as well.
    ['/password-history-policy', { enabled: maxAttempts !== null, historySize: maxAttempts === null ? 1 : 4 }],
  ] as const;

it('the workspace: applied twice, changed, and with its blocks taken away, each read back as it was sent', async () => {
  for (const state of [
    workspace('Force', 'Acme', 10),
    workspace('Force', 'Acme', 10),
    workspace('ForceExceptSAML', 'Acme Corp', 3),
    workspace('DontForce', null, null),
  ]) {
    for (const [path, body] of state) {
      // What it computed before it sends as well: here the key, empty at first.
      const statuses = await applyAt(path, path === '' ? { ...body, publicKey: '' } : body);
      expect([[201], [409, 200]], path).toContainEqual(statuses);
    }
    for (const [path, body] of state) {
      const answer = await readAt(path);
      expect(answer.statusCode, path).toBe(200);
      const { id: _, ...sent } = body as { id?: string };
      expect(answer.json(), path).toMatchObject(sent);
    }
  }
  expect((await readAt('')).json()).toMatchObject({ publicKey: expect.stringContaining('BEGIN PUBLIC KEY') });
});

it('what the workspace asks for and is not served here is refused in words, not swallowed', async () => {
  const [[, core]] = workspace('Force', null, null);
  const answer = await harness.send({ method: 'POST', url: base, headers: await headers(), body: { ...core, addSamlAttributesToJwt: true } });
  expect([answer.statusCode, answer.json().errors]).toEqual([400, ['addSamlAttributesToJwt true is not supported by this server']]);
});

it('the auth policy: created, changed and read back as it was sent', async () => {
  const policy = (authStrategy: string, others: object) => ({
    ...{ id: '', publicKey: '', allowNotVerifiedUsersLogin: false, allowSignups: false, allowTenantInvitations: true, apiTokensEnabled: false },
    ...{ cookieSameSite: 'LAX', defaultRefreshTokenExpiration: 2_592_000, defaultTokenExpiration: 900, forcePermissions: true },
    ...{ jwtAlgorithm: 'RS256', authStrategy, machineToMachineAuthStrategy: 'ClientCredentials', ...others },
  });
  for (const sent of [policy('EmailAndPassword', {}), policy('MagicLink', { allowSignups: true }), policy('NoLocalAuthentication', {})]) {
    expect(await applyAt('', sent)).toEqual([201]);
    const { id: _, publicKey: __, ...kept } = sent;
    expect((await readAt('')).json()).toMatchObject(kept);
  }
  expect(await applyAt('', policy('EmailAndPassword', { forcePermissions: false, allowTenantInvitations: false }))).toEqual([201]);
});

it('the captcha block of the workspace: created, and after the conflict replaced, each time read back with its secret', async () => {
  const send = async (method: 'POST' | 'PUT', body: object) =>
    harness.send({ method, url: `${base}/captcha-policy`, headers: await headers(), body });
  expect((await readAt('/captcha-policy')).statusCode).toBe(404);
  for (const [enabled, minScore, statuses] of [
    [false, 0.5, [201]],
    [true, 0.9, [409, 200]],
    [false, 0.9, [409, 200]],
  ] as const) {
    const policy = { enabled, siteKey: 'site', secretKey: 'secret', minScore, ignoredEmails: ['a@acme.example'] };
    const created = await send('POST', policy);
    const replaced = created.statusCode === 409 ? [(await send('PUT', policy)).statusCode] : [];
    expect([created.statusCode, ...replaced]).toEqual(statuses);
    expect((await readAt('/captcha-policy')).json()).toMatchObject(policy);
  }
});

it('a JWT template and its targeting: created, adopted after a conflict, changed without a difference, and destroyed', async () => {
  const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
    harness.send({ method, url: `/identity/resources${path}`, headers: await headers(), ...(body === undefined ? {} : { body }) });
  const claims = { iss: '{{iss}}', sub: '{{user.id}}', aud: 'x', exp: 'x', iat: 'x', plan: 'gold' };
  const template = { key: 'tf', name: 'By Terraform', description: '', expiration: 3600, algorithm: 'RS256', templateSchema: { claims } };
  // A placeholder of another product stops the plan with a text.
  expect((await send('POST', '/jwt-templates/v1', template)).statusCode).toBe(400);
  const wanted = { ...template, templateSchema: { claims: { ...claims, iss: 'x' } } };
  const created = await send('POST', '/jwt-templates/v1', wanted);
  expect([created.statusCode, created.json()]).toMatchObject([201, wanted]);
  const { id } = created.json<{ id: string }>();
  expect((await send('PUT', `/jwt-templates/v1/${id}`, wanted)).json()).toMatchObject(wanted);
  expect((await send('GET', `/jwt-templates/v1/${id}`)).json()).toMatchObject(wanted);

  const path = '/configurations/v1/jwt-template-targeting';
  const conditions = [{ attribute: 'tenantId', op: 'in_list', value: { list: ['acme'] }, negate: false }];
  const rules = [{ conditionLogic: 'and', conditions, treatment: id }];
  expect((await send('GET', path)).statusCode).toBe(404);
  expect((await send('POST', path, { rules })).statusCode).toBe(201);
  // Applied by somebody who lost the state: the conflict leads to the PUT, whose answer has no body to decode.
  expect((await send('POST', path, { rules })).statusCode).toBe(409);
  const replaced = await send('PUT', path, { rules });
  expect([replaced.statusCode, replaced.body]).toEqual([200, '']);
  const read = (await send('GET', path)).json<{ id: string; targeting: object }>();
  expect(read.targeting).toEqual({ rules });
  expect((await send('DELETE', `${path}/${read.id}`)).statusCode).toBe(200);
  expect((await send('DELETE', `/jwt-templates/v1/${id}`)).statusCode).toBe(204);
  expect((await send('GET', `/jwt-templates/v1/${id}`)).statusCode).toBe(404);
});

it('a social login and a user pool stop with a text that names what is missing; their reads and destroys take 404 for "gone"', async () => {
  const send = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
    harness.send({ method, url: `/identity/resources${path}`, headers: await headers(), ...(body === undefined ? {} : { body }) });
  const provider = { type: 'google', clientId: 'x', secret: 'x', redirectUrl: 'https://acme.example', customised: true };
  const refused = async (feature: string, path: string, body: object) => {
    const answer = await send('POST', path, body);
    expect([answer.statusCode, answer.json()], path).toEqual([501, { errors: [`${feature} is not supported by this server`] }]);
  };
  await refused('Social login', '/sso/v2', provider);
  await refused('Social login', '/sso/v2/google/deactivate', {});
  for (const kind of ['external/auth0', 'external/cognito', 'external/firebase', 'external/custom-code', 'federation']) {
    await refused('Management of user pools', `/user-sources/v1/${kind}`, { name: 'pool' });
  }
  for (const [method, path] of [
    ['GET', '/sso/v2/google'],
    ['GET', '/user-sources/v1/1'],
    ['DELETE', '/user-sources/v1/1'],
  ] as const) {
    expect((await send(method, path)).statusCode, path).toBe(404);
  }
});

it('session limits: applied twice, changed and switched off, each read back as it was sent', async () => {
  const url = '/identity/resources/configurations/sessions/v1';
  const limits = (isActive: boolean, timeout: number, maxSessions: number) => ({
    sessionIdleTimeoutConfiguration: { isActive, timeout },
    sessionTimeoutConfiguration: { isActive, timeout },
    sessionConcurrentConfiguration: { isActive, maxSessions },
  });
  const stored = async () => (await harness.send({ url: `${url}/vendor`, headers: await headers() })).json();
  expect(await stored()).toEqual(limits(false, 86_400, 1));
  for (const body of [limits(true, 600, 3), limits(true, 600, 3), limits(true, 3600, 5), limits(false, 86_400, 1)]) {
    const applied = await harness.send({ method: 'POST', url, headers: await headers(), body });
    expect([applied.statusCode, applied.body]).toEqual([201, '']);
    expect(await stored()).toEqual(body);
  }
});

it('a password policy that was never set reads as the defaults without the blocks that nobody wrote, and a history as 404', async () => {
  const tenantId = await createTenant(harness, 'terraform-passwords');
  const answer = await readAt('/password', tenantId);
  expect([answer.statusCode, answer.json().maxLength]).toEqual([200, 64]);
  expect((await readAt('/password-history-policy', tenantId)).statusCode).toBe(404);
});

it('a lockout policy that was never set reads as 404, which the provider takes for "off"', async () => {
  expect((await readAt('/lockout-policy', await createTenant(harness, 'terraform-lockout'))).statusCode).toBe(404);
});

it('the service name of the workspace is the issuer authenticator apps show', async () => {
  await applyAt('/mfa', { authenticationApp: { active: true, serviceName: 'Acme by Terraform' } });
  const user = await createUserInTenant(harness, 'terraform-issuer');
  await apply(full('Force'), user.tenantId);
  const { qrCode } = (await logIn(harness, user.email)).json<{ qrCode: string }>();
  expect(new URL(decodeQrDataUri(qrCode)).searchParams.get('issuer')).toBe('Acme by Terraform');
});

describe('tenants', () => {
  const v1 = '/tenants/resources/tenants/v1';
  const v2 = '/tenants/resources/tenants/v2';
  const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) =>
    harness.send({ method, url, headers: await headers(), ...(body === undefined ? {} : { body }) });
  interface Wanted {
    name: string;
    tenantId: string;
    applicationUrl: string;
    metadata: Record<string, string>;
  }

  /** Creates, or after the conflict that says so reads the one that is there and changes it; then each key of the metadata goes by a call of its own. */
  async function applyTenant({ metadata, ...fields }: Wanted, before: Record<string, string> = {}): Promise<number[]> {
    const created = await send('POST', v1, fields);
    const statuses = [created.statusCode];
    if (created.statusCode === 409) {
      expect(created.json()).toEqual({ errors: ['Tenant already exists'] });
      const known = await send('GET', `${v2}/${fields.tenantId}`);
      expect(known.json()).toMatchObject({ tenantId: fields.tenantId });
      statuses.push((await send('PUT', `${v1}/${fields.tenantId}`, fields)).statusCode);
    }
    for (const [key, value] of Object.entries(metadata)) {
      statuses.push((await send('POST', `${v1}/${fields.tenantId}/metadata`, { metadata: { [key]: value } })).statusCode);
    }
    for (const key of Object.keys(before).filter((each) => !(each in metadata))) {
      statuses.push((await send('DELETE', `${v1}/${fields.tenantId}/metadata/${encodeURIComponent(key)}`)).statusCode);
    }
    return statuses;
  }
  /** What the provider compares with its state: it reads the list of one, and decodes the metadata from a text. */
  async function state(tenantId: string): Promise<Wanted | null> {
    const answer = await send('GET', `${v1}/${tenantId}`);
    expect(answer.statusCode).toBe(200);
    const [tenant] = answer.json<[{ name: string; tenantId: string; applicationUrl?: string; metadata: string; deletedAt: null }?]>();
    if (tenant === undefined) return null;
    const { name, applicationUrl = '', metadata, deletedAt } = tenant;
    expect(deletedAt).toBeNull();
    return { name, tenantId: tenant.tenantId, applicationUrl, metadata: JSON.parse(metadata) };
  }

  it('a tenant is created, applied again without a difference, changed, and destroyed', async () => {
    const wanted = {
      name: 'Acme',
      tenantId: 'terraform-tenant',
      applicationUrl: 'https://app.acme.example',
      metadata: { plan: 'gold', 'a/b': 'c d' },
    };
    expect(await applyTenant(wanted)).toEqual([201, 201, 201]);
    expect(await state('terraform-tenant')).toEqual(wanted);
    expect(await applyTenant(wanted, wanted.metadata)).toEqual([409, 200, 201, 201]);
    expect(await state('terraform-tenant')).toEqual(wanted);
    const changed = { ...wanted, name: 'Acme Inc.', applicationUrl: '', metadata: { plan: 'silver' } };
    expect(await applyTenant(changed, wanted.metadata)).toEqual([409, 200, 201, 200]);
    expect(await state('terraform-tenant')).toEqual(changed);
    const gone = await send('DELETE', `${v1}/terraform-tenant`);
    expect([gone.statusCode, gone.body]).toEqual([200, '']);
    expect(await state('terraform-tenant')).toBeNull();
  });

  it('a tenant that was destroyed is created again under the same id, as the same row', async () => {
    const wanted = { name: 'Again', tenantId: 'terraform-again', applicationUrl: '', metadata: {} };
    expect(await applyTenant(wanted)).toEqual([201]);
    const [before] = (await send('GET', `${v1}/terraform-again`)).json<[{ id: string }]>();
    await send('DELETE', `${v1}/terraform-again`);
    expect(await applyTenant({ ...wanted, name: 'New' })).toEqual([201]);
    expect((await send('GET', `${v1}/terraform-again`)).json()).toMatchObject([{ id: before.id, name: 'New' }]);
  });
});

describe('users', () => {
  const resources = '/identity/resources';
  const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, tenantId?: string) =>
    harness.send({ method, url: `${resources}${path}`, headers: await headers(tenantId), ...(body === undefined ? {} : { body }) });
  interface Wanted {
    email: string;
    superuser: boolean;
    roleIds: string[];
  }

  /** The provider reads the user of the tenant and takes 404 for gone. */
  async function state(id: string, tenantId: string): Promise<Wanted | null> {
    const answer = await send('GET', `/users/v1/${id}`, undefined, tenantId);
    if (answer.statusCode === 404) return null;
    const { email, superUser = false, roles, verified } = answer.json();
    expect(verified).toBe(true);
    return { email, superuser: superUser, roleIds: roles.map((role: { id: string }) => role.id).sort() };
  }

  it('a user is created verified without a mail, changed field by field without a difference, and destroyed everywhere', async () => {
    const tenantId = await createTenant(harness, 'terraform-user');
    const known = (await send('GET', '/roles/v1', undefined, tenantId)).json<{ id: string; key: string }[]>();
    const [admin, readOnly] = ['Admin', 'ReadOnly'].map((key) => known.find((role) => role.key === key)?.id ?? '');
    const body = {
      email: 'tina@terraform.example',
      password: 'correct horse battery',
      provider: 'local',
      roleIds: [readOnly],
      skipInviteEmail: true,
    };
    const created = await send('POST', '/users/v2', { ...body, superUser: true, verified: true }, tenantId);
    expect(created.statusCode, created.body).toBe(201);
    const { id } = created.json<{ id: string }>();
    const statuses = [
      (await send('PUT', `/users/v1/${id}/superuser`, { superUser: true })).statusCode,
      (await send('POST', `/users/v1/${id}/verify`)).statusCode,
    ];
    expect(statuses).toEqual([200, 200]);
    expect(await state(id, tenantId)).toEqual({ email: 'tina@terraform.example', superuser: true, roleIds: [readOnly] });
    const again = await send('POST', '/users/v2', body, tenantId);
    expect([again.statusCode, again.json()]).toEqual([409, { errors: ['User already exists'] }]);
    for (let times = 0; times < 2; times += 1) {
      expect((await send('PUT', `/users/v1/${id}/email`, { email: 'tina.new@terraform.example' })).statusCode).toBe(200);
      expect((await send('POST', `/users/v1/${id}/roles`, { roleIds: [admin] }, tenantId)).statusCode).toBe(201);
      expect((await send('DELETE', `/users/v1/${id}/roles`, { roleIds: [readOnly] }, tenantId)).statusCode).toBe(200);
      expect((await send('PUT', `/users/v1/${id}/superuser`, { superUser: false })).statusCode).toBe(200);
      expect(await state(id, tenantId)).toEqual({ email: 'tina.new@terraform.example', superuser: false, roleIds: [admin] });
    }
    await harness.app.outbox.flush();
    expect(harness.mail).toEqual([]);
    expect((await logIn(harness, 'tina.new@terraform.example')).statusCode).toBe(200);
    const gone = await send('DELETE', `/users/v1/${id}`);
    expect([gone.statusCode, gone.body]).toEqual([200, '']);
    expect(await state(id, tenantId)).toBeNull();
  });

  it('a user of the portal is refused as documented, because its requests name no tenant', async () => {
    const answer = await send('POST', '/users/v2', { email: 'portal@terraform.example' });
    expect([answer.statusCode, answer.json()]).toEqual([403, { errors: ['frontegg-tenant-id header is required'], errorCode: 'ER-00008' }]);
  });
});

describe('roles and permissions', () => {
  const resources = '/identity/resources';
  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown, tenantId?: string) =>
    harness.send({ method, url: `${resources}${path}`, headers: await headers(tenantId), ...(body === undefined ? {} : { body }) });
  interface Named {
    id: string;
    key: string;
    name: string;
    permissions?: string[];
  }

  /** Creates by a list of one; after a conflict that says so it adopts the one with the key, and changes it. */
  async function applyNamed(
    path: string,
    wanted: object & { key?: string; name: string },
    tenantId?: string,
  ): Promise<{ id: string; statuses: number[] }> {
    const list = !path.endsWith('categories');
    const created = await send('POST', path, list ? [wanted] : wanted, tenantId);
    if (created.statusCode === 201) return { id: [created.json()].flat()[0].id, statuses: [201] };
    expect(created.json<{ errors: string[] }>().errors[0]).toContain('already exist');
    const all = (await send('GET', path, undefined, tenantId)).json<Named[]>();
    const id = all.find((each) => (wanted.key === undefined ? each.name === wanted.name : each.key === wanted.key))?.id ?? '';
    const changed = await send('PATCH', `${path}/${id}`, wanted, tenantId);
    return { id, statuses: [created.statusCode, changed.statusCode] };
  }

  it('a category, a permission and a role are created, applied again without a difference, and destroyed', async () => {
    const category = { name: 'Orders', description: 'All about orders' };
    const { id: categoryId, statuses } = await applyNamed('/permissions/v1/categories', category);
    expect(statuses).toEqual([201]);
    expect((await applyNamed('/permissions/v1/categories', category)).statuses).toEqual([409, 200]);

    const permission = { key: 'orders.read', name: 'Read orders', description: '', categoryId, assignmentType: null };
    const first = await applyNamed('/permissions/v1', permission);
    expect(first.statuses).toEqual([201]);
    const read = async () => (await send('GET', '/permissions/v1')).json<Named[]>().find(({ key }) => key === 'orders.read');
    const before = await read();
    expect(before).toMatchObject({ id: first.id, name: 'Read orders', description: '', categoryId, assignmentType: 'ASSIGNABLE' });
    expect(await applyNamed('/permissions/v1', permission)).toEqual({ id: first.id, statuses: [409, 200] });
    expect(await read()).toEqual({ ...before, updatedAt: expect.any(String) });

    // The provider sends null for the permissions here, and sets them by a call of their own.
    const role = { key: 'clerk', name: 'Clerk', description: '', isDefault: false, firstUserRole: false, level: 3, permissions: null };
    const made = await applyNamed('/roles/v1', role);
    expect(made.statuses).toEqual([201]);
    const set = () => send('PUT', `/roles/v1/${made.id}/permissions`, { permissionIds: [first.id] });
    expect((await set()).statusCode).toBe(200);
    const shown = async () => (await send('GET', '/roles/v1')).json<Named[]>().find(({ id }) => id === made.id);
    expect(await shown()).toMatchObject({ ...role, permissions: [first.id] });
    expect(await applyNamed('/roles/v1', role)).toEqual({ id: made.id, statuses: [409, 200] });
    await set();
    expect(await shown()).toMatchObject({ ...role, permissions: [first.id] });

    expect((await send('DELETE', `/roles/v1/${made.id}`)).statusCode).toBe(204);
    expect((await send('DELETE', `/permissions/v1/${first.id}`)).statusCode).toBe(204);
    const last = await send('DELETE', `/permissions/v1/categories/${categoryId}`);
    expect([last.statusCode, last.body]).toEqual([200, '']);
    expect([await shown(), await read()]).toEqual([undefined, undefined]);
  });

  it('a role of a tenant goes with the header of that tenant, and is read back there', async () => {
    const tenantId = await createTenant(harness, 'terraform-roles');
    const role = { key: 'local', name: 'Local', description: '', isDefault: true, firstUserRole: false, level: 0, permissions: null };
    const { id } = await applyNamed('/roles/v1', role, tenantId);
    expect(await applyNamed('/roles/v1', role, tenantId)).toEqual({ id, statuses: [409, 200] });
    const all = (await send('GET', '/roles/v1', undefined, tenantId)).json<(Named & { tenantId: string | null })[]>();
    expect(all.find((each) => each.id === id)).toMatchObject({ ...role, tenantId, permissions: [] });
    expect((await send('DELETE', `/roles/v1/${id}`, undefined, tenantId)).statusCode).toBe(204);
  });

  it('the data source finds a built-in permission by its key', async () => {
    const all = (await send('GET', '/permissions/v1')).json<Named[]>();
    expect(all.find(({ key }) => key === 'fe.secure.read.users')?.id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('hosted login', () => {
  const path = '/oauth/resources/configurations/v1';
  /** Without anything to send the provider sends no body, but the header of JSON all the same. */
  const send = async (method: 'GET' | 'POST' | 'DELETE', below: string, body?: unknown) =>
    harness.send({ method, url: `${path}${below}`, headers: await headers(), ...(body === undefined ? {} : { body }) });
  interface Listed {
    id: string;
    redirectUri: string;
  }
  const list = async (): Promise<Listed[]> => {
    const answer = await send('GET', '/redirect-uri');
    expect(answer.statusCode).toBe(200);
    return answer.json<{ redirectUris: Listed[] }>().redirectUris;
  };

  /** `frontegg_redirect_uri` is created, and then looked for in the list by its text, or by that and a slash, to learn its id. */
  async function create(redirectUri: string): Promise<string | undefined> {
    expect((await send('POST', '/redirect-uri', { redirectUri })).statusCode).toBe(201);
    return (await list()).find((each) => [redirectUri, `${redirectUri}/`].includes(each.redirectUri))?.id;
  }
  /** A read that does not find the id takes the resource for gone; what it finds is compared with the configuration. */
  const read = async (id: string | undefined) => (await list()).find((each) => each.id === id)?.redirectUri ?? null;
  const destroy = async (id: string | undefined) => (await send('DELETE', `/redirect-uri/${id}`)).statusCode;

  it('a redirect URI is applied, planned again without a difference, replaced by another text, and destroyed', async () => {
    for (const uri of [
      'https://app.acme.example/oauth/callback',
      'https://app.acme.example',
      'com.acme.app://login.acme.example/ios/oauth/callback',
    ]) {
      const id = await create(uri);
      expect(await read(id)).toBe(uri);
      // Applied by somebody who lost the state: the same one again.
      expect(await create(uri)).toBe(id);
      const next = await create(`${uri}?changed=1`);
      expect(await destroy(id)).toBe(200);
      expect([await read(id), await read(next)]).toEqual([null, `${uri}?changed=1`]);
      expect(await destroy(next)).toBe(200);
    }
    expect(await list()).toEqual([]);
  });

  it('one that was removed by hand is planned anew, and its destroy tells what is not there', async () => {
    const id = await create('https://gone.acme.example/');
    await destroy(id);
    expect(await read(id)).toBeNull();
    const answer = await send('DELETE', `/redirect-uri/${id}`);
    expect([answer.statusCode, answer.json()]).toEqual([404, { errors: ['Redirect URI not found'] }]);
  });

  it('a pattern stops with a text that names the rule', async () => {
    const answer = await send('POST', '/redirect-uri', { redirectUri: 'https://*.acme.example/oauth/callback' });
    expect([answer.statusCode, answer.json().errors[0]]).toEqual([400, expect.stringContaining('must not have a *')]);
  });

  it('the registration of an app goes on with a warning, because there is nothing to bring in line', async () => {
    const answer = await send('POST', '/redirect-uri/sync', {});
    expect([answer.statusCode, answer.json().errors]).toEqual([404, ['Synchronization not found']]);
  });

  /** The block of the workspace: it is switched on or off, and of a changed list what is not wanted goes and what is missing comes. */
  async function applyBlock(wanted: readonly string[] | null): Promise<void> {
    expect((await send('POST', wanted === null ? '/deactivate' : '/activate')).statusCode).toBe(200);
    const bare = (uri: string): string => uri.replace(/\/+$/, '');
    const texts = (wanted ?? []).map(bare);
    const known = await list();
    for (const { id, redirectUri } of known) if (!texts.includes(bare(redirectUri))) expect(await destroy(id)).toBe(200);
    for (const redirectUri of texts) {
      if (!known.some((each) => bare(each.redirectUri) === redirectUri))
        expect((await send('POST', '/redirect-uri', { redirectUri })).statusCode).toBe(201);
    }
  }
  const block = async (): Promise<string[] | null> => {
    const { isActive } = (await send('GET', '')).json<{ isActive: boolean }>();
    return isActive ? (await list()).map(({ redirectUri }) => redirectUri.replace(/\/+$/, '')).sort() : null;
  };

  it('the block of the workspace is applied twice, changed, and taken away, each time read back as it was sent', async () => {
    const [one, two, three] = ['https://one.example/oauth/callback', 'https://two.example', 'http://localhost:3000/oauth/callback'] as const;
    for (const wanted of [[one, two], [one, two], [two, three], [], null, null]) {
      await applyBlock(wanted);
      expect(await block()).toEqual(wanted === null ? null : [...wanted].sort());
    }
    await applyBlock([]);
  });
});

it('a tenant API token: created with its secret, found again in the list, changed, planned without a difference, and gone after its deletion', async () => {
  const tenantId = await createTenant(harness, 'terraform-tokens');
  const url = '/identity/resources/tenants/api-tokens/v1';
  const roles = (await harness.send({ url: '/identity/resources/roles/v1', headers: await headers() })).json<{ id: string; key: string }[]>();
  const roleIds = roles.flatMap(({ id, key }) => (key === 'ReadOnly' ? [id] : []));
  const resource = { description: 'managed', metadata: { team: 'blue' }, roleIds, permissionIds: [] };
  const made = await harness.send({ method: 'POST', url, headers: await headers(tenantId), body: resource });
  expect([made.statusCode, made.json()]).toEqual([201, expect.objectContaining({ ...resource, tenantId, secret: expect.any(String) })]);
  const { clientId } = made.json<{ clientId: string }>();
  const found = async () =>
    (await harness.send({ url, headers: await headers(tenantId) })).json<{ clientId: string }[]>().find((token) => token.clientId === clientId);
  expect(await found()).toMatchObject(resource);
  expect(await found()).not.toHaveProperty('secret');
  const change = { ...resource, description: 'managed twice', metadata: {}, roleIds: [] };
  const changed = await harness.send({ method: 'PATCH', url: `${url}/${clientId}`, headers: await headers(tenantId), body: change });
  expect([changed.statusCode, changed.json()]).toEqual([200, expect.objectContaining(change)]);
  expect(await found()).toMatchObject(change);
  const gone = await harness.send({ method: 'DELETE', url: `${url}/${clientId}`, headers: await headers(tenantId) });
  expect([gone.statusCode, gone.body]).toEqual([200, '']);
  expect(await found()).toBeUndefined();
  // What somebody else has deleted is no error to the provider.
  expect((await harness.send({ method: 'DELETE', url: `${url}/${clientId}`, headers: await headers(tenantId) })).statusCode).toBe(404);
});
