import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimited } from '../domain/errors.ts';

/** Requests one client address may send, by operation; a backstop before the budgets of the database. */
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
  'LOGIN_CODE_SEND',
  'LOGIN_CODE_VERIFY',
  'ACTIVATE',
  'PASSWORD_RESET',
  'PASSWORD_RESET_VERIFY',
  'RECOVER',
  'FACTOR_REMOVE',
] as const;
export type AddressLimit = (typeof addressLimits)[number];

export interface AddressLimitSettings {
  environmentPerSecond: number;
  loginPerMinute: number;
  factorPerMinute: number;
}

/** One counter for each limit, kept in memory, shared by both transports. */
export function createAddressLimits(app: FastifyInstance, settings: AddressLimitSettings) {
  const rate = (limit: AddressLimit) => {
    if (limit === 'ENVIRONMENT') return { max: settings.environmentPerSecond, timeWindow: 1_000 };
    return { max: limit === 'LOGIN' ? settings.loginPerMinute : settings.factorPerMinute, timeWindow: 60_000 };
  };
  const counters = new Map(
    addressLimits.map((limit) => [limit, app.createRateLimit({ ...rate(limit), keyGenerator: (request) => addressOf(request.ip) })]),
  );

  return async (request: FastifyRequest, limit: AddressLimit): Promise<void> => {
    const counted = await counters.get(limit)?.(request);
    if (counted !== undefined && !counted.isAllowed && counted.isExceeded) throw new RateLimited(Math.max(1, counted.ttlInSeconds));
  };
}

/** IPv4 in IPv6 clothing counts as IPv4, in every spelling, and an IPv6 client by its /64: it owns every address in it. */
function addressOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const groups = groupsOf(ip);
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  }
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
}

/** The eight groups of an IPv6 address. */
function groupsOf(ip: string): number[] {
  const [address = ''] = ip.split('%');
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [left = [], right = []] = hexadecimal.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}
