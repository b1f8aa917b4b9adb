import type { Keyring, Random } from '../../domain/ports.ts';

/** A code of six digits to send, and what is kept of it: no code, only a salt and a keyed digest of both. */
export function makeOneTimeCode(purpose: string, { random, keyring }: { random: Random; keyring: Keyring }): { code: string; keep: Uint8Array } {
  const code = random.digits(6);
  // With the salt, equal codes of two people leave unequal digests.
  const salt = random.token();
  return { code, keep: new TextEncoder().encode(`${salt}:${keyring.digest(purpose, `${salt}:${code}`)}`) };
}

/** Whether `answer` is the code of which `kept` is what was kept. */
export function matchesOneTimeCode(purpose: string, kept: Uint8Array, answer: string, keyring: Keyring): boolean {
  const [salt, digest] = new TextDecoder().decode(kept).split(':');
  return salt !== undefined && digest !== undefined && keyring.matches(purpose, `${salt}:${answer}`, digest);
}
