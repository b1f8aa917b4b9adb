import type { Actor, Caller, EnvironmentActor } from '../../domain/access/actor.ts';
import type { Tenant, TenantChange, TenantDetails, TenantFilter, TenantPlace, TenantSearch, TenantSort } from '../../domain/directory/tenant.ts';
import {
  accountSettingNames,
  foldTenantId,
  isTenantId,
  jsonObject,
  jsonText,
  jsonValue,
  maxTenantIdCharacters,
  maxTenantMetadataBytes,
  metadataProblem,
  namedTenant,
  noTenantDetails,
  oldestTenantFirst,
} from '../../domain/directory/tenant.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment, requireSomebody, requireTokenHolder, writeAccountSettings } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { TenantRemoval } from './tenant-removal.ts';
import { maySeeTenant, refuseOtherTenant } from './visibility.ts';

/** A tenant to create. If the id is null, Sallyport makes one. */
export interface NewTenant extends Partial<TenantDetails> {
  id: string | null;
  name: string;
  /** JSON text of any value. */
  metadata?: string;
  isReseller?: boolean;
}

/** Keys of metadata to set and to remove. A key that is in both is removed. */
export interface MetadataChange {
  set: Readonly<Record<string, unknown>>;
  remove: readonly string[];
}

interface Needs {
  store: Pick<Store, 'tenants' | 'transact'>;
  clock: Clock;
  random: Random;
  authority: Pick<AuthorityRules, 'withAuthority'>;
  tenantRemoval: Pick<TenantRemoval, 'finish'>;
  audit: Audit;
}

/** The service that `createTenants` creates. */
export type Tenants = ReturnType<typeof createTenants>;

/** Errors of each use case. */
export const tenantErrors = {
  create: ['INVALID_INPUT', 'TENANT_EXISTS'],
  update: ['INVALID_INPUT', 'NOTHING_TO_UPDATE', 'TENANT_NOT_FOUND'],
  changeMetadata: ['INVALID_INPUT', 'TENANT_NOT_FOUND'],
  enter: ['TENANT_NOT_FOUND'],
} as const;

/** Tenants that are read at once for a list of all of them, because each may have long metadata. */
const readAtOnce = 100;

/** Creates the service that creates, changes and reads tenants, which are the customers of the environment. */
export function createTenants({ store, clock, random, authority: { withAuthority }, tenantRemoval, audit }: Needs) {
  /**
   * Runs `work` in a transaction that has the tenant to itself, for the environment token.
   * Errors: `TENANT_NOT_FOUND`, `FORBIDDEN`, and those of `work`.
   */
  const inTenant = async <T>({ tenantId }: EnvironmentActor, named: string, work: (tenant: Tenant) => Promise<T>): Promise<T> => {
    refuseOtherTenant(tenantId, named);
    return store.transact({ subject: subjectOf(named) }, async () => work((await store.tenants.find(named)) ?? fail('TENANT_NOT_FOUND')));
  };

  /** Changes the fields. Runs in the caller's transaction. Errors: `TENANT_NOT_FOUND`. */
  const change = async (caller: Caller, id: string, fields: TenantChange): Promise<Tenant> => {
    const changed = (await store.tenants.update(id, fields, clock.now())) ?? fail('TENANT_NOT_FOUND');
    await audit('TENANT_UPDATED', caller, { tenantId: id, reason: Object.keys(fields).join(' ') });
    return changed;
  };

  /** Reads all tenants that match, some at a time. */
  async function* readAll(filter: TenantFilter, offset: number, most: number): AsyncGenerator<Tenant[]> {
    let left = most;
    let page = await store.tenants.search({ filter, sort: oldestTenantFirst, offset, limit: Math.min(left, readAtOnce) });
    while (page.length > 0) {
      yield page;
      left -= page.length;
      const last = page.at(-1);
      if (last === undefined || page.length < readAtOnce || left <= 0) return;
      const cursor = { at: last.createdAt, id: last.id };
      page = (await store.tenants.list(filter, { limit: Math.min(left, readAtOnce), direction: 'forward', cursor })).items;
    }
  }

  return {
    ...useCases(audit, 'REQUEST_REFUSED', tenantErrors, {
      /** Creates a tenant. An id that could not travel in a header is refused. An id whose tenant was deleted is free again. */
      async create(caller: Caller, { id, name, metadata = '{}', isReseller = false, ...details }: NewTenant): Promise<Tenant> {
        requireEnvironment(caller.actor);
        if (id !== null && !isTenantId(id)) {
          refuseField('tenantId', `tenantId must be 1 to ${maxTenantIdCharacters} letters, digits, dots, colons, hyphens or underscores`);
        }
        refuseBadMetadata(metadata);
        const now = clock.now();
        const tenant: Tenant = {
          ...noTenantDetails,
          ...details,
          id: id ?? random.uuid(),
          name,
          metadata,
          isReseller,
          createdAt: now,
          updatedAt: now,
        };
        if (id !== null) await tenantRemoval.finish(caller, id);
        return store.transact({ subject: subjectOf(tenant.id) }, async () => {
          if (!(await store.tenants.create(tenant))) fail('TENANT_EXISTS');
          await audit('TENANT_CREATED', caller, { tenantId: tenant.id });
          return tenant;
        });
      },

      /**
       * Changes the given fields and keeps the others. A user who may change the settings of the account changes those of the tenant in
       * force alone, and none of the fields that are the operator's.
       */
      async update(caller: Caller, { named, fields }: { named: string; fields: TenantChange }): Promise<Tenant> {
        if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
        if (fields.metadata !== undefined) refuseBadMetadata(fields.metadata);
        if (caller.actor.kind === 'ENVIRONMENT') return inTenant(caller.actor, named, ({ id }) => change(caller, id, fields));
        const settings: readonly string[] = accountSettingNames;
        return withAuthority(
          caller,
          writeAccountSettings,
          async ({ tenantId }) => {
            refuseOtherTenant(tenantId, named);
            if (tenantId === null || !Object.keys(fields).every((name) => settings.includes(name))) fail('FORBIDDEN');
            return change(caller, tenantId, fields);
          },
          'NO_RECENT_FACTOR',
        );
      },

      /** Sets and removes keys of the metadata and keeps the others. Metadata that is no object is replaced by one. */
      async changeMetadata(caller: Caller, { named, set, remove }: { named: string } & MetadataChange): Promise<Tenant> {
        return inTenant(requireEnvironment(caller.actor), named, async (tenant) => {
          const before = jsonObject(jsonValue(tenant.metadata));
          if (before === null && Object.keys(set).length === 0) return tenant;
          const entries = Object.entries({ ...before, ...set }).filter(([key]) => !remove.includes(key));
          const metadata = jsonText(Object.fromEntries(entries)) ?? refuseField('metadata', 'metadata must not be nested so deeply');
          if (before !== null && metadata === jsonText(before)) return tenant;
          refuseBadMetadata(metadata);
          return change(caller, tenant.id, { metadata });
        });
      },

      /** Returns the environment token as acting in the tenant that a header names. Null acts in the whole environment. */
      async enter({ actor }: Caller, { tenantId }: { tenantId: string | null }): Promise<EnvironmentActor> {
        requireEnvironment(actor);
        // It is asked each time: another instance may have deleted the tenant a moment ago.
        return { kind: 'ENVIRONMENT', tenantId: tenantId === null ? null : ((await store.tenants.idOf(tenantId)) ?? fail('TENANT_NOT_FOUND')) };
      },
    }),

    ...reads(audit, {
      /** Returns the tenant that a text names. Null if there is none, or the caller may not see it. */
      async find({ actor }: Caller, { named }: { named: string }): Promise<Tenant | null> {
        const somebody = requireSomebody(actor);
        const tenant = await store.tenants.find(named);
        return tenant !== null && maySeeTenant(somebody, tenant.id) ? tenant : null;
      },

      /** The same, but a user who names a tenant of others is refused, whether or not it exists. */
      async findOwn({ actor }: Caller, { named }: { named: string }): Promise<Tenant | null> {
        const somebody = requireSomebody(actor);
        if (somebody.kind === 'USER' && namedTenant(named, somebody.tenantIds) === null) fail('FORBIDDEN');
        return store.tenants.find(named);
      },

      /** Returns the tenant with this alias, and the oldest one of several. Null if there is none. */
      async findByAlias({ actor }: Caller, { alias }: { alias: string }): Promise<Tenant | null> {
        requireEnvironment(actor);
        return store.tenants.findByAlias(alias);
      },

      /** Returns those of the tenants that the caller may see. The others are left out, as if they did not exist. */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<Tenant[]> {
        const holder = requireTokenHolder(actor);
        return store.tenants.findMany(ids.filter((id) => maySeeTenant(holder, id)));
      },

      /** Returns a page of the tenants that match. */
      async list(
        { actor }: Caller,
        { page, filter, sort }: { page: PageRequest<TenantPlace>; filter: TenantFilter; sort: TenantSort },
      ): Promise<Page<Tenant>> {
        requireEnvironment(actor);
        return store.tenants.list(filter, page, sort);
      },

      /** Returns how many tenants match. */
      async count({ actor }: Caller, { filter }: { filter: TenantFilter }): Promise<number> {
        requireEnvironment(actor);
        return store.tenants.count(filter);
      },

      /** Returns a part of the tenants that the caller may see and that match, and how many there are. */
      async search({ actor }: Caller, { filter, ...part }: TenantSearch): Promise<{ items: Tenant[]; total: number }> {
        const visible = { ...filter, ...visibleTo(actor) };
        return { items: await store.tenants.search({ ...part, filter: visible }), total: await store.tenants.count(visible) };
      },

      /**
       * Returns the tenants that match, oldest first: all of them, or those after `offset` and at most `limit`.
       * They are read while they are taken.
       */
      async all({ actor }: Caller, { filter, offset, limit }: { filter: TenantFilter; offset: number; limit: number | null }) {
        requireEnvironment(actor);
        return readAll(filter, offset, limit ?? Number.POSITIVE_INFINITY);
      },
    }),
  };
}

/** What a transaction that changes a tenant has to itself. */
const subjectOf = (tenantId: string): string => `tenant:${foldTenantId(tenantId)}`;

/** Returns the conditions that the caller's rights add to a list. */
function visibleTo(actor: Actor): Pick<TenantFilter, 'ids'> {
  const somebody = requireSomebody(actor);
  return somebody.kind === 'ENVIRONMENT' ? {} : { ids: somebody.tenantIds };
}

/** Refuses metadata that cannot be stored. Errors: `INVALID_INPUT`. */
function refuseBadMetadata(text: string): void {
  const problem = metadataProblem(text);
  if (problem === 'NOT_JSON') refuseField('metadata', 'metadata must be a JSON string');
  if (problem === 'TOO_LONG') refuseField('metadata', `metadata must have at most ${maxTenantMetadataBytes} bytes as JSON in UTF-8`);
}

/** Refuses one field of the input. It is a function, so that it can stand in an expression. */
function refuseField(field: string, message: string): never {
  throw new InvalidInput([{ path: [field], message }]);
}
