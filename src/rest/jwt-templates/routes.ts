import type { RestRoute } from '../route.ts';
import { targetingCreate, targetingDelete, targetingRead, targetingSet, targetingUpdate } from './targeting.ts';
import { jwtTemplateCreate, jwtTemplateDelete, jwtTemplateRead, jwtTemplatesRead, jwtTemplateUpdate } from './templates.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const jwtTemplatesRoutes: readonly RestRoute[] = [
  jwtTemplateCreate,
  jwtTemplatesRead,
  jwtTemplateRead,
  jwtTemplateUpdate,
  jwtTemplateDelete,
  targetingRead,
  targetingCreate,
  targetingSet,
  targetingUpdate,
  targetingDelete,
];
