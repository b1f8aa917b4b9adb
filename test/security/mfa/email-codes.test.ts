import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, enroll, identity, mailedCode, mfaTokenFor, setStrategy } from '../../support/builders.ts';
import { countOf, query, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { race, tally } from '../../support/race.ts';
import { createForcedUser, loggedIn, otcTokenFor, sendMail, verifyApp, verifyMail } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const wrong = { errors: ['Invalid code'], errorCode: 'ER-01011' };
const other = (code: string): string => (code === '111111' ? '222222' : '111111');

async function mailed(email: string) {
  const mfaToken = await mfaTokenFor(harness, email);
  const otcToken = await otcTokenFor(harness, mfaToken);
  return { mfaToken, otcToken, code: await mailedCode(harness, email) };
}

async function setLifetime(seconds: number): Promise<void> {
  const body = { email: { active: true, tokenLifetimeSeconds: seconds, sender: '' } };
  const answer = await harness.send({ method: 'POST', url: `${identity}/configurations/v1/mfa`, headers: await asEnvironment(harness), body });
  expect(answer.json()).toMatchObject(body);
}

test('T10a a mailed code lives 300 seconds, then it has expired, right or wrong', async () => {
  const user = await createForcedUser(harness, 'mail-expiry');
  const inTime = await mailed(user.email);
  harness.clock.advance({ seconds: 299 });
  expect((await verifyMail(harness, inTime)).statusCode).toBe(201);
  const late = await mailed(user.email);
  harness.clock.advance({ seconds: 300 });
  for (const code of [late.code, other(late.code)]) {
    const answer = await verifyMail(harness, { ...late, code });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ errors: ['Code expired'], errorCode: 'ER-01017' });
  }
  const otcToken = await otcTokenFor(harness, late.mfaToken);
  expect((await verifyMail(harness, { ...late, otcToken, code: await mailedCode(harness, user.email) })).statusCode).toBe(201);
});

test('T10a a life configured as 900 seconds is stored, and capped at 600 in effect', async () => {
  const user = await createForcedUser(harness, 'mail-cap');
  await setLifetime(900);
  const sent = await mailed(user.email);
  const [row] = await query(harness, 'select * from one_time_codes where user_id = $1', [user.id]);
  expect(Number(row?.expires_at) - Number(row?.created_at)).toBe(600_000);
  expect(harness.mail.findLast((message) => message.to === user.email)).toMatchObject({ lifetimeSeconds: 600 });
  harness.clock.advance({ seconds: 599 });
  expect((await verifyMail(harness, sent)).statusCode).toBe(201);
  const late = await mailed(user.email);
  harness.clock.advance({ seconds: 600 });
  expect((await verifyMail(harness, late)).statusCode).toBe(401);
  await setLifetime(300);
});

test('T10b a new code kills the old one', async () => {
  const user = await createForcedUser(harness, 'mail-resend');
  const first = await mailed(user.email);
  const otcToken = await otcTokenFor(harness, first.mfaToken);
  const code = await mailedCode(harness, user.email);
  expect((await verifyMail(harness, first)).json()).toEqual(wrong);
  expect((await verifyMail(harness, { ...first, code })).json()).toEqual(wrong);
  if (code !== first.code) expect((await verifyMail(harness, { ...first, otcToken })).json()).toEqual(wrong);
  expect((await verifyMail(harness, { ...first, otcToken, code })).statusCode).toBe(201);
});

test('T10b a new code gives no guess back, neither to the mfaToken nor to the user', async () => {
  const user = await createForcedUser(harness, 'mail-failures');
  let sent = await mailed(user.email);
  for (let tries = 0; tries < 5; tries += 1) {
    expect((await verifyMail(harness, { ...sent, code: other(sent.code) })).statusCode).toBe(400);
    if (tries % 2 === 1) sent = { ...sent, otcToken: await otcTokenFor(harness, sent.mfaToken), code: await mailedCode(harness, user.email) };
  }
  expect((await verifyMail(harness, sent)).statusCode).toBe(401);
  expect((await sendMail(harness, sent.mfaToken)).statusCode).toBe(401);
  expect((await verifyMail(harness, await mailed(user.email))).statusCode).toBe(429);
});

test('T10c an otcToken counts only with the mfaToken it was made for', async () => {
  const [user, stranger] = [await createForcedUser(harness, 'mail-bound'), await createForcedUser(harness, 'mail-stranger')];
  const [one, two, theirs] = [await mailed(user.email), await mailed(user.email), await mailed(stranger.email)];
  expect((await verifyMail(harness, { ...one, mfaToken: two.mfaToken })).json()).toEqual(wrong);
  expect((await verifyMail(harness, { ...theirs, mfaToken: one.mfaToken })).json()).toEqual(wrong);
  expect((await verifyMail(harness, { ...one, mfaToken: theirs.mfaToken })).json()).toEqual(wrong);
  expect((await verifyMail(harness, { ...one, otcToken: two.otcToken })).json()).toEqual(wrong);
  expect((await verifyMail(harness, { ...one, otcToken: one.mfaToken })).json()).toEqual(wrong);
  for (const own of [one, two, theirs]) expect((await verifyMail(harness, own)).statusCode).toBe(201);
});

test('T10c a mailed code is no code of an authenticator app', async () => {
  const user = await createForcedUser(harness, 'mail-kind');
  await enroll(harness, user.email);
  const sent = await mailed(user.email);
  expect((await verifyApp(harness, sent.mfaToken, sent.code)).json()).toEqual(wrong);
});

test('T10d a code that was used, or whose mfaToken was, is worth nothing', async () => {
  const user = await createForcedUser(harness, 'mail-used');
  const sent = await mailed(user.email);
  expect((await verifyMail(harness, sent)).statusCode).toBe(201);
  expect((await verifyMail(harness, sent)).statusCode).toBe(401);
  expect((await verifyMail(harness, { ...sent, mfaToken: await mfaTokenFor(harness, user.email) })).json()).toEqual(wrong);
});

test('T10d while a code is replaced and checked at once, one session at most is opened', async () => {
  const user = await createForcedUser(harness, 'mail-replaced');
  for (let round = 0; round < 4; round += 1) {
    const sent = await mailed(user.email);
    const before = await countOf(harness, 'sessions', user.id);
    const answers = await race(4, (index) => (index % 2 === 0 ? verifyMail(harness, sent) : sendMail(harness, sent.mfaToken)));
    expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([]);
    const verified = answers.filter((answer, index) => index % 2 === 0 && answer.statusCode === 201);
    expect(verified.length).toBeLessThanOrEqual(1);
    expect(await countOf(harness, 'sessions', user.id)).toBe(before + verified.length);
    harness.clock.advance({ seconds: 901 });
  }
});

test('T10e five codes are mailed in 15 minutes, whichever logins ask; the answer says when to come again', async () => {
  const user = await createForcedUser(harness, 'mail-flood');
  const tokens = [await mfaTokenFor(harness, user.email), await mfaTokenFor(harness, user.email)];
  for (let sends = 0; sends < 5; sends += 1) {
    expect((await sendMail(harness, tokens[sends % 2] ?? '')).statusCode).toBe(201);
    harness.clock.advance({ seconds: 10 });
  }
  const refused = await sendMail(harness, await mfaTokenFor(harness, user.email));
  expect(refused.statusCode).toBe(429);
  expect(refused.json()).toEqual({ errors: ['Too many attempts'] });
  expect(refused.headers['retry-after']).toBe('850');
  await harness.app.outbox.flush();
  expect(harness.mail.filter((message) => message.to === user.email)).toHaveLength(5);
  harness.clock.advance({ seconds: 850 });
  const again = await mfaTokenFor(harness, user.email);
  expect((await sendMail(harness, again)).statusCode).toBe(201);
  expect((await sendMail(harness, again)).statusCode).toBe(429);
});

test('T10e of 50 sends at once five are mailed', async () => {
  const user = await createForcedUser(harness, 'mail-burst');
  const { mfaToken } = await loggedIn(harness, user.email);
  const answers = await race(50, () => sendMail(harness, mfaToken));
  expect(tally(answers)).toEqual({ 201: 5, 429: 45 });
  await harness.app.outbox.flush();
  expect(harness.mail.filter((message) => message.to === user.email)).toHaveLength(5);
});

test('T10e a successful login gives no message back', async () => {
  const user = await createForcedUser(harness, 'mail-success');
  for (let sends = 0; sends < 5; sends += 1) expect((await verifyMail(harness, await mailed(user.email))).statusCode).toBe(201);
  expect((await sendMail(harness, await mfaTokenFor(harness, user.email))).statusCode).toBe(429);
});

test('T10 once e-mail codes are switched off, a code already mailed is refused and costs no guess', async () => {
  const user = await createForcedUser(harness, 'mail-off');
  const sent = await mailed(user.email);
  await setStrategy(harness, 'EmailCode', false, user.tenantId);
  for (const answer of [await verifyMail(harness, sent), await sendMail(harness, sent.mfaToken)]) {
    expect(answer.json()).toEqual({ errors: ['Invalid authentication type'], errorCode: 'ER-01012' });
  }
  expect(await wrongCodes(harness, user.id)).toBe(0);
});
