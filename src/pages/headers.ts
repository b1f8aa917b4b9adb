/**
 * Returns the source of a redirect URI as a content security policy names it: an origin, or the scheme of an app. Browsers check the redirect
 * that follows a form as well, so the answer of a sign-in needs it. Null for what a policy cannot name.
 */
export function formSourceOf(redirectUri: string): string | null {
  let url: URL;
  try {
    url = new URL(redirectUri);
  } catch {
    return null;
  }
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  // A policy has no form for addresses of IPv6, and a host may contain characters that end a directive (CSP Level 3 §2.3.1).
  if (!web || /^\[/.test(url.hostname)) return /^[a-z][a-z0-9+.-]*:$/.test(url.protocol) ? url.protocol : null;
  return /^[a-z0-9._-]+$/.test(url.hostname) ? url.origin : null;
}

/**
 * Returns the headers of security of a page. `formSource` is where a form of the page may lead besides this server. `captchaOrigins` are those
 * of the provider of captchas, on a page that asks for one; without any, the page loads nothing of elsewhere.
 */
export const pageHeaders = (formSource: string | null, captchaOrigins: readonly string[] = []): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    ['script-src', "'self'", ...captchaOrigins].join(' '),
    "style-src 'self'",
    "img-src 'self' data:",
    `form-action 'self'${formSource === null ? '' : ` ${formSource}`}`,
    ...(captchaOrigins.length === 0 ? [] : ['frame-src', 'connect-src'].map((directive) => [directive, ...captchaOrigins].join(' '))),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  // With `no-referrer`, browsers send `Origin: null` with forms, and the check of their origin would refuse them all.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-type': 'text/html; charset=utf-8',
});
