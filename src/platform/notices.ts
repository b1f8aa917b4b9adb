import type { NoticeTemplate } from '../domain/outbox/message.ts';

const notYou = 'If this was not you, somebody else has access to your account: tell your administrator at once.';

/** What each notice says. Nothing in it helps who should not read it. */
export const notices: Readonly<Record<NoticeTemplate, { subject: string; sentences: readonly string[] }>> = {
  PASSWORD_CHANGED: {
    subject: 'Your password was changed',
    sentences: [
      'Your password was changed. All sessions have ended and no device is remembered any more.',
      'If that was not you, set a new password at once and tell your administrator.',
    ],
  },
  RECOVERY_USED: {
    subject: 'A recovery code of your account was used',
    sentences: [
      'A recovery code of your account was used. Every second factor was removed from it, and all sessions and remembered devices have ended.',
      'Log in with your password, and enroll a new second factor.',
      notYou,
    ],
  },
  RECOVERY_CODES_GENERATED: {
    subject: 'New recovery codes of your account',
    sentences: ['New recovery codes were generated for your account. The ones before no longer work.', notYou],
  },
};
