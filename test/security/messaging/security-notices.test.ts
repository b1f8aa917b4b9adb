import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/domain/messaging/message.ts';
import type { Delivery } from '../../../src/domain/ports.ts';
import { enroll, totp, wrongTotp } from '../../support/builders.ts';
import { execute, query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openDatabase, openHarness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { race } from '../../support/race.ts';
import { createForcedUser } from '../../support/requests.ts';
import { addApp, ownUser, selfService } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

async function noticesTo(email: string): Promise<string[]> {
  await harness.app.outbox.flush();
  // Delivery is at least once: a clock that jumps past a lease under way has a message sent again, which is still that one.
  const told = new Map(harness.notices.filter(({ to }) => to === email).map((notice) => [JSON.stringify(notice), notice]));
  return [...told.values()].sort((a, b) => a.at.localeCompare(b.at)).map(({ kind, strategy }) => `${kind} ${strategy}`);
}
const queued = async (of: Harness): Promise<number> => (await query(of, 'select * from outbox')).length;

describe('T50 one message for each change, to the verified address', () => {
  test('T50 a factor added at login, within the session, and removed', async () => {
    const forced = await createForcedUser(harness, 'notice-login');
    await enroll(harness, forced.email);
    expect(await noticesTo(forced.email)).toEqual(['FACTOR_ADDED AUTHENTICATOR_APP']);

    const { email, headers, environment } = await ownUser(harness, 'notice-own');
    await addApp(harness, headers);
    const secret = await addApp(harness, headers);
    const added = 'FACTOR_ADDED AUTHENTICATOR_APP';
    expect(await noticesTo(email)).toEqual([added, added]);
    expect((await selfService(harness, '/disable', headers, { token: totp(harness, secret) })).statusCode).toBe(200);
    await addApp(harness, headers);
    expect((await selfService(harness, '/disable', environment, {})).statusCode).toBe(200);
    expect(await noticesTo(email)).toEqual([added, added, 'FACTOR_REMOVED AUTHENTICATOR_APP', added, 'FACTOR_REMOVED null']);
    expect(harness.notices.find(({ to }) => to === email)).toMatchObject({ service: 'Sallyport', at: expect.stringMatching(/Z$/) });
  });

  test('T50 none for what was refused or lost a race, none in the clear in the database', async () => {
    const { email, headers } = await ownUser(harness, 'notice-race');
    const shown = await selfService(harness, '/enroll', headers);
    const { secret } = shown.json<{ secret: string }>();
    await selfService(harness, '/enroll/verify', headers, { token: wrongTotp(harness, secret) });
    expect(await noticesTo(email)).toEqual([]);
    await race(4, () => selfService(harness, '/enroll/verify', headers, { token: totp(harness, secret) }));
    expect(await noticesTo(email)).toEqual(['FACTOR_ADDED AUTHENTICATOR_APP']);
    expect(JSON.stringify(await query(harness, 'select * from outbox'))).not.toContain(email);
  });

  test('T50 none to an address that was not verified', async () => {
    const { id, email, headers } = await ownUser(harness, 'notice-unverified');
    await execute(harness, `update users set verified = ${harness.config.databaseUrl.startsWith('file:') ? '0' : 'false'} where id = $1`, [id]);
    await addApp(harness, headers);
    expect(await noticesTo(email)).toEqual([]);
  });
});

test('T50 a message outlives the process that queued it', async () => {
  const database = await openDatabase();
  const broken: Delivery = {
    email: { available: true },
    sms: { available: false, reason: 'no provider' },
    send: () => Promise.reject(new Error('no mail server')),
  };
  const first = await openHarness({ databaseUrl: database.url, ports: { delivery: broken } });
  const { email, headers } = await ownUser(first, 'notice-crash');
  await addApp(first, headers);
  await first.close();
  const sent: Message[] = [];
  const working: Delivery = {
    email: { available: true },
    sms: { available: false, reason: 'no provider' },
    send: async (message) => void sent.push(message),
  };
  const second = await openHarness({ databaseUrl: database.url, ports: { delivery: working }, clock: first.clock });
  second.clock.advance({ seconds: 60 });
  await second.app.outbox.flush();
  expect(sent).toMatchObject([{ template: 'NOTICE', kind: 'FACTOR_ADDED', to: email }]);
  await second.close();
  await database.drop();
});

test('T50 where no mail can be sent nothing is queued, and factors are added and removed all the same', async () => {
  const delivery: Delivery = {
    email: { available: false, reason: 'none' },
    sms: { available: false, reason: 'no provider' },
    send: () => Promise.reject(new Error('none')),
  };
  const silent = await openHarness({ ports: { delivery } });
  const { headers } = await ownUser(silent, 'notice-silent');
  const secret = await addApp(silent, headers);
  expect((await selfService(silent, '/disable', headers, { token: totp(silent, secret) })).statusCode).toBe(200);
  expect(await queued(silent)).toBe(0);
  await silent.close();
});
