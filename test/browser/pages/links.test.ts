import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, expectStatus, identity, password } from '../../support/builders.ts';
import { call, userWith } from '../../support/rest.ts';
import { admitted, close, heading, problem, signIn, useHostedLogin } from './hosted.ts';

const hosted = useHostedLogin();
const { harness } = hosted;

/** The path of the newest link of a kind that was mailed to somebody. */
async function mailedPath(email: string, template: string): Promise<string> {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((one) => one.template === template && one.to === email);
  if (message === undefined || !('link' in message)) throw new Error(`no ${template} to ${email}`);
  const { pathname, search } = new URL(message.link);
  return pathname + search;
}

const next = 'a longer and better password';

const allowSignUps = async (headers: Record<string, string>, allowSignups: boolean): Promise<void> =>
  void (await harness.send({ method: 'POST', url: `${identity}/configurations/v1`, headers, body: { allowSignups } }));

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const named = (text: string): string => `${text}-${javaScriptEnabled ? 'with' : 'without'}`;

  test('a forgotten password is replaced by a mailed link, whose token stands in no address of a page', async () => {
    const { email } = await createUserInTenant(harness, named('forgetful'));
    const page = await hosted.begin({}, { javaScriptEnabled });
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await heading(page, 'Look into your mailbox');

    const mailed = await mailedPath(email, 'PASSWORD_RESET');
    // A program that looks for viruses opens the link first.
    await close(await hosted.open(mailed, { javaScriptEnabled }));
    const link = await hosted.open(mailed, { javaScriptEnabled });
    await heading(link, 'Choose a new password');
    expect(new URL(link.url()).search).toBe('');
    await link.getByLabel('New password').fill(next);
    await link.getByRole('button', { name: 'Set the password' }).click();
    await link.getByText('Your new password is set.').waitFor();
    expect(new URL(link.url()).pathname).toBe('/oauth/account/done');

    const again = await hosted.open(mailed, { javaScriptEnabled });
    await again.getByLabel('New password').fill(next);
    await again.getByRole('button', { name: 'Set the password' }).click();
    await heading(again, 'This link does not work any more');
    await again.getByLabel('E-mail address').fill(email);
    await again.getByRole('button', { name: 'Send a new link' }).click();
    await again.getByText('a new one is on its way').waitFor();
    await close(again);

    await page.getByRole('link', { name: 'Back to sign in' }).click();
    await signIn(page, email, next);
    await admitted(page);
    await close(link);
    await close(page);
  });

  test('an unknown address gets the answer of a known one', async () => {
    const page = await hosted.open('/oauth/account/forgot-password', { javaScriptEnabled });
    await page.getByLabel('E-mail address').fill('nobody@acme.example');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await heading(page, 'Look into your mailbox');
    await close(page);
  });

  test('somebody who is not active gets the link again, sets a password and signs in', async () => {
    const tenantId = await createTenant(harness, named('new'));
    const email = `${named('new')}@acme.example`;
    const headers = await asEnvironment(harness);
    const body = { email, tenantId, password };
    expectStatus(await harness.send({ method: 'POST', url: `${identity}/vendor-only/users/v1`, headers, body }), 201);
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    expect(await problem(page)).toBe('Your account is not active yet. Open the link in the e-mail that we sent you.');
    await page.getByRole('button', { name: 'Send the link again' }).click();
    await page.getByText('a new one is on its way').waitFor();
    const link = await hosted.open(await mailedPath(email, 'ACTIVATION'), { javaScriptEnabled });
    await heading(link, 'Activate your account');
    await link.getByRole('button', { name: 'Activate' }).click();
    await link.getByText('Your account is active.').waitFor();
    // The link may have been of somebody else, so it signs nobody in.
    await heading(await hosted.begin({}, link), 'Sign in');
    await close(link);
    await signIn(page, email);
    await admitted(page);
    await close(page);
  });

  test('an invitation is accepted, and its link works once', async () => {
    const { email } = await createUserInTenant(harness, named('guest'));
    const host = await userWith(harness, named('host'), 'admin');
    expectStatus(await call(harness, 'POST', '/users/v2', { headers: host.headers, body: { email, roleIds: [] } }), 201);
    const mailed = await mailedPath(email, 'INVITATION');
    const link = await hosted.open(mailed, { javaScriptEnabled });
    await heading(link, 'Accept the invitation');
    await link.getByRole('button', { name: 'Accept' }).click();
    await link.getByText('You have joined.').waitFor();
    await close(link);
    const again = await hosted.open(mailed, { javaScriptEnabled });
    await heading(again, 'This link does not work any more');
    await close(again);
  });

  test('an account that wrong passwords have locked is unlocked by the mailed link', async () => {
    const { email } = await createUserInTenant(harness, named('locked'));
    const body = { enabled: true, maxAttempts: 2 };
    await call(harness, 'POST', '/configurations/v1/lockout-policy', { headers: await asEnvironment(harness), body });
    const page = await hosted.begin({}, { javaScriptEnabled });
    for (let wrong = 0; wrong < 2; wrong += 1) await signIn(page, email, 'wrong');
    await signIn(page, email);
    expect(await problem(page)).toContain('Your account is locked.');
    const link = await hosted.open(await mailedPath(email, 'UNLOCK'), { javaScriptEnabled });
    await heading(link, 'Unlock your account');
    await link.getByRole('button', { name: 'Unlock' }).click();
    await link.getByText('Your account is unlocked.').waitFor();
    await close(link);
    await signIn(page, email);
    await admitted(page);
    await close(page);
  });

  test('somebody signs up where the operator allows it, and is told about a password that is too short', async () => {
    const headers = await asEnvironment(harness);
    const closed = await hosted.begin({}, { javaScriptEnabled });
    expect(await closed.getByRole('link', { name: 'Create one' }).count()).toBe(0);
    await close(closed);
    await allowSignUps(headers, true);
    const page = await hosted.begin({}, { javaScriptEnabled });
    await page.getByRole('link', { name: 'Create one' }).click();
    await heading(page, 'Create an account');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Company').fill('Lovelace Ltd');
    const email = `${named('ada')}@acme.example`;
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('New password').evaluate((field) => field.removeAttribute('minlength'));
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Create the account' }).click();
    expect(await problem(page)).toBe('The password needs at least 8 characters.');
    expect(await page.getByLabel('Company').inputValue()).toBe('Lovelace Ltd');
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Create the account' }).click();
    await heading(page, 'Look into your mailbox');
    const link = await hosted.open(await mailedPath(email, 'ACTIVATION'), { javaScriptEnabled });
    await link.getByRole('button', { name: 'Activate' }).click();
    await link.getByText('Your account is active.').waitFor();
    await close(link);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, email);
    await admitted(page);
    await close(page);
    await allowSignUps(headers, false);
  });
});
