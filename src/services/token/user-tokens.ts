import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ApiToken, ApiTokenKind } from '../../domain/token/api-token.ts';
import { mostApiTokens } from '../../domain/token/api-token.ts';
import { deleteUserApiTokens, may, requireSomebodyOrOwner, requireTokenHolder, userIdOf } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { visibleUserIds } from '../directory/visibility.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { AddToken, CreatedToken } from './creation.ts';
import { checkedDescription, checkedMetadata, endAfter } from './rules.ts';

/** The user whose tokens a call is about. Null is the user of the token of the call; an environment token has to name one. */
interface OfUser {
  userId: string | null;
  kind: ApiTokenKind;
}

/** A token of a user to create. */
export interface NewUserToken extends OfUser {
  description: string;
  metadata: Readonly<Record<string, unknown>>;
  /** Null if nothing but its deletion ends it. */
  expiresInMinutes: number | null;
}

interface Needs {
  store: Pick<Store, 'apiTokens' | 'authenticators' | 'environment' | 'users' | 'transact'>;
  clock: Clock;
  authority: AuthorityRules;
  recentFactor: Pick<RecentFactor, 'requireRecentFactor' | 'requireFactorless'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  addToken: AddToken;
  notices: Pick<SecurityNotices, 'wake'>;
  audit: Audit;
}

/** Errors of each use case. */
export const userTokenErrors = {
  create: ['INVALID_INPUT', 'STEP_UP_REQUIRED', 'TENANT_HEADER_REQUIRED', 'USER_NOT_FOUND', 'API_TOKENS_DISABLED', 'API_TOKEN_LIMIT_REACHED'],
  remove: ['INVALID_INPUT', 'TENANT_HEADER_REQUIRED', 'USER_NOT_FOUND', 'API_TOKEN_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW'],
} as const;

/** Creates the service of the tokens of users. Each is for the tenant in which it was made, and does what its user may do there at the moment. */
export function createUserTokens({ store, clock, authority, recentFactor, sessions, addToken, notices, audit }: Needs) {
  /** Returns the tenant in force, and the user whose tokens the call is about. An API token of a user reaches credentials alone. */
  const ownerOf = ({ actor }: Caller, { userId, kind }: OfUser): { tenantId: string; userId: string } => {
    const holder = requireTokenHolder(actor);
    if (holder.kind === 'ENVIRONMENT') {
      if (userId === null) throw new InvalidInput([{ path: ['userId'], message: 'must be given with an environment token' }]);
      return { tenantId: holder.tenantId ?? fail('TENANT_HEADER_REQUIRED'), userId };
    }
    const own = holder.kind === 'API_TOKEN' && kind === 'ACCESS_TOKEN' ? null : holder.userId;
    if (own === null) fail('FORBIDDEN');
    if (userId !== null && userId !== own) fail('USER_NOT_FOUND');
    return { tenantId: holder.tenantId, userId: own };
  };

  /** Refuses a user who is no member who can enter the tenant. Errors: `USER_NOT_FOUND`. */
  const requireMember = async ({ tenantId, userId }: { tenantId: string; userId: string }): Promise<void> => {
    const memberships = await store.users.openMemberships(userId, clock.now());
    if (!memberships.some((membership) => membership.tenantId === tenantId)) fail('USER_NOT_FOUND');
  };

  /** Refuses a user while the environment lets no user have tokens. Errors: `API_TOKENS_DISABLED`. */
  const requireEnabled = async (): Promise<void> => {
    if ((await store.environment.find())?.apiTokensEnabled !== true) fail('API_TOKENS_DISABLED');
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', userTokenErrors, {
      /** Creates a token of the user for the tenant in force. Its secret is returned here and never again. */
      async create(caller: Caller, { kind, description, metadata, expiresInMinutes, ...given }: NewUserToken): Promise<CreatedToken> {
        requireTokenHolder(caller.actor);
        await recentFactor.requireRecentFactor(caller);
        const owner = ownerOf(caller, { ...given, kind });
        const texts = { description: checkedDescription(description), metadata: checkedMetadata(metadata) };
        const expiresAt = endAfter(expiresInMinutes, clock);
        // A token that makes another one would outlive the end that its user has set it.
        if (caller.actor.kind === 'API_TOKEN') await recentFactor.requireFactorless(caller, owner);
        const created = await store.transact({ user: owner.userId }, async () => {
          await sessions.requireLivingSession(caller.actor);
          await requireEnabled();
          await requireMember(owner);
          if ((await store.apiTokens.countOf({ userId: owner.userId })) >= mostApiTokens.ofUser) fail('API_TOKEN_LIMIT_REACHED');
          return addToken(caller, { kind, ...owner, ...texts, roleIds: [], permissionIds: [], createdAt: clock.now(), expiresAt });
        });
        notices.wake();
        return created;
      },

      /**
       * Deletes a token of the user in the tenant in force. Whoever may delete tokens of members deletes those of everybody there who is not more
       * powerful. This server refuses the token from then on, and every JWT that was issued for it.
       */
      async remove(caller: Caller, { id, kind, userId }: { id: string } & OfUser): Promise<ApiToken> {
        const holder = requireTokenHolder(caller.actor);
        const { tenantId, userId: own } =
          holder.kind === 'ENVIRONMENT' ? ownerOf(caller, { userId, kind }) : { tenantId: holder.tenantId, userId: userIdOf(holder) };
        const token = await store.apiTokens.find(id, clock.now());
        if (token === null || token.kind !== kind || token.tenantId !== tenantId || token.userId === null) fail('API_TOKEN_NOT_FOUND');
        const owner = token.userId;
        const end = async (): Promise<ApiToken> => {
          if (!(await store.apiTokens.remove(id))) fail('API_TOKEN_NOT_FOUND');
          const kindOfEvent = kind === 'ACCESS_TOKEN' ? 'ACCESS_TOKEN_DELETED' : 'API_TOKEN_DELETED';
          await audit(kindOfEvent, caller, { tenantId, userId: owner, reason: id });
          return token;
        };
        // Whoever may delete none of others does not learn which ids there are.
        if (owner !== own && !may(caller.actor, deleteUserApiTokens)) fail('API_TOKEN_NOT_FOUND');
        if (owner === own && !(caller.actor.kind === 'API_TOKEN' && kind === 'ACCESS_TOKEN')) {
          return store.transact({ user: owner }, async () => {
            await sessions.requireLivingSession(caller.actor);
            return end();
          });
        }
        if (caller.actor.kind === 'ENVIRONMENT') fail('API_TOKEN_NOT_FOUND');
        const remove = async (by: Parameters<typeof authority.memberOf>[0]) => {
          await authority.memberOf(by, owner, tenantId);
          return end();
        };
        return authority.withAuthority(caller, deleteUserApiTokens, remove, 'NO_RECENT_FACTOR');
      },
    }),

    ...reads(audit, {
      /**
       * Returns the tokens of a user for the tenant in force, oldest first: those of the user of the token, or with an environment token of the named
       * one. Null for a user who is no member there.
       */
      async all({ actor }: Caller, { userId: named, kind }: OfUser): Promise<ApiToken[] | null> {
        const { tenantId } = requireSomebodyOrOwner(actor);
        const own = actor.kind === 'API_TOKEN' && kind === 'ACCESS_TOKEN' ? fail('FORBIDDEN') : userIdOf(actor);
        const userId = own ?? named;
        if (userId === null || tenantId === null) return null;
        const isMember = own !== null || (await store.users.memberships([userId])).some((membership) => membership.tenantId === tenantId);
        return isMember ? store.apiTokens.all({ kind, tenantId, userId }, clock.now()) : null;
      },

      /** Returns for each user the tokens for all tenants, oldest first. A user of whom the caller may not see everything has none. */
      async ofUsers({ actor }: Caller, { userIds, kind }: { userIds: readonly string[]; kind: ApiTokenKind }): Promise<ApiToken[][]> {
        const tokens = await store.apiTokens.ofUsers(await visibleUserIds(store, actor, userIds), kind, clock.now());
        return userIds.map((userId) => tokens.filter((token) => token.userId === userId && isInForce(actor, token.tenantId)));
      },

      /** Returns those of the ids that are tokens of a kind of users of whom the caller may see everything. */
      async findMany({ actor }: Caller, { ids, kind }: { ids: readonly string[]; kind: ApiTokenKind }): Promise<ApiToken[]> {
        const tokens = (await store.apiTokens.findMany(ids, clock.now())).filter((token) => token.kind === kind);
        const seen = new Set(await visibleUserIds(store, actor, [...new Set(tokens.flatMap(({ userId }) => userId ?? []))]));
        return tokens.filter(({ userId, tenantId }) => userId !== null && seen.has(userId) && isInForce(actor, tenantId));
      },
    }),
  };
}

/** Whether the tenant is the one that an environment token names, or that token names none. A user sees the own tokens in all tenants. */
const isInForce = (actor: Actor, tenantId: string): boolean => actor.kind !== 'ENVIRONMENT' || actor.tenantId === null || actor.tenantId === tenantId;
