import { IntlMessageFormat } from 'intl-messageformat';
import { de } from './de.ts';
import type { MessageKey } from './en.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Language } from './language.ts';

/** Returns a text in the language of the reader, with values put in. It is plain text: whoever shows it escapes it. */
export type Text = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

/** The texts of each language. A language without all of them does not compile. */
export const catalogues: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, de, fr, es };

/** Messages are parsed when they are needed first, because no start needs them. */
const parsed = new Map<string, IntlMessageFormat>();

/** Returns the function that gives the texts of a language. */
export const textIn =
  (language: Language): Text =>
  (key, values = {}) => {
    const name = `${language} ${key}`;
    let message = parsed.get(name);
    if (message === undefined) {
      message = new IntlMessageFormat(catalogues[language][key], language, undefined, { ignoreTag: true });
      parsed.set(name, message);
    }
    return String(message.format(values));
  };

/** Returns how long to wait in the words of the reader, in the largest unit that says enough. */
export function waitIn(text: Text, seconds: number): string {
  if (seconds < 90) return text('wait.seconds', { count: Math.max(1, Math.ceil(seconds)) });
  if (seconds < 5_400) return text('wait.minutes', { count: Math.ceil(seconds / 60) });
  return text('wait.hours', { count: Math.ceil(seconds / 3_600) });
}

/** Returns how long ago something was in the words of the reader. Pages do not know the time zone of their readers, so they name no time. */
export function agoIn(text: Text, seconds: number): string {
  if (seconds < 60) return text('ago.now');
  if (seconds < 3_600) return text('ago.minutes', { count: Math.floor(seconds / 60) });
  if (seconds < 86_400) return text('ago.hours', { count: Math.floor(seconds / 3_600) });
  return text('ago.days', { count: Math.floor(seconds / 86_400) });
}

/** Returns for how long something goes on, in the words of the reader. */
export const forIn = (text: Text, seconds: number): string =>
  seconds < 86_400
    ? text('for.hours', { count: Math.max(1, Math.ceil(seconds / 3_600)) })
    : text('for.days', { count: Math.floor(seconds / 86_400) });
