import type { Kit } from '../kit.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the table of recovery codes. */
export const defineRecovery = (k: Kit, { users }: DirectoryTables) => {
  const recoveryCodes = k.table(
    'recovery_codes',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      digest: k.string().notNull(),
      createdAt: k.instant().notNull(),
    },
    (t) => [k.index('recovery_codes_by_user').on(t.userId)],
  );

  return { recoveryCodes };
};
