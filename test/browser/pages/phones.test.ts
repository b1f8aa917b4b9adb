import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant } from '../../support/builders.ts';
import { setCore } from '../../support/passwordless.ts';
import { anotherCode, newNumber, textedCode } from '../../support/sms.ts';
import { admitted, close, enterCode, heading, problem, signIn, useHostedLogin } from './hosted.ts';

/** Phone numbers on the account page, and the sign-in by one. */
const hosted = useHostedLogin({ sms: true });
const { harness } = hosted;
beforeAll(() => setCore(harness, { authStrategy: 'SmsCode' }));

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  test('a person adds a phone number, signs in by it, and removes it', async () => {
    const { email } = await createUserInTenant(harness, `phones-${javaScriptEnabled}`);
    const number = newNumber();
    const page = await hosted.open('/oauth/account', { javaScriptEnabled });
    await signIn(page, email);
    await heading(page, 'Your account');
    await page.getByRole('link', { name: /Phone numbers/ }).click();
    await page.getByText('You have no phone number yet.').waitFor();
    await page.getByRole('link', { name: 'Add a phone number' }).click();
    await page.getByLabel('Mobile number').fill('12');
    await page.getByRole('button', { name: 'Send the code' }).click();
    expect(await problem(page)).not.toBe('');
    await page.getByLabel('Mobile number').fill(`${number.slice(0, 3)} ${number.slice(3)}`);
    await page.getByRole('button', { name: 'Send the code' }).click();
    await heading(page, 'Confirm the phone number');
    await enterCode(page, anotherCode(await textedCode(harness, number)));
    expect(await problem(page)).not.toBe('');
    await enterCode(page, await textedCode(harness, number));
    await heading(page, 'Phone numbers');
    await page.getByText('The phone number is confirmed.').waitFor();
    await page.locator('strong', { hasText: number }).waitFor();

    harness.clock.advance({ seconds: 31 });
    const other = await hosted.begin({}, { javaScriptEnabled });
    await other.getByLabel('E-mail address or username').fill(email);
    await other.getByRole('button', { name: 'Text me a code instead' }).click();
    await enterCode(other, await textedCode(harness, number), 'Sign in');
    await admitted(other);
    await close(other);

    await page.getByRole('link', { name: `Remove ${number}` }).click();
    await heading(page, 'Remove a phone number');
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('The phone number is removed.').waitFor();
    expect(await page.locator('strong').count()).toBe(0);
    await close(page);
  });
});
