import { expect, it } from 'vitest';
import { render } from '../../src/platform/messages.ts';

const message = { template: 'MFA_CODE', to: 'dana@acme.example', code: '004215', lifetimeSeconds: 300 } as const;

it('a code mail says the code, how long it lives and when to ignore it, in both forms', () => {
  const { text, html } = render(message);
  for (const form of [text, html]) {
    expect(form).toContain('004215');
    expect(form).toContain('5 minutes');
    expect(form).toMatch(/not logging in .* ignore/);
  }
});

it('the subject keeps the code to itself', () => {
  expect(render(message).subject).not.toContain('004215');
});

it.each([
  [60, '1 minute.'],
  [89, '1 minute.'],
  [30, '1 minute.'],
  [119, '1 minute.'],
  [599, '9 minutes.'],
  [600, '10 minutes.'],
])('a life of %d s is told as %s, never as more than a whole minute beyond it', (lifetimeSeconds, words) => {
  expect(render({ ...message, lifetimeSeconds }).text).toContain(words);
});

it('the HTML form holds no markup from data and loads nothing', () => {
  const { html } = render({ ...message, code: '<img src="https://evil.example/x">&\'' });
  expect(html).toContain('&lt;img src=&quot;https://evil.example/x&quot;&gt;&amp;&#39;');
  expect(html).not.toMatch(/<(img|link|script|iframe)|url\(|@import/);
});

it('a login code reads like a code for the second factor', () => {
  expect(render({ ...message, template: 'LOGIN_CODE' })).toEqual(render(message));
});

it('a reset mail carries the link, its life and what to do when unasked, in both forms; the subject does not', () => {
  const link = 'https://id.acme.example/account/reset-password?userId=u1&token=t-1';
  const { subject, text, html } = render({ template: 'PASSWORD_RESET', to: message.to, link, lifetimeSeconds: 900 });
  expect(subject).not.toContain('t-1');
  expect(text).toContain(`\n${link}\n`);
  expect(html).toContain(`<a href="${link.replace('&', '&amp;')}">`);
  for (const form of [text, html]) {
    expect(form).toContain('15 minutes');
    expect(form).toMatch(/did not ask .* ignore/);
  }
});

it('the notice of a new password says what ended and what to do, and holds no link to click', () => {
  const { text, html } = render({ template: 'PASSWORD_CHANGED', to: message.to });
  for (const form of [text, html]) {
    expect(form).toMatch(/password was changed\. All sessions have ended/);
    expect(form).toContain('If that was not you');
    expect(form).not.toContain('http');
  }
});
it.each(['RECOVERY_USED', 'RECOVERY_CODES_GENERATED'] as const)(
  'the notice %s says what happened and what to do if it was somebody else, in both forms',
  (template) => {
    const { subject, text, html } = render({ template, to: 'dana@acme.example' });
    expect(subject).toMatch(/recovery code/);
    for (const form of [text, html]) expect(form).toMatch(/recovery code[\s\S]*If this was not you/);
    expect(`${text}${html}`).not.toMatch(/dana|https?:|undefined/);
  },
);
