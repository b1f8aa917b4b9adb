import type { Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';
import type { TokenInUse, TokenInUseOf } from '../access/api-token-actor.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';

/** Whose access tokens are meant. */
export type AccessTokenOwners = 'TENANTS' | 'USERS';

interface Needs {
  store: Pick<Store, 'apiTokens' | 'environment'>;
  clock: Clock;
  tokenInUseOf: TokenInUseOf;
  audit: Audit;
}

/** Errors of each use case. */
export const activeTokenErrors = {
  ids: ['API_TOKENS_DISABLED'],
  find: ['API_TOKENS_DISABLED', 'API_TOKEN_NOT_FOUND'],
} as const;

/**
 * Creates the service that tells the servers of the operator which access tokens are good for something, and what they may do. Such a token says
 * neither itself. Only the environment token asks.
 */
export function createActiveTokens({ store, clock, tokenInUseOf, audit }: Needs) {
  /** Refuses to speak of the tokens of users while there may be none, which SDKs take for "do not check". Errors: `API_TOKENS_DISABLED`. */
  const requireEnabled = async (of: AccessTokenOwners): Promise<void> => {
    if (of === 'USERS' && (await store.environment.find())?.apiTokensEnabled !== true) fail('API_TOKENS_DISABLED');
  };
  const isOf = (of: AccessTokenOwners, { kind, userId }: ApiToken): boolean => kind === 'ACCESS_TOKEN' && (userId === null) === (of === 'TENANTS');

  return useCases(audit, 'REQUEST_REFUSED', activeTokenErrors, {
    /** Returns the ids of the access tokens that are good for something, in the tenant in force or in all. */
    async ids({ actor }: Caller, { of }: { of: AccessTokenOwners }): Promise<string[]> {
      const { tenantId } = requireEnvironment(actor);
      await requireEnabled(of);
      return store.apiTokens.activeAccessTokens(of, tenantId, clock.now());
    },

    /** Returns one of them with what it may do now. */
    async find({ actor }: Caller, { of, id }: { of: AccessTokenOwners; id: string }): Promise<TokenInUse> {
      const { tenantId } = requireEnvironment(actor);
      await requireEnabled(of);
      const used = await tokenInUseOf(id);
      const found = used !== null && isOf(of, used.token) && (tenantId === null || used.token.tenantId === tenantId);
      return found ? used : fail('API_TOKEN_NOT_FOUND');
    },
  });
}
