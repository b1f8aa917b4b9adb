import { beforeAll, describe, expect, test } from 'vitest';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import type { TestUser } from '../../support/builders.ts';
import {
  asEnvironment,
  createTenant,
  createUserInTenant,
  expectStatus,
  logIn,
  mailedCode,
  mfaTokenFor,
  setPolicy,
  setStrategy,
  totp,
} from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { audited, countOf } from '../../support/database.ts';
import { logInByCode, loginCodeFor, otherCode, setEmailCodeLogin } from '../../support/first-factors.ts';
import type { Way } from '../../support/grace.ts';
import {
  giveGrace,
  graceDays,
  graphqlStep,
  mailboxCode,
  personInGrace,
  proveMailbox,
  restOutcome,
  sessionByPassword,
  waysToEnroll,
} from '../../support/grace.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { collectingDelivery, openHarness, start } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOnlyRefusals, race, tally } from '../../support/race.ts';
import { enrollApp, enrollVerify, refresh } from '../../support/requests.ts';
import { call, expectEmpty, joinTenant } from '../../support/rest.ts';
import { selfService } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import { offerWebAuthn } from '../../support/webauthn-flows.ts';

/** Whoever has stolen a password has a session while the time to enroll runs. It must not be enough to enroll a factor. */
const harness = useHarness(() => openInstances({ sms: true }));
beforeAll(async () => {
  await setStrategy(harness, 'SMS', true);
  await offerWebAuthn(harness);
  await setEmailCodeLogin(harness, true);
});

type Headers = Record<string, string>;
const refused = 'MAILBOX_PROOF_REQUIRED';
const app: Way = waysToEnroll['GraphQL, an app'] as Way;
const appOverRest: Way = waysToEnroll['REST, an app'] as Way;
const ways = Object.entries(waysToEnroll);
const slug = (name: string): string => name.toLowerCase().replace(/\W+/g, '-');
const authenticators = (user: Pick<TestUser, 'id'>): Promise<number> => countOf(harness, 'authenticators', user.id);
const prove = (code: string, headers: Headers) => graphqlStep(harness, documents.proveMailbox, { code }, headers);
const wait = (seconds: number): void => harness.clock.advance({ seconds });
/** Begins and completes an enrollment in one session. */
const enrolls = async (way: Way, headers: Headers): Promise<string> => (await way(harness, headers)).finish(headers);

describe.each(ways)('a first enrollment in grace by %s', (name, way) => {
  test('neither begins nor completes with the password alone, and does both with the mailbox', async () => {
    const user = await personInGrace(harness, `alone-${slug(name)}`);
    expect((await way(harness, user.headers)).outcome).toBe(refused);
    const thief = await sessionByPassword(harness, user.email);
    await proveMailbox(harness, user);
    const begun = await way(harness, user.headers);
    expect(begun.outcome).toBe('OK');
    // What somebody else began for the user cannot be completed either: the proof is that of the session.
    expect(await begun.finish(thief.headers)).toBe(refused);
    expect(await authenticators(user)).toBe(0);
    expect(await begun.finish(user.headers)).toBe('OK');
    expect(await authenticators(user)).toBe(1);
    expect(await audited(harness, user.id, 'MFA_FAILED', refused)).toBe(2);
  });

  test('is not completed with a proof that has become too old since it began', async () => {
    const user = await personInGrace(harness, `aged-${slug(name)}`);
    await proveMailbox(harness, user);
    wait(200);
    const begun = await way(harness, user.headers);
    expect(begun.outcome).toBe('OK');
    wait(101);
    expect(await begun.finish(user.headers)).toBe(refused);
    expect(await authenticators(user)).toBe(0);
    await proveMailbox(harness, user);
    expect(await begun.finish(user.headers)).toBe('OK');
  });

  test('needs no mailbox without a time to enroll', async () => {
    const user = await createUserInTenant(harness, `free-${slug(name)}`);
    const { headers } = await sessionByPassword(harness, user.email);
    expect(await enrolls(way, headers)).toBe('OK');
  });
});

describe('the proof', () => {
  test('counts for five minutes', async () => {
    const user = await personInGrace(harness, 'five-minutes');
    await proveMailbox(harness, user);
    wait(300);
    expect((await app(harness, user.headers)).outcome).toBe('OK');
    wait(1);
    expect((await app(harness, user.headers)).outcome).toBe(refused);
    expect((await appOverRest(harness, user.headers)).outcome).toBe(refused);
  });

  test('is that of one session, and stays with it through a refresh', async () => {
    const user = await personInGrace(harness, 'one-session');
    const other = await sessionByPassword(harness, user.email);
    await proveMailbox(harness, user);
    expect((await app(harness, other.headers)).outcome).toBe(refused);
    const { accessToken } = (await refresh(harness, user.refreshToken)).json();
    expect((await app(harness, { authorization: `Bearer ${accessToken}` })).outcome).toBe('OK');
    const { accessToken: ofOther } = (await refresh(harness, other.refreshToken)).json();
    expect((await app(harness, { authorization: `Bearer ${ofOther}` })).outcome).toBe(refused);
  });

  test('comes with a login by a code that was sent by e-mail, for five minutes', async () => {
    const user = await personInGrace(harness, 'by-code');
    const { cookie, code } = await loginCodeFor(harness, user.email);
    const { accessToken } = (await logInByCode(harness, code, cookie)).json();
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await appOverRest(harness, headers)).outcome).toBe('OK');
    wait(301);
    expect((await appOverRest(harness, headers)).outcome).toBe(refused);
  });

  test('is asked for in every tenant of the person, whichever of them gives the time to enroll', async () => {
    const user = await personInGrace(harness, 'two-tenants');
    const second = await createTenant(harness, 'two-tenants-second');
    await joinTenant(harness, user.email, second);
    const there = { ...(await sessionByPassword(harness, user.email)).headers, 'frontegg-tenant-id': second };
    expect((await app(harness, there)).outcome).toBe(refused);
    expect((await appOverRest(harness, there)).outcome).toBe(refused);
    await proveMailbox(harness, { ...user, headers: there });
    expect(await enrolls(app, there)).toBe('OK');
  });

  test('is also asked for where the environment gives the time to enroll', async () => {
    const own = await openHarness();
    const user = await createUserInTenant(own, 'environment-grace');
    await giveGrace(own, null);
    const { headers } = await sessionByPassword(own, user.email);
    expect((await app(own, headers)).outcome).toBe(refused);
    await proveMailbox(own, { ...user, headers });
    expect((await app(own, headers)).outcome).toBe('OK');
    await own.close();
  });

  test('can be given by whoever needs none', async () => {
    const user = await createUserInTenant(harness, 'no-need');
    const { headers } = await sessionByPassword(harness, user.email);
    await proveMailbox(harness, { ...user, headers });
    expect(await enrolls(app, headers)).toBe('OK');
    expect(await audited(harness, user.id, 'MAILBOX_PROVEN')).toBe(1);
  });

  test('does not take the place of the factor that a person has', async () => {
    const user = await personInGrace(harness, 'has-one');
    await proveMailbox(harness, user);
    expect(await enrolls(app, user.headers)).toBe('OK');
    await proveMailbox(harness, user);
    expect((await app(harness, user.headers)).outcome).toBe('STEP_UP_REQUIRED');
  });
});

describe('who needs no proof enrolls as before', () => {
  const begins = async (user: TestUser): Promise<string[]> => {
    const { headers } = await sessionByPassword(harness, user.email);
    return [(await app(harness, headers)).outcome, (await appOverRest(harness, headers)).outcome];
  };

  test('whoever the operator has exempted', async () => {
    const user = await createUserInTenant(harness, 'bypass');
    await giveGrace(harness, user.tenantId);
    expectStatus(
      await call(harness, 'PUT', `/vendor-only/users/v1/${user.id}`, { headers: await asEnvironment(harness), body: { mfaBypass: true } }),
      200,
    );
    expect(await begins(user)).toEqual(['OK', 'OK']);
  });

  test('whoever has an exemption that lasts', async () => {
    const user = await createUserInTenant(harness, 'exempt');
    await giveGrace(harness, user.tenantId);
    const at = harness.clock.now();
    const until = new Date(at.getTime() + 86_400_000);
    const exemption = {
      id: 'exempt-1',
      userId: user.id,
      tenantId: null,
      reason: 'a lost phone',
      grantedBy: null,
      until,
      createdAt: at,
      endedAt: null,
    };
    await harness.app.store.mfaExemptions.add(exemption);
    expect(await begins(user)).toEqual(['OK', 'OK']);
  });

  test('whoever is in no tenant with a policy, and whoever logs in before a policy enforces anything', async () => {
    const user = await createUserInTenant(harness, 'nothing-enforced');
    expect(await begins(user)).toEqual(['OK', 'OK']);
    await giveGrace(harness, user.tenantId, { enforceMfaType: 'DONT_FORCE' });
    expect(await begins(user)).toEqual(['OK', 'OK']);
  });

  test('whoever has to enroll at a login, by the mfaToken', async () => {
    const user = await createUserInTenant(harness, 'at-login');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const begun = await enrollApp(harness, mfaToken);
    expectStatus(begun, 201);
    expectStatus(await enrollVerify(harness, mfaToken, totp(harness, begun.json().secret)), 201);
  });

  test('whoever logged in while the time ran, once it is over: the next login asks for the factor', async () => {
    const own = await openHarness();
    const user = await personInGrace(own, 'grace-over');
    own.clock.advance({ seconds: graceDays * 86_400 - 100 });
    const { headers } = await sessionByPassword(own, user.email);
    expect((await app(own, headers)).outcome).toBe(refused);
    await proveMailbox(own, { ...user, headers });
    const begun = await app(own, headers);
    own.clock.advance({ seconds: 301 });
    expect(await begun.finish(headers)).toBe('OK');
    expect((await logIn(own, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
    await own.close();
  });

  test('an environment token that enrolls for the user it names', async () => {
    const user = await personInGrace(harness, 'by-environment');
    const headers = { ...(await asEnvironment(harness)), 'frontegg-user-id': user.id };
    expect(await enrolls(appOverRest, headers)).toBe('OK');
    expect(await authenticators(user)).toBe(1);
  });

  test('everybody where mail cannot be sent, and nobody gets a code there', async () => {
    const mail: Harness['mail'] = [];
    const reason = 'no mail server is configured';
    const delivery = { ...collectingDelivery(mail, []), email: { available: false, reason } } as const;
    const own = await openHarness({ ports: { delivery } });
    const user = await personInGrace(own, 'no-mail');
    expect(await (await app(own, user.headers)).finish(user.headers)).toBe('OK');
    const answer = await own.graphql(documents.sendMailboxCode, {}, user.headers);
    expect(answer.errors?.[0]?.extensions.code).toBe('EMAIL_UNAVAILABLE');
    expect(mail).toEqual([]);
    await own.close();
  });
});

describe('in a race', () => {
  test('of parallel confirmations with a proof one enrolls', async () => {
    const user = await personInGrace(harness, 'race-proven');
    await proveMailbox(harness, user);
    const { secret } = (await selfService(harness, '/enroll', user.headers)).json<{ secret: string }>();
    const answers = await race(5, () => selfService(harness, '/enroll/verify', user.headers, { token: totp(harness, secret) }));
    expect(tally(answers)[200]).toBe(1);
    expectOnlyRefusals(answers.filter(({ statusCode }) => statusCode !== 200));
    expect(await authenticators(user)).toBe(1);
  });

  test('of parallel confirmations without one none enrolls, beside those of the person who has it', async () => {
    const user = await personInGrace(harness, 'race-thief');
    const thief = await sessionByPassword(harness, user.email);
    await proveMailbox(harness, user);
    const { secret } = (await selfService(harness, '/enroll', user.headers)).json<{ secret: string }>();
    const sessions = [thief.headers, thief.headers, thief.headers, thief.headers];
    const answers = await race(4, (index) => selfService(harness, '/enroll/verify', sessions[index] ?? {}, { token: totp(harness, secret) }));
    expect(tally(answers)).toEqual({ 403: 4 });
    expect(await authenticators(user)).toBe(0);
  });

  test('a proof that becomes too old while the answer is checked enrolls nothing and spends nothing', async () => {
    const clock = new HandClock(start);
    const real = createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom);
    let whileChecked = (): void => undefined;
    const keyring: typeof real = {
      ...real,
      open(sealed, place) {
        // The secret is opened after the rules were asked, and before the transaction begins.
        if (place.table === 'pending_enrollments') whileChecked();
        return real.open(sealed, place);
      },
    };
    const own = await openHarness({ clock, ports: { keyring } });
    const user = await personInGrace(own, 'too-late');
    await proveMailbox(own, user);
    const begun = await app(own, user.headers);
    clock.advance({ seconds: 295 });
    whileChecked = () => clock.advance({ seconds: 10 });
    expect(await begun.finish(user.headers)).toBe(refused);
    whileChecked = () => undefined;
    expect(await countOf(own, 'authenticators', user.id)).toBe(0);
    await proveMailbox(own, user);
    expect(await begun.finish(user.headers)).toBe('OK');
    await own.close();
  });
});

describe('the code', () => {
  test('is charged for before it is looked at, and after five wrong ones no code is taken', async () => {
    const user = await personInGrace(harness, 'wrong-codes');
    const code = await mailboxCode(harness, user.email, user.headers);
    for (const attemptsRemaining of [4, 3, 2, 1, 0]) {
      expect((await prove(otherCode(code), user.headers)).success).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining });
    }
    expect((await prove(code, user.headers)).outcome).toBe('ATTEMPTS_EXHAUSTED');
    expect((await app(harness, user.headers)).outcome).toBe(refused);
    // Another session of the same user has the same attempts.
    const other = await sessionByPassword(harness, user.email);
    expect((await prove(code, other.headers)).outcome).toBe('ATTEMPTS_EXHAUSTED');
    wait(900);
    const later = await sessionByPassword(harness, user.email);
    expect((await prove(await mailboxCode(harness, user.email, later.headers), later.headers)).outcome).toBe('OK');
  });

  test('of parallel guesses five are looked at', async () => {
    const user = await personInGrace(harness, 'parallel-guesses');
    const code = await mailboxCode(harness, user.email, user.headers);
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => prove(otherCode(code), user.headers)));
    expect(outcomes.filter(({ outcome }) => outcome === 'INVALID_CODE')).toHaveLength(5);
    expect(outcomes.filter(({ outcome }) => outcome === 'ATTEMPTS_EXHAUSTED')).toHaveLength(7);
  });

  test('works once, whatever calls run in parallel', async () => {
    const user = await personInGrace(harness, 'once');
    const code = await mailboxCode(harness, user.email, user.headers);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => prove(code, user.headers)));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['INVALID_CODE', 'INVALID_CODE', 'INVALID_CODE', 'INVALID_CODE', 'OK']);
    expect((await prove(code, user.headers)).outcome).toBe('INVALID_CODE');
    expect(await audited(harness, user.id, 'MAILBOX_PROVEN')).toBe(1);
  });

  test('works for its user alone, is replaced by the next one, and expires', async () => {
    const [user, other] = [await personInGrace(harness, 'bound'), await personInGrace(harness, 'bound-other')];
    const first = await mailboxCode(harness, user.email, user.headers);
    await mailboxCode(harness, other.email, other.headers);
    expect((await prove(first, other.headers)).outcome).toBe('INVALID_CODE');
    const second = await mailboxCode(harness, user.email, user.headers);
    expect((await prove(first, user.headers)).outcome).toBe('INVALID_CODE');
    wait(300);
    expect((await prove(second, user.headers)).outcome).toBe('CODE_EXPIRED');
  });

  test('no code that was mailed for something else proves the mailbox, and this one opens nothing else', async () => {
    const user = await personInGrace(harness, 'purpose');
    const { cookie, code: loginCode } = await loginCodeFor(harness, user.email);
    expect((await prove(loginCode, user.headers)).outcome).toBe('INVALID_CODE');
    const code = await mailboxCode(harness, user.email, user.headers);
    if (code !== loginCode) expect((await logInByCode(harness, code, cookie)).statusCode).toBe(400);
  });

  test('goes to the primary address alone, verified or not', async () => {
    const user = await personInGrace(harness, 'unverified');
    const body = { email: 'v@unverified.example', isVerified: true };
    expectStatus(await call(harness, 'POST', `/users/emails/v1/vendor/${user.id}`, { headers: await asEnvironment(harness), body }), 201);
    const before = harness.mail.length;
    await mailboxCode(harness, user.email, user.headers);
    expect(harness.mail.slice(before).map(({ to, template }) => [to, template])).toEqual([[user.email, 'MAILBOX_CODE']]);
    const unverified = await call(harness, 'POST', '/vendor-only/users/v1', {
      headers: await asEnvironment(harness),
      body: { email: 'never@unverified.example', tenantId: user.tenantId, password: 'correct horse battery' },
    });
    expectStatus(unverified, 201);
    await harness.app.store.environment.updateSettings({ allowNotVerifiedUsersLogin: true }, harness.clock.now());
    const { headers } = await sessionByPassword(harness, 'never@unverified.example');
    await proveMailbox(harness, { email: 'never@unverified.example', headers });
    expect(await enrolls(app, headers)).toBe('OK');
    await harness.app.store.environment.updateSettings({ allowNotVerifiedUsersLogin: false }, harness.clock.now());
  });

  test('can be asked for five times in fifteen minutes, in all sessions together', async () => {
    const user = await personInGrace(harness, 'floods');
    const other = await sessionByPassword(harness, user.email);
    const outcomes: string[] = [];
    for (let sent = 0; sent < 7; sent += 1) {
      const { headers } = sent % 2 === 0 ? user : other;
      outcomes.push((await graphqlStep(harness, documents.sendMailboxCode, {}, headers)).outcome);
    }
    expect(outcomes).toEqual(['OK', 'OK', 'OK', 'OK', 'OK', 'RATE_LIMITED', 'RATE_LIMITED']);
    await harness.app.outbox.flush();
    expect(harness.mail.filter(({ to }) => to === user.email)).toHaveLength(5);
  });

  test('ends with the session, and with what ends mailed links', async () => {
    const user = await personInGrace(harness, 'locked');
    const code = await mailboxCode(harness, user.email, user.headers);
    for (const act of ['lock', 'unlock'])
      expectStatus(await call(harness, 'POST', `/users/v1/${user.id}/${act}`, { headers: await asEnvironment(harness) }), 200);
    expect((await prove(code, user.headers)).outcome).toBe('UNAUTHENTICATED');
    expect((await graphqlStep(harness, documents.sendMailboxCode, {}, user.headers)).outcome).toBe('UNAUTHENTICATED');
    const again = await sessionByPassword(harness, user.email);
    expect((await prove(code, again.headers)).outcome).toBe('INVALID_CODE');
    expect((await app(harness, again.headers)).outcome).toBe(refused);
  });

  test('proves nothing in a session that ended between the call and its transaction', async () => {
    const user = await personInGrace(harness, 'ended-meanwhile');
    const code = await mailboxCode(harness, user.email, user.headers);
    const { services, store } = harness.app;
    const origin = { transport: 'GRAPHQL', address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: 'test', requestId: 'test' } as const;
    const token = user.headers.authorization?.replace('Bearer ', '') ?? '';
    const actor = await services.sessions.authenticate({ actor: { kind: 'NOBODY' }, origin }, { token });
    if (actor.kind !== 'USER') throw new Error('the token is not that of a user');
    await store.sessions.end(actor.sessionId, harness.clock.now());
    await expect(services.mailboxCodes.send({ actor, origin })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(services.mailboxCodes.prove({ actor, origin }, { code })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await audited(harness, user.id, 'MAILBOX_PROVEN')).toBe(0);
    // The refusal has spent nothing.
    const again = await sessionByPassword(harness, user.email);
    expect((await prove(code, again.headers)).outcome).toBe('OK');
  });
});

describe('another mailbox', () => {
  const changeByEnvironment = async (user: TestUser, email: string): Promise<void> =>
    expectStatus(await call(harness, 'PUT', `/users/v1/${user.id}/email`, { headers: await asEnvironment(harness), body: { email } }), 200);
  const allow = async (allowEmailChange: boolean): Promise<void> =>
    expectStatus(
      await call(harness, 'POST', '/configurations/v1/user-emails-policy', { headers: await asEnvironment(harness), body: { allowEmailChange } }),
      200,
    );
  const request = (headers: Headers, email: string) => call(harness, 'POST', '/users/v1/email/me', { headers, body: { email } });
  const confirm = (headers: Headers, email: string, code: string) =>
    call(harness, 'POST', '/users/v1/email/me/verify', { headers, body: { email, code } });

  test('makes a code useless that went to the one before, even if that becomes the primary one again', async () => {
    const user = await personInGrace(harness, 'moved');
    const code = await mailboxCode(harness, user.email, user.headers);
    await changeByEnvironment(user, 'moved@new.example');
    expect((await prove(code, user.headers)).outcome).toBe('INVALID_CODE');
    await changeByEnvironment(user, user.email);
    expect((await prove(code, user.headers)).outcome).toBe('INVALID_CODE');
    await changeByEnvironment(user, 'moved@newer.example');
    await proveMailbox(harness, { email: 'moved@newer.example', headers: user.headers });
    expect(await enrolls(app, user.headers)).toBe('OK');
  });

  test('ends the proof of the one before in every session', async () => {
    const user = await personInGrace(harness, 'proof-ends');
    const other = await sessionByPassword(harness, user.email);
    for (const { headers } of [user, other]) await proveMailbox(harness, { ...user, headers });
    const begun = await app(harness, user.headers);
    await changeByEnvironment(user, 'proof-ends@new.example');
    expect(await begun.finish(user.headers)).toBe(refused);
    for (const { headers } of [user, other]) expect((await app(harness, headers)).outcome).toBe(refused);
  });

  test('cannot be made the primary one in grace by the password alone', async () => {
    await allow(true);
    const user = await personInGrace(harness, 'thief-moves');
    expect(restOutcome(await request(user.headers, 'mine@thief.example'))).toBe(refused);
    expect(harness.mail.some(({ to }) => to === 'mine@thief.example')).toBe(false);
    // A further address can be added and verified. It opens nothing.
    await run(harness, documents.addUserEmail, { email: 'mine@thief.example' }, user.headers);
    const code = await mailedCode(harness, 'mine@thief.example');
    await run(harness, documents.verifyUserEmailAddress, { email: 'mine@thief.example', code }, user.headers);
    expect((await graphqlStep(harness, documents.setPrimaryEmail, { email: 'mine@thief.example' }, user.headers)).outcome).toBe(refused);
    const overRest = await call(harness, 'POST', '/users/emails/v1/me/primary', { headers: user.headers, body: { email: 'mine@thief.example' } });
    expect(restOutcome(overRest)).toBe(refused);
    expect(await audited(harness, user.id, 'USER_EMAIL_CHANGED')).toBe(0);
    await allow(false);
  });

  test('is made the primary one with a proof of the one before, and by its own code counts as proven in that session alone', async () => {
    await allow(true);
    const user = await personInGrace(harness, 'owner-moves');
    const other = await sessionByPassword(harness, user.email);
    for (const { headers } of [user, other]) await proveMailbox(harness, { ...user, headers });
    expectEmpty(await request(user.headers, 'owner-moves@new.example'), 200);
    const code = await mailedCode(harness, 'owner-moves@new.example');
    wait(301);
    expect(restOutcome(await confirm(user.headers, 'owner-moves@new.example', code)), 'the code has expired as well').toMatch(/^400 /);
    for (const { headers } of [user, other]) await proveMailbox(harness, { ...user, headers });
    expectEmpty(await request(user.headers, 'owner-moves@new.example'), 200);
    expectEmpty(await confirm(user.headers, 'owner-moves@new.example', await mailedCode(harness, 'owner-moves@new.example')), 200);
    expect((await appOverRest(harness, other.headers)).outcome).toBe(refused);
    expect(await enrolls(appOverRest, user.headers)).toBe('OK');
    await allow(false);
  });

  test('is not made the primary one if the proof has become too old since the code was sent', async () => {
    await allow(true);
    const user = await personInGrace(harness, 'late-move');
    await proveMailbox(harness, user);
    wait(200);
    expectEmpty(await request(user.headers, 'late-move@new.example'), 200);
    const code = await mailedCode(harness, 'late-move@new.example');
    wait(150);
    expect(restOutcome(await confirm(user.headers, 'late-move@new.example', code))).toBe(refused);
    await proveMailbox(harness, user);
    expectEmpty(await confirm(user.headers, 'late-move@new.example', code), 200);
    await allow(false);
  });

  test('is changed as before by whoever has no time to enroll', async () => {
    await allow(true);
    const user = await createUserInTenant(harness, 'free-move');
    const { headers } = await sessionByPassword(harness, user.email);
    expectEmpty(await request(headers, 'free-move@new.example'), 200);
    expectEmpty(await confirm(headers, 'free-move@new.example', await mailedCode(harness, 'free-move@new.example')), 200);
    await allow(false);
  });

  test('a code to the address that is the primary one already proves it over REST, and changes nothing else', async () => {
    await allow(true);
    const user = await personInGrace(harness, 'same-address');
    const { cookie, code: loginCode } = await loginCodeFor(harness, user.email);
    const notices = harness.notices.length;
    expectEmpty(await request(user.headers, user.email), 200);
    expectEmpty(await confirm(user.headers, user.email, await mailedCode(harness, user.email)), 200);
    await harness.app.outbox.flush();
    expect(harness.notices.slice(notices)).toEqual([]);
    expect(await audited(harness, user.id, 'USER_EMAIL_CHANGED')).toBe(0);
    expect((await logInByCode(harness, loginCode, cookie)).statusCode, 'a login that waits goes on').toBe(201);
    expect(await enrolls(appOverRest, user.headers)).toBe('OK');
    await allow(false);
  });
});
