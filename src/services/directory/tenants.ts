import type { Caller, EnvironmentActor } from '../../domain/access/actor.ts';
import { BoundedMap } from '../../domain/bounded-map.ts';
import type { Tenant } from '../../domain/directory/tenant.ts';
import { foldTenantId, isTenantId, maxTenantIdCharacters, noTenantDetails } from '../../domain/directory/tenant.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment, requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { maySeeTenant } from './visibility.ts';

/** A tenant to create. If the id is null, Sallyport makes one. */
export interface CreateTenant {
  id: string | null;
  name: string;
}

interface Needs {
  store: Pick<Store, 'tenants' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

/** The service that `createTenants` creates. */
export type Tenants = ReturnType<typeof createTenants>;

/** Errors of each use case. */
export const tenantErrors = {
  create: ['INVALID_INPUT', 'TENANT_EXISTS'],
  enter: ['TENANT_NOT_FOUND'],
} as const;

/** Most names of tenants whose ids are remembered. */
const rememberedNames = 10_000;

/** Creates the service that creates and reads tenants, which are the customers of the environment. */
export function createTenants({ store, clock, random, audit }: Needs) {
  // Nearly every request of an environment token names a tenant. What a name means never changes, because no tenant is removed and
  // none is created whose id differs from another one in letter case only.
  const idsByName = new BoundedMap<string, string>(rememberedNames);

  return {
    ...useCases(audit, 'REQUEST_REFUSED', tenantErrors, {
      /** Creates a tenant. An id that could not travel in a header is refused. */
      async create(caller: Caller, { id, name }: CreateTenant): Promise<Tenant> {
        requireEnvironment(caller.actor);
        if (id !== null && !isTenantId(id)) {
          throw new InvalidInput([
            { path: ['tenantId'], message: `tenantId must be 1 to ${maxTenantIdCharacters} letters, digits, dots, colons, hyphens or underscores` },
          ]);
        }
        const now = clock.now();
        const tenant: Tenant = {
          ...noTenantDetails,
          id: id ?? random.uuid(),
          name,
          metadata: '{}',
          isReseller: false,
          createdAt: now,
          updatedAt: now,
        };
        return store.transact({ subject: `tenant:${foldTenantId(tenant.id)}` }, async () => {
          if (!(await store.tenants.create(tenant))) fail('TENANT_EXISTS');
          await audit('TENANT_CREATED', caller, { tenantId: tenant.id });
          return tenant;
        });
      },

      /** Returns the environment token as acting in the tenant that a header names. Null acts in the whole environment. */
      async enter({ actor }: Caller, { tenantId }: { tenantId: string | null }): Promise<EnvironmentActor> {
        requireEnvironment(actor);
        if (tenantId === null) return { kind: 'ENVIRONMENT', tenantId };
        const known = idsByName.get(tenantId);
        if (known !== undefined) return { kind: 'ENVIRONMENT', tenantId: known };
        const { id } = (await store.tenants.find(tenantId)) ?? fail('TENANT_NOT_FOUND');
        idsByName.set(tenantId, id);
        return { kind: 'ENVIRONMENT', tenantId: id };
      },
    }),

    ...reads(audit, {
      /** Returns the tenant that a text names. Null if there is none, or the caller may not see it. */
      async find({ actor }: Caller, { named }: { named: string }): Promise<Tenant | null> {
        const somebody = requireSomebody(actor);
        const tenant = await store.tenants.find(named);
        return tenant !== null && maySeeTenant(somebody, tenant.id) ? tenant : null;
      },

      /** Returns those of the tenants that the caller may see. The others are left out, as if they did not exist. */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<Tenant[]> {
        const somebody = requireSomebody(actor);
        return store.tenants.findMany(ids.filter((id) => maySeeTenant(somebody, id)));
      },

      /** Returns a page of all tenants, oldest first. */
      async list({ actor }: Caller, { page }: { page: PageRequest }): Promise<Page<Tenant>> {
        requireEnvironment(actor);
        return store.tenants.list(page);
      },

      /** Returns how many tenants there are. */
      async count({ actor }: Caller): Promise<number> {
        requireEnvironment(actor);
        return store.tenants.count();
      },
    }),
  };
}
