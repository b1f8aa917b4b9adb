import { isLocalHost } from '../environment/local-host.ts';
import type { Page, PageRequest } from '../page.ts';

/** A URI to which hosted login may send a browser back, with a code in it. */
export interface RedirectUri {
  id: string;
  /** As whoever registered it wrote it. Clients look for that very text. */
  uri: string;
  createdAt: Date;
}

/** Most characters of a redirect URI. All of them are ASCII, so an index of any database can hold it. */
export const maxRedirectUriCharacters = 2048;
/** How many redirect URIs can be registered. Every request for a code is compared with all of them. */
export const mostRedirectUris = 100;

/** Tells whether the text has only characters of a URI (RFC 3986 §2). So it is safe in a header, and every parser splits it in the same way. */
export const hasUriCharactersOnly = (text: string): boolean => /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})*$/i.test(text);

const texts = {
  tooLong: `must have at most ${maxRedirectUriCharacters} characters`,
  pattern: 'must not have a *, because URIs are compared as a whole and no part of one is read as a pattern',
  characters: 'must have only the characters of a URI: others percent-encoded, and those of a domain in its xn-- form',
  scheme:
    'must begin with https://, with http:// and a name or address of this machine such as localhost or 127.0.0.1, or with a scheme of an app that has a dot, such as com.acme.app:/',
  user: 'must not have a user name or a password',
  fragment: 'must not have a fragment, unless it begins with #/ as routes of single-page apps do',
  spelling: 'must be written as browsers write it: scheme and host in small letters, without the default port, and without . and .. in the path',
} as const;

/**
 * Returns why the text cannot be registered, in words that follow the name of a field. Null if it can. The schemes are those that may be
 * used, because a list of dangerous ones such as `javascript` is never complete. A scheme of an app has a dot, as its owner's domain in
 * reverse order does (RFC 8252 §7.1).
 */
export function problemOfRedirectUri(text: string): string | null {
  if (text.length > maxRedirectUriCharacters) return texts.tooLong;
  if (text.includes('*')) return texts.pattern;
  if (!hasUriCharactersOnly(text)) return texts.characters;
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(\/.*)$/i.exec(text) ?? [];
  if (!URL.canParse(text) || !isAllowedScheme(scheme.toLowerCase(), new URL(text).hostname)) return texts.scheme;
  const { href, username, password, hash } = new URL(text);
  if (`${username}${password}` !== '' || /^\/\/[^/?#]*@/.test(rest)) return texts.user;
  if (text.includes('#') && !/^#\/[^#]*$/.test(hash)) return texts.fragment;
  return isSpelledAsBrowsersDo(text, scheme, href) ? null : texts.spelling;
}

const isAllowedScheme = (scheme: string, host: string): boolean =>
  scheme === 'https' || (scheme === 'http' ? isLocalHost(host) : scheme.includes('.'));

/**
 * Tells whether the text is what a browser would send. Any other spelling would never equal what arrives, or would lead elsewhere than it
 * reads. The path of a page may be left out. The scheme of an app may have capitals, because names of Android packages do.
 */
function isSpelledAsBrowsersDo(text: string, scheme: string, href: string): boolean {
  if (scheme.includes('.')) return href.slice(scheme.length) === text.slice(scheme.length);
  return href === text || href === text.replace(/^(\w+:\/\/[^/?#]*)(?=[?#]|$)/, '$1/');
}

/** Stores redirect URIs. No two have the same text. */
export interface RedirectUriRepository {
  /** Adds the URI. False if there is one with the same text. */
  add(redirectUri: RedirectUri): Promise<boolean>;
  /** Returns all of them, oldest first. */
  all(): Promise<RedirectUri[]>;
  findMany(ids: readonly string[]): Promise<RedirectUri[]>;
  /** Returns a page, oldest first, ordered by (createdAt, id). */
  list(page: PageRequest): Promise<Page<RedirectUri>>;
  count(): Promise<number>;
  /** Returns the one with this text. */
  findByUri(uri: string): Promise<RedirectUri | null>;
  /** Removes the URI. False if there is none with the id. */
  remove(id: string): Promise<boolean>;
}
