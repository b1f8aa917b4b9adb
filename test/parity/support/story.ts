import { query } from '../../abuse/support/database.ts';
import { documents } from '../../graphql/support/documents.ts';
import { mailedCode, password, totp, wrongTotp } from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';
import type { Driver, Outcome } from './driver.ts';

const north = { tenantId: 'north' };
const dana = 'dana@acme.example';
const eve = 'eve@acme.example';

interface Claims {
  tenantId: string;
  amr?: string[];
}

/** What a step was answered, without what chance made. */
export interface Answer {
  refused?: string;
  enrolled?: boolean;
  claims?: Claims;
  /** Names of what else was there. */
  given: string[];
}

export interface Told {
  step: string;
  /** Milliseconds; no two steps share an instant. */
  at: number;
  answer: Answer;
}

/** What an access token says, without what chance made. */
function claimsOf(accessToken: string): Claims {
  const { jti, sid, sub, userId, ...claims } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  return claims;
}

/** Without what chance made: what was there, and what a token says. */
const shape = ({ session, refused, enrolled, ...given }: Outcome): Answer => ({
  ...(refused === undefined ? {} : { refused }),
  ...(enrolled === undefined ? {} : { enrolled }),
  ...(session === undefined ? {} : { claims: claimsOf(session.accessToken) }),
  given: Object.entries(given)
    .map(([name, value]) => `${name}${value === null ? ' null' : ''}`)
    .sort(),
});

/**
 * One long story of two people and their operator; answers what every step was answered. A session steps up before it adds a
 * factor beside another: GraphQL asks for that always, REST only where the operator wants it, as portals cannot.
 */
export async function tell(harness: Harness, driver: Driver): Promise<Told[]> {
  const told: Told[] = [];
  /** One second a step, so that rows can be told apart; messages leave before the next. */
  const step = async (name: string, outcome: () => Promise<Outcome>): Promise<Outcome> => {
    harness.clock.advance({ seconds: 1 });
    const answer = await outcome();
    await harness.app.outbox.flush();
    told.push({ step: name, at: harness.clock.now().getTime(), answer: shape(answer) });
    return answer;
  };
  const text = (value: string | null | undefined): string => value ?? 'nothing was given';
  /** A code of a step no code was taken of yet. */
  const next = (secret: string): string => {
    harness.clock.advance({ seconds: 60 });
    return totp(harness, secret);
  };
  const linkIn = (): URLSearchParams => {
    const message = harness.mail.at(-1);
    return new URL(message !== undefined && 'link' in message ? message.link : 'about:blank').searchParams;
  };
  const apps = async (userId: string): Promise<string[]> =>
    (await query(harness, 'select id from authenticators where user_id = $1 order by created_at', [userId])).map(({ id }) => String(id));
  const login = { email: dana, password };
  const challenged = async (name: string): Promise<string> => text((await step(name, () => driver.logIn(login))).mfaToken);

  // The operator sets up tenants, people and rules.
  await step('a tenant', () => driver.createTenant('north'));
  await step('the tenant again', () => driver.createTenant('north'));
  await step('another tenant', () => driver.createTenant('south'));
  const userId = text((await step('a user', () => driver.createUser({ email: dana, password, tenantId: 'north' }))).userId);
  await step('a login before the address is verified', () => driver.logIn(login));
  await step('the address is verified', () => driver.verifyUser(userId));
  await step('a user nobody knows is verified', () => driver.verifyUser('nobody'));
  await step('the user joins the other tenant', () => driver.createUser({ email: dana, tenantId: 'south' }));
  await step('and once more', () => driver.createUser({ email: dana, tenantId: 'south' }));
  await step('names', () => driver.setServiceName('Acme'));
  await step('login by e-mail code', () => driver.allowEmailCodeLogin());
  await step('e-mail codes in a tenant, while the environment has them off', () => driver.setStrategy(north, 'EmailCode', true));
  await step('e-mail codes', () => driver.setStrategy({}, 'EmailCode', true));
  await step('a policy that is not there is changed', () => driver.updatePolicy(north, { remember: true }));
  await step('a policy', () => driver.createPolicy(north, { enforce: 'Force', remember: false, seconds: 1_209_600 }));
  await step('the policy again', () => driver.createPolicy(north, { enforce: 'Force' }));
  await step('nothing of the policy is changed', () => driver.updatePolicy(north, {}));
  await step('the policy is changed', () => driver.updatePolicy(north, { remember: true }));
  await step('the policy is set', () => driver.upsertPolicy(north, { enforce: 'Force', seconds: 5000 }));
  await step('a lockout policy', () => driver.createLockoutPolicy({ enabled: true, maxAttempts: 3 }));
  await step('the lockout policy again', () => driver.createLockoutPolicy({ enabled: true, maxAttempts: 3 }));
  await step('the lockout policy is changed', () => driver.updateLockoutPolicy({ enabled: true, maxAttempts: 4 }));

  // Enrollment is forced, and the device remembered.
  await step('a wrong password', () => driver.logIn({ ...login, password: 'not the password' }));
  await step('an unknown user', () => driver.logIn({ ...login, email: 'nobody@acme.example' }));
  const first = await step('a login leads to enrollment', () => driver.logInToEnroll(login));
  const secret = text(first.secret);
  const enrolling = text(first.mfaToken);
  await step('a wrong code', () => driver.confirmEnrollment({ mfaToken: enrolling, code: wrongTotp(harness, secret) }));
  const enrolled = await step('the right code', () => driver.confirmEnrollment({ mfaToken: enrolling, code: next(secret), remember: true }));
  await step('the mfaToken again', () => driver.confirmEnrollment({ mfaToken: enrolling, code: next(secret) }));
  const deviceToken = text(enrolled.deviceToken);
  await step('a login on the remembered device', () => driver.logIn({ ...login, deviceToken }));
  await step('a login with a forged device token', () => driver.logIn({ ...login, deviceToken: deviceToken.slice(1) }));

  // Codes by mail and by app, wrong ones first.
  const mailing = await challenged('a login elsewhere');
  const sent = text((await step('a code by mail', () => driver.sendEmailCode(mailing))).codeToken);
  const code = await mailedCode(harness, dana);
  const wrong = code === '000000' ? '111111' : '000000';
  await step('a wrong mailed code', () => driver.verifyEmailCode({ mfaToken: mailing, codeToken: sent, code: wrong }));
  await step('the mailed code', () => driver.verifyEmailCode({ mfaToken: mailing, codeToken: sent, code }));
  const guessing = await challenged('a login to guess at');
  for (const number of [1, 2, 3, 4, 5]) {
    await step(`guess ${number}`, () => driver.verifyApp({ mfaToken: guessing, code: wrongTotp(harness, secret) }));
  }
  await step('the right code comes too late', () => driver.verifyApp({ mfaToken: guessing, code: next(secret) }));
  harness.clock.advance({ seconds: 1000 });
  const naming = await challenged('a login after the pause');
  await step('a device nobody has', () => driver.verifyApp({ mfaToken: naming, code: next(secret), deviceId: 'nobodys' }));
  const [appId] = await apps(userId);
  const named = await step('the device', () => driver.verifyApp({ mfaToken: naming, code: next(secret), deviceId: text(appId) }));

  // Refreshing, in another tenant too; an old refresh token ends the session.
  const old = text(named.session?.refreshToken);
  const refreshed = await step('a refresh', () => driver.refresh(old));
  const moved = await step('a refresh into the other tenant', () => driver.refresh(text(refreshed.session?.refreshToken), 'south'));
  await step('a refresh into a tenant of others', () => driver.refresh(text(moved.session?.refreshToken), 'elsewhere'));
  harness.clock.advance({ seconds: 60 });
  await step('the old refresh token', () => driver.refresh(old));
  await step('the newest one, of the session ended', () => driver.refresh(text(moved.session?.refreshToken)));

  // A step-up, and what it allows.
  const plain = await step('a login on the device', () => driver.logIn({ ...login, deviceToken }));
  const mine = text(plain.session?.accessToken);
  const raising = text((await step('a step-up', () => driver.stepUp(mine))).mfaToken);
  await step('no mail for a step-up', () => driver.sendEmailCode(raising));
  await step('a wrong code for it', () => driver.verifyApp({ mfaToken: raising, code: wrongTotp(harness, secret) }));
  const raised = text((await step('the code for it', () => driver.verifyApp({ mfaToken: raising, code: next(secret) }))).session?.accessToken);
  const second = text((await step('a second app', () => driver.beginApp(raised))).secret);
  await step('a wrong code of it', () => driver.confirmApp(raised, wrongTotp(harness, second)));
  await step('its code', () => driver.confirmApp(raised, next(second)));
  const secondId = text((await apps(userId))[1]);
  await step('the second app gets a name', async () => {
    // By GraphQL in both stories: over REST an authenticator app has an id and no name.
    await harness.graphql(documents.renameAuthenticator, { input: { deviceId: secondId, name: 'Tablet' } }, { authorization: `Bearer ${raised}` });
    return {};
  });
  await step('it is not removed by a wrong code', () => driver.removeApp(raised, secondId, wrongTotp(harness, second)));
  await step('nor is one of nobody', () => driver.removeApp(raised, 'nobodys', next(second)));
  await step('it is removed', () => driver.removeApp(raised, secondId, next(second)));
  await step('the last one is not', () => driver.removeApp(raised, text(appId), next(secret)));

  // The phone is lost.
  await step('a wrong recovery code', () => driver.recover(dana, 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA'));
  await step('the recovery code', () => driver.recover(dana, text(enrolled.recoveryCode)));
  await step('the recovery code again', () => driver.recover(dana, text(enrolled.recoveryCode)));
  const anew = await step('the next login leads to enrollment', () => driver.logInToEnroll(login));
  await step('a new app', () => driver.confirmEnrollment({ mfaToken: text(anew.mfaToken), code: next(text(anew.secret)) }));
  await step('the operator resets the factors', () => driver.resetUser(userId));
  await step('and once more', () => driver.resetUser(userId));
  const last = await step('a login leads to enrollment again', () => driver.logInToEnroll(login));
  const lastSecret = text(last.secret);
  await step('the last app', () => driver.confirmEnrollment({ mfaToken: text(last.mfaToken), code: next(lastSecret) }));

  // Locked by wrong passwords and by the operator.
  for (const number of [1, 2, 3, 4, 5]) await step(`wrong password ${number}`, () => driver.logIn({ ...login, password: 'not the password' }));
  await step('the operator unlocks', () => driver.unlockUser(userId));
  const open = await challenged('a login to lock out of');
  await step('the operator locks', () => driver.lockUser(userId));
  await step('a login while locked', () => driver.logIn(login));
  await step('the open challenge', () => driver.verifyApp({ mfaToken: open, code: next(lastSecret) }));
  await step('the operator unlocks again', () => driver.unlockUser(userId));

  // The other first factors.
  const mailed = text((await step('a code to log in with', () => driver.sendLoginCode(dana))).codeToken);
  const loginCode = await mailedCode(harness, dana);
  const wrongLoginCode = loginCode === '000000' ? '111111' : '000000';
  await step('a wrong one', () => driver.logInByCode({ codeToken: mailed, code: wrongLoginCode }));
  const byMail = text((await step('the right one', () => driver.logInByCode({ codeToken: mailed, code: loginCode }))).mfaToken);
  await step('no second code to the same mailbox', () => driver.sendEmailCode(byMail));
  const inside = await step('the app', () => driver.verifyApp({ mfaToken: byMail, code: next(lastSecret) }));
  await step('a link for a new password', () => driver.requestPasswordReset(dana));
  const token = text(linkIn().get('token'));
  await step('a link for nobody', () => driver.requestPasswordReset('nobody@acme.example'));
  await step('a new password', () => driver.resetPassword({ userId, token, password: 'a new and longer password' }));
  await step('the link again', () => driver.resetPassword({ userId, token, password: 'a new and longer password' }));
  await step('the session has ended', () => driver.refresh(text(inside.session?.refreshToken)));
  await step('the old password', () => driver.logIn(login));
  const renewed = text((await step('the new password', () => driver.logIn({ ...login, password: 'a new and longer password' }))).mfaToken);
  const after = await step('the app once more', () => driver.verifyApp({ mfaToken: renewed, code: next(lastSecret) }));

  // Somebody without factor and permission.
  const other = text((await step('another user', () => driver.createUser({ email: eve, tenantId: 'south' }))).userId);
  const link = text((await step('a link to activate it', () => driver.activationLink(other))).linkToken);
  const active = await step('it is used', () => driver.activate({ userId: other, token: link, password }));
  await step('and once more', () => driver.activate({ userId: other, token: link, password }));
  const eves = text(active.session?.accessToken);
  await step('a step-up without a factor', () => driver.stepUp(eves));
  await step('a policy by who may not', () => driver.upsertPolicy({ accessToken: eves }, { enforce: 'DontForce' }));
  await step('a strategy by a user', () => driver.setStrategy({ accessToken: eves }, 'AuthenticatorApp', false));
  await step('a policy in the tenant of others', () => driver.upsertPolicy({ accessToken: eves, tenantId: 'north' }, { enforce: 'DontForce' }));

  await step('a logout', () => driver.logOut(text(after.session?.refreshToken)));
  await step('a refresh after it', () => driver.refresh(text(after.session?.refreshToken)));
  return told;
}
