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

/** Returns how many bytes the text has in UTF-8. Headers, QR codes and authenticators have room for bytes, not for characters. */
export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/** Returns the longest beginning of the text that has at most `maxBytes` bytes in UTF-8. It never ends within a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/**
 * Returns the text without what stands around it: blanks of every kind, and format characters such as zero-width spaces. People
 * copy both with a text and do not see them.
 */
export const withoutBlanksAround = (text: string): string => /[^\s\p{Cf}](?:.*[^\s\p{Cf}])?/su.exec(text)?.[0] ?? '';

/**
 * Returns the text without the blanks, dashes and format characters in it. People write the first two between groups of digits or
 * letters, and what they copy from a page or a document may have dashes of any kind and characters that nobody sees.
 */
export const withoutBlanksAndDashes = (text: string): string => text.replace(/[\s\p{Cf}\p{Pd}\u2212]/gu, '');

/** Characters that nothing is drawn for, although Unicode counts them among letters and symbols: Hangul fillers and the empty Braille pattern. */
const drawnAsNothing = /[\u115F\u1160\u3164\uFFA0\u2800]/g;

/** Tells whether a person sees anything of the text. Blanks, control characters, format characters and lone accents show nothing. */
export const isVisible = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(drawnAsNothing, ''));

/** Characters that break a line, or let a text be read in another order than it is written (Unicode TR 36 §2.7). */
const unsafeInNames = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** What a text that is no name is refused with. */
export const notAName = 'must have a visible character, no line break and no control character';

/** Tells whether the text can be the name of something: a person sees it, it is one line, and it is read as it is written. */
export const isName = (text: string): boolean => isVisible(text) && !unsafeInNames.test(text);
