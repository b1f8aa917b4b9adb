import type { Caller } from '../../domain/access/actor.ts';
import type { ImportedEmail } from '../../domain/account/imported-user.ts';
import type { User } from '../../domain/directory/user.ts';
import { maxEmailsPerUser } from '../../domain/directory/user-email.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import { EmailAddress, normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import { refuseField } from '../directory/metadata.ts';

interface Needs {
  store: Pick<Store, 'userEmails'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

/** Gives an imported user the addresses that came along. Runs in the transaction of the import. Errors: those of `importedEmailErrors`. */
export type AddImportedEmails = ReturnType<typeof createImportedEmails>;

/** What the addresses of an imported user are refused with. */
export const importedEmailErrors = ['INVALID_INPUT', 'USER_EXISTS', 'EMAIL_LIMIT_REACHED'] as const;

/**
 * Creates the function that gives imported users their addresses besides the primary one. One that the user has already stays as it is, whether
 * or not it is verified, and one that another user has taken refuses the user as a whole, because half of an identity would be hard to find.
 */
export const createImportedEmails =
  ({ store, clock, random, audit }: Needs) =>
  async (caller: Caller, user: User, otherEmails: readonly ImportedEmail[]): Promise<void> => {
    if (otherEmails.length === 0) return;
    const own = new Set([user.emailNormalized, ...(await store.userEmails.ofUsers([user.id])).map(({ emailNormalized }) => emailNormalized)]);
    for (const { email: given, verified } of otherEmails) {
      const email = EmailAddress.read(given)?.text ?? refuseField('otherEmails', 'email must be an e-mail address');
      const emailNormalized = normalizeEmail(email);
      if (own.has(emailNormalized)) continue;
      if (own.size >= maxEmailsPerUser) fail('EMAIL_LIMIT_REACHED');
      own.add(emailNormalized);
      const now = clock.now();
      const row = { id: random.uuid(), userId: user.id, email, emailNormalized, verified, createdAt: now, updatedAt: now };
      if (!(await store.userEmails.add(row))) throw new DomainError('USER_EXISTS', undefined, 'otherEmails');
      await audit('EMAIL_ADDED', caller, {
        userId: user.id,
        tenantId: user.activeTenantId,
        reason: `${row.id} ${verified ? 'verified' : 'unverified'}`,
      });
    }
  };
