import type { Owner } from '../policy/policy.ts';

/** A browser that may skip the second factor of its user for a while. */
export interface RememberedDevice {
  id: string;
  userId: string;
  tokenHash: string;
  /** From the user agent, for the person to recognize. */
  name: string;
  createdAt: Date;
  lastUsedAt: Date;
}

/** Cookies live 400 days at most (RFC 6265bis §5.5), whatever the policy says. */
export const maxDeviceLifeSeconds = 400 * 86_400;

export interface RememberedDeviceRepository {
  add(device: RememberedDevice): Promise<void>;
  /** Null unless the token is this user's and the device was remembered after `notBefore`. */
  find(tokenHash: string, userId: string, notBefore: Date): Promise<RememberedDevice | null>;
  touch(id: string, now: Date): Promise<void>;
  endAllOf(userId: string): Promise<void>;
  /** Ends the devices of every member of the tenant, or with null of every user. */
  endAllIn(owner: Owner): Promise<void>;
}
