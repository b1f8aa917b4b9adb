import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, identity, logIn, password, setPolicy } from '../support/builders.ts';
import { expectRefusal, refusal } from '../support/rest.ts';
import { isFault, operations } from '../support/rest-operations.ts';
import { useHarness } from '../support/use-harness.ts';

const notFound = refusal('Not found', 'ER-00004');
const harness = useHarness();

test('the operations are those of this release, each under all its prefixes', () => {
  expect(operations.map(({ id }) => id)).toHaveLength(373);
  expect(new Set(operations.map(({ id }) => id)).size).toBe(373);
  const identityPrefixes = ['/identity/resources', '/frontegg/identity/resources', '/resources'];
  const own = operations.filter(({ prefixes }) => prefixes.length === 2);
  const expected = [
    '/auth/vendor',
    '/.well-known/jwks.json',
    '/tenants/resources/tenants/v1',
    '/flags',
    '/metadata',
    '/vendors/public',
    '/team/resources/sso/v2/configurations/public',
    '/tenants/resources/account-settings/v1',
    '/tenants/resources/account-settings/v1/public',
    '/tenants/resources/hierarchy/v1',
    '/tenants/resources/hierarchy/v1/parents',
    '/tenants/resources/hierarchy/v1/tree',
    '/team/resources/roles/v1',
    '/tenants/resources/hierarchy/v1',
    '/tenants/resources/hierarchy/v1',
    '/tenants/resources/sub-tenants/v1',
    '/tenants/resources/sub-tenants/v1/some-id',
    '/tenants/resources/sub-tenants/v1/some-id/management',
    '/tenants/resources/sub-tenants/v1/some-id/hierarchy-settings',
    '/tenants/resources/migrations/v1/tenants',
    '/tenants/resources/migrations/v1/tenants/status/some-id',
    '/team/resources/members/v1',
    '/team/resources/stats/v1/members',
    '/team/resources/members/v1',
    '/team/resources/members/v1/some-id',
    '/team/resources/members/v1/some-id/resendActivationEmail',
    '/tenants/resources/tenants/v1',
    '/tenants/resources/tenants/v1/some-id',
    '/tenants/resources/tenants/v2/some-id',
    '/tenants/resources/tenants/v2/alias/some-id',
    '/tenants/resources/tenants/v2',
    '/tenants/resources/tenants/v1/some-id',
    '/tenants/resources/tenants/v2/some-id',
    '/tenants/resources/tenants/v1/some-id',
    '/tenants/resources/tenants/v1',
    '/tenants/resources/tenants/v1/some-id/metadata',
    '/tenants/resources/tenants/v1/some-id/metadata/some-id',
    '/tenants/resources/account-settings/v1',
    '/audits',
    '/audits/stats',
    '/audits/export/csv/v2',
    '/oauth/resources/configurations/v1',
    '/oauth/resources/configurations/v1/activate',
    '/oauth/resources/configurations/v1/deactivate',
    '/oauth/resources/configurations/v1/redirect-uri',
    '/oauth/resources/configurations/v1/redirect-uri',
    '/oauth/resources/configurations/v1/redirect-uri/some-id',
    '/oauth/resources/configurations/v1/redirect-uri/sync',
    '/oauth/account/logo/some-id',
    '/.well-known/apple-app-site-association',
    '/.well-known/assetlinks.json',
  ];
  expect(own.map(({ path }) => path).sort()).toEqual(expected.sort());
  for (const operation of operations) {
    expect(operation.prefixes, operation.path).toEqual(own.includes(operation) ? ['', '/frontegg'] : identityPrefixes);
  }
});

describe('every prefix reaches the same handler', () => {
  test.each(operations)('$id', async ({ method, prefixes, path, access, unsupported }) => {
    const headers = access === 'public' ? {} : { authorization: 'Bearer stale' };
    const answers = await Promise.all(prefixes.map((prefix) => harness.send({ method, url: `${prefix}${path}`, headers })));
    const [first] = answers;
    for (const answer of answers) {
      expect({ status: answer.statusCode, body: answer.body }).toEqual({ status: first?.statusCode, body: first?.body });
      if (answer.statusCode >= 400) expect(answer.json()).not.toEqual(notFound);
      expect(isFault({ unsupported }, answer.statusCode)).toBe(false);
    }
  });
});

test('a login begun under one prefix goes on under another', async () => {
  const user = await createUserInTenant(harness, 'wander');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  await enroll(harness, user.email);
  const login = await harness.send({ method: 'POST', url: '/resources/auth/v1/user', body: { email: user.email, password } });
  const { mfaToken } = login.json<{ mfaToken: string }>();
  const asked = await harness.send({ url: `/frontegg${identity}/configurations/v1/mfa-policy/allow-remember-device?mfaToken=${mfaToken}` });
  expect(asked.json()).toEqual({ isAllowedToRemember: false, mfaDeviceExpiration: 1_209_600 });
  expect((await logIn(harness, user.email)).statusCode).toBe(200);
});

describe('what is not there', () => {
  test.each([
    '/',
    '/identity',
    '/identity/resources',
    '/frontegg/resources/configurations/v1/mfa-policy',
    '/identity/identity/resources/configurations/v1/mfa-policy',
    '/identity/resources/configurations/v2/mfa-policy',
    '/identity/resources/configurations/v1/mfa-policy/nothing',
    '/IDENTITY/resources/configurations/v1/mfa-policy',
    '/identity/resources/approval-flows/v1',
    '/identity/resources/approval-flows/v1/approver-action',
    '/identity/resources/approval-flows/v1/step-up/execute',
    '/identity/resources/sub-tenants/users/v1',
    '/tenants/resources/hierarchy/v2',
    '/identity//resources/configurations/v1/mfa-policy',
    '/frontegg/identity/resources/auth/v2/user/sso/prelogin',
    '/frontegg/identity/resources/auth/v1/user/saml/prelogin',
    '/frontegg/identity/resources/auth/v1/passwordless/voicecode/prelogin',
    '/identity/resources/flags',
    '/metadata/admin-box',
    '/identity/resources/../resources/nothing',
    '/frontegg/tenants/resources/tenants/v3',
    '/dev/outbox',
    '/.env',
  ])('%s', async (url) => {
    for (const method of ['GET', 'POST'] as const) {
      expectRefusal(await harness.send({ method, url, headers: await asEnvironment(harness) }), 404, notFound);
    }
  });

  test('a body in a strange format to nowhere is nothing more than nowhere', async () => {
    for (const headers of [{ 'content-type': 'text/xml' }, { 'content-type': 'application/json' }]) {
      const answer = await harness.send({ method: 'POST', url: '/nowhere', headers, body: '<x/>' });
      expect([400, 404, 415]).toContain(answer.statusCode);
      expect(answer.json().errors).toHaveLength(1);
    }
  });
});
