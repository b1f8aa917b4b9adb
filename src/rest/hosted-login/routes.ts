import type { RestRoute } from '../route.ts';
import { hostedLoginActivate, hostedLoginDeactivate, hostedLoginRead } from './activation.ts';
import { androidApps, appleApps } from './app-links.ts';
import { logoRead } from './logo.ts';
import { redirectUriCreate, redirectUriDelete, redirectUrisRead } from './redirect-uris.ts';

/** The operations of this folder with a path of their own. */
export const hostedLoginRoutes: readonly RestRoute[] = [
  hostedLoginRead,
  hostedLoginActivate,
  hostedLoginDeactivate,
  redirectUrisRead,
  redirectUriCreate,
  redirectUriDelete,
  logoRead,
  appleApps,
  androidApps,
];
