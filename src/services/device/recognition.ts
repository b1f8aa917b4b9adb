import type { Caller } from '../../domain/access/actor.ts';
import { newestPossible } from '../../domain/bounds.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

/** Token of a device that was just remembered. It is shown once. */
export interface RememberedDeviceToken {
  token: string;
  lifetimeSeconds: number;
}

/** How many characters of the user agent are stored. It is only there to name the device, and the rest of a long one adds nothing. */
const maxNameCharacters = 200;

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
  return {
    /**
     * Whether the token belongs to a device of the user that was remembered less than `lifetimeSeconds` ago. With 0, none is
     * recognized.
     */
    async isRemembered(userId: string, deviceToken: string | null, lifetimeSeconds: number): Promise<boolean> {
      if (deviceToken === null || lifetimeSeconds === 0) return false;
      const now = clock.now();
      const device = await store.rememberedDevices.find(keyring.hashToken(deviceToken), userId, new Date(now.getTime() - lifetimeSeconds * 1000));
      if (device === null || device.createdAt > newestPossible(now)) return false;
      await store.rememberedDevices.touch(device.id, now);
      return true;
    },

    /** Remembers the browser that the request came from. Runs in the caller's transaction. */
    async remember(
      caller: Caller,
      { userId, tenantId, lifetimeSeconds }: { userId: string; tenantId: string; lifetimeSeconds: number },
    ): Promise<RememberedDeviceToken> {
      const now = clock.now();
      const token = random.token();
      const name = caller.origin.userAgent.slice(0, maxNameCharacters);
      await store.rememberedDevices.add({ id: random.uuid(), userId, tokenHash: keyring.hashToken(token), name, createdAt: now, lastUsedAt: now });
      await audit('DEVICE_REMEMBERED', caller, { userId, tenantId });
      return { token, lifetimeSeconds };
    },
  };
}
