import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTenant, createUser, logIn, setPolicy, setStrategy } from '../../support/builders.ts';
import { giveAuthenticator } from '../../support/built-world.ts';
import { audited, databaseForAnother, query } from '../../support/database.ts';
import { cancel, daySeconds, enforce, grant, guardedTenant, inDays, inSeconds, schedule } from '../../support/enforcement.ts';
import type { Harness } from '../../support/harness.ts';
import { dialect, openHarness } from '../../support/harness.ts';
import { joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const hour = 3_600;

/** Lets time pass by a quarter of a day, and delivers what was queued. */
async function pass(harness: Harness, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 6 * hour) {
    harness.clock.advance({ seconds: Math.min(6 * hour, seconds - passed) });
    await harness.app.enforcement.run();
    await harness.app.outbox.flush();
  }
}
/** What each person was told to do until when, in the order in which it came. */
const remindersOf = (harness: Harness, email: string): string[] =>
  harness.notices.filter(({ kind, to }) => kind === 'ENROLLMENT_DUE' && to === email).map(({ at }) => at);

/** Adds somebody who logs in although the address is not verified, like another user in everything else. */
async function addUnverified(harness: Harness, tenantId: string, email: string, likeId: string): Promise<void> {
  const now = harness.clock.now();
  await harness.app.store.environment.updateSettings({ allowNotVerifiedUsersLogin: true }, now);
  const [like] = await harness.app.store.users.findMany([likeId]);
  if (like === undefined) throw new Error('nobody to copy');
  const id = randomUUID();
  const membership = { userId: id, tenantId, roleIds: [], createdAt: now };
  await harness.app.store.users.create({ ...like, id, email, emailNormalized: email, verified: false }, membership, null);
}

describe('people who have to enroll', () => {
  const harness = useHarness();

  test('are reminded once on each of the days, until when they have to; who comes later has days of their own', async () => {
    const { tenantId, administrator } = await guardedTenant(harness, 'reminded');
    const anna = await createUser(harness, tenantId, 'anna@reminded.example');
    await logIn(harness, anna.email);
    await enforce(harness, tenantId, { graceDays: 10, remindDaysBefore: [7, 1] });
    const due = inDays(harness, 10);
    await pass(harness, 2 * daySeconds);
    const newcomer = await createUser(harness, tenantId, 'newcomer@reminded.example');
    await logIn(harness, newcomer.email);
    const later = inDays(harness, 10);
    expect(remindersOf(harness, anna.email)).toEqual([]);
    await pass(harness, daySeconds + hour);
    expect(remindersOf(harness, anna.email)).toEqual([due]);
    await pass(harness, 6 * daySeconds);
    expect(remindersOf(harness, anna.email)).toEqual([due, due]);
    expect(remindersOf(harness, newcomer.email)).toEqual([later]);
    await pass(harness, 4 * daySeconds);
    expect([remindersOf(harness, anna.email), remindersOf(harness, newcomer.email)]).toEqual([
      [due, due],
      [later, later],
    ]);
    expect(remindersOf(harness, administrator.email)).toEqual([]);
    expect(await audited(harness, anna.id, 'MFA_REMINDED', `until ${due}`)).toBe(2);
  });

  test('are reminded before the start as well, if no days of grace come after it', async () => {
    const { tenantId } = await guardedTenant(harness, 'no-grace');
    const ben = await createUser(harness, tenantId, 'ben@no-grace.example');
    await logIn(harness, ben.email);
    const startsAt = inDays(harness, 5);
    await schedule(harness, { tenantId, startsAt, graceDays: 0, remindDaysBefore: [2, 1] });
    await pass(harness, 2 * daySeconds);
    expect(remindersOf(harness, ben.email)).toEqual([]);
    await pass(harness, 3 * daySeconds + hour);
    expect(remindersOf(harness, ben.email)).toEqual([startsAt, startsAt]);
  });

  test('alone are: nobody who has a factor, is exempt or locked, has no verified address, never logged in or is asked already', async () => {
    const { tenantId } = await guardedTenant(harness, 'alone');
    const people = await Promise.all(
      ['asked', 'enrolled', 'exempt', 'locked', 'elsewhere', 'never'].map((name) => createUser(harness, tenantId, `${name}@alone.example`)),
    );
    const [asked, enrolled, exempt, locked, elsewhere] = people;
    for (const { email } of people.slice(0, -1)) await logIn(harness, email);
    await giveAuthenticator(harness, enrolled?.id ?? '', 'AUTHENTICATOR_APP');
    await grant(harness, { userId: exempt?.id ?? '', until: inDays(harness, 30) });
    await harness.app.store.users.setLocked(locked?.id ?? '', true, harness.clock.now());
    // Another tenant asks this one at the next login, so there is no time left to speak of.
    await createTenant(harness, 'asks-at-once');
    await joinTenant(harness, elsewhere?.email ?? '', 'asks-at-once');
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'asks-at-once');
    await addUnverified(harness, tenantId, 'unverified@alone.example', asked?.id ?? '');
    await enforce(harness, tenantId, { graceDays: 3, remindDaysBefore: [1] });
    await pass(harness, 3 * daySeconds);
    const emails = [...people.map(({ email }) => email), 'unverified@alone.example'];
    expect(emails.filter((email) => remindersOf(harness, email).length > 0)).toEqual(['asked@alone.example']);
  });

  test('are not reminded of what was cancelled, nor once the policy does not enforce any more', async () => {
    const first = await guardedTenant(harness, 'called-off');
    const carl = await createUser(harness, 'called-off', 'carl@called-off.example');
    await logIn(harness, carl.email);
    const announced = await schedule(harness, { tenantId: first.tenantId, startsAt: inDays(harness, 2), graceDays: 0, remindDaysBefore: [1] });
    await cancel(harness, (announced as { schedule: { id: string } }).schedule.id);
    const second = await guardedTenant(harness, 'ended-early');
    const dora = await createUser(harness, 'ended-early', 'dora@ended-early.example');
    await logIn(harness, dora.email);
    await enforce(harness, second.tenantId, { graceDays: 2, remindDaysBefore: [1] });
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, second.tenantId);
    await pass(harness, 3 * daySeconds);
    expect([remindersOf(harness, carl.email), remindersOf(harness, dora.email)]).toEqual([[], []]);
  });

  test('are not mailed to set up what they cannot', async () => {
    const { tenantId } = await guardedTenant(harness, 'mail-only');
    const emil = await createUser(harness, tenantId, 'emil@mail-only.example');
    await logIn(harness, emil.email);
    await setStrategy(harness, 'EmailCode', true);
    await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
    await enforce(harness, tenantId, { graceDays: 2, remindDaysBefore: [1] });
    await pass(harness, 2 * daySeconds);
    expect(remindersOf(harness, emil.email)).toEqual([]);
  });
});

describe('of many people', () => {
  test('each is reminded once, by two instances at the same time, and by one that goes on where another stopped', async () => {
    const first = await openHarness();
    const { tenantId } = await guardedTenant(first, 'many');
    const now = first.clock.now();
    const [template] = await first.app.store.users.findMany([(await createUser(first, tenantId, 'template@many.example')).id]);
    if (template === undefined) throw new Error('a user to copy');
    // The same first login for all of them, so that pages end among people of one moment.
    for (let index = 0; index < 250; index += 1) {
      const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const email = `person-${index}@many.example`;
      await first.app.store.users.create(
        { ...template, id, email, emailNormalized: email, firstLoginAt: now, lastLoginAt: now },
        { userId: id, tenantId, roleIds: [], createdAt: now },
        null,
      );
    }
    await enforce(first, tenantId, { graceDays: 2, remindDaysBefore: [1] });
    first.clock.advance({ seconds: daySeconds });
    const second = dialect === 'postgres' ? await openHarness({ databaseUrl: databaseForAnother(first), clock: first.clock }) : null;
    await Promise.all([first, second].flatMap((harness) => (harness === null ? [] : [harness.app.enforcement.run()])));
    await first.app.enforcement.run();
    const mailed = async () =>
      (await query(first, "select user_id, count(*) as number from audit_events where kind = 'MFA_REMINDED' group by user_id")).map((row) =>
        Number(row.number),
      );
    expect(await mailed()).toEqual(Array.from({ length: 250 }, () => 1));
    for (let times = 0; times < 3; times += 1) {
      first.clock.advance({ seconds: hour });
      await first.app.enforcement.run();
    }
    expect(await mailed()).toHaveLength(250);
    expect(Math.max(...(await mailed()))).toBe(1);
    await second?.close();
    await first.close();
  });

  test('nobody is passed over while no mail can be sent: everything waits', async () => {
    const off = { available: false, reason: 'none' } as const;
    const delivery = { email: off as { available: true } | typeof off, sms: off, send: async () => undefined };
    const harness = await openHarness({ ports: { delivery } });
    const { tenantId } = await guardedTenant(harness, 'silent');
    const anna = await createUser(harness, tenantId, 'anna@silent.example');
    await logIn(harness, anna.email);
    await schedule(harness, { tenantId, startsAt: inSeconds(harness, 60), graceDays: 3, remindDaysBefore: [2] });
    for (let days = 0; days < 2; days += 1) {
      harness.clock.advance({ seconds: daySeconds });
      await harness.app.enforcement.run();
    }
    expect(await audited(harness, anna.id, 'MFA_REMINDED')).toBe(0);
    delivery.email = { available: true };
    await harness.app.enforcement.run();
    expect(await audited(harness, anna.id, 'MFA_REMINDED')).toBe(1);
    await harness.close();
  });
});
