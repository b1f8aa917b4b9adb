import type { Actor, Caller } from '../../domain/access/actor.ts';
import { deviceName } from '../../domain/device/device-name.ts';
import { deviceLifeSeconds } from '../../domain/device/remembered-device.ts';
import type { User } from '../../domain/directory/user.ts';
import { isOpenMembership } from '../../domain/directory/user.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import { maySeeUser } from '../directory/visibility.ts';
import type { Policies } from '../policy/policies.ts';

/** A remembered device as people see it. */
export interface ListedDevice {
  id: string;
  /** In English. */
  name: string;
  /** What the browser said it is, cut to what is stored. */
  userAgent: string;
  createdAt: Date;
  lastUsedAt: Date;
  /** Depends on the policy that is in force now. */
  expiresAt: Date;
  /** False while the policy does not allow remembered devices. */
  honored: boolean;
}

interface Needs {
  store: Pick<Store, 'rememberedDevices' | 'users' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findMany'>;
  policies: Pick<Policies, 'effectiveForEach'>;
  audit: Audit;
}

/** Errors of each use case. */
export const rememberedDeviceErrors = {
  revoke: ['DEVICE_NOT_FOUND', 'INVALID_INPUT', 'USER_NOT_FOUND'],
  revokeAll: ['INVALID_INPUT', 'USER_NOT_FOUND'],
} as const;

/** The service that `createRememberedDevices` creates. */
export type RememberedDevices = ReturnType<typeof createRememberedDevices>;

/** Creates the service that lists and ends the remembered devices of users. */
export function createRememberedDevices({ store, clock, users, policies, audit }: Needs) {
  /** Returns the remembered devices of each user that have not expired, newest first. A user that the actor may not see has none. */
  const ofUsers = async (actor: Actor, userIds: readonly string[]): Promise<ListedDevice[][]> => {
    const somebody = requireSomebody(actor);
    const now = clock.now();
    const memberships = await store.users.memberships(userIds);
    const seen = userIds.filter((userId) => maySeeUser(somebody, userId, memberships));
    const open = memberships.filter((membership) => isOpenMembership(membership, now));
    const tenantsOf = (userId: string) => open.filter((one) => one.userId === userId).map((one) => one.tenantId);
    const resolved = await policies.effectiveForEach(seen.map(tenantsOf));
    const policyOf = new Map(seen.map((userId, index) => [userId, resolved[index]]));
    const devices = await store.rememberedDevices.ofUsers(seen);
    return userIds.map((userId) => {
      const policy = policyOf.get(userId);
      if (policy === undefined) return [];
      const lifeMilliseconds = deviceLifeSeconds(policy.mfaDeviceExpirationSeconds) * 1000;
      return devices
        .filter((device) => device.userId === userId)
        .map(({ id, name, createdAt, lastUsedAt }) => {
          const expiresAt = new Date(createdAt.getTime() + lifeMilliseconds);
          return { id, name: deviceName(name), userAgent: name, createdAt, lastUsedAt, expiresAt, honored: policy.allowRememberMyDevice };
        })
        .filter(({ expiresAt }) => expiresAt > now);
    });
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', rememberedDeviceErrors, {
      /** Ends one remembered device and returns its user. One of another user is refused as if it did not exist. */
      async revoke(caller: Caller, { userId, deviceId }: { userId: string | null; deviceId: string }): Promise<User> {
        const { actor, user } = await targetUserOf(users, caller.actor, userId);
        return withEventFields({ userId: user.id }, () =>
          store.transact({ user: user.id }, async () => {
            if (!(await store.rememberedDevices.end(deviceId, user.id))) fail('DEVICE_NOT_FOUND');
            await audit('DEVICE_REVOKED', caller, { userId: user.id, tenantId: actor.tenantId, reason: deviceId });
            return user;
          }),
        );
      },

      /** Ends every remembered device of the user and returns how many there were. */
      async revokeAll(caller: Caller, { userId }: { userId: string | null }): Promise<{ user: User; revoked: number }> {
        const { actor, user } = await targetUserOf(users, caller.actor, userId);
        return store.transact({ user: user.id }, async () => {
          const revoked = await store.rememberedDevices.endAllOf(user.id);
          if (revoked > 0) await audit('DEVICE_REVOKED', caller, { userId: user.id, tenantId: actor.tenantId, reason: `all ${revoked}` });
          return { user, revoked };
        });
      },
    }),

    ...reads(audit, {
      /** Returns the remembered devices of each user that have not expired, newest first. A user that the caller may not see has none. */
      ofUsers: ({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<ListedDevice[][]> => ofUsers(actor, userIds),

      /** Returns those of the devices that exist, have not expired and that the caller may see. */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<ListedDevice[]> {
        const listed = await ofUsers(actor, await store.rememberedDevices.ownersOf(ids));
        return listed.flat().filter(({ id }) => ids.includes(id));
      },
    }),
  };
}
