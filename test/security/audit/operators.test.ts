import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { documents } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, refreshCookie } from '../../support/requests.ts';
import type { OwnUser } from '../../support/self-service.ts';
import { ownUser } from '../../support/self-service.ts';
import type { Expected } from '../../support/trail.ts';
import { eventOf, trailReader } from '../../support/trail.ts';
import { useHarness } from '../../support/use-harness.ts';

const nobodys = '00000000-0000-4000-8000-000000000000';
const auth = '/auth/v1/user';
const app = 'AUTHENTICATOR_APP';

const harness = useHarness(openInstances);
let environment: Record<string, string>;
/** In a tenant with a policy. */
let dana: { email: string; tenantId: string };
/** Without factor and permission, in a tenant without policy. */
let eve: OwnUser;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  dana = await createForcedUser(harness, 'operated');
  eve = await ownUser(harness, 'operated-eve');
});

const { rest, graphql, trailOf } = trailReader(() => harness);
const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });

describe('what an operator is refused', () => {
  const refused = (reason: string, tenantId?: string) => ({
    kind: 'REQUEST_REFUSED',
    reason,
    actor: 'ENVIRONMENT' as const,
    ...(tenantId === undefined ? {} : { tenantId }),
  });
  const policy = '/configurations/v1/mfa-policy';
  const lockout = '/configurations/v1/lockout-policy';
  test.each<[string, () => Promise<unknown>, () => Expected]>([
    ['a policy that exists', () => rest(policy, { headers: inTenant(dana.tenantId), body: {} }), () => refused('POLICY_EXISTS', dana.tenantId)],
    [
      'a policy that exists, over GraphQL',
      () => graphql(documents.createMfaPolicy, { enforceMfaType: 'FORCE' }, inTenant(dana.tenantId)),
      () => refused('POLICY_EXISTS', dana.tenantId),
    ],
    [
      'a policy that does not',
      () => rest(policy, { method: 'PATCH', headers: inTenant(eve.tenantId), body: { allowRememberMyDevice: true } }),
      () => refused('POLICY_NOT_FOUND', eve.tenantId),
    ],
    ['a change of nothing', () => rest(policy, { method: 'PATCH', headers: environment, body: {} }), () => refused('NOTHING_TO_UPDATE')],
    [
      'a lockout policy that does not exist',
      () => rest(lockout, { method: 'PATCH', headers: environment, body: { enabled: true, maxAttempts: 5 } }),
      () => refused('LOCKOUT_POLICY_NOT_FOUND'),
    ],
    [
      'a strategy this server has not',
      () => rest('/configurations/v1/mfa/strategies', { headers: environment, body: { strategy: 'SMS', isActive: true } }),
      () => refused('STRATEGY_UNAVAILABLE'),
    ],
    [
      'a tenant that exists',
      () => rest('/tenants/resources/tenants/v1', { headers: environment, body: { name: 'x', tenantId: dana.tenantId } }),
      () => refused('TENANT_EXISTS'),
    ],
    [
      'a user who exists',
      () => graphql(documents.createUser, { email: dana.email, tenantId: dana.tenantId }, environment),
      () => refused('USER_EXISTS'),
    ],
    ['a user who does not, to verify', () => rest(`/users/v1/${nobodys}/verify`, { headers: environment }), () => refused('USER_NOT_FOUND')],
    ['… to lock', () => rest(`/users/v1/${nobodys}/lock`, { headers: environment }), () => refused('USER_NOT_FOUND')],
    ['… to unlock, over GraphQL', () => graphql(documents.unlockUser, { userId: nobodys }, environment), () => refused('USER_NOT_FOUND')],
    ['… to reset', () => rest(`/vendor-only/users/v1/${nobodys}/mfa/unenroll`, { headers: environment }), () => refused('USER_NOT_FOUND')],
    ['… to activate', () => rest(`/users/v1/${nobodys}/links/generate-activation-token`, { headers: environment }), () => refused('USER_NOT_FOUND')],
    [
      '… to enroll',
      () => rest('/users/v1/mfa/enroll', { headers: { ...environment, 'frontegg-user-id': nobodys } }),
      () => ({ ...refused('USER_NOT_FOUND'), kind: 'MFA_FAILED', strategy: app }),
    ],
    [
      'a user without factors, to disable',
      () => rest('/users/v1/mfa/disable', { headers: { ...environment, 'frontegg-user-id': eve.id }, body: {} }),
      () => ({ ...refused('NOT_ENROLLED'), kind: 'MFA_FAILED', userId: eve.id }),
    ],
    ['a tenant nobody knows', () => rest(policy, { headers: inTenant('audited-typo'), body: {} }), () => refused('TENANT_NOT_FOUND')],
  ])('%s', async (_name, operation, expected) => {
    expect(await trailOf(operation)).toEqual([eventOf(expected())]);
  });

  test('a document that is refused twice leaves two events', async () => {
    const create = (name: string) => `${name}: createMfaPolicy(input: { enforceMfaType: FORCE }) { __typename }`;
    const document = `mutation { ${create('one')} ${create('other')} }`;
    const send = () => graphql(document, {}, inTenant(dana.tenantId));
    const twice = eventOf(refused('POLICY_EXISTS', dana.tenantId));
    expect(await trailOf(send)).toEqual([twice, twice]);
  });
});

describe('silent', () => {
  test.each<[string, () => Promise<{ statusCode: number; body: string }>]>([
    ['no bearer', () => rest('/configurations/v1/mfa-policy', { body: {} })],
    ['a dead bearer', () => rest('/configurations/v1/mfa-policy', { headers: bearer('a.b.c'), body: {} })],
    ['a read that is not allowed', () => rest('/configurations/v1/mfa-policy', { method: 'GET', headers: eve.headers })],
    ['input that says nothing', () => rest('/configurations/v1/mfa-policy', { headers: environment, body: { enforceMFAType: 'Maybe' } })],
    ['a refresh without a token', () => rest(`${auth}/token/refresh`)],
    ['a refresh with an invented one', () => rest(`${auth}/token/refresh`, { cookie: `${refreshCookie}=invented` })],
    ['nowhere', () => rest('/nowhere', { headers: environment })],
  ])('%s', async (_name, send) => {
    expect(
      await trailOf(async () => {
        expect((await send()).statusCode).toBeGreaterThanOrEqual(400);
      }),
    ).toEqual([]);
  });
});
