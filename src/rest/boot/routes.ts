import type { RestRoute } from '../route.ts';
import { authStrategiesRead, publicAuthStrategies } from './auth-strategies.ts';
import { flags } from './flags.ts';
import { metadata } from './metadata.ts';
import { publicConfigurationRead } from './public-configuration.ts';
import { authenticatedSso, customSocialLogins, olderSocialLogins, publicSso, socialLogins } from './public-sso.ts';
import { publicVendor } from './public-vendor.ts';
import { signUpStrategies } from './sign-up-strategies.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const bootRoutes: readonly RestRoute[] = [
  publicConfigurationRead,
  publicAuthStrategies,
  authStrategiesRead,
  signUpStrategies,
  authenticatedSso,
  socialLogins,
  customSocialLogins,
  olderSocialLogins,
];

/** The operations of this folder with a path of their own. */
export const bootRoutesOfTheirOwnPath: readonly RestRoute[] = [flags, metadata, publicVendor, publicSso];
