import { deviceName } from '../device/device-name.ts';

/** Where the authenticator of a passkey is: built into a device, or carried from device to device. */
export const passkeyDeviceTypes = ['PLATFORM', 'CROSS_PLATFORM'] as const;
/** One of `passkeyDeviceTypes`. */
export type PasskeyDeviceType = (typeof passkeyDeviceTypes)[number];

/** A WebAuthn credential that a user logs in with instead of a password. It is no authenticator: it is never asked for as a second factor. */
export interface Passkey {
  id: string;
  userId: string;
  /** Name by which the user recognizes the passkey. */
  name: string;
  deviceType: PasskeyDeviceType;
  sealedCredential: Uint8Array;
  /** SHA-256 of the credential id. No two passkeys share it, and no passkey shares it with an authenticator. */
  credentialHash: string;
  /** The last signature counter (WebAuthn §6.1.1). 0 if the authenticator does not count. */
  signCount: number;
  createdAt: Date;
  /** When it last logged in. Null if it never did. */
  lastUsedAt: Date | null;
}

/** A passkey as clients may see it. */
export type PublicPasskey = Pick<Passkey, 'id' | 'userId' | 'name' | 'deviceType' | 'createdAt' | 'lastUsedAt'>;

/** Most passkeys of a user. In a long list, a user would not notice one that an attacker has added. */
export const maxPasskeys = 10;

/** The default name of a passkey that is carried from device to device. */
export const carriedPasskeyName = 'Security key or phone';

/**
 * Returns the name of a passkey until its user chooses another. One that is built in is named after the browser that made it, so that those of
 * several devices can be told apart.
 */
export const defaultPasskeyName = (deviceType: PasskeyDeviceType, userAgent: string): string =>
  deviceType === 'PLATFORM' ? deviceName(userAgent) : carriedPasskeyName;

/** Stores passkeys. */
export interface PasskeyRepository {
  /** Adds the passkey. False if another one, of any user, has the same credential. Runs in the caller's transaction. */
  add(passkey: Passkey): Promise<boolean>;
  /** Whether some passkey has the credential. */
  hasCredential(credentialHash: string): Promise<boolean>;
  /** Returns the passkey of a credential, or null. */
  findByCredential(credentialHash: string): Promise<Passkey | null>;
  /** Returns the passkeys in no particular order. */
  findMany(ids: readonly string[]): Promise<Passkey[]>;
  /** Returns the passkeys of the users, oldest first. */
  ofUsers(userIds: readonly string[]): Promise<Passkey[]>;
  /** Records the signature counter and the use. False if it is not higher than before, unless both are zero, or if the passkey is gone. */
  advanceCounter(id: string, counter: number, now: Date): Promise<boolean>;
  /** Gives the passkey another name. False if the user has none with this id. */
  rename(id: string, userId: string, name: string): Promise<boolean>;
  /** Removes the passkey. False if the user has none with this id, so that only one of two parallel removals succeeds. */
  remove(id: string, userId: string): Promise<boolean>;
  /** Removes every passkey of the user. Returns how many there were. */
  endAllOf(userId: string): Promise<number>;
}
