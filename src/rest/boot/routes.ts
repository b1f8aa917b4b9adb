import type { RestRoute } from '../route.ts';
import { flags } from './flags.ts';
import { metadata } from './metadata.ts';
import { publicConfigurationRead } from './public-configuration.ts';
import { customSocialLogins, olderSocialLogins, publicSso, socialLogins } from './public-sso.ts';
import { publicAuthStrategies, signUpStrategies } from './public-strategies.ts';
import { publicVendor } from './public-vendor.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const bootRoutes: readonly RestRoute[] = [
  publicConfigurationRead,
  publicAuthStrategies,
  signUpStrategies,
  socialLogins,
  customSocialLogins,
  olderSocialLogins,
];

/** The operations of this folder with a path of their own. */
export const bootRoutesOfTheirOwnPath: readonly RestRoute[] = [flags, metadata, publicVendor, publicSso];
