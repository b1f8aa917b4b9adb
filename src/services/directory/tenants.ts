import type { Actor, EnvironmentActor, Origin } from '../../domain/access/actor.ts';
import type { Tenant } from '../../domain/directory/tenant.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment, requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';

interface Needs {
  store: Pick<Store, 'tenants' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

export type Tenants = ReturnType<typeof createTenants>;

/** An id must survive a header and a URL unchanged; a comma would read as two. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

export function createTenants({ store, clock, random, audit }: Needs) {
  return {
    /** Errors: `TENANT_EXISTS`, `INVALID_INPUT` for an id that could not travel in a header. */
    async create(actor: Actor, { id, name }: { id: string | null; name: string }, origin: Origin): Promise<Tenant> {
      requireEnvironment(actor);
      if (id !== null && !idPattern.test(id)) {
        throw new InvalidInput([{ path: ['tenantId'], message: 'tenantId must be 1 to 100 letters, digits, dots, colons, hyphens or underscores' }]);
      }
      const now = clock.now();
      const tenant = { id: id ?? random.uuid(), name, createdAt: now, updatedAt: now };
      return store.transact(async () => {
        if (!(await store.tenants.create(tenant))) fail('TENANT_EXISTS');
        await audit('TENANT_CREATED', origin, { actor, tenantId: tenant.id });
        return tenant;
      });
    },

    /** Those of the ids the actor may see; the others are left out, as if they did not exist. */
    async findMany(actor: Actor, ids: readonly string[]): Promise<Tenant[]> {
      const somebody = requireSomebody(actor);
      return store.tenants.findMany(somebody.kind === 'USER' ? ids.filter((id) => somebody.tenantIds.includes(id)) : ids);
    },

    /** The environment acting in the tenant of a header; null acts in all. Errors: `TENANT_NOT_FOUND`. */
    async enter(tenantId: string | null, origin: Origin): Promise<EnvironmentActor> {
      const actor: EnvironmentActor = { kind: 'ENVIRONMENT', tenantId };
      if (tenantId !== null && (await store.tenants.findMany([tenantId])).length === 0) {
        await audit('REQUEST_REFUSED', origin, { actor, reason: 'TENANT_NOT_FOUND' });
        fail('TENANT_NOT_FOUND');
      }
      return actor;
    },

    async list(actor: Actor, page: PageRequest): Promise<Page<Tenant>> {
      requireEnvironment(actor);
      return store.tenants.list(page);
    },

    async count(actor: Actor): Promise<number> {
      requireEnvironment(actor);
      return store.tenants.count();
    },
  };
}
