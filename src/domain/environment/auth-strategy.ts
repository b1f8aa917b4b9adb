/** What an environment offers to log in by: the password alone, another first factor beside it, or no first factor of this server. */
export const authStrategies = ['EMAIL_AND_PASSWORD', 'CODE', 'MAGIC_LINK', 'SMS_CODE', 'NO_LOCAL_AUTHENTICATION'] as const;
/** One of `authStrategies`. */
export type AuthStrategy = (typeof authStrategies)[number];

/** The strategies by which somebody logs in without a password. */
export type PasswordlessStrategy = Extract<AuthStrategy, 'CODE' | 'MAGIC_LINK' | 'SMS_CODE'>;

/** The channel that messages of a strategy go by. Null if it sends none. */
export const channelOfStrategy: Readonly<Record<AuthStrategy, 'email' | 'sms' | null>> = {
  EMAIL_AND_PASSWORD: null,
  CODE: 'email',
  MAGIC_LINK: 'email',
  SMS_CODE: 'sms',
  NO_LOCAL_AUTHENTICATION: null,
};

/**
 * Whether somebody may log in by a first factor of this server. The password stays beside every other strategy, so that switching one on
 * locks nobody out; only an environment without any first factor of its own refuses it.
 */
export const admitsLocalLogin = ({ authStrategy }: { authStrategy: AuthStrategy }): boolean => authStrategy !== 'NO_LOCAL_AUTHENTICATION';

/** Bounds of the lifetime of codes and links to log in by, in seconds. */
export const passwordlessLifetimeBounds = { minSeconds: 60, maxSeconds: 3600 } as const;
