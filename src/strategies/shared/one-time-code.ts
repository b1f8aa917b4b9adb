import { codeDigits } from '../../domain/bounds.ts';
import type { Keyring, Random } from '../../domain/ports.ts';

/** Makes a code of six digits, and the bytes to keep for checking it: a salt and a keyed digest, never the code itself. */
export function makeOneTimeCode(purpose: string, { random, keyring }: { random: Random; keyring: Keyring }): { code: string; keep: Uint8Array } {
  const code = random.digits(codeDigits);
  // The salt makes the digests of two equal codes differ.
  const salt = random.token();
  return { code, keep: new TextEncoder().encode(`${salt}:${keyring.digest(purpose, `${salt}:${code}`)}`) };
}

/** Tells whether `answer` is the code that `kept` was made for by `makeOneTimeCode` with the same purpose. */
export function matchesOneTimeCode(purpose: string, kept: Uint8Array, answer: string, keyring: Keyring): boolean {
  const [salt, digest] = new TextDecoder().decode(kept).split(':');
  return salt !== undefined && digest !== undefined && keyring.matches(purpose, `${salt}:${answer}`, digest);
}
