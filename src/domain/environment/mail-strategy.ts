/** What a mail asks for that activates an account or invites a user: to follow its link, or to enter its code as well. */
export const mailStrategyNames = ['LINK', 'CODE'] as const;
/** One of `mailStrategyNames`. */
export type MailStrategyName = (typeof mailStrategyNames)[number];

/** The mails that have such a strategy. */
export const strategyMails = ['ACTIVATION', 'INVITATION'] as const;
/** One of `strategyMails`. */
export type StrategyMail = (typeof strategyMails)[number];

/** What one kind of mail asks for. */
export interface MailStrategy {
  strategy: MailStrategyName;
  /** How long a mail with a code works. One with a link alone works as long as `tokenLifetimeSeconds` says. */
  codeLifetimeSeconds: number;
}

/** The strategy of an environment whose operator has chosen none. */
export const defaultMailStrategy: MailStrategy = { strategy: 'LINK', codeLifetimeSeconds: 300 };

/** How long a mail with a code may work, in seconds. The longest time is a day, because a code has few digits. */
export const codeLifetimeBounds = { minSeconds: 60, maxSeconds: 86_400 } as const;
