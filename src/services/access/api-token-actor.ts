import type { ApiTokenActor } from '../../domain/access/actor.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';

interface Needs {
  store: Pick<Store, 'apiTokens' | 'roles' | 'users'>;
  clock: Clock;
}

/** Who acts by a token, and the token. */
export interface TokenInUse {
  actor: ApiTokenActor;
  token: ApiToken;
}

/**
 * Returns who acts by the token with this id, with the rights of now. Null if it was deleted or has expired, or if its user is locked or
 * cannot enter its tenant any more.
 */
export type TokenInUseOf = (tokenId: string) => Promise<TokenInUse | null>;

/** Creates `TokenInUseOf`, the one rule that says whether a token is good for anything. */
export const createTokenInUseOf =
  ({ store, clock }: Needs): TokenInUseOf =>
  async (tokenId) => {
    const now = clock.now();
    const token = await store.apiTokens.find(tokenId, now);
    if (token === null) return null;
    const { id, tenantId, userId } = token;
    const actorWith = (rights: ApiTokenActor['rights']): TokenInUse => ({
      token,
      actor: { kind: 'API_TOKEN', tokenId: id, tenantId, userId, rights },
    });
    if (userId === null) return actorWith(await store.apiTokens.rightsOf(id));
    const [[user], memberships, rights] = await Promise.all([
      store.users.findMany([userId]),
      store.users.openMemberships(userId, now),
      store.roles.rightsOf(userId, tenantId),
    ]);
    const enters = user !== undefined && !user.locked && memberships.some((membership) => membership.tenantId === tenantId);
    return enters ? actorWith(rights) : null;
  };
