import type { CombinedError } from '@urql/core';
import { codeOf } from '../session/client.ts';
import { formatDuration } from './format.ts';

/** An error of a union, with what some of them say besides. */
export interface Refusal {
  code: string;
  message: string;
  retryAfterSeconds?: number;
  attemptsRemaining?: number | null;
  reason?: string;
  issues?: readonly { path: readonly string[]; message: string }[];
}

/** Sentences for people where the text of the server is for developers. */
const sentences: Readonly<Record<string, string>> = {
  FORBIDDEN: 'Your role does not allow this.',
  UNAUTHENTICATED: 'Your sign-in is no longer valid. Sign in again.',
  UNAVAILABLE: 'The server is busy. Try again in a moment.',
  INTERNAL: 'The server has made an error and logged it. Try again, and tell the operator if it happens again.',
  STEP_UP_REQUIRED: 'This needs a fresh proof of your second factor.',
  INVALID_CREDENTIALS: 'The e-mail address or the password is wrong.',
  ENVIRONMENT_CREDENTIALS_INVALID: 'The client id or the secret is wrong.',
  INVALID_CODE: 'The code is wrong.',
  INVALID_RECOVERY_CODE: 'The recovery code is wrong or was used already.',
  CODE_EXPIRED: 'The code has expired. Ask for a new one.',
  CHALLENGE_EXPIRED: 'This sign-in has taken too long or had too many wrong codes. Begin again with your password.',
  CAPTCHA_REQUIRED:
    'A captcha is asked for, which this page cannot show. Sign in as the environment, or have your address exempted from the captcha.',
  ACCOUNT_LOCKED: 'The account is locked. An administrator of the environment can unlock it.',
  EMAIL_NOT_VERIFIED: 'The e-mail address was never confirmed. Open the link in the activation mail first.',
  NO_STRATEGY_AVAILABLE: 'A second factor is required, but none can be used here. An administrator of the environment has to switch one on.',
  ATTEMPTS_EXHAUSTED: 'There were too many wrong codes.',
  RATE_LIMITED: 'There were too many attempts.',
};

/** Returns an error of a union as a sentence for people. */
export function refusalText(refusal: Refusal): string {
  const { code, message, retryAfterSeconds, attemptsRemaining, reason, issues } = refusal;
  const parts = [sentences[code] ?? message];
  if (issues !== undefined && issues.length > 0) return issues.map((issue) => `${issue.path.slice(1).join('.')} ${issue.message}`.trim()).join('; ');
  if (reason !== undefined) parts.push(reason);
  if (typeof attemptsRemaining === 'number') parts.push(attemptsRemaining === 1 ? 'One attempt is left.' : `${attemptsRemaining} attempts are left.`);
  if (retryAfterSeconds !== undefined) parts.push(`Try again in ${formatDuration(retryAfterSeconds)}.`);
  return parts.join(' ');
}

/** Returns an error of a whole answer as a sentence for people. */
export function failureText(error: CombinedError): string {
  if (error.networkError !== undefined) return 'The server does not answer. Check the connection and try again.';
  const code = codeOf(error);
  return (code === undefined ? undefined : sentences[code]) ?? error.graphQLErrors[0]?.message ?? 'The answer of the server could not be read.';
}

/** Tells whether a result of a union is an error. */
export const isRefusal = <Result extends { __typename: string }>(result: Result): result is Extract<Result, { code: string }> => 'code' in result;
