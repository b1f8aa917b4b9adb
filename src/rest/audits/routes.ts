import type { RestRoute } from '../route.ts';
import { auditsExport } from './audits-export.ts';
import { auditStatsRead, auditsRead } from './audits-read.ts';

/** The operations of this folder with a path of their own. */
export const auditsRoutes: readonly RestRoute[] = [auditsRead, auditStatsRead, auditsExport];
