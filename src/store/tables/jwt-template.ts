import type { Kit } from '../kit.ts';

/** Defines the table of the templates of tokens. The rules that choose one are in the row of the environment, which every login reads. */
export const defineJwtTemplates = (k: Kit) => {
  const jwtTemplates = k.table(
    'jwt_templates',
    {
      id: k.id(),
      key: k.string().notNull(),
      name: k.string().notNull(),
      description: k.string(),
      lifetimeSeconds: k.integer().notNull(),
      claims: k.json<Record<string, string>>().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [k.uniqueIndex('jwt_templates_by_key').on(t.key)],
  );
  return { jwtTemplates };
};
