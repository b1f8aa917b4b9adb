import { mailedCode, wrongTotp } from '../../builders.ts';
import type { Teller } from './teller.ts';

/** Enrollment is forced and the device remembered; then codes by mail and by app, wrong ones first. */
export async function anApp(
  { harness, driver, step, text, next, factors, challenged }: Teller,
  userId: string,
  login: { email: string; password: string },
) {
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
  const mailing = await challenged('a login elsewhere', login);
  const sent = text((await step('a code by mail', () => driver.sendEmailCode(mailing))).codeToken);
  const code = await mailedCode(harness, login.email);
  const wrong = code === '000000' ? '111111' : '000000';
  await step('a wrong mailed code', () => driver.verifyEmailCode({ mfaToken: mailing, codeToken: sent, code: wrong }));
  await step('the mailed code', () => driver.verifyEmailCode({ mfaToken: mailing, codeToken: sent, code }));
  const guessing = await challenged('a login to guess at', login);
  for (const number of [1, 2, 3, 4, 5]) {
    await step(`guess ${number}`, () => driver.verifyApp({ mfaToken: guessing, code: wrongTotp(harness, secret) }));
  }
  await step('the right code comes too late', () => driver.verifyApp({ mfaToken: guessing, code: next(secret) }));
  harness.clock.advance({ seconds: 1000 });
  const naming = await challenged('a login after the pause', login);
  await step('a device nobody has', () => driver.verifyApp({ mfaToken: naming, code: next(secret), deviceId: 'nobodys' }));
  const [appId] = await factors(userId);
  const named = await step('the device', () => driver.verifyApp({ mfaToken: naming, code: next(secret), deviceId: text(appId) }));
  return { secret, deviceToken, appId: text(appId), recoveryCode: text(enrolled.recoveryCode), refreshToken: text(named.session?.refreshToken) };
}
