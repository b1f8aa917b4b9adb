import type { Caller } from '../../domain/access/actor.ts';
import type { ImportedUser } from '../../domain/account/imported-user.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Importing } from './importing.ts';
import { importingErrors } from './importing.ts';

interface Needs {
  importing: Importing;
  audit: Audit;
}

/** Errors of each use case. */
export const importErrors = { importUser: importingErrors } as const;

/** Creates the service by which an operator brings in single users from another system. */
export const createImports = ({ importing, audit }: Needs) =>
  useCases(audit, 'REQUEST_REFUSED', importErrors, {
    /** Imports a user. One who exists joins the tenant, and gets what came along as far as nothing of the kind is there. */
    importUser: (caller: Caller, user: ImportedUser): Promise<User> => importing(caller, user),
  });
