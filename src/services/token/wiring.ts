import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { TokenInUseOf } from '../access/api-token-actor.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Guesses } from '../limits/guesses.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { ShapeFor } from '../session/token-shapes.ts';
import type { Tokens } from '../session/tokens.ts';
import { createActiveTokens } from './active-tokens.ts';
import { createTokenCreation } from './creation.ts';
import { createExchange } from './exchange.ts';
import { createTenantTokens } from './tenant-tokens.ts';
import { createUserTokens } from './user-tokens.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  guesses: Guesses;
  tokens: Tokens;
  shapeFor: ShapeFor;
  tokenInUseOf: TokenInUseOf;
  authority: AuthorityRules;
  recentFactor: RecentFactor;
  sessions: Sessions;
  notices: SecurityNotices;
  audit: Audit;
}

/** Creates the services of API tokens. */
export function createApiTokens(needs: Needs) {
  const { store, clock, random, keyring, guesses, tokens, shapeFor, tokenInUseOf, authority, recentFactor, sessions, notices, audit } = needs;
  const addToken = createTokenCreation({ store, random, keyring, tokens, notices, audit });
  return {
    tenantTokens: createTenantTokens({ store, clock, authority, addToken, notices, audit }),
    userTokens: createUserTokens({ store, clock, authority, recentFactor, sessions, addToken, notices, audit }),
    tokenExchange: createExchange({ store, clock, random, keyring, guesses, tokens, shapeFor, tokenInUseOf, audit }),
    activeTokens: createActiveTokens({ store, clock, tokenInUseOf, audit }),
  };
}
