import type { RestRoute } from '../route.ts';
import { linkCheck, linkConfigurationRead } from './link-check.ts';
import { ownLinkCreate, ownLinkCreateWithRoles, ownLinkDelete, ownLinkRead, ownLinkUpdate } from './own-link.ts';
import { linkCreate, linkDelete, linksRead } from './tenant-links.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const invitationLinksRoutes: readonly RestRoute[] = [
  ownLinkRead,
  ownLinkCreate,
  ownLinkCreateWithRoles,
  ownLinkUpdate,
  ownLinkDelete,
  linkCheck,
  linkConfigurationRead,
  linkCreate,
  linksRead,
  linkDelete,
];
