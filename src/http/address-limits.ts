import type { ClientAddress } from '../domain/access/client-address.ts';
import { RateLimited } from '../domain/errors.ts';
import type { Clock, Random } from '../domain/ports.ts';
import type { RequestRate } from './request-counter.ts';
import { createRequestCounter } from './request-counter.ts';

/**
 * Operations whose requests are limited for each client address. They are checked before the limits in the database, and protect it
 * from load.
 */
export const addressLimits = [
  'ENVIRONMENT',
  'API_TOKEN',
  'LOGIN',
  'ENROLL',
  'ENROLL_VERIFY',
  'AUTHENTICATOR_VERIFY',
  'WEBAUTHN_ENROLL',
  'WEBAUTHN_ENROLL_VERIFY',
  'WEBAUTHN_BEGIN',
  'WEBAUTHN_VERIFY',
  'EMAIL_CODE_SEND',
  'EMAIL_CODE_VERIFY',
  'SMS_SEND',
  'SMS_VERIFY',
  'LOGIN_CODE_SEND',
  'LOGIN_CODE_VERIFY',
  'MAGIC_LINK_SEND',
  'MAGIC_LINK_VERIFY',
  'SMS_LOGIN_SEND',
  'SMS_LOGIN_VERIFY',
  'PHONE_CODE_SEND',
  'PHONE_CODE_VERIFY',
  'PASSKEY_BEGIN',
  'PASSKEY_LOGIN',
  'ACTIVATE',
  'INVITATION_ACCEPT',
  'INVITATION_CHECK',
  'LINK_AGAIN',
  'SIGN_UP',
  'PASSWORD_RESET',
  'PASSWORD_RESET_VERIFY',
  'PASSWORD_CHANGE',
  'UNLOCK',
  'RECOVER',
  'FACTOR_REMOVE',
  'AUTHORIZE',
  'TOKEN',
  'SILENT',
] as const;
/** One of `addressLimits`. */
export type AddressLimit = (typeof addressLimits)[number];

/** Most requests from one client address. */
export interface AddressLimitSettings {
  environmentPerSecond: number;
  loginPerMinute: number;
  factorPerMinute: number;
}

/** Every load of a page of an application may ask for tokens, so there may be several times as many of these as of logins. */
const tokensPerLogin = 3;

function perMinute(limit: AddressLimit, { loginPerMinute, factorPerMinute }: AddressLimitSettings): number {
  if (limit === 'TOKEN' || limit === 'SILENT') return tokensPerLogin * loginPerMinute;
  return limit === 'LOGIN' || limit === 'AUTHORIZE' || limit === 'MAGIC_LINK_SEND' ? loginPerMinute : factorPerMinute;
}

/** Makes the function that counts a request. There is one counter in memory for each limit, shared by both transports. */
export function createAddressLimits(settings: AddressLimitSettings, needs: { clock: Clock; random: Random }) {
  const rateOf = (limit: AddressLimit): RequestRate => {
    if (limit === 'ENVIRONMENT') return { max: settings.environmentPerSecond, windowMilliseconds: 1_000 };
    // Programs of many tenants may stand behind one address.
    if (limit === 'API_TOKEN') return { max: Math.ceil((settings.environmentPerSecond * 10) / 3), windowMilliseconds: 1_000 };
    return { max: perMinute(limit, settings), windowMilliseconds: 60_000 };
  };
  const counters = new Map(addressLimits.map((limit) => [limit, createRequestCounter(rateOf(limit), needs)]));

  return ({ network }: ClientAddress, limit: AddressLimit): void => {
    const wait = counters.get(limit)?.(network) ?? null;
    // Anybody can send any number of such requests, so none of them is an event.
    if (wait !== null) throw new RateLimited(Math.ceil(wait / 1_000)).unrecorded();
  };
}
