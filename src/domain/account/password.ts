import { InvalidInput } from '../errors.ts';

/** NIST 800-63B-4 §3.1.1.2, for passwords used with a second factor; a code point counts one. */
export const passwordLength = { min: 8, max: 128 };

/** Refuses what no user may have as password; null is none at all. Errors: `INVALID_INPUT`. */
export function refuseBadPassword(password: string | null): void {
  if (password === null) return;
  const length = [...password].length;
  const refuse = (message: string): never => {
    throw new InvalidInput([{ path: ['password'], message }]);
  };
  if (length < passwordLength.min) refuse(`password must be longer than or equal to ${passwordLength.min} characters`);
  if (length > passwordLength.max) refuse(`password must be shorter than or equal to ${passwordLength.max} characters`);
}
