import type { RestRoute } from '../route.ts';
import { bulkImport, bulkImportStatus, bulkImportWithEmails } from './bulk.ts';
import { userImport } from './local.ts';
import { auth0Import, csvImport } from './not-supported.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const migrationsRoutes: readonly RestRoute[] = [userImport, bulkImport, bulkImportWithEmails, bulkImportStatus, auth0Import, csvImport];
