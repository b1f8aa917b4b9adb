import { beforeAll, describe, expect, test } from 'vitest';
import {
  asEnvironment,
  createTenant,
  createUser,
  enroll,
  logIn,
  mailedCode,
  mfaTokenFor,
  setPolicy,
  setStrategy,
  totp,
} from '../../support/builders.ts';
import { audited, countOf, execute, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOneWinner, race } from '../../support/race.ts';
import type { Answer } from '../../support/requests.ts';
import {
  enrollApp,
  enrollVerify,
  isEnrolled,
  logOut,
  me,
  otcTokenFor,
  sendMail,
  verifyApp,
  verifyDevice,
  verifyMail,
} from '../../support/requests.ts';
import { claimsOf } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { generateStepUp, plainSession, recover, stepUpToken } from '../../support/step-up.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openInstances({ settings: { STRICT_STEP_UP: '1' } }));
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
const claimsIn = (answer: Answer) => claimsOf(answer.json<{ accessToken: string }>().accessToken);
const expectNothingRaised = (claims: object) => {
  for (const claim of ['acr', 'amr', 'auth_time']) expect(claims).not.toHaveProperty(claim);
};
const graphqlEnroll = (document: string, input: object) =>
  harness.send({ method: 'POST', url: '/graphql', body: { query: document, variables: { input } } });
const policyUrl = '/identity/resources/configurations/v1/mfa-policy';

describe('T14 an mfaToken serves its own purpose', () => {
  test('T14 a step-up token enrolls nothing, on either surface, not even for a user whose factors are gone', async () => {
    const user = await plainSession(harness, 'purpose-enroll');
    const mfaToken = await stepUpToken(harness, user.accessToken);
    const attempts = async (): Promise<Answer[]> => [await enrollApp(harness, mfaToken), await enrollVerify(harness, mfaToken, '123456')];
    for (const answer of await attempts()) expect(answer.statusCode).toBe(401);
    await execute(harness, 'delete from authenticators where user_id = $1', [user.id]);
    for (const answer of [...(await attempts()), await verifyApp(harness, mfaToken, '123456')]) {
      expect(answer.statusCode, answer.body).toBe(401);
      expect(answer.body).not.toMatch(/secret|qrCode/);
    }
    const begun = await graphqlEnroll('mutation ($input: EnrollAuthenticatorAppInput!) { enrollAuthenticatorApp(input: $input) { __typename } }', {
      mfaToken,
    });
    expect(begun.json().data.enrollAuthenticatorApp).toEqual({ __typename: 'ChallengeExpiredError' });
    expect(await countOf(harness, 'pending_enrollments', user.id)).toBe(0);
    expect(await isEnrolled(harness, user)).toBe(false);
    expect(await audited(harness, user.id, 'MFA_FAILED', 'WRONG_PURPOSE'), 'beginnings too').toBe(6);
  });

  test("T14 an administrator's reset ends a step-up under way: no factor bound later completes it", async () => {
    const user = await plainSession(harness, 'purpose-reset');
    const mfaToken = await stepUpToken(harness, user.accessToken);
    const url = `/identity/resources/vendor-only/users/v1/${user.id}/mfa/unenroll`;
    expect((await harness.send({ method: 'POST', url, headers: await asEnvironment(harness) })).statusCode).toBe(200);
    expect((await me(harness, user.accessToken)).statusCode).toBe(200);
    const { secret } = await enroll(harness, user.email);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(401);
    expect(await audited(harness, user.id, 'SESSION_ELEVATED')).toBe(0);
  });

  test('T14 a login token raises no session: it opens another one, and the old one stays as it was', async () => {
    const user = await plainSession(harness, 'purpose-login');
    const answer = await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, user.secret));
    expect(claimsIn(answer).sid).not.toBe(claimsOf(user.accessToken).sid);
    expect(await audited(harness, user.id, 'SESSION_ELEVATED')).toBe(0);
  });

  test('T14 a step-up token takes no device of somebody else and no code that was mailed for a login', async () => {
    const [user, other] = [await plainSession(harness, 'purpose-own'), await plainSession(harness, 'purpose-other')];
    const mfaToken = await stepUpToken(harness, user.accessToken);
    const [device] = await query(harness, 'select id from authenticators where user_id = $1', [other.id]);
    expect((await verifyDevice(harness, String(device?.id), mfaToken, totp(harness, other.secret))).statusCode).toBe(404);
    const otcToken = await otcTokenFor(harness, await mfaTokenFor(harness, user.email));
    const answer = await verifyMail(harness, { mfaToken, otcToken, code: await mailedCode(harness, user.email) });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ errorCode: 'ER-01012' });
    expect((await verifyApp(harness, mfaToken, totp(harness, user.secret))).statusCode, 'neither cost it its use').toBe(201);
  });

  test('T12 it is no bearer, and raises no other user', async () => {
    const user = await plainSession(harness, 'purpose-bearer');
    const mfaToken = await stepUpToken(harness, user.accessToken);
    expect((await me(harness, mfaToken)).statusCode).toBe(401);
    expect((await generateStepUp(harness, mfaToken)).statusCode).toBe(401);
  });
});

describe('T21 state counts as of the verification', () => {
  const refusedAfter = async (name: string, happens: (user: Awaited<ReturnType<typeof plainSession>>) => Promise<unknown>) => {
    const user = await plainSession(harness, name);
    const mfaToken = await stepUpToken(harness, user.accessToken);
    await happens(user);
    const answer = await verifyApp(harness, mfaToken, totp(harness, user.secret));
    expect(answer.statusCode, answer.body).toBe(401);
    expect(answer.body).not.toContain('accessToken');
    expect(await audited(harness, user.id, 'SESSION_ELEVATED')).toBe(0);
  };

  test('T21 a session that was ended is not raised', () => refusedAfter('state-logout', (user) => logOut(harness, user.refreshToken)));

  test('T21 a user locked meanwhile is not', () =>
    refusedAfter('state-locked', (user) => execute(harness, 'update users set locked = true where id = $1', [user.id])));

  test('T21 nor one who left the tenant of the session', () =>
    refusedAfter('state-left', (user) => execute(harness, 'delete from memberships where user_id = $1', [user.id])));

  test('T21 nor one who recovered', () => refusedAfter('state-recovered', (user) => recover(harness, user.email, user.recoveryCode)));

  test('T21 a session past its end is not raised, and a challenge ends after ten minutes', () =>
    refusedAfter('state-late', async () => harness.clock.advance({ seconds: 600 })));
});

describe('T22 step-up', () => {
  test('T22 a token that is not raised is refused, completes, and goes on; the old one stays as it was', async () => {
    const user = await createUser(harness, await createTenant(harness, 'ladder'), 'ladder@acme.example', { roleIds: [roleIds.admin] });
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
    const { secret } = await enroll(harness, user.email);
    // A remembered device and an e-mail code open sessions that prove nothing here.
    const verified = await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret), { rememberDevice: true });
    const device = verified.cookies.filter(({ name }) => name.startsWith('fe_device_')).map(({ name, value }) => `${name}=${value}`);
    const remembered = (await logIn(harness, user.email, device[0])).json().accessToken;
    const forMail = await mfaTokenFor(harness, user.email);
    const otcToken = await otcTokenFor(harness, forMail);
    const byMail = (await verifyMail(harness, { mfaToken: forMail, otcToken, code: await mailedCode(harness, user.email) })).json().accessToken;
    harness.clock.advance({ seconds: 60 });
    for (const accessToken of [remembered, byMail]) {
      const headers = { authorization: `Bearer ${accessToken}` };
      const change = () => harness.send({ method: 'PUT', url: policyUrl, headers, body: { allowRememberMyDevice: true } });
      const refused = await change();
      expect(refused.statusCode, refused.body).toBe(401);
      expect(refused.headers['www-authenticate']).toBe(`Bearer error="insufficient_user_authentication", acr_values="${acr}", max_age=300`);
      const answer = await verifyApp(harness, await stepUpToken(harness, accessToken), totp(harness, secret));
      const at = Math.floor(harness.clock.now().getTime() / 1000);
      expect(claimsIn(answer)).toMatchObject({ acr, amr: ['pwd', 'otp', 'mfa'], auth_time: at, sid: claimsOf(accessToken).sid });
      expectNothingRaised(claimsOf(accessToken));
      expect((await change()).statusCode).toBe(200);
      harness.clock.advance({ seconds: 60 });
    }
    expect(await audited(harness, user.id, 'STEP_UP_REQUIRED')).toBe(2);
    expect(await audited(harness, user.id, 'SESSION_ELEVATED')).toBe(2);
  });

  test('T22 maxAge 1, two seconds later: the token presented will not do', async () => {
    const user = await plainSession(harness, 'max-age');
    const raised = (await verifyApp(harness, await stepUpToken(harness, user.accessToken), totp(harness, user.secret))).json().accessToken;
    expect((await generateStepUp(harness, raised, { maxAge: 1 })).json()).toHaveProperty('accessToken');
    harness.clock.advance({ seconds: 2 });
    const again = (await generateStepUp(harness, raised, { maxAge: 1 })).json();
    expect(again).toHaveProperty('mfaToken');
    expect(again).not.toHaveProperty('accessToken');
  });

  test('T22 a remembered device and a mailed code answer no step-up, and recovering ends all there is to raise', async () => {
    const user = await plainSession(harness, 'weak');
    const mfaToken = await stepUpToken(harness, user.accessToken);
    expect((await sendMail(harness, mfaToken)).statusCode).toBe(400);
    expect((await verifyMail(harness, { mfaToken, otcToken: 'x', code: '123456' })).statusCode).toBe(400);
    expect((await recover(harness, user.email, user.recoveryCode)).statusCode).toBe(200);
    expect((await generateStepUp(harness, user.accessToken)).statusCode).toBe(401);
    const forMail = await mfaTokenFor(harness, user.email);
    const otcToken = await otcTokenFor(harness, forMail);
    const mailed = await verifyMail(harness, { mfaToken: forMail, otcToken, code: await mailedCode(harness, user.email) });
    expect(mailed.statusCode).toBe(201);
    expectNothingRaised(claimsIn(mailed));
    const refused = await generateStepUp(harness, mailed.json().accessToken);
    expect([refused.statusCode, refused.json()]).toEqual([400, { errors: ['MFA is not enrolled'], errorCode: 'ER-01097' }]);
  });

  test('T01 a code spent at login does not step up, nor the other way round; guesses of both count together', async () => {
    const user = await plainSession(harness, 'replay');
    const code = totp(harness, user.secret);
    const login = await mfaTokenFor(harness, user.email);
    expect((await verifyApp(harness, await stepUpToken(harness, user.accessToken), code)).statusCode).toBe(201);
    expect((await verifyApp(harness, login, code)).statusCode).toBe(400);
    const mfaToken = await stepUpToken(harness, user.accessToken);
    for (let tries = 0; tries < 4; tries += 1) expect((await verifyApp(harness, tries % 2 === 0 ? mfaToken : login, code)).statusCode).toBe(400);
    expect((await verifyApp(harness, await stepUpToken(harness, user.accessToken), code)).statusCode).toBe(429);
  });

  test('T02 one challenge raises once, whoever asks 40 times at once', async () => {
    const user = await plainSession(harness, 'race');
    const mfaToken = await stepUpToken(harness, user.accessToken);
    const sessions = await countOf(harness, 'sessions', user.id);
    const codes = [-30, 0, 30].map((offset) => totp(harness, user.secret, offset));
    expectOneWinner(await race(40, (index) => verifyApp(harness, mfaToken, codes[index % 3])));
    expect(await audited(harness, user.id, 'SESSION_ELEVATED')).toBe(1);
    expect(await countOf(harness, 'sessions', user.id), 'no session was opened').toBe(sessions);
  });

  test('T17 an environment token is never asked', async () => {
    const headers = await asEnvironment(harness);
    expect((await harness.send({ method: 'PUT', url: policyUrl, headers, body: { enforceMFAType: 'DontForce' } })).statusCode).toBe(200);
  });
});
