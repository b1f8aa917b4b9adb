import { describe, expect, test } from 'vitest';
import { confirm, visitor, visitorWithApp } from '../../support/account.ts';
import { logIn } from '../../support/builders.ts';
import { openHostedLogin } from '../../support/oauth.ts';
import { call } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const password = 'correct horse battery';
const newPassword = 'zebras cross at noon';

describe('the page on which a person changes the password', () => {
  test('asks for the present one, says what is wrong in words of the person, and keeps nothing but this browser signed in', async () => {
    await openHostedLogin(harness);
    const person = await visitor(harness, 'page-change');
    const overview = await person.go('password');
    expect(overview.html).toContain('/oauth/account/password/change');
    const page = await person.go('password/change');
    expect(page.heading).toBe('Change the password');
    const wrong = await person.send(page, { password: 'wrong', newPassword }, 'password/change');
    expect(wrong.alert).toContain('The present password is wrong.');
    const weak = await person.send(wrong, { password, newPassword: 'password1' }, 'password/change');
    expect(weak.alert).toContain('This password is too common.');
    expect(weak.html).not.toContain('password1');
    const done = await person.send(weak, { password, newPassword }, 'password/change');
    expect(done.html).toContain('Your new password is set.');
    expect((await person.go()).heading).toBe('Your account');
    expect((await logIn(harness, person.email)).statusCode).toBe(401);
    expect((await call(harness, 'POST', '/auth/v1/user', { body: { email: person.email, password: newPassword } })).statusCode).toBe(200);
  });

  test('wants the factor first where there is one, which is not fresh any more', async () => {
    const person = await visitorWithApp(harness, 'page-factor');
    harness.clock.advance({ seconds: 400 });
    const page = await confirm(harness, person, await person.go('password/change'));
    expect(page.heading).toBe('Change the password');
  });
});
