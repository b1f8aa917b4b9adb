import type { RestRoute } from '../route.ts';
import { lockoutCreate } from './lockout-create.ts';
import { lockoutRead } from './lockout-read.ts';
import { lockoutUpdate } from './lockout-update.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const lockoutRoutes: readonly RestRoute[] = [lockoutCreate, lockoutRead, lockoutUpdate];
