import { z } from 'zod';
import { apiTokenBounds } from '../../domain/token/api-token.ts';
import { id, json, storable, wholeNumber } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';

const { descriptionCharacters, metadataBytes, minutes, roles, permissions } = apiTokenBounds;

/** What a token is for. */
export const description = storable.max(descriptionCharacters, { error: `must have at most ${descriptionCharacters} characters` });
/** An object that programs keep with a token. The service counts its bytes. */
export const metadata = json(metadataBytes);
/** When a token ends. */
export const expiresInMinutes = wholeNumber(1, minutes);
/** Ids of roles. */
export const roleIds = z.array(id, { error: 'must not be null' }).max(roles, `must have at most ${roles} entries`);
/** Ids of permissions. */
export const permissionIds = z.array(id, { error: 'must not be null' }).max(permissions, `must have at most ${permissions} entries`);

/** Descriptions of the fields of inputs that several mutations take. */
export const texts = {
  description: `What the token is for, at most ${descriptionCharacters} characters.`,
  metadata: `An object of at most ${metadataBytes} bytes as JSON, which the JWT carries as long as there is room for it.`,
  expiresInMinutes: `After how many minutes the token ends, 1 to ${minutes}. If absent, nothing but its deletion ends it.`,
  roleIds: `The roles of the token, at most ${roles}, by global id or \`restId\`.`,
  permissionIds: `Permissions beside those of the roles, at most ${permissions}, by global id or \`restId\`.`,
} as const;

/** Returns the ids that REST uses of a list of ids. */
export const restIds = (typename: string, ids: readonly string[]): string[] => ids.map((each) => restIdOf(typename, each));
