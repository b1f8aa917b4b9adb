import { beforeAll, expect, test } from 'vitest';
import { asToken, createTenantToken, createUserToken, enableUserTokens, exchange } from '../support/api-tokens.ts';
import { asEnvironment, createUserInTenant, identity } from '../support/builders.ts';
import { plansOf } from '../support/plan.ts';
import { roleIds } from '../support/role-ids.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness();
/** Tables that hold few rows however many tokens there are. */
const small = ['environments', 'environment_secrets', 'signing_keys', 'retained_keys', 'permissions'];
const statements = new Set<string>();

beforeAll(async () => {
  await enableUserTokens(harness);
  const user = await createUserInTenant(harness, 'token-plans', { roleIds: [roleIds.admin] });
  const [ofTenant, ofUser] = [await createTenantToken(harness, user.tenantId, { roleIds: [roleIds.admin] }), await createUserToken(harness, user)];
  const environment = { ...(await asEnvironment(harness, user.tenantId)), 'frontegg-user-id': user.id };
  harness.queries.length = 0;
  for (const credentials of [ofTenant, ofUser]) {
    const { refreshToken } = (await exchange(harness, credentials)).json<{ refreshToken: string }>();
    await harness.send({ method: 'POST', url: `${identity}/auth/v1/api-token/token/refresh`, body: { refreshToken } });
    const headers = await asToken(harness, credentials);
    for (const path of ['/tenants/api-tokens/v1', '/tenants/access-tokens/v1']) await harness.send({ url: `${identity}${path}`, headers });
  }
  for (const kind of ['users', 'tenants']) {
    await harness.send({ url: `${identity}/vendor-only/${kind}/access-tokens/v1/active`, headers: environment });
    await harness.send({ method: 'POST', url: `${identity}/${kind}/access-tokens/v1`, headers: environment, body: {} });
    await harness.send({ method: 'DELETE', url: `${identity}/${kind}/api-tokens/v1/${ofTenant.clientId}`, headers: environment });
  }
  await harness.send({ method: 'POST', url: `${identity}/tenants/users/v1/${user.id}/disable`, headers: environment });
  for (const sql of harness.queries) if (/api_token/.test(sql)) statements.add(sql);
});

test('every statement about API tokens finds its rows by an index', async () => {
  const plain = [...statements].filter((sql) => /^(select|update|delete)\b/i.test(sql));
  expect(plain.length).toBeGreaterThan(12);
  const plans = await plansOf(harness.config.databaseUrl, plain);
  const whole = [...plans].filter(([, plan]) =>
    plan.split('\n').some((line) => {
      const table = /^SCAN (\w+)(?!.*USING)/.exec(line.trim())?.[1] ?? /Seq Scan on (\w+)/.exec(line)?.[1];
      return table !== undefined && !small.includes(table) && !/CONSTANT ROW/.test(line);
    }),
  );
  expect(whole.map(([sql, plan]) => `${sql}\n${plan}`)).toEqual([]);
});
