import { z } from 'zod';
import { isKey, maxDescriptionCharacters, maxKeyCharacters, maxLevel, maxRolesOfACall, notAKey } from '../../domain/role/role.ts';
import { name, storable, wholeNumber } from '../builder/input-rules.ts';

/** Most ids of permissions in one input. There are about a hundred built-in ones. */
export const maxPermissionIds = 1_000;

/** The key of a role or a permission. */
export const key = storable.refine(isKey, notAKey);
/** The name of a role, a permission or a category. */
export const title = name(maxKeyCharacters);
/** A description. It may be empty. */
export const description = storable.max(maxDescriptionCharacters, `must have at most ${maxDescriptionCharacters} characters`);
/** The level of a role. */
export const level = wholeNumber(0, maxLevel);
/** Ids of permissions. */
export const permissionIds = z.array(z.string(), { error: 'must not be null' }).max(maxPermissionIds, `must have at most ${maxPermissionIds} ids`);
/** Ids of roles. */
export const roleIds = z.array(z.string(), { error: 'must not be null' }).max(maxRolesOfACall, `must have at most ${maxRolesOfACall} ids`);

/** What a key may be, for descriptions. */
export const keyDescription = `1 to ${maxKeyCharacters} letters, digits, \`.\`, \`_\`, \`:\`, \`*\` or \`-\``;
