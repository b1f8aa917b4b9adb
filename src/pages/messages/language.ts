import Negotiator from 'negotiator';

/** The languages of the pages. The first one is for everybody who reads none of them. */
export const languages = ['en', 'de', 'fr', 'es'] as const;
/** One of `languages`. */
export type Language = (typeof languages)[number];

/** A language tag as far as it matters here (RFC 5646 §2.1). */
const tag = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i;
const mostLocales = 10;

/**
 * Returns the language for a reader: the first one of `ui_locales` that there is (OpenID Connect Core §3.1.2.1), then the one that the browser
 * asks for, then English. A language that is not known is no error.
 */
export function languageFor({ uiLocales, acceptLanguage }: { uiLocales: string | null; acceptLanguage: string | undefined }): Language {
  const named = (uiLocales ?? '')
    .split(' ')
    .filter((locale) => tag.test(locale))
    .slice(0, mostLocales);
  for (const locale of named) {
    const found = best(locale);
    if (found !== undefined) return found;
  }
  return best(acceptLanguage ?? '') ?? 'en';
}

/** Returns the language that suits an `Accept-Language` best (RFC 9110 §12.5.4), or undefined if none does. */
function best(acceptLanguage: string): Language | undefined {
  if (acceptLanguage === '') return undefined;
  return new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language([...languages]) as Language | undefined;
}
