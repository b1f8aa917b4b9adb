import { describe, expect, test } from 'vitest';
import { logIn, mfaTokenFor, setPolicy, totp, wrongTotp } from '../../support/builders.ts';
import { audited, countOf, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { race, tally } from '../../support/race.ts';
import { verifyApp } from '../../support/requests.ts';
import { addApp, ownApps, ownUser, selfService } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

type Headers = Record<string, string>;
const begin = async (headers: Headers): Promise<string> => (await selfService(harness, '/enroll', headers)).json<{ secret: string }>().secret;
const confirm = (headers: Headers, token: string) => selfService(harness, '/enroll/verify', headers, { token });
const disable = (headers: Headers, token: string) => selfService(harness, '/disable', headers, { token });
const removeOne = (headers: Headers, id: string, token: string) => selfService(harness, `/authenticator/${id}/disable/verify`, headers, { token });

describe('T01 a code counts once, wherever it is shown', () => {
  test('T01 the code of the enrollment neither logs in nor disables', async () => {
    const { email, headers } = await ownUser(harness, 'replay-enroll');
    const secret = await begin(headers);
    const code = totp(harness, secret);
    expect((await confirm(headers, code)).statusCode).toBe(200);
    const [id = ''] = await ownApps(harness, headers);
    for (const answer of [
      await confirm(headers, code),
      await disable(headers, code),
      await removeOne(headers, id, code),
      await verifyApp(harness, await mfaTokenFor(harness, email), code),
      await disable(headers, totp(harness, secret, -30)),
    ]) {
      expect([answer.statusCode, answer.json()]).toEqual([400, { errors: ['Invalid code'], errorCode: 'ER-01011' }]);
    }
    expect(await ownApps(harness, headers)).toEqual([id]);
  });

  test('T01 a code that logged in does not disable, and one that removed an app does not remove another', async () => {
    const { email, headers } = await ownUser(harness, 'replay-login');
    const secret = await addApp(harness, headers);
    await addApp(harness, headers);
    await addApp(harness, headers);
    const used = totp(harness, secret);
    expect((await verifyApp(harness, await mfaTokenFor(harness, email), used)).statusCode).toBe(201);
    expect((await disable(headers, used)).statusCode).toBe(400);
    harness.clock.advance({ seconds: 60 });
    const [, second = '', third = ''] = await ownApps(harness, headers);
    const code = totp(harness, secret);
    expect((await removeOne(headers, second, code)).statusCode).toBe(200);
    expect((await removeOne(headers, third, code)).statusCode).toBe(400);
    expect((await verifyApp(harness, await mfaTokenFor(harness, email), code)).statusCode).toBe(400);
  });

  test('T02 of parallel removals with one code one succeeds', async () => {
    const { id, headers } = await ownUser(harness, 'race-disable');
    const secret = await addApp(harness, headers);
    const code = totp(harness, secret);
    const answers = await race(5, () => disable(headers, code));
    const counts = tally(answers);
    expect(counts[200], JSON.stringify(counts)).toBe(1);
    expect(Object.keys(counts).filter((status) => status >= '500')).toEqual([]);
    expect(await audited(harness, id, 'FACTOR_REMOVED')).toBe(1);
  });
});

describe('T06 guesses are paid for before they are looked at', () => {
  test('T06 login, disable and enrollment draw on one budget, in parallel too', async () => {
    const { id, email, headers } = await ownUser(harness, 'budget');
    const secret = await addApp(harness, headers);
    const [device = ''] = await ownApps(harness, headers);
    const mfaToken = await mfaTokenFor(harness, email);
    await begin(headers);
    const guess = wrongTotp(harness, secret);
    const ways = [() => disable(headers, guess), () => removeOne(headers, device, guess), () => verifyApp(harness, mfaToken, guess)];
    const answers = await race(12, (index) => (ways[index % 3] ?? (() => confirm(headers, guess)))());
    expect(tally(answers)).toEqual({ 400: 5, 429: 7 });
    expect(await audited(harness, id, 'MFA_FAILED', 'INVALID_CODE')).toBe(5);
    expect((await disable(headers, totp(harness, secret))).statusCode, 'the right one as well').toBe(429);
  });

  test('T06 enrolling an app of the own gives no guesses at the others back', async () => {
    const { headers } = await ownUser(harness, 'refill');
    const secret = await addApp(harness, headers);
    for (let count = 1; count <= 4; count += 1) expect((await disable(headers, wrongTotp(harness, secret))).statusCode).toBe(400);
    const own = await begin(headers);
    expect((await confirm(headers, totp(harness, own))).statusCode).toBe(200);
    expect((await disable(headers, wrongTotp(harness, secret))).statusCode).toBe(429);
  });
});

describe('T16 an unconfirmed secret is no factor', () => {
  test('T16 it neither logs in nor disables, and belongs to its user alone', async () => {
    const [one, other] = [await ownUser(harness, 'pending'), await ownUser(harness, 'pending-other')];
    const secret = await begin(one.headers);
    expect((await logIn(harness, one.email)).json()).toMatchObject({ mfaRequired: false });
    expect((await disable(one.headers, totp(harness, secret))).json()).toMatchObject({ errors: ['MFA is not enrolled'] });
    expect(await begin(other.headers)).not.toBe(secret);
    expect((await confirm(other.headers, totp(harness, secret))).statusCode).toBe(400);
    expect((await confirm(one.headers, wrongTotp(harness, secret))).statusCode).toBe(400);
    expect(await ownApps(harness, one.headers)).toEqual([]);
    expect((await confirm(one.headers, totp(harness, secret))).statusCode).toBe(200);
  });

  test('T16 of parallel confirmations one enrolls', async () => {
    const { id, headers } = await ownUser(harness, 'pending-race');
    const secret = await begin(headers);
    const answers = await race(5, () => confirm(headers, totp(harness, secret)));
    expect(tally(answers)[200], JSON.stringify(tally(answers))).toBe(1);
    expect(await countOf(harness, 'authenticators', id)).toBe(1);
    expect(await countOf(harness, 'recovery_codes', id)).toBe(1);
  });

  test('T15 a login begun before comes to nothing, and a login never meets the secret of the session', async () => {
    const user = await ownUser(harness, 'pending-login');
    const own = await begin(user.headers);
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const login = (await logIn(harness, user.email)).json();
    expect(login.secret).not.toBe(own);
    expect((await confirm(user.headers, totp(harness, own))).statusCode).toBe(200);
    expect((await verifyApp(harness, login.mfaToken, totp(harness, login.secret))).statusCode).toBe(400);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
  });
});

describe('what holds for the account holds in a race', () => {
  test('the fifth app is the last, whoever confirms at once', async () => {
    const user = await ownUser(harness, 'cap-race');
    for (let count = 1; count <= 4; count += 1) await addApp(harness, user.headers);
    const secret = await begin(user.headers);
    const answers = await race(4, () => confirm(user.headers, totp(harness, secret)));
    expect(tally(answers)[200]).toBe(1);
    expect((await selfService(harness, '/enroll', user.headers)).statusCode).toBe(403);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(5);
  });

  test('under enforcement two apps removed at once leave one', async () => {
    const user = await ownUser(harness, 'last-race');
    const secrets = [await addApp(harness, user.headers), await addApp(harness, user.headers)];
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const ids = await ownApps(harness, user.headers);
    const answers = await race(2, (index) => removeOne(user.headers, ids[index] ?? '', totp(harness, secrets[index] ?? '')));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 403]);
    expect(await ownApps(harness, user.headers)).toHaveLength(1);
    await harness.app.outbox.flush();
    const told = harness.notices.filter(({ to, kind }) => to === user.email && kind === 'FACTOR_REMOVED');
    expect(told, 'what was rolled back is not told').toHaveLength(1);
  });
});

test('T47 neither secret nor code of self-service is in the database or the log', async () => {
  const { id, headers } = await ownUser(harness, 'canary');
  const secret = await begin(headers);
  const { recoveryCode } = (await confirm(headers, totp(harness, secret))).json<{ recoveryCode: string }>();
  const rows = [
    ...(await query(harness, 'select * from authenticators where user_id = $1', [id])),
    ...(await query(harness, 'select * from recovery_codes where user_id = $1', [id])),
    ...(await query(harness, 'select * from audit_events where user_id = $1', [id])),
  ];
  for (const text of [secret, recoveryCode]) {
    expect(JSON.stringify(rows)).not.toContain(text);
    expect(JSON.stringify(harness.logged)).not.toContain(text);
  }
});
