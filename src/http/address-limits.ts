import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimited } from '../domain/errors.ts';

/** Requests one client address may send, by operation; a backstop before the budgets of the database. */
export const addressLimits = ['ENVIRONMENT', 'LOGIN', 'ENROLL_VERIFY', 'AUTHENTICATOR_VERIFY', 'EMAIL_CODE_SEND', 'EMAIL_CODE_VERIFY'] as const;
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

/** IPv4 in IPv6 clothing counts as IPv4, and an IPv6 client by its /64: it owns every address in it. */
function addressOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  return ip.includes(':') ? network64(ip) : ip;
}

function network64(ip: string): string {
  const [head = '', tail] = ip.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
