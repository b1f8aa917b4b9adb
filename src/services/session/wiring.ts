import { createJwtTemplates } from './jwt-templates.ts';
import { createLogOut } from './log-out.ts';
import { createOwnSessions } from './own-sessions.ts';
import { createSessionPolicies } from './policies.ts';

/** What each of the services needs, all of it together. */
type Needs = Parameters<typeof createJwtTemplates>[0] &
  Parameters<typeof createLogOut>[0] &
  Parameters<typeof createOwnSessions>[0] &
  Parameters<typeof createSessionPolicies>[0];

/** Creates the services by which people see and end their sessions, and operators limit them and shape their tokens. None of them needs another. */
export const createSessionServices = (needs: Needs) => ({
  ownSessions: createOwnSessions(needs),
  sessionPolicies: createSessionPolicies(needs),
  jwtTemplates: createJwtTemplates(needs),
  logOut: createLogOut(needs),
});
