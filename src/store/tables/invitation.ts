import type { Kit } from '../kit.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the table of links by which people join a tenant. */
export const defineInvitation = (k: Kit, { tenants, users }: DirectoryTables) => {
  const invitationLinks = k.table(
    'invitation_links',
    {
      id: k.id(),
      tenantId: k
        .string()
        .notNull()
        .references(() => tenants.id, { onDelete: 'cascade' }),
      userId: k.string().references(() => users.id, { onDelete: 'cascade' }),
      tokenHash: k.string().notNull(),
      sealedToken: k.bytes().notNull(),
      // Roles that are gone stay in this list, because a link that lost a role must not be taken for one that names none.
      roleIds: k.json<string[]>().notNull(),
      byEnvironment: k.flag().notNull(),
      notifiesOwner: k.flag().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
    },
    (t) => [
      // Links of the tenant itself have no user, and none of them conflicts with another one.
      k.uniqueIndex('invitation_links_by_member').on(t.tenantId, t.userId),
      k.uniqueIndex('invitation_links_by_token').on(t.tokenHash),
      k.index('invitation_links_by_user').on(t.userId),
      k.index('invitation_links_by_creation').on(t.createdAt, t.id),
      k.index('invitation_links_by_end').on(t.expiresAt),
    ],
  );
  return { invitationLinks };
};
