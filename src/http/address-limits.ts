import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimited } from '../domain/errors.ts';
import { networkOf } from '../domain/limits/network.ts';

/**
 * Operations whose requests are limited for each client address. They are checked before the limits in the database, and protect it
 * from load.
 */
export const addressLimits = [
  'ENVIRONMENT',
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
  'ACTIVATE',
  'PASSWORD_RESET',
  'PASSWORD_RESET_VERIFY',
  'RECOVER',
  'FACTOR_REMOVE',
] as const;
/** One of `addressLimits`. */
export type AddressLimit = (typeof addressLimits)[number];

/** Most requests from one client address. */
export interface AddressLimitSettings {
  environmentPerSecond: number;
  loginPerMinute: number;
  factorPerMinute: number;
}

/** Makes the function that counts a request. There is one counter in memory for each limit, shared by both transports. */
export function createAddressLimits(app: FastifyInstance, settings: AddressLimitSettings) {
  const rate = (limit: AddressLimit) => {
    if (limit === 'ENVIRONMENT') return { max: settings.environmentPerSecond, timeWindow: 1_000 };
    return { max: limit === 'LOGIN' ? settings.loginPerMinute : settings.factorPerMinute, timeWindow: 60_000 };
  };
  const counters = new Map(
    addressLimits.map((limit) => [limit, app.createRateLimit({ ...rate(limit), keyGenerator: (request) => networkOf(request.ip) })]),
  );

  return async (request: FastifyRequest, limit: AddressLimit): Promise<void> => {
    const counted = await counters.get(limit)?.(request);
    if (counted === undefined || counted.isAllowed || !counted.isExceeded) return;
    // Anybody can send any number of such requests, so none of them is an event.
    throw new RateLimited(Math.max(1, counted.ttlInSeconds)).unrecorded();
  };
}
