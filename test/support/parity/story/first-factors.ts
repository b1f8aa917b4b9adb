import { mailedCode } from '../../builders.ts';
import type { Teller } from './teller.ts';

/** The other first factors; answers the refresh token of the session they end with. */
export async function firstFactors(
  { harness, driver, step, text, next }: Teller,
  userId: string,
  login: { email: string; password: string },
  secret: string,
): Promise<string> {
  const linkIn = (): URLSearchParams => {
    const message = harness.mail.at(-1);
    return new URL(message !== undefined && 'link' in message ? message.link : 'about:blank').searchParams;
  };
  const mailed = text((await step('a code to log in with', () => driver.sendLoginCode(login.email))).codeToken);
  const loginCode = await mailedCode(harness, login.email);
  const wrongLoginCode = loginCode === '000000' ? '111111' : '000000';
  await step('a wrong one', () => driver.logInByCode({ codeToken: mailed, code: wrongLoginCode }));
  const byMail = text((await step('the right one', () => driver.logInByCode({ codeToken: mailed, code: loginCode }))).mfaToken);
  await step('no second code to the same mailbox', () => driver.sendEmailCode(byMail));
  const inside = await step('the app', () => driver.verifyApp({ mfaToken: byMail, code: next(secret) }));
  await step('a link for a new password', () => driver.requestPasswordReset(login.email));
  const token = text(linkIn().get('token'));
  await step('a link for nobody', () => driver.requestPasswordReset('nobody@acme.example'));
  await step('a new password', () => driver.resetPassword({ userId, token, password: 'a new and longer password' }));
  await step('the link again', () => driver.resetPassword({ userId, token, password: 'a new and longer password' }));
  await step('the session has ended', () => driver.refresh(text(inside.session?.refreshToken)));
  await step('the old password', () => driver.logIn(login));
  const renewed = text((await step('the new password', () => driver.logIn({ ...login, password: 'a new and longer password' }))).mfaToken);
  const after = await step('the app once more', () => driver.verifyApp({ mfaToken: renewed, code: next(secret) }));
  return text(after.session?.refreshToken);
}
