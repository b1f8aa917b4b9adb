import type { NoticeKind, NoticeMessage } from '../../domain/messaging/message.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

interface Words {
  subject: string;
  /** What happened; `%` stands for the kind of factor. */
  fact: string;
  /** What to do about it, where that is another thing than with most. */
  advice?: string;
}

const usualAdvice =
  'If this was you, there is nothing to do. If not, somebody else has access: contact your administrator at once and change your password.';

const words: Readonly<Record<NoticeKind, Words>> = {
  FACTOR_ADDED: { subject: 'A second factor was added', fact: '% was added to your account as a second factor.' },
  FACTOR_REMOVED: { subject: 'A second factor was removed', fact: '% was removed from your account.' },
  RECOVERY_USED: {
    subject: 'A recovery code was used',
    fact: 'A recovery code of your account was used. Every second factor was removed from it, and all sessions and remembered devices have ended.',
  },
  RECOVERY_CODES_GENERATED: {
    subject: 'New recovery codes were generated',
    fact: 'New recovery codes were generated for your account. The ones before no longer work.',
  },
  PASSWORD_CHANGED: {
    subject: 'Your password was changed',
    fact: 'The password of your account was changed. All sessions have ended and no device is remembered any more.',
  },
  ACCOUNT_LOCKED: {
    subject: 'Your account was locked',
    fact: 'Your account was locked, by an administrator or because a wrong password was given too often. All sessions have ended, and nobody can log in until it is unlocked.',
    advice: 'To have it unlocked, contact your administrator. If the wrong passwords were not yours, say so: somebody else tried to get in.',
  },
};

const factorWords: Readonly<Record<StrategyName, string>> = {
  AUTHENTICATOR_APP: 'An authenticator app',
  WEBAUTHN_PLATFORM: 'A passkey of a device',
  WEBAUTHN_CROSS_PLATFORM: 'A security key',
  SMS: 'A phone number',
  EMAIL_CODE: 'E-mail',
};

export const noticeSubject = ({ kind }: NoticeMessage): string => words[kind].subject;

/** Paragraphs of a notice. Names a person chose are left out: a text of somebody else's must not reach a mailbox. */
export function noticeText({ kind, to, service, strategy, at }: NoticeMessage): string[] {
  const factor = strategy === null ? 'Every second factor' : factorWords[strategy];
  const { fact, advice = usualAdvice } = words[kind];
  return [fact.replace('%', factor), `Account: ${to}\nService: ${service}\nTime: ${at.slice(0, 16).replace('T', ' ')} UTC`, advice];
}
