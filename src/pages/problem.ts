import type { MessageKey } from './messages/en.ts';
import type { Text } from './messages/text.ts';
import { waitIn } from './messages/text.ts';

/** The names of the fields that a problem may point at. They are the ids of the fields as well. */
export const fieldNames = ['email', 'password', 'newPassword', 'code', 'recoveryCode', 'phoneNumber', 'name', 'saved', 'companyName'] as const;
/** One of `fieldNames`. */
export type FieldName = (typeof fieldNames)[number];

type Codes<Key> = Key extends `problem.${infer Code}` ? Code : never;
type WithValues = 'RATE_LIMITED' | 'INVALID_CODE' | 'INVALID_CODE_LEFT' | 'ATTEMPTS_EXHAUSTED' | 'PASSWORD_SHORT' | 'PASSWORD_LONG';
/** The code of a problem whose text needs no values. */
export type PlainProblem = Exclude<Codes<MessageKey>, WithValues>;

/** What went wrong, for the person at the screen. `field` is the one to correct. */
export type Problem = { field?: FieldName } & (
  | { code: PlainProblem }
  | { code: 'RATE_LIMITED' | 'ATTEMPTS_EXHAUSTED'; seconds: number }
  /** `attempts` is how many are left, null if none was counted. */
  | { code: 'INVALID_CODE'; attempts: number | null }
  | { code: 'PASSWORD_SHORT'; min: number }
  | { code: 'PASSWORD_LONG'; max: number }
);

/** Returns the problem in the words of the reader. */
export function problemText(text: Text, problem: Problem): string {
  switch (problem.code) {
    case 'RATE_LIMITED':
    case 'ATTEMPTS_EXHAUSTED':
      return text(`problem.${problem.code}`, { wait: waitIn(text, problem.seconds) });
    case 'INVALID_CODE':
      return problem.attempts === null ? text('problem.INVALID_CODE') : text('problem.INVALID_CODE_LEFT', { attempts: problem.attempts });
    case 'PASSWORD_SHORT':
      return text('problem.PASSWORD_SHORT', { min: problem.min });
    case 'PASSWORD_LONG':
      return text('problem.PASSWORD_LONG', { max: problem.max });
    default:
      return text(`problem.${problem.code}`);
  }
}
