import type { RestRoute } from '../route.ts';
import { environmentSessionPolicyRead, sessionPolicyRead, sessionPolicySet } from './policy.ts';
import { ownSessionEnd, ownSessionsEnd, sessionsRevoke } from './sessions-end.ts';
import { currentSessionRead, ownSessionsRead } from './sessions-read.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const sessionsRoutes: readonly RestRoute[] = [
  ownSessionsRead,
  currentSessionRead,
  ownSessionEnd,
  ownSessionsEnd,
  sessionsRevoke,
  sessionPolicyRead,
  environmentSessionPolicyRead,
  sessionPolicySet,
];
