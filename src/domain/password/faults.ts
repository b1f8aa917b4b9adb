import { InvalidInput } from '../errors.ts';
import type { PasswordPolicyFields, PasswordTest } from './policy.ts';
import { passwordTests } from './policy.ts';

/** What is wrong with a new password. */
export type PasswordFault =
  | { code: 'TOO_SHORT'; number: number }
  | { code: 'TOO_LONG'; number: number }
  | { code: 'TOO_FEW_TESTS'; number: number }
  | { code: 'NO_LOWERCASE' | 'NO_UPPERCASE' | 'NO_NUMBER' | 'NO_SPECIAL' | 'REPEATED' | 'COMMON' | 'FORBIDDEN_WORD' | 'BREACHED' | 'REUSED' };

/** Returns the text of a fault, as Frontegg's clients show it to people. */
export function textOf(fault: PasswordFault): string {
  switch (fault.code) {
    case 'TOO_SHORT':
      return `Password must be at least ${fault.number} characters long`;
    case 'TOO_LONG':
      return `Password must be at most ${fault.number} characters long`;
    case 'TOO_FEW_TESTS':
      return `Password must pass ${fault.number} of the optional tests`;
    default:
      return texts[fault.code];
  }
}

const texts = {
  NO_LOWERCASE: 'Password must contain a lowercase letter',
  NO_UPPERCASE: 'Password must contain an uppercase letter',
  NO_NUMBER: 'Password must contain a number',
  NO_SPECIAL: 'Password must contain a special character',
  REPEATED: 'Password must not repeat a character three times',
  COMMON: 'Password is one of the most common passwords',
  FORBIDDEN_WORD: 'Password must be more than a name, an address or a forbidden word',
  BREACHED: 'Password was found in a data breach',
  REUSED: 'Password was used before',
} as const;

/** Thrown for a new password that the policy, a list or the history refuses. Each fault is an issue of the input. */
export class PasswordRefused extends InvalidInput {
  readonly faults: readonly PasswordFault[];
  constructor(faults: readonly PasswordFault[], field: string) {
    super(faults.map((fault) => ({ path: [field], message: textOf(fault) })));
    this.faults = faults;
  }
}

const passes: Readonly<Record<PasswordTest, (password: string) => boolean>> = {
  requireLowercase: (password) => /\p{Ll}/u.test(password),
  requireUppercase: (password) => /\p{Lu}/u.test(password),
  requireNumbers: (password) => /\p{N}/u.test(password),
  requireSpecialChars: (password) => /[^\p{L}\p{M}\p{N}\s]/u.test(password),
  checkThreeRepeatedChars: (password) => !/(.)\1\1/su.test(password),
};

const faultOf: Readonly<Record<PasswordTest, PasswordFault>> = {
  requireLowercase: { code: 'NO_LOWERCASE' },
  requireUppercase: { code: 'NO_UPPERCASE' },
  requireNumbers: { code: 'NO_NUMBER' },
  requireSpecialChars: { code: 'NO_SPECIAL' },
  checkThreeRepeatedChars: { code: 'REPEATED' },
};

/** Returns the form in which passwords are compared with lists of words: without letter case, and with one form for each character. */
export const foldPassword = (password: string): string => password.normalize('NFKC').toLowerCase();

/** Returns the letters and digits of a text without what is often put around a word: digits and signs at its ends. */
const core = (text: string): string =>
  foldPassword(text)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '')
    .replace(/^\p{N}+|\p{N}+$/gu, '');

/** Fewest letters of a name or of a part of an address that counts as a word. */
const leastWordLength = 3;

/** The person whom a password is for, as far as it is known. */
export interface PasswordOwner {
  name: string | null;
  email: string;
}

/** Returns the words that a person might use because they are at hand: the name, the address and their parts, and the name of the environment. */
export function personalWords({ name, email }: PasswordOwner, environmentName: string): string[] {
  const whole = [name ?? '', email, environmentName];
  const parts = [...(name ?? '').split(/\s+/), ...email.split(/[@._+-]/)];
  return [...whole, ...parts];
}

/**
 * Returns what the policy says against a password. The lists of common and breached passwords and the history are asked by whoever calls
 * this. Words are compared with the whole password and not looked for in it, as NIST 800-63B-4 §3.1.1.2 wants: a long password may contain a
 * name.
 */
export function policyFaults(password: string, policy: PasswordPolicyFields, words: readonly string[]): PasswordFault[] {
  const length = [...password].length;
  // Nothing else is looked at in a text that is too long, because that would be work for nothing.
  if (length > policy.maxLength) return [{ code: 'TOO_LONG', number: policy.maxLength }];
  const faults: PasswordFault[] = [];
  if (length < policy.minLength) faults.push({ code: 'TOO_SHORT', number: policy.minLength });
  if (!(policy.allowPassphrases && length >= policy.minPhraseLength)) faults.push(...testFaults(password, policy));
  const forbidden = new Set([...words, ...policy.forbiddenWords].map(core).filter((word) => [...word].length >= leastWordLength));
  if (forbidden.has(core(password))) faults.push({ code: 'FORBIDDEN_WORD' });
  return faults;
}

function testFaults(password: string, { requiredTests, optionalTests, minOptionalTestsToPass }: PasswordPolicyFields): PasswordFault[] {
  const failed = passwordTests.filter((test) => requiredTests?.[test] && !passes[test](password));
  const optional = passwordTests.filter((test) => optionalTests?.[test]);
  const needed = Math.min(minOptionalTestsToPass, optional.length);
  const passed = optional.filter((test) => passes[test](password)).length;
  const faults = failed.map((test) => faultOf[test]);
  return passed < needed ? [...faults, { code: 'TOO_FEW_TESTS', number: needed }] : faults;
}
