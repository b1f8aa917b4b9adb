import { expect, test } from 'vitest';
import { asEnvironment, createTenant } from '../support/builders.ts';
import { mutation, run } from '../support/graphql-documents.ts';
import { openHarness } from '../support/harness.ts';
import { plansOf } from '../support/plan.ts';
import { call } from '../support/rest.ts';
import { useHarness } from '../support/use-harness.ts';

const sent = new Set<string>();
// The workers of imports count here as well.
const harness = useHarness(() => openHarness({ ports: { onQuery: (sql) => void sent.add(sql) } }));

test('every statement about imports of many users finds its rows by an index, and those who failed are read in the order of one', async () => {
  const headers = await asEnvironment(harness);
  await createTenant(harness, 'planned');
  const users = Array.from({ length: 12 }, (_, index) => ({ tenantId: index < 4 ? 'planned' : 'no-such', email: `p${index}@planned.example` }));
  const started = await call(harness, 'POST', '/migrations/v1/local/bulk', { headers, body: { users } });
  const { migrationId } = started.json<{ migrationId: string }>();
  await harness.app.migrations.run();
  await call(harness, 'GET', `/migrations/v1/local/bulk/status/${migrationId}`, { headers });
  const read = 'query ($id: ID!, $after: String) { migration(id: $id) { failures(first: 3, after: $after) { totalCount pageInfo { endCursor } } } }';
  const first = await harness.graphql(read, { id: migrationId }, headers);
  const { endCursor } = (first.data as { migration: { failures: { pageInfo: { endCursor: string } } } }).migration.failures.pageInfo;
  expect((await harness.graphql(read, { id: migrationId, after: endCursor }, headers)).errors).toBeUndefined();
  await run(harness, mutation('retryMigration', 'retriedCount'), { migrationId }, headers);
  await harness.app.migrations.run();
  harness.clock.advance({ seconds: 31 * 86_400 });
  await harness.app.cleanup.run();

  // What locks rows has no plan of its own, and reads the same.
  const asked = [...sent].filter((sql) => /"user_migration/.test(sql) && /^(select|update|delete)/i.test(sql));
  expect(asked.length).toBeGreaterThan(10);
  const plans = [...(await plansOf(harness.config.databaseUrl, asked))];
  const whole = plans.filter(([, plan]) => /SCAN user_migration\w*(?!.*USING)|Seq Scan on user_migration/.test(plan));
  expect(whole.map(([sql, plan]) => `${sql}\n${plan}`)).toEqual([]);
  const pages = plans.filter(([sql]) => /"failed_at" is not null/.test(sql) && /order by/.test(sql));
  expect(pages.length).toBe(2);
  expect(pages.filter(([, plan]) => /TEMP B-TREE|\bSort\b/.test(plan))).toEqual([]);
});
