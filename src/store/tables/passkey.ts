import { passkeyDeviceTypes } from '../../domain/passkey/passkey.ts';
import type { Kit } from '../kit.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the tables of passkeys and of their open ceremonies. */
export const definePasskey = (k: Kit, { users }: DirectoryTables) => {
  const passkeys = k.table(
    'passkeys',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      name: k.string().notNull(),
      deviceType: k.oneOf([...passkeyDeviceTypes]).notNull(),
      sealedCredential: k.bytes().notNull(),
      credentialHash: k.string().notNull(),
      signCount: k.counter().notNull(),
      createdAt: k.instant().notNull(),
      lastUsedAt: k.instant(),
    },
    (t) => [k.index('passkeys_by_user').on(t.userId), k.uniqueIndex('passkeys_by_credential').on(t.credentialHash)],
  );

  const passkeyCeremonies = k.table(
    'passkey_ceremonies',
    {
      id: k.id(),
      ownerHash: k.string().notNull(),
      sealed: k.bytes().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
    },
    (t) => [k.uniqueIndex('passkey_ceremonies_by_owner').on(t.ownerHash), k.index('passkey_ceremonies_by_end').on(t.expiresAt)],
  );

  return { passkeys, passkeyCeremonies };
};
