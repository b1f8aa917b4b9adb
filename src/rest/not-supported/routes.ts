import type { RestRoute } from '../route.ts';
import { delegationRead, delegationSet } from './delegation.ts';
import { lostPhoneRoutes } from './lost-phone.ts';
import { redirectUriSync } from './redirect-uri-sync.ts';
import { socialLoginRoutes } from './social-login.ts';
import { subTenantAccessSet, subTenantRoutes } from './sub-tenants.ts';
import { userPoolRoutes } from './user-pools.ts';
import { impersonate, signUpByPhone } from './ways-in.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const notSupportedRoutes: readonly RestRoute[] = [
  ...socialLoginRoutes,
  delegationRead,
  delegationSet,
  ...userPoolRoutes,
  subTenantAccessSet,
  impersonate,
  signUpByPhone,
  ...lostPhoneRoutes,
];

/** The operations of this folder with a path of their own. */
export const notSupportedRoutesOfTheirOwnPath: readonly RestRoute[] = [...subTenantRoutes, redirectUriSync];
