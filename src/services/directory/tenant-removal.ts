import type { Caller } from '../../domain/access/actor.ts';
import type { Tenant } from '../../domain/directory/tenant.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { RemovedWithTenant, Repositories, Store } from '../../domain/store.ts';
import { deleteAccount } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { RevokeInTenant } from '../session/revocation.ts';
import type { UserRemoval } from './user-removal.ts';
import { refuseOtherTenant } from './visibility.ts';

/** A repository of something that belongs to a tenant. */
type Belonging = { [Name in keyof Repositories]: Repositories[Name] extends RemovedWithTenant ? Name : never }[keyof Repositories];

/** Everything that is deleted with a tenant, in this order. A new repository with such rows does not compile until it is listed. */
const belongings: Readonly<Record<Belonging, true>> = {
  roles: true,
  policies: true,
  strategySettings: true,
  lockoutPolicies: true,
  passwordPolicies: true,
  passwordHistoryPolicies: true,
  passwordRotations: true,
  sessionPolicies: true,
  groups: true,
  mfaPlans: true,
  enforcementSchedules: true,
  mfaExemptions: true,
  bulkInvitations: true,
  userMigrations: true,
  invitationLinks: true,
  users: true,
  adoption: true,
};

/**
 * Users whom one transaction takes out of a tenant.
 * It has all settings to itself, so everybody who logs in waits for it a quarter of a second at most.
 */
const usersAtOnce = 20;
/** Sessions that one transaction removes, and as many refresh tokens. */
const sessionsAtOnce = 500;

interface Needs {
  store: Store;
  clock: Clock;
  authority: Pick<AuthorityRules, 'withAuthority'>;
  userRemoval: Pick<UserRemoval, 'deleteUser'>;
  revokeInTenant: RevokeInTenant;
  audit: Audit;
}

/** The service that `createTenantRemoval` creates. */
export type TenantRemoval = ReturnType<typeof createTenantRemoval>;

/** Errors of each use case. */
export const tenantRemovalErrors = {
  remove: ['TENANT_NOT_FOUND', 'STEP_UP_REQUIRED'],
} as const;

/**
 * Creates the service that deletes tenants. The first transaction makes the tenant disappear, with its memberships and everything else that
 * could decide anything. What is left are users who were in it, perhaps a great many: they follow in small transactions, which `cleanup.ts`
 * goes on with if the server stops before the last one.
 */
export function createTenantRemoval({ store, clock, authority: { withAuthority }, userRemoval, revokeInTenant, audit }: Needs) {
  /** Makes the tenant disappear. Runs in the caller's transaction. Errors: `TENANT_NOT_FOUND`. */
  const begin = async (caller: Caller, tenantId: string): Promise<void> => {
    if (!(await store.tenants.beginDeletion(tenantId, clock.now()))) fail('TENANT_NOT_FOUND');
    await revokeInTenant(tenantId, null);
    for (const name of Object.keys(belongings) as Belonging[]) await store[name].removeAllOfTenant(tenantId);
    await audit('TENANT_DELETED', caller, { tenantId });
  };

  /**
   * Does one more part of a deletion that was begun. Returns whether another one is left. The transaction has all settings to itself, so that
   * nobody who is found without any tenant joins one before the user is deleted.
   */
  const goOn = (caller: Caller, tenantId: string): Promise<boolean> =>
    store.transact('SETTINGS', async () => {
      // Another instance may have finished it, and then the id may belong to a new tenant.
      if (!(await store.tenants.beingDeleted(tenantId)).includes(tenantId)) return false;
      const users = await store.tenants.usersLeftIn(tenantId, usersAtOnce);
      if (users.length > 0) {
        // Whoever has joined since the deletion was begun would stay in the tenant, and this would never end.
        await store.users.removeAllOfTenant(tenantId);
        const members = new Set((await store.users.memberships(users.map(({ id }) => id))).map(({ userId }) => userId));
        await store.tenants.enterOldestTenant([...members]);
        for (const user of users) if (!members.has(user.id)) await userRemoval.deleteUser(caller, user);
        return true;
      }
      if ((await store.tenants.removeSessions(tenantId, sessionsAtOnce)) > 0) return true;
      await store.tenants.finishDeletion(tenantId);
      // What the cleanup has counted since, because the id may belong to a new tenant.
      await store.adoption.removeAllOfTenant(tenantId);
      return false;
    });

  /** Finishes the deletion of tenants with this id in any letter case, so that the id is free. */
  const finish = async (caller: Caller, named: string): Promise<void> => {
    for (const tenantId of await store.tenants.beingDeleted(named)) while (await goOn(caller, tenantId));
  };

  return {
    finish,

    /** Finishes all deletions that were begun, but for those still to come when `stopped` becomes true. */
    async finishAll(caller: Caller, stopped: () => boolean): Promise<void> {
      for (const tenantId of await store.tenants.beingDeleted(null)) while (!stopped() && (await goOn(caller, tenantId)));
    },

    useCases: useCases(audit, 'REQUEST_REFUSED', tenantRemovalErrors, {
      /**
       * Deletes a tenant with its memberships, roles, policies and settings. Users who are in no other tenant are deleted. Whoever acts in
       * one tenant deletes that one alone, and a user needs a recent second factor. Returns the tenant as it was.
       */
      async remove(caller: Caller, { named }: { named: string }): Promise<Tenant> {
        const removed = await withAuthority(caller, deleteAccount, async ({ tenantId }) => {
          refuseOtherTenant(tenantId, named);
          const tenant = (await store.tenants.find(named)) ?? fail('TENANT_NOT_FOUND');
          await begin(caller, tenant.id);
          return tenant;
        });
        await finish(caller, removed.id);
        return removed;
      },
    }),
  };
}
