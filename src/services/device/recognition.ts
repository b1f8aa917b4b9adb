import type { Caller } from '../../domain/access/actor.ts';
import { keptUserAgent } from '../../domain/access/user-agent.ts';
import { newestPossible } from '../../domain/bounds.ts';
import type { RememberedDevice } from '../../domain/device/remembered-device.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

/** Token of a device that was just remembered. It is shown once. */
export interface RememberedDeviceToken {
  token: string;
  lifetimeSeconds: number;
}

interface Needs {
  store: Pick<Store, 'rememberedDevices'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  audit: Audit;
}

/** The service that `createDeviceRecognition` creates. */
export type DeviceRecognition = ReturnType<typeof createDeviceRecognition>;

/** Creates the service that remembers the device of a login and recognizes it at the next one, where it replaces the second factor. */
export function createDeviceRecognition({ store, clock, random, keyring, audit }: Needs) {
  /**
   * Returns the device of the user that the token belongs to, if it was remembered less than `lifetimeSeconds` before the moment. With 0,
   * none is recognized. Nothing is recorded.
   */
  const find = async (userId: string, deviceToken: string | null, lifetimeSeconds: number, at: Date): Promise<RememberedDevice | null> => {
    if (deviceToken === null || lifetimeSeconds === 0) return null;
    // The databases know no years before the first, and nothing was remembered before 1970.
    const notBefore = new Date(Math.max(0, at.getTime() - lifetimeSeconds * 1000));
    const device = await store.rememberedDevices.find(keyring.hashToken(deviceToken), userId, notBefore);
    return device === null || device.createdAt > newestPossible(at) ? null : device;
  };

  return {
    find,

    /** As `find`, for a login that takes place now. Records that the device was used. */
    async recognize(userId: string, deviceToken: string | null, lifetimeSeconds: number): Promise<RememberedDevice | null> {
      const now = clock.now();
      const device = await find(userId, deviceToken, lifetimeSeconds, now);
      if (device !== null) await store.rememberedDevices.touch(device.id, now);
      return device;
    },

    /** Remembers the browser that the request came from. Runs in the caller's transaction. */
    async remember(
      caller: Caller,
      { userId, tenantId, lifetimeSeconds }: { userId: string; tenantId: string; lifetimeSeconds: number },
    ): Promise<RememberedDeviceToken> {
      const now = clock.now();
      const token = random.token();
      const name = keptUserAgent(caller.origin.userAgent);
      await store.rememberedDevices.add({ id: random.uuid(), userId, tokenHash: keyring.hashToken(token), name, createdAt: now, lastUsedAt: now });
      await audit('DEVICE_REMEMBERED', caller, { userId, tenantId });
      return { token, lifetimeSeconds };
    },
  };
}
