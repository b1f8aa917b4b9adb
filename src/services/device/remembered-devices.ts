import type { Actor, Origin } from '../../domain/access/actor.ts';
import { deviceName } from '../../domain/device/device-name.ts';
import { deviceLifeSeconds } from '../../domain/device/remembered-device.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { MfaPolicies } from '../policy/policies.ts';

/** A remembered device as people see it. */
export interface ListedDevice {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date;
  /** By the policy as it is now. */
  expiresAt: Date;
  /** False while the policy lets no device be remembered. */
  honored: boolean;
}

interface Needs {
  store: Pick<Store, 'devices' | 'users' | 'transact'>;
  clock: Clock;
  users: Users;
  policies: MfaPolicies;
  audit: Audit;
}

export type RememberedDevices = ReturnType<typeof createRememberedDevices>;

/** Lists and ends the devices that skip the second factor of a user. */
export function createRememberedDevices({ store, clock, users, policies, audit }: Needs) {
  return {
    /** Devices of each user that have not expired, newest first. The caller has checked who may see them. */
    async ofUsers(userIds: readonly string[]): Promise<ListedDevice[][]> {
      const now = clock.now();
      const memberships = await store.users.memberships(userIds);
      const tenantsOf = (userId: string) => memberships.filter((one) => one.userId === userId).map((one) => one.tenantId);
      const resolved = await policies.effectiveForEach(userIds.map(tenantsOf));
      const devices = await store.devices.ofUsers(userIds);
      return userIds.map((userId, index) => {
        const policy = resolved[index] ?? fail('INTERNAL', 'a user without policy');
        const lifeMilliseconds = deviceLifeSeconds(policy.mfaDeviceExpirationSeconds) * 1000;
        return devices
          .filter((device) => device.userId === userId)
          .map(({ id, name, createdAt, lastUsedAt }) => {
            const expiresAt = new Date(createdAt.getTime() + lifeMilliseconds);
            return { id, name: deviceName(name), createdAt, lastUsedAt, expiresAt, honored: policy.allowRememberMyDevice };
          })
          .filter(({ expiresAt }) => expiresAt > now);
      });
    },

    /** Ends one device. Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND` for another's as for none. */
    async revoke(asking: Actor, { userId, deviceId, origin }: { userId: string | null; deviceId: string; origin: Origin }): Promise<User> {
      const { actor, user } = await targetUserOf(users, asking, userId);
      const facts = { actor, userId: user.id, tenantId: actor.tenantId };
      await audit.refusals('REQUEST_REFUSED', origin, facts, () =>
        store.transact(async () => {
          if (!(await store.devices.end(deviceId, user.id))) fail('DEVICE_NOT_FOUND');
          await audit('DEVICE_REVOKED', origin, { ...facts, reason: deviceId });
        }),
      );
      return user;
    },

    /** Ends every device of the user; answers how many there were. Errors: `USER_NOT_FOUND`. */
    async revokeAll(asking: Actor, { userId, origin }: { userId: string | null; origin: Origin }): Promise<{ user: User; revoked: number }> {
      const { actor, user } = await targetUserOf(users, asking, userId);
      const revoked = await store.transact(async () => {
        const ended = await store.devices.endAllOf(user.id);
        if (ended > 0) await audit('DEVICE_REVOKED', origin, { actor, userId: user.id, tenantId: actor.tenantId, reason: `all ${ended}` });
        return ended;
      });
      return { user, revoked };
    },
  };
}
