import type { AuthorizationRequest } from '../../domain/oauth/authorization-request.ts';
import { interactionSteps } from '../../domain/oauth/interaction.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';
import type { SessionTables } from './session.ts';

/**
 * Defines the tables of hosted login: requests of applications that wait for their person, the codes that answer them, and the notes of the
 * account page.
 */
export const defineOauth = (k: Kit, { tenants, users }: DirectoryTables, { sessions }: SessionTables) => {
  const interactions = k.table(
    'interactions',
    {
      id: k.id(),
      tokenHash: k.string().notNull(),
      request: k.json<AuthorizationRequest>().notNull(),
      step: k.oneOf([...interactionSteps]).notNull(),
      userId: k.string().references(() => users.id, { onDelete: 'cascade' }),
      sessionId: k.string().references(() => sessions.id, { onDelete: 'cascade' }),
      provenAmr: k.json<string[]>(),
      provenAt: k.instant(),
      // Tokens and codes that the pages need between two requests.
      sealed: k.bytes(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      endedAt: k.instant(),
    },
    (t) => [
      k.uniqueIndex('interactions_by_token').on(t.tokenHash),
      k.index('interactions_by_user').on(t.userId),
      k.index('interactions_by_session').on(t.sessionId),
      k.index('interactions_by_end').on(t.expiresAt),
      k.check('interactions_step', isOneOf(t.step, interactionSteps)),
    ],
  );

  const authorizationCodes = k.table(
    'authorization_codes',
    {
      id: k.id(),
      codeHash: k.string().notNull(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      tenantId: k
        .string()
        .notNull()
        .references(() => tenants.id, { onDelete: 'cascade' }),
      sessionId: k
        .string()
        .notNull()
        .references(() => sessions.id, { onDelete: 'cascade' }),
      clientId: k.string().notNull(),
      redirectUri: k.string().notNull(),
      codeChallenge: k.string(),
      nonce: k.string(),
      scope: k.string().notNull(),
      provenAmr: k.json<string[]>(),
      provenAt: k.instant(),
      signedInAt: k.instant(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      spentAt: k.instant(),
      chainIds: k.json<string[]>().notNull(),
    },
    (t) => [
      k.uniqueIndex('authorization_codes_by_code').on(t.codeHash),
      k.index('authorization_codes_by_user').on(t.userId),
      k.index('authorization_codes_by_tenant').on(t.tenantId),
      k.index('authorization_codes_by_session').on(t.sessionId),
      k.index('authorization_codes_by_end').on(t.expiresAt),
    ],
  );

  const accountNotes = k.table(
    'account_notes',
    {
      id: k.id(),
      sessionId: k
        .string()
        .notNull()
        .references(() => sessions.id, { onDelete: 'cascade' }),
      sealed: k.bytes().notNull(),
      expiresAt: k.instant().notNull(),
    },
    (t) => [k.index('account_notes_by_session').on(t.sessionId), k.index('account_notes_by_end').on(t.expiresAt)],
  );

  return { interactions, authorizationCodes, accountNotes };
};
