import type { MfaPolicyFields, SettingsOwner } from '../policy/policy.ts';

/** A browser in which its user may skip the second factor for some time. */
export interface RememberedDevice {
  id: string;
  userId: string;
  tokenHash: string;
  /** The first 200 characters of the user agent. `deviceName` makes it readable. */
  name: string;
  createdAt: Date;
  lastUsedAt: Date;
}

/** Longest time a device is remembered, in seconds: browsers keep no cookie for more than 400 days (RFC 6265bis §5.5). */
export const maxDeviceLifeSeconds = 400 * 86_400;

/** Returns how many seconds a device is remembered if the policy sets `expirationSeconds`. */
export const deviceLifeSeconds = (expirationSeconds: number): number => Math.min(expirationSeconds, maxDeviceLifeSeconds);

/** Returns how many seconds a device may skip the second factor under a policy. 0 if it may not. */
export const rememberSecondsUnder = ({
  allowRememberMyDevice,
  mfaDeviceExpirationSeconds,
}: Pick<MfaPolicyFields, 'allowRememberMyDevice' | 'mfaDeviceExpirationSeconds'>): number =>
  allowRememberMyDevice ? deviceLifeSeconds(mfaDeviceExpirationSeconds) : 0;

/** Stores remembered devices. */
export interface RememberedDeviceRepository {
  add(device: RememberedDevice): Promise<void>;
  /** Returns the remembered device if the token belongs to this user and the device was remembered after `notBefore`. */
  find(tokenHash: string, userId: string, notBefore: Date): Promise<RememberedDevice | null>;
  /** Records a use. */
  touch(id: string, now: Date): Promise<void>;
  /** Returns the ids of the users whose devices these are. Devices that do not exist are left out. */
  ownersOf(ids: readonly string[]): Promise<string[]>;
  /** Returns the remembered devices of the users, newest first. */
  ofUsers(userIds: readonly string[]): Promise<RememberedDevice[]>;
  /** Forgets the device. False if the user has no such remembered device. */
  end(id: string, userId: string): Promise<boolean>;
  /** Forgets every device of the user. Returns how many there were. */
  endAllOf(userId: string): Promise<number>;
  /** Forgets the devices of every member of the tenant, or with null of every user. */
  endAllIn(owner: SettingsOwner): Promise<void>;
}
