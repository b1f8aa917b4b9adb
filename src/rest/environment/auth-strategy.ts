import type { AuthStrategy } from '../../domain/environment/auth-strategy.ts';

/** The words of Frontegg for the strategies. The order is that in which answers list them. */
export const wireAuthStrategies = ['EmailAndPassword', 'Code', 'MagicLink', 'SmsCode', 'NoLocalAuthentication'] as const;
/** One of `wireAuthStrategies`. */
export type WireAuthStrategy = (typeof wireAuthStrategies)[number];

/** The strategy that each word means. */
export const authStrategyOf: Readonly<Record<WireAuthStrategy, AuthStrategy>> = {
  EmailAndPassword: 'EMAIL_AND_PASSWORD',
  Code: 'CODE',
  MagicLink: 'MAGIC_LINK',
  SmsCode: 'SMS_CODE',
  NoLocalAuthentication: 'NO_LOCAL_AUTHENTICATION',
};

/** The word for each strategy. */
export const wireAuthStrategyOf: Readonly<Record<AuthStrategy, WireAuthStrategy>> = {
  EMAIL_AND_PASSWORD: 'EmailAndPassword',
  CODE: 'Code',
  MAGIC_LINK: 'MagicLink',
  SMS_CODE: 'SmsCode',
  NO_LOCAL_AUTHENTICATION: 'NoLocalAuthentication',
};
