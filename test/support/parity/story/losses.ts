import type { Teller } from './teller.ts';

/** The phone is lost, and the account locked; answers the secret of the app that remains. */
export async function losses(
  { driver, step, text, next, challenged }: Teller,
  userId: string,
  login: { email: string; password: string },
  recoveryCode: string,
): Promise<string> {
  await step('a wrong recovery code', () => driver.recover(login.email, 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA'));
  await step('the recovery code', () => driver.recover(login.email, recoveryCode));
  await step('the recovery code again', () => driver.recover(login.email, recoveryCode));
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
  const open = await challenged('a login to lock out of', login);
  await step('the operator locks', () => driver.lockUser(userId));
  await step('a login while locked', () => driver.logIn(login));
  await step('the open challenge', () => driver.verifyApp({ mfaToken: open, code: next(lastSecret) }));
  await step('the operator unlocks again', () => driver.unlockUser(userId));
  return lastSecret;
}
