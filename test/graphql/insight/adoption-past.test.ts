import { describe, expect, test } from 'vitest';
import { adoption, toNextDay } from '../../support/adoption.ts';
import { createUser, createUserInTenant, enroll, logIn, mfaTokenFor } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { dialect, openDatabase, openHarness, start } from '../../support/harness.ts';
import { createForcedUser, enrollApp, verifyApp } from '../../support/requests.ts';
import { asUser } from '../../support/rest.ts';
import { openSmsHarness } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

describe('the series', () => {
  const harness = useHarness();
  const series = (args: object) => adoption(harness, 'series { dayStartsAt countedAt count { users activeLast30Days } byStrategy { users } }', args);

  test('has a point for each day on which a server ran, with the counts of its first cleanup, once however many instances', async () => {
    const user = await createUserInTenant(harness, 'series');
    await logIn(harness, user.email);
    await Promise.all([harness.app.cleanup.run(), harness.app.cleanup.run()]);
    const first = harness.clock.now().toISOString();
    await createUser(harness, 'series', 'second@acme.example');
    harness.clock.advance({ seconds: 60 });
    await harness.app.cleanup.run();
    // Nothing runs on the next day.
    for (let day = 0; day < 2; day += 1) toNextDay(harness);
    await harness.app.cleanup.run();
    const { series: points } = await series({ tenantId: 'series' });
    expect(points).toMatchObject([
      { dayStartsAt: '2026-03-02T00:00:00.000Z', countedAt: first, count: { users: 1, activeLast30Days: 1 } },
      { dayStartsAt: '2026-03-04T00:00:00.000Z', count: { users: 2, activeLast30Days: 1 } },
    ]);
    expect((await series({})).series).toHaveLength(2);
  });

  test('has one point for each week or month, and only those of the range', async () => {
    for (let day = 0; day < 40; day += 1) {
      toNextDay(harness);
      await harness.app.cleanup.run();
    }
    const days = async (args: object) =>
      (await series({ tenantId: 'series', ...args })).series.map((point: { dayStartsAt: string }) => point.dayStartsAt.slice(5, 10));
    const from = '2026-03-01T12:00:00Z';
    expect(await days({ from, every: 'MONTH' })).toEqual(['03-02', '04-01']);
    expect(await days({ from, every: 'WEEK' })).toEqual(['03-02', '03-09', '03-16', '03-23', '03-30', '04-06', '04-13']);
    expect(await days({ from: '2026-03-10T12:00:00Z', until: '2026-03-12T00:00:00Z' })).toEqual(['03-10', '03-11']);
    expect(await days({})).toHaveLength(30);
    await expect(days({ from: '2020-01-01T00:00:00Z' })).rejects.toThrow('BAD_REQUEST');
  });

  test('and the days of the funnel end after 400 days', async () => {
    for (let day = 0; day < 401; day += 1) toNextDay(harness);
    await harness.app.cleanup.run();
    expect((await series({ tenantId: 'series', from: '2026-03-01T12:00:00Z', every: 'WEEK' })).series).toHaveLength(1);
  });
});

describe('the funnel', () => {
  test('says what became of challenges and enrollments, each once, however many instances clean up', async () => {
    const database = await openDatabase();
    const clock = new HandClock(start);
    const open = () => openHarness({ databaseUrl: database.url, clock });
    const harness = await open();
    const other = dialect === 'postgres' ? await open() : harness;
    await createForcedUser(harness, 'funnel');
    const funnel = async (tenantId: string | null) => {
      const names = 'challenged succeeded failed abandoned enrollmentsBegun enrollmentsConfirmed enrollmentsAbandoned';
      return (await adoption(harness, `funnel { ${names} }`, { tenantId })).funnel;
    };
    await enroll(harness, 'funnel@acme.example');
    const done = { challenged: 1, succeeded: 1, failed: 0, abandoned: 0, enrollmentsBegun: 1, enrollmentsConfirmed: 1, enrollmentsAbandoned: 0 };
    expect(await funnel('funnel')).toEqual(done);
    // Twelve are never answered, three are answered wrongly.
    for (let index = 0; index < 12; index += 1) await mfaTokenFor(harness, 'funnel@acme.example');
    for (let index = 0; index < 3; index += 1) await verifyApp(harness, await mfaTokenFor(harness, 'funnel@acme.example'), '000000');
    await createUser(harness, 'funnel', 'late@acme.example');
    // Somebody else begins to enroll, shows the same secret again, and never confirms.
    await enrollApp(harness, await mfaTokenFor(harness, 'late@acme.example'));
    expect(await funnel('funnel')).toEqual({ ...done, challenged: 17, enrollmentsBegun: 2 });
    clock.advance({ seconds: 3 * 86_400 });
    await Promise.all([harness, other, harness, other].map(({ app }) => app.cleanup.run()));
    const ended = { ...done, challenged: 17, failed: 3, abandoned: 13, enrollmentsBegun: 2, enrollmentsAbandoned: 1 };
    for (const tenantId of ['funnel', null]) expect(await funnel(tenantId)).toEqual(ended);
    await harness.app.adoption.run();
    await other.app.cleanup.run();
    expect(await funnel('funnel')).toEqual(ended);
    // All of them count on the day on which they began.
    const of = async (from: string) => (await adoption(harness, 'funnel { challenged abandoned }', { tenantId: 'funnel', from })).funnel;
    expect(await of('2026-03-02T23:00:00Z')).toEqual({ challenged: 17, abandoned: 13 });
    expect(await of('2026-03-03T00:00:00Z')).toEqual({ challenged: 0, abandoned: 0 });
    if (other !== harness) await other.close();
    await harness.close();
    await database.drop();
  });
});

describe('an enrollment by text message', () => {
  const harness = useHarness(openSmsHarness);

  test('goes on if the message is sent again, and was abandoned if it is begun again after it has expired', async () => {
    const user = await createUserInTenant(harness, 'texts');
    const begin = async (phoneNumber: string) =>
      run(harness, mutation('enrollSms', '__typename'), { phoneNumber }, await asUser(harness, user.email));
    const counted = async () =>
      (await adoption(harness, 'funnel { enrollmentsBegun enrollmentsConfirmed enrollmentsAbandoned }', { tenantId: 'texts' })).funnel;
    await begin('+447400100001');
    harness.clock.advance({ seconds: 60 });
    await begin('+447400100001');
    expect(await counted()).toEqual({ enrollmentsBegun: 1, enrollmentsConfirmed: 0, enrollmentsAbandoned: 0 });
    harness.clock.advance({ seconds: 1200 });
    await begin('+447400100001');
    expect(await counted()).toEqual({ enrollmentsBegun: 2, enrollmentsConfirmed: 0, enrollmentsAbandoned: 1 });
  });
});
