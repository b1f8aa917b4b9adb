import { expect, it } from 'vitest';
import type { NoticeMessage } from '../../src/domain/messaging/message.ts';
import { noticeKinds } from '../../src/domain/messaging/message.ts';
import { render } from '../../src/platform/mail/messages.ts';

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

it('a code that proves the mailbox warns whoever did not ask for it that the password is known', () => {
  const { subject, text, html } = render({ ...message, template: 'MAILBOX_CODE' });
  expect(subject).not.toContain('004215');
  for (const form of [text, html]) {
    expect(form).toContain('004215');
    expect(form).toMatch(/not you, do not share the code, and set a new password/);
  }
});

it('a reset mail carries the link, its life and what to do when unasked, in both forms; the subject does not', () => {
  const link = 'https://id.acme.example/oauth/account/reset-password?userId=u1&token=t-1';
  const { subject, text, html } = render({ template: 'PASSWORD_RESET', to: message.to, link, lifetimeSeconds: 900 });
  expect(subject).not.toContain('t-1');
  expect(text).toContain(`\n${link}\n`);
  expect(html).toContain(`<a href="${link.replace('&', '&amp;')}">`);
  for (const form of [text, html]) {
    expect(form).toContain('15 minutes');
    expect(form).toMatch(/did not ask .* ignore/);
  }
});

it('a mail with the link that unlocks says what happened, how long the link works and what to do then, in both forms', () => {
  const link = 'https://id.acme.example/oauth/account/unlock?userId=u1&token=t-1';
  const { subject, text, html } = render({ template: 'UNLOCK', to: message.to, link, lifetimeSeconds: 3600 });
  expect(subject).toBe('Your account was locked');
  expect(text).toContain(`\n${link}\n`);
  expect(html).toContain(`<a href="${link.replace('&', '&amp;')}">`);
  for (const form of [text, html]) {
    for (const words of ['a wrong password was entered too often', 'It works once, within 60 minutes.', 'your administrator can unlock']) {
      expect(form).toContain(words);
    }
  }
});

const notice = (more: Partial<NoticeMessage> = {}): NoticeMessage => ({
  template: 'NOTICE',
  kind: 'FACTOR_ADDED',
  to: 'dana@acme.example',
  service: 'Acme',
  strategy: 'AUTHENTICATOR_APP',
  at: '2026-03-02T09:14:05.123Z',
  ...more,
});

it.each(noticeKinds)('the notice %s says in both forms what happened to whom, where, when, and what to do', (kind) => {
  const { subject, text, html } = render(notice({ kind }));
  expect(subject).toMatch(/^\S.*\w$/);
  for (const form of [text, html]) {
    for (const words of ['your account', 'dana@acme.example', 'Acme', '2026-03-02 09:14 UTC', 'contact your administrator']) {
      expect(form.toLowerCase()).toContain(words.toLowerCase());
    }
    expect(form).not.toContain('%');
    expect(form).not.toMatch(/<(img|link|script|iframe|a)\b|url\(|@import|https?:/);
  }
});

it('every notice has a subject of its own, and a removal of everything says so', () => {
  expect(new Set(noticeKinds.map((kind) => render(notice({ kind })).subject)).size).toBe(noticeKinds.length);
  expect(render(notice({ kind: 'FACTOR_REMOVED' })).text).toMatch(/^An authenticator app was removed/);
  expect(render(notice({ kind: 'FACTOR_REMOVED', strategy: null })).text).toMatch(/^Every second factor was removed/);
});

it('a name in a notice stays text', () => {
  const { html } = render(notice({ service: '<b>&"\'' }));
  expect(html).toContain('&lt;b&gt;&amp;&quot;&#39;');
});

it('a mail whose link needs a code says both, in both forms, and keeps the code out of the subject', () => {
  const { subject, text, html } = render({
    template: 'ACTIVATION',
    to: 'a@b.example',
    link: 'https://x.example/?a&b',
    linkCode: '004215',
    lifetimeSeconds: 300,
  });
  expect(subject).not.toContain('004215');
  for (const form of [text, html]) expect(form).toMatch(/x\.example.*Do not share this code.*004215.*5 minutes/s);
  expect(render({ template: 'ACTIVATION', to: 'a@b.example', link: 'https://x.example/', lifetimeSeconds: 300 }).text).not.toContain('code');
});
