import type { RoleKey } from '../../domain/access/role.ts';
import { roleKeys, roles } from '../../domain/access/role.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

// The cast is needed because the type of `Object.fromEntries` does not keep the keys.
const sentences = Object.fromEntries(roleKeys.map((key) => [key, `${roles[key].description}.`])) as Record<RoleKey, string>;

/** The enum of the built-in roles. */
export const Role = builder.enumType('Role', {
  description: 'What a member may do in a tenant. Any release may add values.',
  values: enumValues(sentences),
});
