const loneSurrogate = /\p{Surrogate}/u;

/**
 * Tells whether every text in a JSON value is text: no string and no name of a member holds half of a surrogate pair, which stands for
 * no character. Databases, hashes and mails could only replace it, and then two inputs would mean the same. The value may be nested
 * to any depth.
 */
export function holdsOnlyText(value: unknown): boolean {
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === 'string' && loneSurrogate.test(next)) return false;
    if (typeof next === 'object' && next !== null) {
      for (const [name, member] of Object.entries(next)) rest.push(name, member);
    }
  }
  return true;
}
