import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { deleteUsers, requireEnvironment, userIdOf } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { Revoke, RevokeInTenant } from '../session/revocation.ts';
import type { Users } from './users.ts';

/** A user to remove from a tenant. Null is the tenant that the caller acts in. */
export interface RemoveMember {
  userId: string;
  tenantId: string | null;
}

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  users: Pick<Users, 'findOne'>;
  authority: AuthorityRules;
  attempts: Pick<Attempts, 'resetAll'>;
  revoke: Revoke;
  revokeInTenant: RevokeInTenant;
  audit: Audit;
}

/** The service that `createUserRemoval` creates. */
export type UserRemoval = ReturnType<typeof createUserRemoval>;

/** Errors of each use case. */
export const userRemovalErrors = {
  deleteEverywhere: ['USER_NOT_FOUND'],
  removeFromTenant: ['USER_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_LEVEL_TOO_LOW'],
} as const;

/** Creates the service that removes users from tenants and from the environment. */
export function createUserRemoval({ store, clock, keyring, users, authority, attempts, revoke, revokeInTenant, audit }: Needs) {
  const { withAuthority, tenantOf, memberOf } = authority;

  /**
   * Deletes the user with everything that belongs to them. Only the audit trail stays. Its last event has a keyed digest of the address, so
   * that an operator who knows the address can find out what became of it, and nobody else learns it. Runs in the caller's transaction.
   * Errors: `USER_NOT_FOUND`.
   */
  const deleteUser = async (caller: Caller, user: Pick<User, 'id' | 'emailNormalized' | 'activeTenantId'>): Promise<void> => {
    await revoke('USER_DELETED', user.id);
    await attempts.resetAll(user.id);
    if (!(await store.users.remove(user.id))) fail('USER_NOT_FOUND');
    const digest = keyring.digest('deleted-address', user.emailNormalized);
    await audit('USER_DELETED', caller, { userId: user.id, tenantId: user.activeTenantId, reason: `address ${digest}` });
  };

  /**
   * Takes the user out of the tenant. Who was in no other one is deleted; the next login of anybody else enters the oldest tenant that is
   * left. Runs in the caller's transaction. Errors: `USER_NOT_FOUND`.
   */
  const leaveTenant = async (caller: Caller, userId: string, tenantId: string): Promise<void> => {
    await revokeInTenant(tenantId, userId);
    const [user] = await store.users.findMany([userId]);
    if (user === undefined || !(await store.users.removeMembership(userId, tenantId))) fail('USER_NOT_FOUND');
    await audit('USER_LEFT_TENANT', caller, { userId, tenantId });
    const left = await store.users.memberships([userId]);
    if (left.length === 0) return deleteUser(caller, { ...user, activeTenantId: tenantId });
    const next = left.find((membership) => membership.tenantId === user.activeTenantId) ?? left[0];
    if (next !== undefined && next.tenantId !== user.activeTenantId) await store.users.enterNext(userId, next.tenantId, clock.now());
  };

  return {
    deleteUser,
    leaveTenant,

    useCases: useCases(audit, 'REQUEST_REFUSED', userRemovalErrors, {
      /** Deletes the user, in all tenants. An environment token that names a tenant can do so for its members only. */
      async deleteEverywhere(caller: Caller, { userId }: { userId: string }): Promise<void> {
        requireEnvironment(caller.actor);
        await store.transact({ user: userId }, async () => deleteUser(caller, await users.findOne(caller.actor, userId)));
      },

      /** Removes a member from a tenant. Who is in no other tenant is deleted. Nobody removes themselves, and nobody who is more powerful. */
      async removeFromTenant(caller: Caller, { userId, tenantId: named }: RemoveMember): Promise<void> {
        await withAuthority(
          caller,
          deleteUsers,
          async (by) => {
            const tenantId = await tenantOf(by, named);
            if (userIdOf(caller.actor) === userId) fail('FORBIDDEN');
            await memberOf(by, userId, tenantId);
            await leaveTenant(caller, userId, tenantId);
          },
          'NO_RECENT_FACTOR',
        );
      },
    }),
  };
}
