import { createActivation } from './activation.ts';
import { createBulkInvitations } from './bulk-invitations.ts';
import { createImportedEmails } from './imported-emails.ts';
import { createImporting } from './importing.ts';
import { createImports } from './imports.ts';
import { createInvitations } from './invitations.ts';
import { createMailStrategies } from './mail-strategies.ts';
import { createOwnPassword } from './own-password.ts';
import { createPasswordReset } from './password-reset.ts';
import { createSignUp } from './sign-up.ts';
import { createUnlock } from './unlock.ts';
import { createUserMigrations } from './user-migrations.ts';

/** What each of the services needs, all of it together. */
type Needs = Parameters<typeof createActivation>[0] &
  Parameters<typeof createImports>[0] &
  Parameters<typeof createInvitations>[0] &
  Parameters<typeof createMailStrategies>[0] &
  Parameters<typeof createOwnPassword>[0] &
  Parameters<typeof createPasswordReset>[0] &
  Parameters<typeof createSignUp>[0] &
  Parameters<typeof createUnlock>[0];

/** Creates the services by which accounts begin, get a password and are opened again. None of them needs another. */
export const createAccountServices = (needs: Needs) => ({
  activation: createActivation(needs),
  passwordReset: createPasswordReset(needs),
  imports: createImports(needs),
  ownPassword: createOwnPassword(needs),
  mailStrategies: createMailStrategies(needs),
  unlock: createUnlock(needs),
  invitations: createInvitations(needs),
  signUp: createSignUp(needs),
});

type BulkNeeds = Parameters<typeof createBulkInvitations>[0] &
  Omit<Parameters<typeof createImporting>[0], 'addImportedEmails'> &
  Parameters<typeof createImportedEmails>[0] &
  Omit<Parameters<typeof createUserMigrations>[0], 'importing'>;

/** Creates the services that do for many people after the answer what others do for one, each with the worker that does it, and what imports one. */
export function createBulkServices(needs: BulkNeeds) {
  const importing = createImporting({ ...needs, addImportedEmails: createImportedEmails(needs) });
  const [bulkInvitations, migrations] = [createBulkInvitations(needs), createUserMigrations({ ...needs, importing })];
  return {
    importing,
    useCases: { bulkInvitations: bulkInvitations.useCases, migrations: migrations.useCases },
    workers: { bulkInvitations: bulkInvitations.worker, migrations: migrations.worker },
  };
}
