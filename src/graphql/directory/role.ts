import type { RoleKey } from '../../domain/access/role.ts';
import { roleKeys, roles } from '../../domain/access/role.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

const sentences = Object.fromEntries(roleKeys.map((key) => [key, `${roles[key].description}.`])) as Record<RoleKey, string>; // fromEntries forgets the keys

export const Role = builder.enumType('Role', {
  description: 'What a member may do in a tenant. New ones may be added in any release.',
  values: enumValues(sentences),
});
