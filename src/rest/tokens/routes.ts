import type { RestRoute } from '../route.ts';
import { activeTenantAccessTokens, activeUserAccessTokens, tenantAccessTokenRights, userAccessTokenRights } from './active-access-tokens.ts';
import { tenantAccessTokenCreate, tenantAccessTokenDelete, tenantAccessTokensRead } from './tenant-access-tokens.ts';
import { tenantTokenCreate, tenantTokenCreateV1, tenantTokenDelete, tenantTokensRead, tenantTokenUpdate } from './tenant-tokens.ts';
import { apiTokenLogin, apiTokenLoginV1, apiTokenRefresh, apiTokenRefreshV1 } from './token-exchange.ts';
import { userAccessTokenCreate, userAccessTokenDelete, userAccessTokensRead } from './user-access-tokens.ts';
import { userTokenCreate, userTokenDelete, userTokensRead } from './user-tokens.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const tokensRoutes: readonly RestRoute[] = [
  apiTokenLogin,
  apiTokenRefresh,
  apiTokenLoginV1,
  apiTokenRefreshV1,
  tenantTokenCreate,
  tenantTokenCreateV1,
  tenantTokensRead,
  tenantTokenUpdate,
  tenantTokenDelete,
  tenantAccessTokenCreate,
  tenantAccessTokensRead,
  tenantAccessTokenDelete,
  userTokenCreate,
  userTokensRead,
  userTokenDelete,
  userAccessTokenCreate,
  userAccessTokensRead,
  userAccessTokenDelete,
  activeUserAccessTokens,
  userAccessTokenRights,
  activeTenantAccessTokens,
  tenantAccessTokenRights,
];
