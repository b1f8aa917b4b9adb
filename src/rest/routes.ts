import { applicationsRoutes } from './applications/routes.ts';
import { auditsRoutes } from './audits/routes.ts';
import { authRoutes } from './auth/routes.ts';
import { bootRoutes, bootRoutesOfTheirOwnPath } from './boot/routes.ts';
import { environmentRoutes, environmentRoutesOfTheirOwnPath } from './environment/routes.ts';
import { hostedLoginRoutes } from './hosted-login/routes.ts';
import { invitationLinksRoutes } from './invitation-links/routes.ts';
import { invitationsRoutes } from './invitations/routes.ts';
import { jwtTemplatesRoutes } from './jwt-templates/routes.ts';
import { lockoutRoutes } from './lockout/routes.ts';
import { mfaRoutes } from './mfa/routes.ts';
import { migrationsRoutes } from './migrations/routes.ts';
import { notSupportedRoutes, notSupportedRoutesOfTheirOwnPath } from './not-supported/routes.ts';
import { passkeysRoutes } from './passkeys/routes.ts';
import { passwordsRoutes } from './passwords/routes.ts';
import { policyRoutes } from './policy/routes.ts';
import { portalRoutes } from './portal/routes.ts';
import { rolesRoutes } from './roles/routes.ts';
import type { RestRoute } from './route.ts';
import { selfServiceRoutes } from './self-service/routes.ts';
import { sessionsRoutes } from './sessions/routes.ts';
import { tenantsRoutes } from './tenants/routes.ts';
import { tokensRoutes } from './tokens/routes.ts';
import { userGroupsRoutes } from './user-groups/routes.ts';
import { usersRoutes } from './users/routes.ts';

/** The operations of the identity service. They are declared under the first of `identityPrefixes`. */
export const identityRoutes: readonly RestRoute[] = [
  ...applicationsRoutes,
  ...authRoutes,
  ...bootRoutes,
  ...environmentRoutes,
  ...invitationLinksRoutes,
  ...invitationsRoutes,
  ...jwtTemplatesRoutes,
  ...lockoutRoutes,
  ...mfaRoutes,
  ...migrationsRoutes,
  ...notSupportedRoutes,
  ...passwordsRoutes,
  ...passkeysRoutes,
  ...policyRoutes,
  ...rolesRoutes,
  ...selfServiceRoutes,
  ...tokensRoutes,
  ...sessionsRoutes,
  ...userGroupsRoutes,
  ...usersRoutes,
];

/** The operations with a path of their own. They are served under each of `otherPrefixes`. */
export const otherRoutes: readonly RestRoute[] = [
  ...auditsRoutes,
  ...bootRoutesOfTheirOwnPath,
  ...environmentRoutesOfTheirOwnPath,
  ...hostedLoginRoutes,
  ...notSupportedRoutesOfTheirOwnPath,
  ...portalRoutes,
  ...tenantsRoutes,
];
