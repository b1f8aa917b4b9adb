import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, logIn, setPolicy, setStrategy } from '../../support/builders.ts';
import { giveAuthenticator } from '../../support/built-world.ts';
import { query } from '../../support/database.ts';
import { cancel, daySeconds, enforce, guardedTenant, inDays, inSeconds, schedule } from '../../support/enforcement.ts';
import { documents, mutation, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { dialect, openHarness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { refresh } from '../../support/requests.ts';
import { joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

/** What a login over REST leads to. */
async function outcomeOf(harness: Harness, email: string): Promise<'SESSION' | 'ENROLL' | 'VERIFY'> {
  const body = (await logIn(harness, email)).json<{ accessToken?: string; mfaEnrolled?: boolean }>();
  if (body.accessToken !== undefined) return 'SESSION';
  return body.mfaEnrolled ? 'VERIFY' : 'ENROLL';
}
const policyOf = async (harness: Harness, tenantId?: string) =>
  (await harness.graphql('{ mfaPolicy { enforceMfaType graceStartsAt graceDays } }', {}, await asEnvironment(harness, tenantId))).data?.mfaPolicy;
async function graceOf(harness: Harness, id: string): Promise<object | null> {
  const document = 'query ($id: ID!) { user(id: $id) { mfaGrace { startedAt endsAt basis } } }';
  const { user } = (await harness.graphql(document, { id }, await asEnvironment(harness))).data as { user: { mfaGrace: object | null } };
  return user.mfaGrace;
}
const eventsIn = async (harness: Harness, tenantId: string, kind: string) =>
  (await query(harness, 'select reason, actor_kind from audit_events where tenant_id = $1 and kind = $2 order by at, id', [tenantId, kind])).map(
    ({ reason, actor_kind }) => `${actor_kind}: ${reason}`,
  );

describe('an enforcement that was announced', () => {
  const harness = useHarness(openInstances);

  test('changes nothing before it begins, begins by itself and gives time to enroll, over GraphQL and REST alike', async () => {
    await guardedTenant(harness, 'announced');
    const anna = await createUser(harness, 'announced', 'anna@acme.example');
    await logIn(harness, anna.email);
    const startsAt = inDays(harness, 3);
    expect(await schedule(harness, { tenantId: 'announced', startsAt, graceDays: 10 })).toMatchObject({
      schedule: {
        ...{ tenant: { restId: 'announced' }, enforceMfaType: 'FORCE', startsAt, graceDays: 10, remindDaysBefore: [7, 1] },
        ...{ startedAt: null, cancelledAt: null },
      },
      impact: { totalCount: 2, newlyMustEnrollCount: 1, newlyLockedOutCount: 0 },
    });
    harness.clock.advance({ seconds: 3 * daySeconds - 1 });
    await harness.app.enforcement.run();
    expect(await policyOf(harness, 'announced')).toBeNull();
    expect(await graceOf(harness, anna.id)).toBeNull();
    harness.clock.advance({ seconds: 1 });
    await harness.app.enforcement.run();
    expect(await policyOf(harness, 'announced')).toEqual({ enforceMfaType: 'FORCE', graceStartsAt: startsAt, graceDays: 10 });
    const grace = { startedAt: startsAt, endsAt: inDays(harness, 10), basis: 'ENFORCEMENT' };
    expect(await graceOf(harness, anna.id)).toEqual(grace);
    // REST clients know nothing of a grace, so they get a complete login.
    expect((await logIn(harness, anna.email)).json()).toMatchObject({ accessToken: expect.any(String), mfaRequired: false });
    const document = documents.logIn.replace('... on LogInSuccess {', '... on LogInSuccess { grace { startedAt endsAt basis }');
    expect(await run(harness, document, { email: anna.email, password: 'correct horse battery' })).toMatchObject({
      ...{ __typename: 'LogInSuccess', grace },
    });
    harness.clock.advance({ seconds: 10 * daySeconds });
    expect(await outcomeOf(harness, anna.email)).toBe('ENROLL');
    const challenged = documents.logIn.replace('... on MfaChallenge {', '... on MfaChallenge { grace { endsAt }');
    expect(await run(harness, challenged, { email: anna.email, password: 'correct horse battery' })).toMatchObject({
      ...{ __typename: 'MfaChallenge', grace: { endsAt: grace.endsAt } },
    });
    expect(await graceOf(harness, anna.id)).toBeNull();
    expect(await eventsIn(harness, 'announced', 'MFA_ENFORCEMENT_SCHEDULED')).toEqual([`ENVIRONMENT: FORCE from ${startsAt}, 10 days of grace`]);
    expect(await eventsIn(harness, 'announced', 'MFA_ENFORCEMENT_STARTED')).toEqual(['NOBODY: FORCE']);
    expect(await eventsIn(harness, 'announced', 'POLICY_CREATED')).toEqual(['NOBODY: FORCE, remember off']);
  });

  test('is explained for moments before its start, in its grace and after it', async () => {
    await guardedTenant(harness, 'foretold');
    const ben = await createUser(harness, 'foretold', 'ben@acme.example');
    await logIn(harness, ben.email);
    await schedule(harness, { tenantId: 'foretold', startsAt: inDays(harness, 1), graceDays: 2, remindDaysBefore: [] });
    const at = async (days: number) => {
      const variables = { userId: ben.id, at: inDays(harness, days) };
      const document = 'query ($userId: ID!, $at: DateTime) { explainMfa(userId: $userId, at: $at) { outcome sentence } }';
      return (await harness.graphql(document, variables, await asEnvironment(harness))).data?.explainMfa;
    };
    expect(await at(0.9)).toMatchObject({ outcome: 'NO_SECOND_FACTOR' });
    const end = inDays(harness, 3).slice(0, 16).replace('T', ' ');
    expect(await at(1)).toEqual({
      outcome: 'IN_GRACE',
      sentence: `ben@acme.example needs no second factor yet, because the policy of the tenant foretold forces multi-factor authentication and the time to enroll has not ended. It ends at ${end} UTC.`,
    });
    expect(await at(3)).toMatchObject({ outcome: 'MUST_ENROLL' });
  });

  test('counts from the first login for people who come later, and from the start for those who joined later', async () => {
    await guardedTenant(harness, 'late');
    const elder = await createUserInTenant(harness, 'elder');
    await logIn(harness, elder.email);
    await enforce(harness, 'late', { graceDays: 5 });
    harness.clock.advance({ seconds: 3 * daySeconds });
    const newcomer = await createUser(harness, 'late', 'newcomer@acme.example');
    await joinTenant(harness, elder.email, 'late');
    harness.clock.advance({ seconds: daySeconds });
    expect(await outcomeOf(harness, newcomer.email)).toBe('SESSION');
    expect(await graceOf(harness, newcomer.id)).toMatchObject({ basis: 'FIRST_LOGIN', endsAt: inDays(harness, 5) });
    expect(await graceOf(harness, elder.id)).toMatchObject({ basis: 'ENFORCEMENT', endsAt: inDays(harness, 1) });
    harness.clock.advance({ seconds: 2 * daySeconds });
    expect([await outcomeOf(harness, newcomer.email), await outcomeOf(harness, elder.email)]).toEqual(['SESSION', 'ENROLL']);
    harness.clock.advance({ seconds: 3 * daySeconds });
    expect(await outcomeOf(harness, newcomer.email)).toBe('ENROLL');
  });

  test('gives no time to whoever ever held a factor, nor a second time after unlocking, being enabled again or another schedule', async () => {
    const { tenantId } = await guardedTenant(harness, 'once');
    const people = await Promise.all(['lost', 'unlocked', 'enabled', 'again'].map((name) => createUser(harness, tenantId, `${name}@once.example`)));
    const [lost, unlocked, enabled, again] = people;
    if (lost === undefined || unlocked === undefined || enabled === undefined || again === undefined) throw new Error('four people');
    for (const { email } of people) await logIn(harness, email);
    await giveAuthenticator(harness, lost.id, 'AUTHENTICATOR_APP');
    const environment = await asEnvironment(harness);
    expect(await run(harness, mutation('resetUserMfa', '__typename'), { userId: lost.id }, environment)).toMatchObject({
      __typename: 'ResetUserMfaSuccess',
    });
    await enforce(harness, tenantId, { graceDays: 2 });
    expect(await outcomeOf(harness, lost.email)).toBe('ENROLL');
    harness.clock.advance({ seconds: daySeconds });
    for (const name of ['lockUser', 'unlockUser']) {
      await run(harness, mutation(name, '__typename'), { userId: unlocked.id }, await asEnvironment(harness));
    }
    for (const name of ['disableUser', 'enableUser']) {
      await run(harness, mutation(name, '__typename'), { userId: enabled.id, tenantId }, await asEnvironment(harness));
    }
    for (const { email } of [unlocked, enabled, again]) expect(await outcomeOf(harness, email)).toBe('SESSION');
    harness.clock.advance({ seconds: daySeconds });
    for (const { email } of [unlocked, enabled, again]) expect(await outcomeOf(harness, email)).toBe('ENROLL');
    // Whoever switches the enforcement off and announces it anew gives nobody a second grace.
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
    expect(await outcomeOf(harness, again.email)).toBe('SESSION');
    await enforce(harness, tenantId, { graceDays: 2 });
    expect(await outcomeOf(harness, again.email)).toBe('ENROLL');
    const newcomer = await createUser(harness, tenantId, 'newcomer@once.example');
    expect(await outcomeOf(harness, newcomer.email)).toBe('SESSION');
  });

  test('is a grace of all policies that ask, of which the shortest counts; what is enforced at once gives none', async () => {
    await guardedTenant(harness, 'long');
    await guardedTenant(harness, 'short');
    await createTenant(harness, 'at-once');
    const both = await createUser(harness, 'long', 'both@acme.example');
    await logIn(harness, both.email);
    await joinTenant(harness, both.email, 'short');
    await enforce(harness, 'long', { graceDays: 10 });
    await enforce(harness, 'short', { graceDays: 2 });
    expect(await graceOf(harness, both.id)).toMatchObject({ endsAt: inDays(harness, 2) });
    await joinTenant(harness, both.email, 'at-once');
    expect(await outcomeOf(harness, both.email)).toBe('SESSION');
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'at-once');
    expect(await outcomeOf(harness, both.email)).toBe('ENROLL');
    expect(await graceOf(harness, both.id)).toBeNull();
  });

  test('keeps its grace while the policy is written again, and loses it when the enforcement is ended and set at once', async () => {
    const { tenantId } = await guardedTenant(harness, 'rewritten');
    const carl = await createUser(harness, tenantId, 'carl@acme.example');
    await logIn(harness, carl.email);
    await enforce(harness, tenantId, { graceDays: 5 });
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, tenantId);
    await setPolicy(harness, { enforceMFAType: 'ForceExceptSAML' }, tenantId);
    expect(await outcomeOf(harness, carl.email)).toBe('SESSION');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    expect(await outcomeOf(harness, carl.email)).toBe('ENROLL');
    expect(await policyOf(harness, tenantId)).toMatchObject({ graceDays: 0, graceStartsAt: expect.any(String) });
  });

  test('never weakens a policy that was set to enforce in the meantime, and gives no time then', async () => {
    const { tenantId } = await guardedTenant(harness, 'overtaken');
    const dora = await createUser(harness, tenantId, 'dora@acme.example');
    await logIn(harness, dora.email);
    await schedule(harness, { tenantId, enforceMfaType: 'FORCE_EXCEPT_SAML', startsAt: inDays(harness, 1), remindDaysBefore: [] });
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    harness.clock.advance({ seconds: daySeconds });
    await harness.app.enforcement.run();
    expect(await policyOf(harness, tenantId)).toEqual({ enforceMfaType: 'FORCE', graceStartsAt: null, graceDays: 0 });
    expect(await outcomeOf(harness, dora.email)).toBe('ENROLL');
  });

  test('begins once, however many instances look at the same moment', async () => {
    const first = await openHarness();
    const { tenantId } = await guardedTenant(first, 'at-once');
    await schedule(first, { tenantId, startsAt: inSeconds(first, 60), remindDaysBefore: [] });
    first.clock.advance({ seconds: 60 });
    const options = { databaseUrl: first.config.databaseUrl, clock: first.clock };
    const others = dialect === 'postgres' ? [await openHarness(options), await openHarness(options)] : [];
    await Promise.all([first, ...others].map(({ app }) => app.enforcement.run()));
    expect(await eventsIn(first, tenantId, 'MFA_ENFORCEMENT_STARTED')).toHaveLength(1);
    expect(await eventsIn(first, tenantId, 'POLICY_CREATED')).toHaveLength(1);
    for (const harness of [...others, first]) await harness.close();
  });

  test('lets sessions go on that were opened in the grace, and asks at the next login', async () => {
    const { tenantId } = await guardedTenant(harness, 'going-on');
    const emil = await createUser(harness, tenantId, 'emil@acme.example');
    await enforce(harness, tenantId, { graceDays: 1 });
    const { refreshToken } = (await logIn(harness, emil.email)).json<{ refreshToken: string }>();
    harness.clock.advance({ seconds: daySeconds });
    expect((await refresh(harness, refreshToken)).statusCode).toBe(200);
    expect(await outcomeOf(harness, emil.email)).toBe('ENROLL');
  });
});

describe('a schedule', () => {
  const harness = useHarness();
  const codeOf = async (fields: object, headers?: Record<string, string>) => (await schedule(harness, fields, headers)) as { code?: string };

  test('is refused while no administrator has a factor who can log in, and for a policy that enforces already', async () => {
    const { administrator, tenantId } = await guardedTenant(harness, 'unready');
    const environment = await asEnvironment(harness);
    await run(harness, mutation('resetUserMfa', '__typename'), { userId: administrator.id }, environment);
    const member = await createUser(harness, tenantId, 'member@unready.example');
    await giveAuthenticator(harness, member.id, 'AUTHENTICATOR_APP');
    const fields = { tenantId, startsAt: inDays(harness, 30) };
    expect(await codeOf(fields)).toMatchObject({ code: 'NO_ADMINISTRATOR_ENROLLED' });
    await giveAuthenticator(harness, administrator.id, 'AUTHENTICATOR_APP');
    await run(harness, mutation('lockUser', '__typename'), { userId: administrator.id }, environment);
    expect(await codeOf(fields)).toMatchObject({ code: 'NO_ADMINISTRATOR_ENROLLED' });
    await run(harness, mutation('unlockUser', '__typename'), { userId: administrator.id }, environment);
    await setPolicy(harness, { enforceMFAType: 'ForceExceptSAML' }, tenantId);
    expect(await codeOf(fields)).toMatchObject({ code: 'ALREADY_ENFORCED' });
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
    expect(await codeOf(fields)).toMatchObject({ __typename: 'ScheduleMfaEnforcementSuccess' });
    expect(await codeOf(fields)).toMatchObject({ code: 'ENFORCEMENT_SCHEDULED' });
  });

  test('is refused if it would lock out more people than allowed', async () => {
    const { tenantId } = await guardedTenant(harness, 'shut-out');
    await createUser(harness, tenantId, 'nobody@shut-out.example');
    await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
    const fields = { tenantId, startsAt: inDays(harness, 30) };
    expect(await codeOf(fields)).toMatchObject({ code: 'IMPACT_EXCEEDS_LIMIT', path: ['input', 'maxLockedOut'] });
    expect(await schedule(harness, { ...fields, maxLockedOut: 1 })).toMatchObject({ impact: { newlyLockedOutCount: 1 } });
  });

  test('refuses what it cannot mean, and says which field', async () => {
    const { tenantId } = await guardedTenant(harness, 'bounds');
    const startsAt = inDays(harness, 2);
    const refused: [object, string][] = [
      [{ startsAt: inSeconds(harness, 0) }, 'startsAt'],
      [{ startsAt: inDays(harness, 367) }, 'startsAt'],
      [{ startsAt, graceDays: 91 }, 'graceDays'],
      [{ startsAt, graceDays: -1 }, 'graceDays'],
      [{ startsAt, remindDaysBefore: [0] }, 'remindDaysBefore'],
      [{ startsAt, remindDaysBefore: [1, 1] }, 'remindDaysBefore'],
      [{ startsAt, graceDays: 3, remindDaysBefore: [6] }, 'remindDaysBefore'],
      [{ startsAt, remindDaysBefore: [1, 2, 3, 4, 5, 6] }, 'remindDaysBefore'],
      [{ startsAt, maxLockedOut: -1 }, 'maxLockedOut'],
      [{ startsAt, enforceMfaType: 'DONT_FORCE' }, 'enforceMfaType'],
    ];
    for (const [fields, field] of refused) {
      const answer = (await schedule(harness, { tenantId, ...fields })) as { code: string; issues: { path: string[] }[] };
      expect({ code: answer.code, fields: [...new Set(answer.issues.map(({ path }) => path[1]))] }, field).toEqual({
        code: 'INVALID_INPUT',
        fields: [field],
      });
    }
    expect(await codeOf({ tenantId: 'nowhere', startsAt })).toMatchObject({ code: 'TENANT_NOT_FOUND' });
    expect(await codeOf({ tenantId, startsAt, graceDays: 3, remindDaysBefore: [5, 1] })).toMatchObject({ schedule: { remindDaysBefore: [5, 1] } });
  });

  test('can be cancelled until it begins, once, and another one announced then', async () => {
    const { tenantId } = await guardedTenant(harness, 'cancelled');
    const first = (await schedule(harness, { tenantId, startsAt: inDays(harness, 1), remindDaysBefore: [14] })) as { schedule: { id: string } };
    expect(await cancel(harness, first.schedule.id)).toMatchObject({ schedule: { startedAt: null, cancelledAt: inSeconds(harness, 0) } });
    expect(await cancel(harness, first.schedule.id)).toMatchObject({ code: 'SCHEDULE_NOT_WAITING' });
    harness.clock.advance({ seconds: 2 * daySeconds });
    await harness.app.enforcement.run();
    expect(await policyOf(harness, tenantId)).toBeNull();
    const second = await enforce(harness, tenantId);
    expect(await cancel(harness, second)).toMatchObject({ code: 'SCHEDULE_NOT_WAITING' });
    expect(await cancel(harness, '00000000-0000-4000-8000-000000000000')).toMatchObject({ code: 'SCHEDULE_NOT_FOUND' });
    const listed = await harness.graphql(
      '{ mfaEnforcementSchedules { totalCount nodes { id restId startedAt cancelledAt } } }',
      {},
      await asEnvironment(harness, tenantId),
    );
    expect(listed.data?.mfaEnforcementSchedules).toMatchObject({
      totalCount: 2,
      nodes: [
        { restId: second, startedAt: expect.any(String), cancelledAt: null },
        { id: first.schedule.id, startedAt: null },
      ],
    });
    expect(
      await query(
        harness,
        'select * from enforcement_reminders where schedule_id not in (select id from enforcement_schedules where cancelled_at is null)',
      ),
    ).toEqual([]);
  });

  test('of the environment needs an administrator of any tenant, and concerns everybody', async () => {
    const { administrator } = await guardedTenant(harness, 'anywhere');
    const everybody = await createUserInTenant(harness, 'everybody');
    await logIn(harness, everybody.email);
    await enforce(harness, null, { graceDays: 1, maxLockedOut: 1 });
    expect([await outcomeOf(harness, everybody.email), await outcomeOf(harness, administrator.email)]).toEqual(['SESSION', 'VERIFY']);
    harness.clock.advance({ seconds: daySeconds });
    expect(await outcomeOf(harness, everybody.email)).toBe('ENROLL');
    await setPolicy(harness, { enforceMFAType: 'DontForce' });
  });
});
