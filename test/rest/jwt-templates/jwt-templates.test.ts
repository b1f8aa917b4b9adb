import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTenantToken, exchange } from '../../support/api-tokens.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant, identity, logIn, setPolicy, totp } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { query } from '../../support/database.ts';
import { setCore } from '../../support/passwordless.ts';
import { loggedIn, refresh, verifyApp } from '../../support/requests.ts';
import { call, claimsOf, expectEmpty, expectRefusal, faults, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let headers: Record<string, string>;
beforeAll(async () => {
  headers = await asEnvironment(harness);
});
const templates = '/jwt-templates/v1';
const targeting = '/configurations/v1/jwt-template-targeting';
const required = { iss: 'x', sub: 'x', aud: 'x', exp: 'x', iat: 'x' };
const body = (key: string, claims: Record<string, string> = {}, more: object = {}) => ({
  ...{ key, name: `Template ${key}`, expiration: 600, algorithm: 'RS256', templateSchema: { claims: { ...required, ...claims } }, ...more },
});
const create = async (key: string, claims: Record<string, string> = {}, more: object = {}): Promise<string> => {
  const answer = await call(harness, 'POST', templates, { headers, body: body(key, claims, more) });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<{ id: string }>().id;
};
const condition = (attribute: string, op: string, list: string[], negate = false) => ({ attribute, op, value: { list }, negate });
const rule = (treatment: string, ...conditions: object[]) => ({ conditionLogic: 'and', conditions, treatment });
const target = async (...rules: object[]): Promise<void> => expectEmpty(await call(harness, 'PUT', targeting, { headers, body: { rules } }), 200);
const tokenOf = async (email: string) => {
  const answer = (await logIn(harness, email)).json<{ accessToken: string; expiresIn: number; refreshToken: string }>();
  return { ...answer, claims: claimsOf(answer.accessToken) };
};
afterEach(() => target());

describe('templates', () => {
  test('are created, read, listed, changed and deleted', async () => {
    const id = await create('crud', { plan: 'gold' }, { description: 'For tests' });
    const read = async () => call(harness, 'GET', `${templates}/${id}`, { headers });
    expect((await read()).json()).toEqual({
      ...{ id, vendorId: expect.any(String), key: 'crud', name: 'Template crud', description: 'For tests', expiration: 600, algorithm: 'RS256' },
      ...{ templateSchema: { claims: { ...required, plan: 'gold' } }, createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    await create('crud-2');
    const list = async (search: string) => (await call(harness, 'GET', `${templates}?${search}`, { headers })).json();
    expect((await list('keys=crud,crud-2&_sortBy=key&_order=DESC')).items.map(({ key }: { key: string }) => key)).toEqual(['crud-2', 'crud']);
    expect(await list(`ids=${id}&_limit=1`)).toMatchObject({ items: [{ id }], _metadata: { totalItems: 1, totalPages: 1 } });
    const changed = await call(harness, 'PUT', `${templates}/${id}`, { headers, body: { name: 'Other', expiration: 60, description: null } });
    expect(changed.json()).toMatchObject({ name: 'Other', expiration: 60, key: 'crud', description: 'For tests' });
    expect((await call(harness, 'PUT', `${templates}/${id}`, { headers, body: { key: 'crud-2' } })).statusCode).toBe(409);
    expectRefusal(await call(harness, 'POST', templates, { headers, body: body('crud') }), 409, refusal('JWT template already exists'));
    expectEmpty(await call(harness, 'DELETE', `${templates}/${id}`, { headers }), 204);
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const gone = await call(harness, method, `${templates}/${id}`, { headers, ...(method === 'PUT' ? { body: {} } : {}) });
      expectRefusal(gone, 404, refusal('JWT template not found'), method);
    }
    const kinds = await query(harness, "select reason from audit_events where kind = 'JWT_TEMPLATE_CHANGED' and reason like $1", [`%${id}`]);
    expect(kinds.map(({ reason }) => String(reason).split(' ')[0]).sort()).toEqual(['created', 'deleted', 'updated']);
  });

  test('what cannot be one is refused', async () => {
    const refused = async (given: object, text: string) =>
      expectRefusal(await call(harness, 'POST', templates, { headers, body: given }), 400, faults(text), text);
    await refused({ ...body('x'), algorithm: 'HS256' }, 'algorithm HS256 is not supported by this server');
    await refused({ ...body('x'), expiration: 9 }, 'expiration must not be less than 10');
    await refused({ ...body('x'), expiration: 15_552_001 }, 'expiration must not be greater than 15552000');
    await refused({ ...body('x'), templateSchema: { claims: { sub: 'x' } } }, 'claims must have the claim iss');
    const known = 'user.id, user.email, user.name, user.metadata, user.tenant.id, user.tenant.roles, user.tenant.permissions, sid, tokenType';
    await refused(body('x', { a: '{{user.password}}' }), `claims must have no other placeholders than ${known}`);
    await refused(body('x', { a: 'x'.repeat(1025) }), 'claims must have values of at most 1024 bytes');
    await refused(body('x', Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`c${index}`, '']))), 'claims must have at most 50 claims');
  });

  test('the environment alone may', async () => {
    for (const request of [{ url: `${identity}${templates}` }, { url: `${identity}${targeting}` }]) {
      await expectStrangersRefused(harness, request);
      await expectUsersRefused(harness, request);
    }
  });
});

describe('rules', () => {
  test('are unset at first, created once, replaced, changed by their id and removed', async () => {
    await call(harness, 'DELETE', `${targeting}/${(await call(harness, 'GET', targeting, { headers })).json<{ id: string }>().id}`, { headers });
    expectRefusal(await call(harness, 'GET', targeting, { headers }), 404, refusal('JWT template targeting not found'));
    await create('ruled');
    const rules = [rule('ruled', condition('tenantId', 'in_list', ['acme']))];
    const made = await call(harness, 'POST', targeting, { headers, body: { rules } });
    expect([made.statusCode, made.json()]).toMatchObject([201, { id: expect.any(String), targeting: { rules } }]);
    expectRefusal(await call(harness, 'POST', targeting, { headers, body: { rules } }), 409, refusal('JWT template targeting already exists'));
    const { id } = made.json<{ id: string }>();
    const other = [rule('ruled', condition('userEmail', 'ends_with', ['@acme.example'], true))];
    expectEmpty(await call(harness, 'PATCH', `${targeting}/${id}`, { headers, body: { rules: other } }), 200);
    expect((await call(harness, 'GET', targeting, { headers })).json()).toMatchObject({ id, targeting: { rules: other } });
    expect((await call(harness, 'PATCH', `${targeting}/unknown`, { headers, body: { rules } })).statusCode).toBe(404);
    expectEmpty(await call(harness, 'DELETE', `${targeting}/${id}`, { headers }), 200);
    expect((await call(harness, 'DELETE', `${targeting}/${id}`, { headers })).statusCode).toBe(404);
  });

  test('name templates that exist, and keep those', async () => {
    const id = await create('kept');
    const unknown = await call(harness, 'PUT', targeting, { headers, body: { rules: [rule('nothing')] } });
    expectRefusal(unknown, 400, faults('treatment must be the id or the key of a JWT template'));
    for (const treatment of ['kept', id]) {
      await target(rule(treatment));
      expect((await call(harness, 'DELETE', `${templates}/${id}`, { headers })).statusCode, treatment).toBe(409);
    }
    await target(rule('kept'));
    const renamed = await call(harness, 'PUT', `${templates}/${id}`, { headers, body: { key: 'renamed' } });
    expectRefusal(renamed, 400, faults('key must stay the same while a rule names it'));
    expect((await call(harness, 'PUT', targeting, { headers, body: { rules: [{ ...rule('kept'), conditionLogic: 'or' }] } })).statusCode).toBe(400);
    expect((await call(harness, 'PUT', targeting, { headers, body: { rules: Array(51).fill(rule('kept')) } })).statusCode).toBe(400);
  });

  test('the first one that is met counts, of each attribute and operator, at login and at refresh', async () => {
    const [one, two] = [await create('first', { which: 'first' }), await create('second', { which: 'second' })];
    const user = await createUserInTenant(harness, 'jwt-ruled', { roleIds: [roleIds.admin] });
    const other = await createUser(harness, user.tenantId, 'jwt-ruled-other@other.example');
    const which = async ({ email }: { email: string }) => (await tokenOf(email)).claims.which ?? null;
    expect(await which(user)).toBeNull();
    for (const met of [
      condition('userId', 'in_list', ['x', user.id]),
      condition('tenantId', 'contains', ['jwt-ru']),
      condition('userEmail', 'ends_with', ['@acme.example']),
      condition('roleIds', 'in_list', [roleIds.admin]),
      condition('tokenType', 'in_list', ['userToken']),
      condition('userEmail', 'contains', ['@other.'], true),
    ]) {
      await target(rule('first', met, condition('tenantId', 'in_list', [user.tenantId])), rule(two));
      expect(await which(user), JSON.stringify(met)).toBe('first');
    }
    await target(rule('first', condition('userEmail', 'ends_with', ['@other.example'])), rule(one, condition('userId', 'in_list', [])));
    expect([await which(user), await which(other)]).toEqual([null, 'first']);
    const { refreshToken } = await tokenOf(user.email);
    await target(rule('second'));
    const refreshed = await refresh(harness, refreshToken);
    expect(claimsOf(refreshed.json<{ accessToken: string }>().accessToken).which).toBe('second');
  });

  test('cost a login no statement while none is met', async () => {
    const { email } = await createUserInTenant(harness, 'jwt-cost');
    const statements = async (): Promise<number> => {
      harness.queries.length = 0;
      await tokenOf(email);
      return harness.queries.length;
    };
    await statements();
    const before = await statements();
    await create('costly');
    await target(rule('costly', condition('userEmail', 'ends_with', ['@nowhere.example'])));
    expect(await statements()).toBe(before);
  });
});

describe('tokens of a template', () => {
  test('have its claims, with lists as lists', async () => {
    const user = await createUserInTenant(harness, 'jwt-claims', { roleIds: [roleIds.admin] });
    await create('claims', {
      ...{
        plan: 'gold',
        who: '{{user.id}} <{{user.email}}>',
        mine: '{{user.tenant.roles}}',
        text: 'r:{{user.tenant.roles}}',
        at: '{{ user.tenant.id }}',
      },
      ...{ meta: '{{user.metadata}}', kind: '{{tokenType}}', 'https://acme.example/sid': '{{sid}}' },
    });
    await target(rule('claims'));
    const { claims } = await tokenOf(user.email);
    expect(claims).toMatchObject({
      ...{ plan: 'gold', who: `${user.id} <${user.email}>`, mine: ['Admin'], text: 'r:Admin', at: user.tenantId, meta: {}, kind: 'userToken' },
      'https://acme.example/sid': claims.sid,
    });
  });

  test('keep every claim of this server: a template neither forges a second factor nor hides one', async () => {
    const forged = {
      ...{ acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor', amr: 'mfa', auth_time: '1', type: 'vendor', tenantId: 'other' },
      ...{ tenantIds: 'x', sid: 'x', jti: 'x', roles: 'Admin', permissions: 'fe.secure.*', nbf: '1', email: 'x', email_verified: 'true', name: 'x' },
      ...{ superUser: 'true', scopes: 'x', userId: 'x', nonce: 'x', vendorId: 'x', applicationId: 'x' },
    };
    await create('forged', forged);
    const plain = await createUserInTenant(harness, 'jwt-forged');
    const withFactor = await enrolled(harness, 'jwt-forged-mfa');
    const steady = ({ iat: _, exp: __, jti: ___, sid: ____, auth_time: _____, ...claims }: Record<string, unknown>) => claims;
    const proven = async () => {
      const { mfaToken } = await loggedIn(harness, withFactor.email);
      const done = await verifyApp(harness, mfaToken, totp(harness, withFactor.secret));
      harness.clock.advance({ seconds: 30 });
      return claimsOf(done.json<{ accessToken: string }>().accessToken);
    };
    const [before, beforeMfa] = [(await tokenOf(plain.email)).claims, await proven()];
    await target(rule('forged'));
    const after = (await tokenOf(plain.email)).claims;
    expect(steady(after)).toEqual(steady(before));
    for (const name of ['acr', 'amr', 'auth_time', 'nbf', 'superUser', 'scopes', 'nonce', 'vendorId']) expect(after).not.toHaveProperty(name);
    const afterMfa = await proven();
    expect(steady(afterMfa)).toEqual(steady(beforeMfa));
    expect(afterMfa).toMatchObject({ acr: expect.any(String), amr: ['pwd', 'otp', 'mfa'], auth_time: expect.any(Number) });
    await setCore(harness, { addRolesToJwt: false });
    expect((await tokenOf(plain.email)).claims).not.toHaveProperty('roles');
    await setCore(harness, { addRolesToJwt: true });
  });

  test('live as long as it says, and never longer than their session', async () => {
    const user = await createUserInTenant(harness, 'jwt-life');
    await create('short', {}, { expiration: 10 });
    await create('long', {}, { expiration: 15_552_000 });
    const life = async () => {
      const { claims, expiresIn } = await tokenOf(user.email);
      return [Number(claims.exp) - Number(claims.iat), expiresIn];
    };
    await target(rule('short'));
    expect(await life()).toEqual([10, 10]);
    await target(rule('long'));
    expect(await life()).toEqual([2_592_000, 2_592_000]);
    await target();
    expect(await life()).toEqual([900, 900]);
  });

  test('stay small enough for a header, and lose claims of the template before they do', async () => {
    const user = await createUserInTenant(harness, 'jwt-large');
    await create('large', Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`c${index}`, 'x'.repeat(1000)])));
    await target(rule('large'));
    const { accessToken, claims } = await tokenOf(user.email);
    expect([claims.c0, claims.c1, claims.c2]).toEqual(['x'.repeat(1000), 'x'.repeat(1000), undefined]);
    expect(accessToken.length).toBeLessThan(7.5 * 1024);
  });

  test('count for the tokens of programs as well, where a template adds claims and changes none of this server', async () => {
    const tenantId = await createTenant(harness, 'jwt-programs');
    const credentials = await createTenantToken(harness, tenantId, { roleIds: [roleIds.readOnly] });
    const claimsNow = async () => claimsOf((await exchange(harness, credentials)).json<{ accessToken: string }>().accessToken);
    const before = await claimsNow();
    await create('programs', { plan: 'gold', sub: 'x', type: 'userToken', tenantId: 'x', roles: 'Admin', permissions: '*', acr: 'x', amr: 'x' });
    await target(rule('programs'));
    const after = await claimsNow();
    for (const name of ['sub', 'type', 'tenantId', 'roles', 'permissions', 'iss', 'aud']) expect(after[name], name).toEqual(before[name]);
    expect(after).toMatchObject({ plan: 'gold' });
    for (const name of ['acr', 'amr', 'auth_time']) expect(after).not.toHaveProperty(name);
  });

  test('a policy is asked as before: the second factor is needed whatever the rules say', async () => {
    const user = await createUserInTenant(harness, 'jwt-policy');
    await create('any');
    await target(rule('any'));
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true });
  });
});
