import { isNotNull, isNull } from 'drizzle-orm';
import type { Kit } from '../kit.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the table of exemptions from the second factor. `owner` is explained at `definePolicy`. */
export const defineExemption = (k: Kit, { tenants, users }: DirectoryTables) => {
  const mfaExemptions = k.table(
    'mfa_exemptions',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      reason: k.string().notNull(),
      // This is not a foreign key: whoever gave it may be deleted since.
      grantedBy: k.string(),
      createdAt: k.instant().notNull(),
      until: k.instant().notNull(),
      endedAt: k.instant(),
    },
    (t) => [
      k.uniqueIndex('mfa_exemptions_lasting').on(t.userId, t.owner).where(isNull(t.endedAt)),
      k.index('mfa_exemptions_by_end').on(t.until, t.id).where(isNull(t.endedAt)),
      k.index('mfa_exemptions_by_owner').on(t.owner, t.until, t.id).where(isNull(t.endedAt)),
      k.index('mfa_exemptions_by_tenant').on(t.tenantId),
      k.index('mfa_exemptions_by_early_end').on(t.endedAt).where(isNotNull(t.endedAt)),
      k.index('mfa_exemptions_by_user').on(t.userId),
    ],
  );

  return { mfaExemptions };
};
