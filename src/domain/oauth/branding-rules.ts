import { isName, notAName, utf8Length } from '../text.ts';
import type { BrandingChange } from './hosted-login.ts';

/** Most bytes of the name that the pages show. */
export const maxBrandNameBytes = 100;
/** Most characters of a link of the pages. */
export const maxBrandUrlCharacters = 2048;

/** The least contrast of text with what is behind it (WCAG 2.2 §1.4.3). */
const leastContrast = 4.5;

/** Tells whether the pages can link to the text: an address with https that shows no user name. */
const isLink = (text: string): boolean => {
  if (text.length > maxBrandUrlCharacters || !/^https:\/\/[!-~]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return `${username}${password}` === '';
};

/** Returns the part of white light that is in the color, as WCAG 2.2 defines relative luminance. */
function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((place) => Number.parseInt(color.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Returns the contrast of white text on the color, from 1 to 21 (WCAG 2.2, contrast ratio). */
export const contrastWithWhite = (color: string): number => 1.05 / (luminanceOf(color) + 0.05);

const rules = {
  name: (text: string) => {
    if (!isName(text)) return notAName;
    return utf8Length(text) <= maxBrandNameBytes ? null : `must have at most ${maxBrandNameBytes} bytes in UTF-8`;
  },
  primaryColor: (text: string) => {
    if (!/^#[0-9a-f]{6}$/i.test(text)) return 'must be # and six hexadecimal digits, such as #0b57d0';
    return contrastWithWhite(text) >= leastContrast
      ? null
      : `must be darker: white text on it needs a contrast of at least ${leastContrast}, so that people can read it`;
  },
  supportUrl: linkRule,
  privacyUrl: linkRule,
  termsUrl: linkRule,
} as const;

function linkRule(text: string): string | null {
  return isLink(text) ? null : `must be an address that begins with https:// and has at most ${maxBrandUrlCharacters} characters`;
}

/** Returns what is wrong with texts of the branding, each with its field. The logo has rules of its own. */
export const problemsOfBranding = (change: BrandingChange): { field: string; message: string }[] =>
  Object.entries(rules).flatMap(([field, rule]) => {
    const text = change[field as keyof typeof rules];
    const problem = text === undefined || text === null ? null : rule(text);
    return problem === null ? [] : [{ field, message: problem }];
  });
