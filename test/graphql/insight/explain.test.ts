import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import {
  asEnvironment,
  createTenant,
  createUser,
  createUserInTenant,
  enroll,
  mfaTokenFor,
  setPolicy,
  setStrategy,
  wrongTotp,
} from '../../support/builders.ts';
import { verifyApp } from '../../support/requests.ts';
import { joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let anna: TestUser;
let secret: string;

beforeAll(async () => {
  await createTenant(harness, 'acme', 'Acme');
  anna = await createUser(harness, 'acme', 'anna@acme.example', { name: 'Anna' });
  await setPolicy(harness, { enforceMFAType: 'DontForce' });
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'acme');
  ({ secret } = await enroll(harness, anna.email));
});

const ask = async (arguments_: string, selection = 'outcome', headers?: Record<string, string>) =>
  harness.graphql(`{ explainMfa(${arguments_}) { ${selection} } }`, {}, headers ?? (await asEnvironment(harness)));
// biome-ignore lint/suspicious/noExplicitAny: assertions say what is in it
const explained = async (arguments_: string, selection?: string): Promise<any> => {
  const answer = await ask(arguments_, selection);
  expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
  return answer.data?.explainMfa;
};

describe('the answer', () => {
  test('says the outcome, why, and which rule decided by which record', async () => {
    const steps = 'steps { rule applied decisive note record { __typename ... on MfaPolicy { tenant { restId } } ... on User { email } } }';
    const answer = await explained(`userId: "${anna.id}"`, `outcome sentence ${steps}`);
    expect(answer).toEqual({
      outcome: 'MUST_VERIFY',
      sentence:
        'Anna must enter a code, because the policy of the tenant Acme forces multi-factor authentication and the account has an authenticator app.',
      steps: [
        expect.objectContaining({ rule: 'ACCOUNT_LOCKED', applied: false, record: { __typename: 'User', email: anna.email } }),
        expect.objectContaining({ rule: 'NO_OPEN_MEMBERSHIP', note: 'Anna can enter the tenant Acme.' }),
        expect.objectContaining({ rule: 'ADDRESS_NOT_VERIFIED', applied: false }),
        expect.objectContaining({ rule: 'USER_VERIFICATION', applied: false, record: null }),
        expect.objectContaining({ rule: 'BYPASS', applied: false }),
        expect.objectContaining({ rule: 'EXEMPTION', applied: false, record: null }),
        expect.objectContaining({ rule: 'ENVIRONMENT_POLICY', applied: false, record: { __typename: 'MfaPolicy', tenant: null } }),
        expect.objectContaining({ rule: 'TENANT_POLICY', applied: true, record: { __typename: 'MfaPolicy', tenant: { restId: 'acme' } } }),
        expect.objectContaining({ rule: 'SSO_EXEMPTION', applied: false, record: null }),
        {
          ...{ rule: 'FACTOR_ENROLLED', applied: true, decisive: true },
          ...{ note: 'The account has an authenticator app.', record: { __typename: 'Authenticator' } },
        },
        expect.objectContaining({ rule: 'GRACE', applied: false, record: null }),
        expect.objectContaining({ rule: 'REMEMBERED_DEVICE', applied: false, record: null }),
        expect.objectContaining({ rule: 'STRATEGY_AVAILABLE', applied: true, record: null }),
        expect.objectContaining({ rule: 'FACTOR_SHUT', applied: false, record: null }),
      ],
    });
  });

  test('names records that `node` finds again', async () => {
    const { steps } = await explained(`userId: "${anna.id}"`, 'steps { record { __typename id } }');
    const records = (steps as { record: { __typename: string; id: string } | null }[]).flatMap(({ record }) => record ?? []);
    expect(new Set(records.map(({ __typename }) => __typename))).toEqual(new Set(['User', 'Tenant', 'MfaPolicy', 'Authenticator']));
    const ids = [...new Set(records.map(({ id }) => id))];
    const { data } = await harness.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids }, await asEnvironment(harness));
    expect(data?.nodes).toEqual(ids.map((id) => records.find((record) => record.id === id)));
  });

  test('is null for somebody who does not exist', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'nobody']) expect(await explained(`userId: "${id}"`)).toBeNull();
  });
});

describe('the arguments', () => {
  test('take global ids, and ids in any letter case', async () => {
    const { data } = await harness.graphql(
      'query ($user: ID!, $tenant: ID!) { user(id: $user) { id } tenant(id: $tenant) { id } }',
      { user: anna.id, tenant: 'acme' },
      await asEnvironment(harness),
    );
    const { user, tenant } = data as Record<'user' | 'tenant', { id: string }>;
    for (const [userId, tenantId] of [
      [user.id, tenant.id],
      [anna.id.toUpperCase(), 'ACME'],
    ]) {
      expect(await explained(`userId: "${userId}", tenantId: "${tenantId}"`)).toEqual({ outcome: 'MUST_VERIFY' });
    }
  });

  test('may be null, which is as if they were absent', async () => {
    expect(await explained(`userId: "${anna.id}", tenantId: null, at: null, firstFactor: null, deviceToken: null`)).toEqual({
      outcome: 'MUST_VERIFY',
    });
  });

  test('that cannot be meant are refused', async () => {
    const bad = [
      'userId: ""',
      `userId: "${'x'.repeat(201)}"`,
      'userId: "a\\u0000"',
      `userId: "${anna.id}", tenantId: ""`,
      `userId: "${anna.id}", at: "yesterday"`,
      `userId: "${anna.id}", firstFactor: FACE`,
      `userId: "${anna.id}", deviceToken: "${'x'.repeat(4097)}"`,
      `userId: "${anna.id}", deviceToken: "a\\u0000"`,
    ];
    for (const arguments_ of bad) {
      const answer = await ask(arguments_);
      expect(answer.errors?.[0]?.extensions.code, arguments_).toBe('BAD_REQUEST');
    }
  });

  test('may be any moment that there is', async () => {
    const { tenantId, id } = await createUserInTenant(harness, 'any-moment');
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 2_147_483_647 }, tenantId);
    await setPolicy(harness, { allowRememberMyDevice: true, mfaDeviceExpiration: 2_147_483_647 });
    for (const at of ['0001-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '9999-12-31T23:59:59.999Z']) {
      expect(await explained(`userId: "${id}", at: "${at}", deviceToken: "unknown"`), at).toEqual({ outcome: 'MUST_ENROLL' });
    }
    await setPolicy(harness, { allowRememberMyDevice: false });
  });

  test('the first factor decides what may follow it, and what is exempt', async () => {
    const kim = await createUserInTenant(harness, 'kim');
    await setPolicy(harness, { enforceMFAType: 'ForceExceptSAML' }, kim.tenantId);
    await setStrategy(harness, 'EmailCode', true);
    await setStrategy(harness, 'AuthenticatorApp', false, kim.tenantId);
    const outcome = async (firstFactor: string) => (await explained(`userId: "${kim.id}", firstFactor: ${firstFactor}`)).outcome;
    expect([await outcome('PASSWORD'), await outcome('EMAIL_CODE'), await outcome('ENTERPRISE_SSO')]).toEqual([
      'MUST_VERIFY',
      'LOCKED_OUT',
      'EXEMPT',
    ]);
  });

  test('another moment moves the clock alone: a shut factor opens, and a membership ends', async () => {
    const lee = await createUserInTenant(harness, 'lee');
    await joinTenant(harness, anna.email, lee.tenantId, { expirationInSeconds: 3600 });
    for (let wrong = 0; wrong < 5; wrong += 1) {
      const mfaToken = await mfaTokenFor(harness, anna.email);
      await verifyApp(harness, mfaToken, wrongTotp(harness, secret));
    }
    const at = (seconds: number) => new Date(harness.clock.now().getTime() + seconds * 1000).toISOString();
    const shut = async (seconds: number) => {
      const { outcome, steps } = await explained(`userId: "${anna.id}", at: "${at(seconds)}"`, 'outcome steps { rule applied note }');
      expect(outcome).toBe('MUST_VERIFY');
      return (steps as { rule: string; applied: boolean; note: string }[]).find(({ rule }) => rule === 'FACTOR_SHUT');
    };
    const until = at(900).slice(0, 16).replace('T', ' ');
    expect(await shut(0)).toMatchObject({
      applied: true,
      note: `The authenticator app is not accepted before ${until} UTC, after too many wrong answers.`,
    });
    expect(await shut(900)).toMatchObject({ applied: false });
    const there = async (seconds: number) => explained(`userId: "${anna.id}", tenantId: "${lee.tenantId}", at: "${at(seconds)}"`, 'outcome sentence');
    expect(await there(3599)).toMatchObject({ outcome: 'MUST_VERIFY' });
    expect(await there(3600)).toEqual({
      outcome: 'LOCKED_OUT',
      sentence: 'Anna cannot log in, because the membership in the tenant lee has expired.',
    });
  });
});

test('an explanation costs the same few statements whatever the person has', async () => {
  const few = await createUserInTenant(harness, 'few');
  const many = await createUserInTenant(harness, 'many');
  for (const name of ['many-1', 'many-2', 'many-3']) {
    await joinTenant(harness, many.email, await createTenant(harness, name));
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, name);
  }
  await enroll(harness, many.email);
  const statements = async (userId: string): Promise<number> => {
    const headers = await asEnvironment(harness);
    await ask(`userId: "${userId}"`, 'outcome', headers);
    harness.queries.length = 0;
    await ask(`userId: "${userId}"`, 'outcome sentence steps { rule note }', headers);
    // What signs tokens is looked up now and then, for any request.
    return harness.queries.filter((sql) => !/from "?(environments|signing_keys)/.test(sql)).length;
  };
  expect(await statements(many.id)).toBe(await statements(few.id));
  expect(await statements(many.id)).toBeLessThanOrEqual(8);
});
