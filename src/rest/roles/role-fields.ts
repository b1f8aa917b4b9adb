import { z } from 'zod';
import { isKey, maxDescriptionCharacters, maxKeyCharacters, maxLevel, notAKey } from '../../domain/role/role.ts';
import { id, nameText, optionalFlag, storable, textOf } from '../validation.ts';

/** Most ids of permissions in one body. There are about a hundred built-in ones. */
const maxPermissionIds = 1_000;

/** A required key of a role or a permission. */
export const key = () => textOf(storable().min(1), isKey, notAKey);
/** A required name of a role, a permission or a category. */
export const title = () => textOf(nameText(), (text) => text.length <= maxKeyCharacters, `must have at most ${maxKeyCharacters} characters`);
/** An optional description. */
export const description = () =>
  textOf(storable(), (text) => text.length <= maxDescriptionCharacters, `must have at most ${maxDescriptionCharacters} characters`).nullish();
/** A list of ids of permissions. */
export const permissionIds = () => z.array(id()).max(maxPermissionIds);

/** Fields of a role that may be absent. */
export const optionalRoleFields = {
  description: description(),
  isDefault: optionalFlag(),
  firstUserRole: optionalFlag(),
  migrateRole: optionalFlag().describe('Whether a default role is given to all present members as well.'),
  level: z.int().min(0).max(maxLevel).nullish(),
};
