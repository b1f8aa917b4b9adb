import { refuseRequest } from './refusal.ts';

/** Most characters of the parameter. */
const maxCharacters = 8_192;
/** What an mfaToken looks like: 256 bits in base64url. */
const mfaTokenPattern = /^[A-Za-z0-9_-]{43}$/;
/** The page of a second factor that applications of phones open with the answer of their own login. */
const factorPath = '/oauth/account/mfa-mobile-authenticator';

/**
 * Returns the mfaToken of a login that a phone has begun and that is to be completed on the pages. Null for an action that is something
 * else, such as a social login, because the page to sign in answers those. Nothing but the mfaToken is read.
 */
export function mfaTokenIn(action: string, ownOrigin: string): string | null {
  if (action.length > maxCharacters) refuseRequest('The parameter login_direct_action is too long.');
  const { type, data } = jsonObjectIn(action);
  if (type !== 'direct' || typeof data !== 'string' || !URL.canParse(data)) return null;
  const url = new URL(data);
  if (url.origin !== ownOrigin || !url.pathname.endsWith(factorPath)) return null;
  const { mfaToken } = jsonObjectIn(url.searchParams.get('state') ?? '');
  return typeof mfaToken === 'string' && mfaTokenPattern.test(mfaToken) ? mfaToken : null;
}

/** Returns the object in a text of base64. Without one, or with one that cannot be read, it is empty. */
function jsonObjectIn(base64: string): Record<string, unknown> {
  try {
    const bytes = Uint8Array.from(atob(base64.replaceAll('-', '+').replaceAll('_', '/').replaceAll(' ', '+')), (character) =>
      character.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
