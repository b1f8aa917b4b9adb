import type { Kit } from '../kit.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the table of remembered devices. */
export const defineDevice = (k: Kit, { users }: DirectoryTables) => {
  const rememberedDevices = k.table(
    'remembered_devices',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      tokenHash: k.string().notNull(),
      name: k.string().notNull(),
      createdAt: k.instant().notNull(),
      lastUsedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('remembered_devices_by_token').on(t.tokenHash),
      k.index('remembered_devices_by_user').on(t.userId),
      k.index('remembered_devices_by_creation').on(t.createdAt),
    ],
  );

  return { rememberedDevices };
};
