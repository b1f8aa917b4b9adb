import { namedTenant } from '../../domain/directory/tenant.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

interface Needs {
  store: Pick<Store, 'tenants' | 'users'>;
  clock: Clock;
}

/** The service that `createMemberTenants` creates. */
export type MemberTenants = ReturnType<typeof createMemberTenants>;

/** Creates the lookup of a tenant that a person names to enter it, by its id or by its alias. */
export function createMemberTenants({ store, clock }: Needs) {
  const named = async (userId: string, text: string): Promise<string | null> => {
    const open = (await store.users.openMemberships(userId, clock.now())).map(({ tenantId }) => tenantId);
    const byId = namedTenant(text, open);
    if (byId !== null) return byId;
    const aliased = await store.tenants.findByAlias(text);
    return aliased !== null && open.includes(aliased.id) ? aliased.id : null;
  };

  return {
    /** Returns the id of the tenant if the user can enter it. Null if not, whether or not it exists. It may run in an open transaction. */
    named,

    /**
     * Returns the tenant that a login enters, or null to leave it to the login. One that the user cannot enter is refused like a wrong password,
     * whether or not it exists. Errors: `INVALID_CREDENTIALS`.
     */
    async toEnter(userId: string, text: string | null): Promise<string | null> {
      return text === null ? null : ((await named(userId, text)) ?? fail('INVALID_CREDENTIALS'));
    },
  };
}
