import type { CodeMessage, EmailMessage, LinkMessage } from '../../domain/messaging/message.ts';
import { noticeSubject, noticeText } from './notices.ts';

/** An e-mail in its final words. */
export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

/** Writes an e-mail to a user. It loads nothing from the network, so that nobody learns when it is opened. */
export function render(message: EmailMessage): Rendered {
  switch (message.template) {
    case 'MFA_CODE':
    case 'LOGIN_CODE':
      return loginCode(message);
    case 'PASSWORD_RESET':
      return passwordReset(message);
    case 'NOTICE':
      return { subject: noticeSubject(message), ...bothForms(noticeText(message)) };
  }
}

/** Returns the sentence that tells how long a code or link works. Minutes are rounded down, so that it never promises too much. */
export function lifeOf(lifetimeSeconds: number): string {
  const minutes = Math.max(1, Math.floor(lifetimeSeconds / 60));
  return `It works once, within ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}

function loginCode({ code, lifetimeSeconds }: CodeMessage): Rendered {
  const life = lifeOf(lifetimeSeconds);
  const warning = 'If you are not logging in right now, ignore this message and do not share the code.';
  return {
    // The subject does not contain the code, because locked screens show subjects.
    subject: 'Your login code',
    text: `Your login code is ${code}\n\n${life}\n\n${warning}\n`,
    html: page(`<p>Your login code is</p>\n<p style="font-size:2em"><b>${escapeHtml(code)}</b></p>\n<p>${life}</p>\n<p>${warning}</p>`),
  };
}

function passwordReset({ link, lifetimeSeconds }: LinkMessage): Rendered {
  const life = lifeOf(lifetimeSeconds);
  const warning = 'If you did not ask for this, ignore this message. Your password stays the same.';
  const href = escapeHtml(link);
  return {
    subject: 'Set a new password',
    text: `Set a new password here:\n\n${link}\n\n${life}\n\n${warning}\n`,
    html: page(`<p>Set a new password here:</p>\n<p><a href="${href}">${href}</a></p>\n<p>${life}</p>\n<p>${warning}</p>`),
  };
}

const bothForms = (paragraphs: readonly string[]): Pick<Rendered, 'text' | 'html'> => ({
  text: `${paragraphs.join('\n\n')}\n`,
  html: page(paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')),
});

const page = (body: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body>${body}</body></html>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
