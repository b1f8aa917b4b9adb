import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Log } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

const pageSize = 500;

/**
 * Brings the addresses by which users are looked up into the form of this release, because an earlier release kept the script of a
 * domain and a dot at its end. Runs at every start and changes nothing once all are done. If two users have one address in the new
 * form, the one that has it already keeps it, and the log names the other: only the operator can say which of them is real.
 */
export async function renewEmailKeys({ store, log }: { store: Pick<Store, 'users'>; log: Log }): Promise<void> {
  let after = '';
  for (;;) {
    const page = await store.users.listUnusualAddresses(after, pageSize);
    for (const { id, email, emailNormalized } of page) {
      const key = normalizeEmail(email);
      if (key === emailNormalized || (await store.users.renewAddress(id, key))) continue;
      log.warn({ userId: id }, 'a user cannot log in, because another user has the same e-mail address in another spelling');
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}
