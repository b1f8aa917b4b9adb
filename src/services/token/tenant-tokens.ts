import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ApiToken, ApiTokenChange, ApiTokenFilter, ApiTokenKind } from '../../domain/token/api-token.ts';
import { mostApiTokens } from '../../domain/token/api-token.ts';
import {
  deleteTenantApiTokens,
  may,
  readTenantApiTokens,
  requirePermission,
  requireTokenHolder,
  writeTenantApiTokens,
} from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Authority, AuthorityRules } from '../role/authority.ts';
import type { AddToken, CreatedToken } from './creation.ts';
import { checkedDescription, checkedMetadata, endAfter, grantable, requireLevels } from './rules.ts';

/** A token of the tenant to create. */
export interface NewTenantToken extends Pick<ApiToken, 'kind' | 'description' | 'roleIds' | 'permissionIds'> {
  metadata: Readonly<Record<string, unknown>>;
  /** Null if nothing but its deletion ends it. */
  expiresInMinutes: number | null;
}

/** What to change of credentials of the tenant. */
export interface TenantTokenChange extends Pick<ApiTokenChange, 'description' | 'roleIds' | 'permissionIds'> {
  metadata?: Readonly<Record<string, unknown>>;
}

interface Needs {
  store: Pick<Store, 'apiTokens' | 'permissions' | 'roles'>;
  clock: Clock;
  authority: AuthorityRules;
  addToken: AddToken;
  notices: Pick<SecurityNotices, 'wake'>;
  audit: Audit;
}

/** Errors of each use case. */
export const tenantTokenErrors = {
  create: [
    ...['INVALID_INPUT', 'STEP_UP_REQUIRED', 'TENANT_HEADER_REQUIRED', 'ROLE_NOT_FOUND', 'PERMISSION_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW'],
    'API_TOKEN_LIMIT_REACHED',
  ],
  update: [
    ...['INVALID_INPUT', 'STEP_UP_REQUIRED', 'TENANT_HEADER_REQUIRED', 'ROLE_NOT_FOUND', 'PERMISSION_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW'],
    ...['API_TOKEN_NOT_FOUND', 'NOTHING_TO_UPDATE'],
  ],
  remove: ['TENANT_HEADER_REQUIRED', 'API_TOKEN_NOT_FOUND'],
} as const;

/**
 * Creates the service of the tokens of tenants. A token needs no second factor and outlives every session, so whoever makes or strengthens one
 * has proven a factor lately, and gives it no more than they have.
 */
export function createTenantTokens({ store, clock, authority: { withAuthority, tenantOf }, addToken, notices, audit }: Needs) {
  /**
   * Returns the token of the tenant in force. Runs in the transaction of `withAuthority`.
   * Errors: `API_TOKEN_NOT_FOUND`, `TENANT_HEADER_REQUIRED`.
   */
  const tokenOf = async (by: Authority, kind: ApiTokenKind, id: string): Promise<ApiToken> => {
    const tenantId = await tenantOf(by, null);
    const token = await store.apiTokens.find(id, clock.now());
    return token?.userId === null && token.tenantId === tenantId && token.kind === kind ? token : fail('API_TOKEN_NOT_FOUND');
  };

  /** Returns what selects the tokens of the tenant in force. Null if there is none in force. Errors: `UNAUTHENTICATED`, `FORBIDDEN`. */
  const filterOf = (actor: Actor, kind: ApiTokenKind): ApiTokenFilter | null => {
    const { tenantId } = requirePermission(actor, readTenantApiTokens);
    return tenantId === null ? null : { kind, tenantId, userId: null };
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', tenantTokenErrors, {
      /** Creates a token of the tenant in force. Its secret is returned here and never again. */
      async create(caller: Caller, { kind, description, metadata, expiresInMinutes, ...grants }: NewTenantToken): Promise<CreatedToken> {
        const texts = { description: checkedDescription(description), metadata: checkedMetadata(metadata) };
        const expiresAt = endAfter(expiresInMinutes, clock);
        const created = await withAuthority(caller, writeTenantApiTokens, async (by) => {
          const tenantId = await tenantOf(by, null);
          const granted = await grantable(store, by, tenantId, grants);
          if ((await store.apiTokens.countOf({ tenantId })) >= mostApiTokens.ofTenant) fail('API_TOKEN_LIMIT_REACHED');
          return addToken(caller, { kind, tenantId, userId: null, ...texts, ...granted, createdAt: clock.now(), expiresAt });
        });
        notices.wake();
        return created;
      },

      /** Changes the given fields of credentials and keeps the others. What they may do counts at their next request. */
      async update(caller: Caller, { id, change }: { id: string; change: TenantTokenChange }): Promise<ApiToken> {
        if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
        const { description, metadata, roleIds, permissionIds } = change;
        const texts: ApiTokenChange = {
          ...(description === undefined ? {} : { description: checkedDescription(description) }),
          ...(metadata === undefined ? {} : { metadata: checkedMetadata(metadata) }),
        };
        return withAuthority(caller, writeTenantApiTokens, async (by) => {
          const token = await tokenOf(by, 'CLIENT_CREDENTIALS', id);
          const fields = { ...texts, ...(await grantsAfter(by, token, { ...(roleIds && { roleIds }), ...(permissionIds && { permissionIds }) })) };
          if (!(await store.apiTokens.update(id, fields))) fail('API_TOKEN_NOT_FOUND');
          await audit('API_TOKEN_UPDATED', caller, { tenantId: token.tenantId, reason: `${id} ${Object.keys(change).join(' ')}` });
          return { ...token, ...fields };
        });
      },

      /** Deletes a token of the tenant in force. This server refuses it from then on, and every JWT that was issued for it. */
      async remove(caller: Caller, { id, kind }: { id: string; kind: ApiTokenKind }): Promise<ApiToken> {
        return withAuthority(
          caller,
          deleteTenantApiTokens,
          async (by) => {
            const token = await tokenOf(by, kind, id);
            if (!(await store.apiTokens.remove(id))) fail('API_TOKEN_NOT_FOUND');
            await audit(kind === 'ACCESS_TOKEN' ? 'ACCESS_TOKEN_DELETED' : 'API_TOKEN_DELETED', caller, { tenantId: token.tenantId, reason: id });
            return token;
          },
          'NO_RECENT_FACTOR',
        );
      },
    }),

    ...reads(audit, {
      /** Returns all tokens of a kind of the tenant in force, oldest first. Null for an environment token that names no tenant. */
      async all({ actor }: Caller, { kind }: { kind: ApiTokenKind }): Promise<ApiToken[] | null> {
        const filter = filterOf(actor, kind);
        return filter === null ? null : store.apiTokens.all(filter, clock.now());
      },

      /** Returns a page of them, which is empty for an environment token that names no tenant. */
      async list({ actor }: Caller, { kind, page }: { kind: ApiTokenKind; page: PageRequest }): Promise<Page<ApiToken>> {
        const filter = filterOf(actor, kind);
        return filter === null ? { items: [], hasMore: false } : store.apiTokens.list(filter, clock.now(), page);
      },

      /** Returns how many there are. */
      async count({ actor }: Caller, { kind }: { kind: ApiTokenKind }): Promise<number> {
        const filter = filterOf(actor, kind);
        return filter === null ? 0 : store.apiTokens.count(filter, clock.now());
      },

      /** Returns those of the ids that are tokens of a kind of the tenant in force. Without one, the environment token sees those of all tenants. */
      async findMany({ actor }: Caller, { ids, kind }: { ids: readonly string[]; kind: ApiTokenKind }): Promise<ApiToken[]> {
        const holder = requireTokenHolder(actor);
        if (!may(holder, readTenantApiTokens)) return [];
        const tokens = await store.apiTokens.findMany(ids, clock.now());
        return tokens.filter(
          (token) => token.kind === kind && token.userId === null && (holder.tenantId === null || token.tenantId === holder.tenantId),
        );
      },
    }),
  };

  /** Returns the roles and permissions after a change. Roles that a token loses have to be within the level of the caller, like those it gets. */
  async function grantsAfter(by: Authority, token: ApiToken, change: Pick<ApiTokenChange, 'roleIds' | 'permissionIds'>): Promise<ApiTokenChange> {
    if (Object.keys(change).length === 0) return {};
    if (change.roleIds !== undefined) requireLevels(by, await store.roles.findMany(token.roleIds));
    const kept = { roleIds: token.roleIds, permissionIds: token.permissionIds };
    // What stays is not given anew, so it is not asked whether the caller has it.
    const granted = await grantable(store, by, token.tenantId, { roleIds: change.roleIds ?? [], permissionIds: change.permissionIds ?? [] });
    return {
      roleIds: change.roleIds === undefined ? kept.roleIds : granted.roleIds,
      permissionIds: change.permissionIds === undefined ? kept.permissionIds : granted.permissionIds,
    };
  }
}
