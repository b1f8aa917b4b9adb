import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, enroll, setPolicy } from '../../support/builders.ts';
import { hashToken } from '../../support/built-world.ts';
import { execute, query } from '../../support/database.ts';
import { asUser, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

/** Who is told what a login leads to, of whom, and what nobody is told. */
const harness = useHarness();
const document = `query ($userId: ID!, $tenantId: ID, $deviceToken: String) {
  explainMfa(userId: $userId, tenantId: $tenantId, deviceToken: $deviceToken) {
    outcome sentence steps { rule decisive note record { __typename id ... on MfaPolicy { tenant { restId } } } }
  }
}`;
interface Step {
  rule: string;
  decisive: boolean;
  note: string;
  record: { __typename: string; tenant?: { restId: string } | null } | null;
}
type Told = { outcome: string; sentence: string; steps: Step[] } | null;

const ask = (headers: Record<string, string>, userId: string, more: object = {}) => harness.graphql(document, { userId, ...more }, headers);
const told = async (headers: Record<string, string>, { id }: TestUser, more: object = {}): Promise<Told> => {
  const answer = await ask(headers, id, more);
  expect(answer.errors).toBeUndefined();
  return answer.data?.explainMfa as Told;
};
const code = async (headers: Record<string, string>, { id }: TestUser) => (await ask(headers, id)).errors?.[0]?.extensions.code;

let administrator: TestUser;
let reader: Record<string, string>;
let everything: Record<string, string>;
let plain: Record<string, string>;
let colleague: TestUser;
let both: TestUser;
let stranger: TestUser;
let hidden: TestUser;
let invited: TestUser;
let disabled: TestUser;

beforeAll(async () => {
  await createTenant(harness, 'here', 'Here');
  await createTenant(harness, 'there', 'Secret tenant');
  // The permission alone, so that no other one lets the role see anybody.
  const role = await createRole(harness, 'here', 'policy-reader', ['fe.secure.read.securityPolicy']);
  administrator = await createUser(harness, 'here', 'administrator@insight.example', { roleIds: [role] });
  const colleagueRole = await createRole(harness, 'here', 'user-reader', ['fe.secure.read.users']);
  await createUser(harness, 'here', 'plain@insight.example', { roleIds: [colleagueRole] });
  colleague = await createUser(harness, 'here', 'colleague@insight.example');
  both = await createUser(harness, 'here', 'both@insight.example');
  await joinTenant(harness, both.email, 'there');
  stranger = await createUser(harness, 'there', 'stranger@insight.example');
  hidden = await createUser(harness, 'here', 'hidden@insight.example');
  disabled = await createUser(harness, 'here', 'disabled@insight.example');
  invited = await createUserInTenant(harness, 'invited');
  await joinTenant(harness, invited.email, 'here');
  const yes = harness.config.databaseUrl.startsWith('file:') ? 1 : true;
  await execute(harness, 'update users set invisible = $2 where id = $1', [hidden.id, yes]);
  await execute(harness, "update memberships set pending = $2 where user_id = $1 and tenant_id = 'here'", [invited.id, yes]);
  await execute(harness, 'update memberships set disabled = $2 where user_id = $1', [disabled.id, yes]);
  await createUser(harness, 'here', 'everything@insight.example', { roleIds: [roleIds.admin] });
  reader = await asUser(harness, administrator.email);
  everything = await asUser(harness, 'everything@insight.example');
  plain = await asUser(harness, 'plain@insight.example');
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'here');
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'there');
});

describe('a user whose role may read the security policy', () => {
  test('is told about members of the current tenant and about themselves', async () => {
    expect(await told(reader, colleague)).toMatchObject({ outcome: 'NO_SECOND_FACTOR' });
    expect(await told(reader, administrator)).toMatchObject({ outcome: 'NO_SECOND_FACTOR' });
    expect(await told(reader, colleague, { tenantId: 'HERE' })).toMatchObject({ outcome: 'NO_SECOND_FACTOR' });
    expect(await told(reader, disabled)).toMatchObject({ outcome: 'LOCKED_OUT' });
  });

  test('is told the name of a member only if the role may read users as well', async () => {
    const sentence = (person: string) => `${person} cannot log in, because the membership in the tenant Here is disabled.`;
    expect((await told(reader, disabled))?.sentence).toBe(sentence('This user'));
    expect((await told(everything, disabled))?.sentence).toBe(sentence(disabled.email));
    expect((await told(reader, administrator))?.sentence).toMatch(/^administrator@insight\.example needs no/);
  });

  test('is told nothing about others, as if they did not exist: those of other tenants, invisible ones, and who has not accepted', async () => {
    for (const other of [stranger, hidden, invited]) expect(await told(reader, other), other.email).toBeNull();
    expect(await told(reader, { ...stranger, id: '00000000-0000-4000-8000-000000000000' })).toBeNull();
  });

  test('is told nothing about a login to another tenant', async () => {
    for (const tenantId of ['there', 'nowhere']) expect(await told(reader, both, { tenantId })).toBeNull();
  });

  test('learns that another tenant decides, and not which', async () => {
    const answer = await told(reader, both);
    expect(answer).toMatchObject({
      outcome: 'MUST_ENROLL',
      sentence:
        'This user must enroll an authenticator, because a policy of another tenant forces multi-factor authentication and the account has no authenticator.',
    });
    const decisive = answer?.steps.filter((step) => step.decisive);
    expect(decisive).toEqual([
      { rule: 'TENANT_POLICY', decisive: true, note: 'A policy of another tenant forces multi-factor authentication.', record: null },
    ]);
    const [policy] = await query(harness, "select id from mfa_policies where tenant_id = 'there'");
    expect(JSON.stringify(answer)).not.toMatch(new RegExp(`there"|Secret|${policy?.id}`));
  });

  test('sees the policies of the current tenant and of the environment, and no authenticator of others', async () => {
    await enroll(harness, both.email);
    const answer = await told(reader, both);
    expect(answer?.outcome).toBe('MUST_VERIFY');
    const records = answer?.steps.map(({ rule, record }) => [rule, record?.__typename ?? null]);
    expect(Object.fromEntries(records ?? [])).toMatchObject({ NO_OPEN_MEMBERSHIP: 'Tenant', FACTOR_ENROLLED: null, ACCOUNT_LOCKED: null });
    expect(answer?.steps.find(({ record }) => record?.__typename === 'MfaPolicy')?.record?.tenant).toEqual({ restId: 'here' });
  });
});

describe('others', () => {
  test('a user without that permission is refused, also about the own account', async () => {
    for (const other of [colleague, stranger]) expect(await code(plain, other)).toBe('FORBIDDEN');
    const own = await harness.graphql('{ viewer { restId } }', {}, plain);
    const { restId } = (own.data as { viewer: { restId: string } }).viewer;
    expect(await code(plain, { ...colleague, id: restId })).toBe('FORBIDDEN');
  });

  test('a stranger is refused', async () => {
    expect(await code({}, colleague)).toBe('UNAUTHENTICATED');
  });
});

describe('an environment token', () => {
  test('is told about everybody, in any of their tenants, and with every policy', async () => {
    const headers = await asEnvironment(harness);
    for (const other of [stranger, hidden, colleague]) expect(await told(headers, other), other.email).not.toBeNull();
    expect(await told(headers, both, { tenantId: 'there' })).not.toBeNull();
    const steps = (await told(headers, both))?.steps ?? [];
    expect(steps.map(({ note }) => note)).toContain('The policy of the tenant Secret tenant forces multi-factor authentication.');
    expect(steps.find(({ rule }) => rule === 'FACTOR_ENROLLED')?.record?.__typename).toBe('Authenticator');
  });

  test('that names a tenant is told about its members alone', async () => {
    const headers = await asEnvironment(harness, 'here');
    expect(await told(headers, both)).not.toBeNull();
    expect(await told(headers, stranger)).toBeNull();
    expect(await told(headers, both, { tenantId: 'there' })).toBeNull();
  });

  test('is told nothing about a tenant that the person is not in', async () => {
    const headers = await asEnvironment(harness);
    for (const tenantId of ['there', 'nowhere']) expect(await told(headers, colleague, { tenantId })).toBeNull();
  });
});

test('a device token is compared by its hash: it is not logged, the device is not marked as used, and nothing is recorded', async () => {
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 3600 }, 'there');
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 3600 }, 'here');
  const headers = await asEnvironment(harness);
  const login = await harness.graphql('mutation ($input: LogInInput!) { logIn(input: $input) { ... on MfaChallenge { rememberDeviceAllowed } } }', {
    input: { email: both.email, password: 'correct horse battery' },
  });
  expect(login.data?.logIn).toEqual({ rememberDeviceAllowed: true });
  const deviceToken = 'device-token-that-nobody-may-read';
  const createdAt = harness.clock.now();
  const tokenHash = hashToken(deviceToken);
  await harness.app.store.rememberedDevices.add({ id: 'browser', userId: both.id, tokenHash, name: '', createdAt, lastUsedAt: createdAt });
  harness.clock.advance({ seconds: 10 });
  const rows = async () => query(harness, 'select id from audit_events order by id');
  const before = await rows();
  expect(await told(headers, both, { deviceToken })).toMatchObject({ outcome: 'REMEMBERED' });
  expect(await told(headers, both, { deviceToken: `${deviceToken}.` })).toMatchObject({ outcome: 'MUST_VERIFY' });
  expect(await told(headers, colleague, { deviceToken })).toMatchObject({ outcome: 'NO_SECOND_FACTOR' });
  const [device] = await harness.app.store.rememberedDevices.ofUsers([both.id]);
  expect(device?.lastUsedAt).toEqual(createdAt);
  expect(await rows()).toEqual(before);
  expect(JSON.stringify(harness.logged)).not.toContain(deviceToken);
  expect(harness.queries.join()).not.toContain(deviceToken);
});
