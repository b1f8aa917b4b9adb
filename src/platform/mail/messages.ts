import { escape as escapeHtml } from 'html-escaper';
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
    case 'ADDRESS_CODE':
      return addressCode(message);
    case 'MAILBOX_CODE':
      return mailboxCode(message);
    case 'PASSWORD_RESET':
    case 'ACTIVATION':
    case 'INVITATION':
    case 'UNLOCK':
    case 'MAGIC_LINK':
      return linkMail(message);
    case 'NOTICE':
      return { subject: noticeSubject(message), ...bothForms(noticeText(message)) };
  }
}

/** Returns the sentence that tells how long a code or link works. It is rounded down, so that it never promises too much. */
export function lifeOf(lifetimeSeconds: number): string {
  const minutes = Math.max(1, Math.floor(lifetimeSeconds / 60));
  const [number, unit] =
    minutes >= 2880 ? [Math.floor(minutes / 1440), 'day'] : minutes >= 120 ? [Math.floor(minutes / 60), 'hour'] : [minutes, 'minute'];
  return `It works once, within ${number} ${unit}${number === 1 ? '' : 's'}.`;
}

const loginCode = (message: CodeMessage): Rendered =>
  codeMessage(message, {
    subject: 'Your login code',
    lead: 'Your login code is',
    warning: 'If you are not logging in right now, ignore this message and do not share the code.',
  });

const addressCode = (message: CodeMessage): Rendered =>
  codeMessage(message, {
    subject: 'Confirm your e-mail address',
    lead: 'Somebody entered this e-mail address for an account. The code to confirm it is',
    warning: 'If this was not you, ignore this message and do not share the code. Without it nothing changes.',
  });

const mailboxCode = (message: CodeMessage): Rendered =>
  codeMessage(message, {
    subject: 'Confirm that it is you',
    lead: 'Somebody who is logged in to your account wants to set up a second factor or to change the account. The code to confirm that it is you is',
    warning: 'If this was not you, do not share the code, and set a new password, because somebody else knows yours.',
  });

/** Writes a code. The subject does not contain it, because locked screens show subjects. */
function codeMessage(
  { code, lifetimeSeconds }: CodeMessage,
  { subject, lead, warning }: { subject: string; lead: string; warning: string },
): Rendered {
  const life = lifeOf(lifetimeSeconds);
  return {
    subject,
    text: `${lead} ${code}\n\n${life}\n\n${warning}\n`,
    html: page(`<p>${lead}</p>\n<p style="font-size:2em"><b>${escapeHtml(code)}</b></p>\n<p>${life}</p>\n<p>${warning}</p>`),
  };
}

/** The words of each mail with a link. They name no tenant and no inviter, because somebody could put a text of their own into such a name. */
const linkWords: Readonly<Record<LinkMessage['template'], { subject: string; lead: string; warning: string }>> = {
  PASSWORD_RESET: {
    subject: 'Set a new password',
    lead: 'Set a new password here:',
    warning: 'If you did not ask for this, ignore this message. Your password stays the same.',
  },
  ACTIVATION: {
    subject: 'Activate your account',
    lead: 'An account was created for you. Activate it here:',
    warning: 'If you do not expect an account, ignore this message. It cannot be used before it is activated.',
  },
  INVITATION: {
    subject: 'You are invited',
    lead: 'You are invited to one more organization with your account. Accept the invitation here:',
    warning: 'If you do not expect an invitation, ignore this message. Nothing changes before you accept it.',
  },
  MAGIC_LINK: {
    subject: 'Your login link',
    lead: 'Log in here:',
    warning: 'If you are not logging in right now, ignore this message and do not share the link.',
  },
  UNLOCK: {
    subject: 'Your account was locked',
    lead: 'Your account was locked because a wrong password was entered too often. All sessions have ended, and nobody can log in until the account is unlocked. Unlock it here:',
    warning:
      'If you did not enter the wrong passwords, somebody else tried to log in: tell your administrator. When the link no longer works, your administrator can unlock the account.',
  },
};

const codeLead = 'Do not share this code. Enter it on that page, or where you are asked for it:';

function linkMail({ template, link, linkCode = null, lifetimeSeconds }: LinkMessage): Rendered {
  const { subject, lead, warning } = linkWords[template];
  const life = lifeOf(lifetimeSeconds);
  const href = escapeHtml(link);
  return {
    subject,
    text: `${lead}\n\n${link}\n\n${linkCode === null ? '' : `${codeLead} ${linkCode}\n\n`}${life}\n\n${warning}\n`,
    html: page(
      `<p>${lead}</p>\n<p><a href="${href}">${href}</a></p>\n${linkCode === null ? '' : `<p>${codeLead}</p>\n<p style="font-size:2em"><b>${escapeHtml(linkCode)}</b></p>\n`}<p>${life}</p>\n<p>${warning}</p>`,
    ),
  };
}

const bothForms = (paragraphs: readonly string[]): Pick<Rendered, 'text' | 'html'> => ({
  text: `${paragraphs.join('\n\n')}\n`,
  html: page(paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')),
});

const page = (body: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body>${body}</body></html>`;
