import type { Caller } from '../../domain/access/actor.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';
import type { TokenInUse, TokenInUseOf } from '../access/api-token-actor.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';

/** Whose access tokens are meant. */
export type AccessTokenOwners = 'TENANTS' | 'USERS';

interface Needs {
  store: Pick<Store, 'apiTokens' | 'environment'>;
  clock: Clock;
  tokenInUseOf: TokenInUseOf;
  audit: Audit;
}

/**
 * Creates the service that tells the servers of the operator which access tokens are good for something, and what they may do. Such a token says
 * neither itself. Only the environment token asks.
 */
export function createActiveTokens({ store, clock, tokenInUseOf, audit }: Needs) {
  /** Whether nobody may speak of these tokens now: those of users while users may have none. */
  const isDisabled = async (of: AccessTokenOwners): Promise<boolean> => of === 'USERS' && (await store.environment.find())?.apiTokensEnabled !== true;
  const isOf = (of: AccessTokenOwners, { kind, userId }: ApiToken): boolean => kind === 'ACCESS_TOKEN' && (userId === null) === (of === 'TENANTS');

  return reads(audit, {
    /** Returns the ids of the access tokens that are good for something, in the tenant in force or in all. */
    async ids({ actor }: Caller, { of }: { of: AccessTokenOwners }): Promise<string[] | 'DISABLED'> {
      const { tenantId } = requireEnvironment(actor);
      return (await isDisabled(of)) ? 'DISABLED' : store.apiTokens.activeAccessTokens(of, tenantId, clock.now());
    },

    /** Returns one of them with what it may do now. Null if there is none with this id. */
    async find({ actor }: Caller, { of, id }: { of: AccessTokenOwners; id: string }): Promise<TokenInUse | 'DISABLED' | null> {
      const { tenantId } = requireEnvironment(actor);
      if (await isDisabled(of)) return 'DISABLED';
      const used = await tokenInUseOf(id);
      return used !== null && isOf(of, used.token) && (tenantId === null || used.token.tenantId === tenantId) ? used : null;
    },
  });
}
