import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { buildSchema, isInputObjectType, isObjectType } from 'graphql';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuthorizationCode } from '../../../src/domain/oauth/authorization-code.ts';
import type { CredentialKind, RevocationCause } from '../../../src/domain/session/revocation.ts';
import { credentialKinds, revocationCauses, revocations, whatEnds } from '../../../src/domain/session/revocation.ts';
import type { ApiToken } from '../../../src/domain/token/api-token.ts';
import { tables } from '../../../src/store/schema.sqlite.ts';
import { linkOf } from '../../store/fixtures.ts';
import type { Enrolled, TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, enroll, expectStatus, identity, logIn, mailedCode, password, setPolicy, totp } from '../../support/builders.ts';
import type { Row } from '../../support/database.ts';
import { query } from '../../support/database.ts';
import { activate, activationFor, resetPassword, resetTokenFor } from '../../support/first-factors.ts';
import type { Harness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser } from '../../support/requests.ts';
import { selfService } from '../../support/self-service.ts';
import { recover } from '../../support/step-up.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openInstances();
});
afterAll(() => harness.close());

const kinds = Object.keys(credentialKinds) as CredentialKind[];

/** Where the rows of a kind are, and which of them live. */
const living: Readonly<Record<CredentialKind, { table: string; lives: string }>> = {
  challenges: { table: 'challenges', lives: 'consumed_at is null' },
  sessions: { table: 'sessions', lives: 'ended_at is null' },
  authorizationCodes: { table: 'authorization_codes', lives: 'spent_at is null' },
  authenticators: { table: 'authenticators', lives: '1 = 1' },
  pendingEnrollments: { table: 'pending_enrollments', lives: '1 = 1' },
  oneTimeCodes: { table: 'one_time_codes', lives: '1 = 1' },
  passkeys: { table: 'passkeys', lives: '1 = 1' },
  userTokens: { table: 'user_tokens', lives: '1 = 1' },
  invitationLinks: { table: 'invitation_links', lives: '1 = 1' },
  rememberedDevices: { table: 'remembered_devices', lives: '1 = 1' },
  recoveryCodes: { table: 'recovery_codes', lives: '1 = 1' },
  apiTokens: { table: 'api_tokens', lives: '1 = 1' },
  outbox: { table: 'outbox', lives: 'sent_at is null and given_up_at is null' },
};

type Holdings = Record<CredentialKind, Row[]>;

/** Every living credential of the user, by kind. */
async function holdingsOf({ id }: TestUser): Promise<Holdings> {
  const rows = await Promise.all(
    kinds.map(async (kind): Promise<[CredentialKind, Row[]]> => {
      const { table, lives } = living[kind];
      return [kind, await query(harness, `select * from ${table} where user_id = $1 and ${lives} order by id`, [id])];
    }),
  );
  return Object.fromEntries(rows) as Holdings;
}

interface Subject extends TestUser, Enrolled {}

/** An authorization code that was not exchanged yet. */
const codeOf = ({ now, ...owned }: Pick<AuthorizationCode, 'sessionId' | 'userId' | 'tenantId'> & { now: Date }): AuthorizationCode => ({
  ...{ id: randomUUID(), codeHash: randomUUID(), ...owned, clientId: 'client', redirectUri: 'https://app.example/callback', codeChallenge: null },
  ...{ nonce: null, scope: 'openid', proof: null, signedInAt: null, createdAt: now, expiresAt: new Date(now.getTime() + 600_000) },
  ...{ spentAt: null, chainIds: [] },
});

/** An API token of the user. */
const apiTokenOf = ({ id: userId, tenantId }: Pick<TestUser, 'id' | 'tenantId'>, createdAt: Date): ApiToken => ({
  ...{ id: randomUUID(), kind: 'CLIENT_CREDENTIALS', tenantId, userId, createdByUserId: userId, secretDigest: 'k1:digest', description: '' },
  ...{ metadata: '{}', roleIds: [], permissionIds: [], createdAt, expiresAt: null },
});

/** Takes the user into a second tenant, with a challenge and a session there. Returns its id. */
async function joinSecondTenant(user: TestUser): Promise<string> {
  const { store } = harness.app;
  const tenantId = `${user.tenantId}-2`;
  const now = harness.clock.now();
  const kept = { userId: user.id, tenantId, firstFactor: 'PASSWORD', createdAt: now, expiresAt: new Date(now.getTime() + 600_000) } as const;
  await createTenant(harness, tenantId);
  await store.users.addMembership({ userId: user.id, tenantId, roleIds: [], createdAt: now });
  await store.challenges.add({
    id: randomUUID(),
    tokenHash: randomUUID(),
    ...kept,
    purpose: 'LOGIN',
    sessionId: null,
    invitationLinkId: null,
    attempts: 0,
  });
  const sessionId = randomUUID();
  await store.sessions.add(
    { id: sessionId, ...kept, amr: ['pwd'], secondFactorAt: null, mailboxProvenAt: null, userAgent: null, address: null },
    randomUUID(),
  );
  await store.authorizationCodes.add(codeOf({ sessionId, userId: user.id, tenantId, now }));
  await store.apiTokens.add(apiTokenOf({ ...user, tenantId }, now));
  await store.invitationLinks.replace(linkOf({ userId: user.id, tenantId, createdAt: now, expiresAt: kept.expiresAt }));
  return tenantId;
}

/** A user with at least one living credential of each kind, and of those that are for a tenant at least one in each of two tenants. */
async function holder(name: string): Promise<Subject> {
  const user = await createForcedUser(harness, name);
  const enrolled = await enroll(harness, user.email);
  const { store } = harness.app;
  const now = harness.clock.now();
  const times = { createdAt: now, expiresAt: new Date(now.getTime() + 600_000) };
  const [code] = await store.recoveryCodes.ofUser(user.id);
  if (code === undefined) throw new Error('the first factor brought no recovery code');
  const owned = { userId: user.id, owner: `user:${user.id}:enroll`, sealed: new Uint8Array([1]), strategy: 'SMS' } as const;
  await store.challenges.add({
    ...{ id: randomUUID(), tokenHash: randomUUID(), userId: user.id, tenantId: user.tenantId, purpose: 'LOGIN', firstFactor: 'PASSWORD' },
    ...{ sessionId: null, invitationLinkId: null, attempts: 0, ...times },
  });
  await store.invitationLinks.replace(linkOf({ ...times, userId: user.id, tenantId: user.tenantId }));
  const [session] = await query(harness, 'select id from sessions where user_id = $1', [user.id]);
  await store.authorizationCodes.add(codeOf({ sessionId: String(session?.id), userId: user.id, tenantId: user.tenantId, now }));
  await store.pendingEnrollments.keep({ id: randomUUID(), ...owned, tenantId: null, ...times }, now);
  await store.oneTimeCodes.replace({ id: randomUUID(), tokenHash: randomUUID(), ...owned, enrollmentTenantId: null, ...times });
  await store.userTokens.replace({
    ...{
      id: randomUUID(),
      purpose: 'LOGIN_CODE',
      subject: user.id,
      userId: user.id,
      tenantId: null,
      tokenHash: randomUUID(),
      codeDigest: null,
      attempts: 0,
    },
    ...times,
  });
  await store.passkeys.add({
    ...{ id: randomUUID(), userId: user.id, name: 'Passkey', deviceType: 'PLATFORM', sealedCredential: new Uint8Array([1]) },
    ...{ credentialHash: randomUUID(), signCount: 0, createdAt: now, lastUsedAt: null },
  });
  await store.rememberedDevices.add({ id: randomUUID(), userId: user.id, tokenHash: randomUUID(), name: 'Browser', createdAt: now, lastUsedAt: now });
  await store.recoveryCodes.add({ ...code, id: randomUUID() });
  await store.apiTokens.add(apiTokenOf(user, now));
  // A channel that nothing is sent by in this test, so that the message waits.
  const message = { id: randomUUID(), channel: 'SMS', userId: user.id, sealed: new Uint8Array([1]), attempts: 0 } as const;
  await store.outbox.add({ ...message, createdAt: new Date(now.getTime() + 50_000) });
  await joinSecondTenant(user);
  return { ...user, ...enrolled };
}

const asAdministrator = async (path: string): Promise<void> =>
  expectStatus(await harness.send({ method: 'POST', url: `${identity}${path}`, headers: await asEnvironment(harness) }), 200);

const inTenant = async (tenantId: string | null, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> => {
  const headers = tenantId === null ? await asEnvironment(harness) : await asEnvironment(harness, tenantId);
  expectStatus(await harness.send({ method, url: `${identity}${path}`, headers, ...(body === undefined ? {} : { body }) }), 200);
};

const allowEmailChange = async (): Promise<void> => {
  const url = `${identity}/configurations/v1/user-emails-policy`;
  expectStatus(await harness.send({ method: 'POST', url, headers: await asEnvironment(harness), body: { allowEmailChange: true } }), 200);
};

/** Every way to each cause, through the public operations. */
const ways: Readonly<Record<RevocationCause, Readonly<Record<string, (user: Subject) => Promise<void>>>>> = {
  PASSWORD_CHANGED: {
    'a mailed link': async ({ email }) => {
      expectStatus(await resetPassword(harness, { ...(await resetTokenFor(harness, email)), password: 'another password' }), 201);
    },
    'an activation': async ({ id }) => {
      const { token } = await activationFor(harness, id);
      expectStatus(await activate(harness, { userId: id, token, password: 'another password' }), 200);
    },
  },
  OWN_PASSWORD_CHANGED: {
    'the user': async ({ accessToken }) => {
      const body = { password, newPassword: 'another password' };
      const headers = { authorization: `Bearer ${accessToken}` };
      expectStatus(await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/change`, headers, body }), 201);
    },
  },
  EMAIL_CHANGED: {
    'an administrator': async ({ id }) => {
      const url = `${identity}/users/v1/${id}/email`;
      const headers = await asEnvironment(harness);
      expectStatus(await harness.send({ method: 'PUT', url, headers, body: { email: `${id}@new.example` } }), 200);
    },
    'the choice of another address': async ({ id }) => {
      const url = `${identity}/users/emails/v1/vendor/${id}`;
      const [headers, body] = [await asEnvironment(harness), { email: `${id}@another.example` }];
      expectStatus(await harness.send({ method: 'POST', url, headers, body }), 201);
      expectStatus(await harness.send({ method: 'POST', url: `${url}/primary`, headers, body }), 200);
    },
    'the own choice of another address': async ({ id, accessToken }) => {
      await allowEmailChange();
      const [url, body] = [`${identity}/users/emails/v1`, { email: `${id}@own.example` }];
      const vouched = { ...body, isVerified: true };
      expectStatus(await harness.send({ method: 'POST', url: `${url}/vendor/${id}`, headers: await asEnvironment(harness), body: vouched }), 201);
      const headers = { authorization: `Bearer ${accessToken}` };
      expectStatus(await harness.send({ method: 'POST', url: `${url}/me/primary`, headers, body }), 200);
    },
    'a code to the new address': async ({ id, accessToken }) => {
      await allowEmailChange();
      const [url, email] = [`${identity}/users/v1/email/me`, `${id}@code.example`];
      const headers = { authorization: `Bearer ${accessToken}` };
      expectStatus(await harness.send({ method: 'POST', url, headers, body: { email } }), 200);
      const code = await mailedCode(harness, email);
      expectStatus(await harness.send({ method: 'POST', url: `${url}/verify`, headers, body: { email, code } }), 200);
    },
  },
  TENANT_LEFT: {
    'a removal': ({ id, tenantId }) => inTenant(tenantId, 'DELETE', `/users/v1/${id}`),
    'a disabled membership': ({ id, tenantId }) => inTenant(tenantId, 'POST', `/tenants/users/v1/${id}/disable`),
    'a move of all members': ({ tenantId }) =>
      inTenant(null, 'PUT', '/users/v1/tenants/migrate', { srcTenantId: tenantId, targetTenantId: `${tenantId}-2` }),
  },
  USER_DELETED: {
    'an administrator': ({ id }) => inTenant(null, 'DELETE', `/users/v1/${id}`),
    'a removal from the only tenant': async ({ id, tenantId }) => {
      await inTenant(tenantId, 'DELETE', `/users/v1/${id}`);
      await inTenant(`${tenantId}-2`, 'DELETE', `/users/v1/${id}`);
    },
  },
  ACCOUNT_LOCKED: {
    'an administrator': ({ id }) => asAdministrator(`/users/v1/${id}/lock`),
    'a wrong password too many': async ({ email, tenantId }) => {
      const url = `${identity}/configurations/v1/lockout-policy`;
      const headers = await asEnvironment(harness, tenantId);
      expectStatus(await harness.send({ method: 'POST', url, headers, body: { enabled: true, maxAttempts: 1 } }), 201);
      const guess = { email, password: 'not the password' };
      expectStatus(await harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: guess }), 401);
      expect((await logIn(harness, email)).json()).toMatchObject({ errorCode: 'ER-01034' });
    },
  },
  RECOVERY_USED: {
    'a recovery code': async ({ email, recoveryCode }) => expectStatus(await recover(harness, email, recoveryCode), 200),
  },
  MFA_RESET: {
    'an administrator': ({ id }) => asAdministrator(`/vendor-only/users/v1/${id}/mfa/unenroll`),
    'an administrator in self-service': async ({ id }) => {
      const headers = { ...(await asEnvironment(harness)), 'frontegg-user-id': id };
      expectStatus(await selfService(harness, '/disable', headers, {}), 200);
    },
  },
  SESSIONS_REVOKED: {
    'the user': async ({ accessToken }) => {
      const headers = { authorization: `Bearer ${accessToken}` };
      expectStatus(await harness.send({ method: 'DELETE', url: `${identity}/users/sessions/v1/me/all`, headers }), 200);
    },
    'the environment': async ({ id: userId }) => {
      const [url, headers] = [`${identity}/users/sessions/v1/revoke`, await asEnvironment(harness)];
      expectStatus(await harness.send({ method: 'POST', url, headers, body: { userId } }), 201);
    },
  },
  LAST_FACTOR_REMOVED: {
    'the user': async ({ accessToken, secret, tenantId }) => {
      await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
      const headers = { authorization: `Bearer ${accessToken}` };
      expectStatus(await selfService(harness, '/disable', headers, { token: totp(harness, secret) }), 200);
    },
  },
};

const cases = revocationCauses.flatMap((cause) => Object.entries(ways[cause]).map(([way, run]) => ({ cause, way, run })));

describe.each(cases)('$cause by $way', ({ cause, way, run }) => {
  let before: Holdings;
  let after: Holdings;
  let bystander: { before: Holdings; after: Holdings };
  let tenantLeft: string;
  let callSession: string;
  beforeAll(async () => {
    const name = `${cause}-${way}`.toLowerCase().replace(/\W+|_/g, '-');
    const [subject, other] = [await holder(name), await holder(`${name}-bystander`)];
    tenantLeft = subject.tenantId;
    callSession = String(decodeJwt(subject.accessToken).sid);
    before = await holdingsOf(subject);
    const others = await holdingsOf(other);
    await run(subject);
    after = await holdingsOf(subject);
    bystander = { before: others, after: await holdingsOf(other) };
  });

  test.each(kinds)('%s: as the table says', (kind) => {
    const ids = before[kind].map(({ id }) => id);
    expect(ids).not.toEqual([]);
    const left = after[kind].map(({ id }) => id).filter((id) => ids.includes(id));
    const inOthers = before[kind].filter((row) => row.tenant_id !== tenantLeft).map(({ id }) => id);
    const ofCall = ids.filter((id) => id === callSession);
    const expected = { ENDS: [], ENDS_IN_TENANT: inOthers, OTHERS_END: ofCall, STAYS: ids } as const;
    if (revocations[cause].ends[kind] === 'OTHERS_END') expect(ids.length).toBeGreaterThan(ofCall.length);
    if (revocations[cause].ends[kind] === 'ENDS_IN_TENANT') expect(inOthers.length).toBeLessThan(ids.length);
    expect(left).toEqual(expected[revocations[cause].ends[kind]]);
  });

  test('a bystander keeps everything as it was', () => {
    for (const kind of kinds) expect(bystander.before[kind], kind).not.toEqual([]);
    expect(bystander.after).toEqual(bystander.before);
  });
});

/** The operations that act for each cause, by the type and field, or the operation, whose text says what ends. */
const told: Record<RevocationCause, { graphql: [type: string, field: string | null][]; rest: string[] }> = {
  PASSWORD_CHANGED: {
    graphql: [
      ['ResetPasswordSuccess', null],
      ['ActivateUserInput', 'password'],
    ],
    rest: ['resetPassword', 'activateUser'],
  },
  OWN_PASSWORD_CHANGED: { graphql: [['ChangePasswordSuccess', null]], rest: ['changePassword'] },
  EMAIL_CHANGED: {
    graphql: [
      ['Mutation', 'changeUserEmail'],
      ['Mutation', 'setPrimaryEmail'],
    ],
    rest: ['changeUserEmail', 'setOwnPrimaryEmail', 'setUserPrimaryEmail', 'confirmEmailChange'],
  },
  TENANT_LEFT: {
    graphql: [
      ['Mutation', 'removeUserFromTenant'],
      ['Mutation', 'disableUser'],
      ['Mutation', 'moveTenantUsers'],
    ],
    rest: ['deleteUser', 'disableUser'],
  },
  USER_DELETED: { graphql: [['Mutation', 'deleteUser']], rest: ['deleteUser'] },
  ACCOUNT_LOCKED: { graphql: [['Mutation', 'lockUser']], rest: ['lockUser'] },
  SESSIONS_REVOKED: { graphql: [['Mutation', 'revokeAllSessions']], rest: ['endOwnSessions', 'revokeSessions'] },
  RECOVERY_USED: { graphql: [['Mutation', 'recoverMfa']], rest: ['recoverMfa'] },
  MFA_RESET: { graphql: [['Mutation', 'resetUserMfa']], rest: ['unenrollUser'] },
  LAST_FACTOR_REMOVED: {
    graphql: [['Mutation', 'removeAuthenticator']],
    rest: ['disableMfa', 'disableAuthenticator', 'verifyDisableSms', 'disableWebAuthn'],
  },
};

test.each(revocationCauses)('the published texts say what ends: %s', (cause) => {
  const types = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8')).getTypeMap();
  for (const [name, field] of told[cause].graphql) {
    const type = types[name];
    const described = field === null ? type : isObjectType(type) || isInputObjectType(type) ? type.getFields()[field] : undefined;
    expect(described?.description, `${name}.${field}`).toContain(whatEnds(cause));
  }
  const { paths } = JSON.parse(readFileSync(new URL('../../../schema/openapi.json', import.meta.url), 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string; description?: string }>>;
  };
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  for (const id of told[cause].rest) {
    expect(operations.find(({ operationId }) => operationId === id)?.description, id).toContain(whatEnds(cause));
  }
});

describe('nothing is left out of the table', () => {
  /** Rows that belong to a user and let nobody in. */
  const noCredentials = [
    // What it holds counts as long as the challenge or the session that it belongs to.
    'interactions',
    'audit_events',
    // Hashes of passwords that let nobody in any more.
    'former_passwords',
    'group_members',
    'membership_roles',
    'memberships',
    'mfa_exemptions',
    'password_credentials',
    'password_failures',
    'user_emails',
    'user_phones',
    // Who was imported, and nothing else of the user.
    'user_migration_rows',
    'usernames',
  ];

  test('every table with a user is a kind of the table, or known to hold no credential that ends with a cause', () => {
    const withUser = Object.values(tables)
      .filter((table) => 'userId' in getTableColumns(table))
      .map((table) => getTableName(table));
    expect(withUser.sort()).toEqual([...kinds.map((kind) => living[kind].table), ...noCredentials].sort());
  });

  test('no service ends all credentials of a user by itself, but for the devices a user or an administrator revokes by name', () => {
    const folder = new URL('../../../src/services/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const ending = files.filter((name) => readFileSync(new URL(name, folder), 'utf8').includes('.endAllOf('));
    expect(ending.map((name) => name.replaceAll('\\', '/')).sort()).toEqual(['device/remembered-devices.ts', 'session/revocation.ts']);
  });
});
