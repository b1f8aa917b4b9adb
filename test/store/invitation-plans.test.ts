import { expect, test } from 'vitest';
import { asEnvironment, createUserInTenant } from '../support/builders.ts';
import { allowInvitations, inviter, logInWith, ownLink } from '../support/invitation-links.ts';
import { plansOf } from '../support/plan.ts';
import { call } from '../support/rest.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness();

test('every statement about invitation links finds its rows by an index, and a list is read in the order of one', async () => {
  await allowInvitations(harness);
  const [owner, guest] = [await inviter(harness, 'planned-links'), await createUserInTenant(harness, 'planned-guest')];
  harness.queries.length = 0;
  const { token } = await ownLink(harness, owner.headers);
  await call(harness, 'PATCH', '/tenants/invites/v1/user', { headers: owner.headers, body: { expiresInMinutes: 5 } });
  await call(harness, 'GET', '/tenants/invites/v1/user', { headers: owner.headers });
  await call(harness, 'POST', '/tenants/invites/v1/verify', { body: { token } });
  expect((await logInWith(harness, guest.email, token)).statusCode).toBe(200);
  const read = '{ invitations(first: 1) { totalCount nodes { token } } }';
  for (const headers of [owner.headers, owner.environment, await asEnvironment(harness)])
    expect((await harness.graphql(read, {}, headers)).errors).toBeUndefined();
  await call(harness, 'DELETE', '/tenants/invites/v1/user', { headers: owner.headers });
  const asked = [...new Set(harness.queries)].filter((sql) => /"invitation_links"/.test(sql) && /^(select|update|delete)/i.test(sql));
  expect(asked.length).toBeGreaterThan(6);
  const plans = [...(await plansOf(harness.config.databaseUrl, asked))];
  // To count the links of all tenants is to look at all of them.
  const whole = plans.filter(([sql, plan]) => !/count\(/.test(sql) && /SCAN invitation_links(?!.*USING)|Seq Scan on invitation_links/.test(plan));
  expect(whole.map(([sql, plan]) => `${sql}\n${plan}`)).toEqual([]);
  const everywhere = plans.filter(([sql]) => /order by/.test(sql) && !/"tenant_id" = /.test(sql));
  expect(everywhere.length).toBeGreaterThan(0);
  expect(everywhere.filter(([, plan]) => /TEMP B-TREE|\bSort\b/.test(plan))).toEqual([]);
});
