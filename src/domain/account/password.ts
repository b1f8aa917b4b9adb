import { InvalidInput } from '../errors.ts';

/** Bounds of a password's length in code points, for passwords used with a second factor (NIST 800-63B-4 §3.1.1.2). */
export const passwordLength = { min: 8, max: 128 };

/** Throws `INVALID_INPUT` if the password is too short or too long. Null means no password and is accepted. */
export function refuseBadPassword(password: string | null): void {
  if (password === null) return;
  const length = [...password].length;
  const refuse = (message: string): never => {
    throw new InvalidInput([{ path: ['password'], message }]);
  };
  if (length < passwordLength.min) refuse(`password must be longer than or equal to ${passwordLength.min} characters`);
  if (length > passwordLength.max) refuse(`password must be shorter than or equal to ${passwordLength.max} characters`);
}
