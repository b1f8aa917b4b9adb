import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { asUser, call, expectEmpty, expectRefusal, faults, forbidden, refusal, unauthorized } from '../../support/rest.ts';
import { operations } from '../../support/rest-operations.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
let user: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  user = await asUser(harness, (await createUserInTenant(harness, 'unsupported')).email);
});
const tenants = '/tenants/resources';
const pools = '/identity/resources/user-sources/v1';

const lostPhone = ['', '/change', '/reset', '/reset/verify', '/verify'].map((path) => `POST /identity/resources/users/v1/phone${path}`);
/** Every refused operation, and the feature that its refusal names. */
const features: Readonly<Record<string, readonly string[]>> = {
  'Removal from the only application': ['DELETE /identity/resources/applications/v1'],
  'Social login': [
    'POST /identity/resources/sso/v2',
    'POST /identity/resources/sso/v2/:provider/activate',
    'POST /identity/resources/sso/v2/:provider/deactivate',
    'POST /identity/resources/sso/custom/v1',
    'PATCH /identity/resources/sso/custom/v1/:id',
    'DELETE /identity/resources/sso/custom/v1/:id',
  ],
  'Management of user pools': [
    ...['external/auth0', 'external/cognito', 'external/firebase', 'external/custom-code', 'federation'].flatMap((kind) => [
      `POST ${pools}/${kind}`,
      `PUT ${pools}/${kind}/:id`,
    ]),
    `POST ${pools}/assign`,
    `POST ${pools}/unassign`,
  ],
  'Management of sub-tenants': [
    'PUT /identity/resources/sub-tenants/users/v1/:userId/access',
    `POST ${tenants}/hierarchy/v1`,
    `DELETE ${tenants}/hierarchy/v1`,
    `POST ${tenants}/sub-tenants/v1`,
    `DELETE ${tenants}/sub-tenants/v1/:tenantId`,
    `PUT ${tenants}/sub-tenants/v1/:tenantId/management`,
    `PUT ${tenants}/sub-tenants/v1/:tenantId/hierarchy-settings`,
  ],
  'Migration of tenants': [`POST ${tenants}/migrations/v1/tenants`],
  'Migration from Auth0': ['POST /identity/resources/migrations/v1/auth0'],
  'Migration from CSV': ['POST /identity/resources/migrations/v1/local/bulk/csv'],
  Impersonation: ['POST /identity/resources/impersonation/v1'],
  'Sign-up by phone number': ['POST /identity/resources/users/v1/signUp/phoneNumber'],
  'Changing the phone of the login': lostPhone,
};
/** Who may ask for them, besides the environment token. All others are for the environment token alone. */
const forAnybody = ['POST /identity/resources/users/v1/signUp/phoneNumber', ...lostPhone];
const forUsers = ['POST /identity/resources/impersonation/v1', 'PUT /identity/resources/sub-tenants/users/v1/:userId/access'];
type Refusal = readonly [status: number, body: object];
const stranger: Refusal = [401, unauthorized];
const notAllowed: Refusal = [403, forbidden];
const nowhere: Refusal = [404, refusal('Tenant not found')];
const unsupported = operations.filter((operation) => operation.unsupported);

test('the refused operations are known', () => {
  expect(unsupported.map(({ method, template }) => `${method} ${template}`).sort()).toEqual(Object.values(features).flat().sort());
});

describe('what this server does not have is refused by its name, but only to those who could use it', () => {
  test.each(Object.entries(features).flatMap(([feature, list]) => list.map((operation) => [operation, feature] as const)))(
    '%s',
    async (title, feature) => {
      const { method, url } = unsupported.find((operation) => `${operation.method} ${operation.template}` === title) ?? expect.fail();
      const ask = (headers: Record<string, string>, body: unknown = {}) => harness.send({ method, url, headers, body });
      const refused: Refusal = [501, refusal(`${feature} is not supported by this server`)];
      const anybody = forAnybody.includes(title);
      for (const body of [{}, [], { enabled: true }, undefined]) expectRefusal(await ask(environment, body), ...refused);
      expectRefusal(await ask({}), ...(anybody ? refused : stranger));
      expectRefusal(await ask(user), ...(anybody || forUsers.includes(title) ? refused : notAllowed));
      const elsewhere = { ...environment, 'frontegg-tenant-id': 'unknown' };
      expectRefusal(await ask(elsewhere), ...(anybody ? refused : nowhere));
    },
  );

  test('these refusals leave no event, because no right was missing', async () => {
    const before = await query(harness, 'select id from audit_events');
    for (const { method, url } of unsupported) await harness.send({ method, url, headers: environment, body: {} });
    expect(await query(harness, 'select id from audit_events')).toHaveLength(before.length);
  });
});

describe('the reads beside them answer that there is nothing', () => {
  const absent = (thing: string) => refusal(`${thing} not found`, 'ER-00004');

  test('social logins', async () => {
    for (const headers of [{}, environment, user]) {
      expect((await call(harness, 'GET', '/sso/v1', { headers })).json()).toEqual([]);
      expect((await call(harness, 'GET', '/sso/v2', { headers })).json()).toEqual([]);
      expect((await call(harness, 'GET', '/sso/custom/v1', { headers })).json()).toEqual({ providers: [] });
      expectRefusal(await call(harness, 'GET', '/sso/v2/google', { headers }), 404, absent('Social login'));
    }
  });

  test('user pools', async () => {
    const headers = environment;
    expect((await call(harness, 'GET', '/user-sources/v1', { headers })).json()).toEqual([]);
    for (const [method, path] of [
      ['GET', '/1'],
      ['GET', '/1/users'],
      ['DELETE', '/1'],
    ] as const) {
      expectRefusal(await call(harness, method, `/user-sources/v1${path}`, { headers }), 404, absent('User pool'));
      expectRefusal(await call(harness, method, `/user-sources/v1${path}`, { headers: user }), 403, forbidden);
    }
  });

  test('migrations of tenants, and tasks that change roles', async () => {
    const read = (headers: Record<string, string>) => harness.send({ url: `${tenants}/migrations/v1/tenants/status/1`, headers });
    expectRefusal(await read(environment), 404, absent('Migration'));
    expectRefusal(await read(user), 403, forbidden);
    const task = (headers: Record<string, string>) => call(harness, 'GET', '/vendor-only/users/v1/bulk-roles/status/1', { headers });
    expectRefusal(await task(environment), 404, absent('Task'));
    expectRefusal(await task(user), 403, forbidden);
  });
});

test('delegation is off, stays off, and cannot be switched on', async () => {
  const path = '/configurations/v1/delegation';
  const set = (body: object, headers = environment) => call(harness, 'POST', path, { headers, body });
  expectEmpty(await set({ enabled: false }), 200);
  expectRefusal(await set({ enabled: true }), 400, faults('enabled true is not supported by this server'));
  expectRefusal(await set({}), 400, faults('enabled must be a boolean value'));
  expectRefusal(await set({ enabled: false }, user), 403, forbidden);
  expect((await call(harness, 'GET', path, { headers: environment })).json()).toEqual({ enabled: false });
  expectRefusal(await call(harness, 'GET', path, { headers: user }), 403, forbidden);
});
