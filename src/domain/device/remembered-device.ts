import type { SettingsOwner } from '../policy/policy.ts';

/** A browser that may skip the second factor of its user for a while. */
export interface RememberedDevice {
  id: string;
  userId: string;
  tokenHash: string;
  /** The user agent, at most 200 characters of it; `deviceName` makes it readable. */
  name: string;
  createdAt: Date;
  lastUsedAt: Date;
}

/** Cookies live 400 days at most (RFC 6265bis §5.5), whatever the policy says. */
export const maxDeviceLifeSeconds = 400 * 86_400;

/** How long a device is honored under a policy that gives this many seconds. */
export const deviceLifeSeconds = (expirationSeconds: number): number => Math.min(expirationSeconds, maxDeviceLifeSeconds);

export interface RememberedDeviceRepository {
  add(device: RememberedDevice): Promise<void>;
  /** Null unless the token is this user's and the device was remembered after `notBefore`. */
  find(tokenHash: string, userId: string, notBefore: Date): Promise<RememberedDevice | null>;
  touch(id: string, now: Date): Promise<void>;
  /** Newest first. */
  ofUsers(userIds: readonly string[]): Promise<RememberedDevice[]>;
  /** False when the user has no such device. */
  end(id: string, userId: string): Promise<boolean>;
  /** Answers how many there were. */
  endAllOf(userId: string): Promise<number>;
  /** Ends the devices of every member of the tenant, or with null of every user. */
  endAllIn(owner: SettingsOwner): Promise<void>;
  purge(before: Date): Promise<void>;
}
