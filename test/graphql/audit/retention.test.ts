import type { MockInstance } from 'vitest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createUserInTenant } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';

let harness: Harness;
let everyMilliseconds: MockInstance<typeof setInterval>;
beforeEach(() => {
  everyMilliseconds = vi.spyOn(globalThis, 'setInterval');
});
afterEach(async () => {
  everyMilliseconds.mockRestore();
  await harness.close();
});

const countEvents = async (): Promise<number> => (await query(harness, 'select id from audit_events')).length;
const day = 86_400;
const hour = 3_600_000;
/** What the server does by itself after an hour; what it does every two seconds would be done 1800 times meanwhile. */
function letAnHourPass(): void {
  const hourly = everyMilliseconds.mock.calls.filter(([, milliseconds]) => milliseconds === hour);
  expect(hourly).toHaveLength(1);
  for (const [work] of hourly) work();
}

test.each([
  [undefined, 365],
  ['1', 1],
  ['3650', 3650],
])('with AUDIT_RETENTION_DAYS=%s an event is kept %i days and gone after', async (setting, days) => {
  harness = await openHarness(setting === undefined ? {} : { settings: { AUDIT_RETENTION_DAYS: setting } });
  await createUserInTenant(harness, 'old');
  const old = await countEvents();
  expect(old).toBeGreaterThan(2);
  harness.clock.advance({ seconds: days * day });
  letAnHourPass();
  await vi.waitFor(async () => expect(await countEvents()).toBe(old));
  await harness.environmentToken();
  harness.clock.advance({ seconds: 1 });
  letAnHourPass();
  await vi.waitFor(async () => expect(await countEvents()).toBe(1));
});

test('a long trail goes in pieces, all of it, and what is young stays', async () => {
  harness = await openHarness({ settings: { AUDIT_RETENTION_DAYS: '1' } });
  const { events } = harness.app.store;
  const event = { kind: 'LOGIN_FAILED', actorKind: 'NOBODY', actorId: null, tenantId: null, userId: null, strategy: null, reason: null } as const;
  await harness.app.store.transact('NOTHING', async () => {
    for (let added = 0; added < 1100; added += 1) {
      await events.add({ ...event, id: `old-${added}`, at: harness.clock.now(), address: '192.0.2.1', requestId: 'x' });
    }
  });
  harness.clock.advance({ seconds: day + 1 });
  await events.add({ ...event, id: 'young', at: harness.clock.now(), address: '192.0.2.1', requestId: 'x' });
  harness.queries.length = 0;
  letAnHourPass();
  await vi.waitFor(async () => expect((await query(harness, 'select id from audit_events')).map(({ id }) => id)).toEqual(['young']));
  const deletions = harness.queries.filter((sql) => /^delete from "?audit_events/i.test(sql));
  expect(deletions).toHaveLength(3);
  for (const sql of deletions) expect(sql).toMatch(/limit/);
});
