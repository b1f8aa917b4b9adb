import type { NoticeKind, NoticeMessage } from '../../domain/messaging/message.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

interface Words {
  subject: string;
  /** What happened. `%` is replaced by the kind of factor. */
  fact: string;
  /** What to do, if it is not `usualAdvice`. */
  advice?: string;
}

const usualAdvice =
  'If this was you, there is nothing to do. If it was not you, somebody else has access to your account. Contact your administrator at once and change your password.';

const words: Readonly<Record<NoticeKind, Words>> = {
  FACTOR_ADDED: { subject: 'A second factor was added', fact: '% was added to your account as a second factor.' },
  FACTOR_REMOVED: { subject: 'A second factor was removed', fact: '% was removed from your account.' },
  PASSKEY_ADDED: { subject: 'A passkey was added', fact: 'A passkey was added to your account. Whoever has it can log in without your password.' },
  PHONE_ADDED: {
    subject: 'A phone number was added',
    fact: 'A phone number to log in by was added to your account. Codes to log in go to the number that was added last.',
  },
  PHONE_REMOVED: { subject: 'A phone number was removed', fact: 'A phone number to log in by was removed from your account.' },
  PASSKEY_REMOVED: { subject: 'A passkey was removed', fact: 'A passkey was removed from your account. It does not log in any more.' },
  RECOVERY_USED: {
    subject: 'A recovery code was used',
    fact: 'A recovery code of your account was used. All second factors and passkeys were removed, all sessions have ended, and no device is remembered any more.',
  },
  RECOVERY_CODES_GENERATED: {
    subject: 'New recovery codes were generated',
    fact: 'New recovery codes were generated for your account. The old codes no longer work.',
  },
  PASSWORD_CHANGED: {
    subject: 'Your password was changed',
    fact: 'The password of your account was changed. All sessions have ended and no device is remembered any more.',
  },
  OWN_PASSWORD_CHANGED: {
    subject: 'You have a new password',
    fact: 'The password of your account was changed by somebody who knew the old one. All other sessions have ended and no device is remembered any more.',
  },
  EMAIL_CHANGED: {
    subject: 'Your e-mail address was changed',
    fact: 'The e-mail address of your account was changed. Codes and messages go to the new address from now on, and no device is remembered any more.',
  },
  SIGN_UP_ATTEMPTED: {
    subject: 'Somebody signed up with your address',
    fact: 'Somebody tried to open a new account with the e-mail address of your account. Nothing was created and nothing has changed.',
    advice:
      'If this was you, log in, or set a new password if you have forgotten yours. If it was not you, nobody has got in, and there is nothing to do. If it goes on, contact your administrator.',
  },
  ACCOUNT_LOCKED: {
    subject: 'Your account was locked',
    fact: 'Your account was locked by an administrator. All sessions have ended, and nobody can log in until the account is unlocked.',
    advice: 'Contact your administrator to have it unlocked.',
  },
  EXEMPTION_GRANTED: {
    subject: 'Your account needs no second factor for a while',
    fact: 'An administrator has exempted your account from the second factor for a while. Logins that the exemption covers ask for nothing but the first factor.',
  },
  API_TOKEN_CREATED: {
    subject: 'A new API token was created',
    fact: 'An API token was created for your account, or by it for a tenant. Whoever has it acts without a login and without a second factor until it is deleted or expires.',
  },
  ENROLLMENT_DUE: {
    subject: 'Set up a second factor',
    fact: 'Your account will need a second factor. Log in and set one up before the time that is named below.',
    advice:
      'After that time, you are asked to set it up at your next login. If you have questions or do not know this service, contact your administrator.',
  },
  INVITATION_USED: {
    subject: 'Your invitation link was used',
    fact: 'Somebody has joined your organization by the invitation link of your account.',
    advice:
      'If you expected this, there is nothing to do. If you did not, delete the link and contact your administrator, who can look at the newest members of your organization.',
  },
};

const factorWords: Readonly<Record<StrategyName, string>> = {
  AUTHENTICATOR_APP: 'An authenticator app',
  WEBAUTHN_PLATFORM: 'A passkey on a device',
  WEBAUTHN_CROSS_PLATFORM: 'A security key',
  SMS: 'A phone number',
  EMAIL_CODE: 'E-mail',
};

/** Returns the subject of a notification. */
export const noticeSubject = ({ kind }: NoticeMessage): string => words[kind].subject;

/**
 * Returns the paragraphs of a notification. Names that users choose are left out, because an attacker could use one to
 * write a text into the mail.
 */
export function noticeText({ kind, to, service, strategy, at }: NoticeMessage): string[] {
  const factor = strategy === null ? 'Every second factor' : factorWords[strategy];
  const { fact, advice = usualAdvice } = words[kind];
  return [fact.replace('%', factor), `Account: ${to}\nService: ${service}\nTime: ${at.slice(0, 16).replace('T', ' ')} UTC`, advice];
}
