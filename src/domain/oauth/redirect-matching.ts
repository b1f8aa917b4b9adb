import { hasUriCharactersOnly } from './redirect-uri.ts';

/** What decides whether a browser may be sent to a URI. */
export interface RedirectRules {
  /** The registered redirect URIs. */
  registered: readonly string[];
  /** Whether the server runs for developers, who may begin before they have registered anything. */
  development: boolean;
}

/** An IP address of this machine, its port if there is one, and the rest of the URI. `localhost` is a name, and not one of them (RFC 8252 §8.3). */
const loopback = /^http:\/\/(?<host>127\.0\.0\.1|\[::1\])(?::(?<port>[1-9]\d{0,4}))?(?<rest>[/?#].*)?$/s;
/** Where Frontegg's clients expect the code on the machine of a developer. */
const developerPage = /^http:\/\/localhost(?::(?<port>[1-9]\d{0,4}))?(?<rest>[/?#].*)?$/s;

/** Splits the URI by the pattern. Null if it does not fit, or if its port does not exist. */
function split(pattern: RegExp, uri: string): { host: string; rest: string } | null {
  const groups = pattern.exec(uri)?.groups;
  if (groups === undefined || Number(groups.port ?? 0) > 65_535) return null;
  return { host: groups.host ?? '', rest: groups.rest ?? '' };
}

/**
 * Tells whether the registered redirect URI allows the presented one. They have to be the same text (RFC 9700 §4.1.3). An IP address of this
 * machine may have any port, because an app without a server of its own takes a free one at each login (RFC 8252 §7.3).
 */
export function matchRedirectUri(registered: string, presented: string): boolean {
  if (registered === presented) return true;
  const [entry, given] = [split(loopback, registered), split(loopback, presented)];
  return entry !== null && given !== null && entry.host === given.host && entry.rest === given.rest;
}

/** Tells whether a developer who has registered nothing may use the page, and the whole of it. */
const isOfDeveloper = ({ registered, development }: RedirectRules, presented: string, isRest: (rest: string) => boolean): boolean => {
  const page = development && registered.length === 0 ? split(developerPage, presented) : null;
  return page !== null && isRest(page.rest);
};

/**
 * Returns the registered redirect URI that allows the presented one, or null if it must not be used. For a developer who has registered
 * nothing, the callback of Frontegg's clients on `localhost` allows itself.
 */
export function allowedBy(rules: RedirectRules, presented: string): string | null {
  const found = rules.registered.find((uri) => matchRedirectUri(uri, presented));
  return found ?? (isOfDeveloper(rules, presented, (rest) => rest === '/oauth/callback') ? presented : null);
}

/**
 * Tells whether a browser may be sent to the URI after a log-out: to a redirect URI, or to any page of the same origin, because clients send
 * the page that they are on. The origin is compared as text up to where every parser ends it, so nobody has to agree on how to read the
 * rest. What is allowed can stand in a header as it is.
 */
export function mayReturnTo(rules: RedirectRules, presented: string): boolean {
  if (!hasUriCharactersOnly(presented)) return false;
  if (allowedBy(rules, presented) !== null || isOfDeveloper(rules, presented, () => true)) return true;
  return rules.registered.some((uri) => isOfSameOrigin(uri, presented));
}

function isOfSameOrigin(registered: string, presented: string): boolean {
  const [entry, given] = [split(loopback, registered), split(loopback, presented)];
  if (entry !== null && given !== null) return entry.host === given.host;
  const [origin] = /^https?:\/\/[^/?#]+/.exec(registered) ?? [];
  return origin !== undefined && presented.startsWith(origin) && /^(?:[/?#]|$)/.test(presented.slice(origin.length));
}

/**
 * Tells whether the check before a login succeeds that Frontegg's mobile SDKs make while an app is being developed. They encode the redirect
 * URI once more than other clients do, and send a URI of their own to servers under development, so only in production has it to be allowed.
 */
export const passesPrelogin = (rules: RedirectRules, production: boolean, presented: string | undefined): boolean =>
  !production || readingsOf(presented).some((reading) => allowedBy(rules, reading) !== null);

/** Returns the text, the text decoded, and that decoded again, as far as they can be. */
function readingsOf(text: string | undefined, most = 3): string[] {
  if (text === undefined || most === 0) return [];
  return [text, ...readingsOf(decoded(text), most - 1)];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
