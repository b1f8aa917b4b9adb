import { z } from 'zod';
import { apiTokenBounds } from '../../domain/token/api-token.ts';
import { id, storable } from '../validation.ts';

const { descriptionCharacters, minutes, roles, permissions } = apiTokenBounds;

/** What a token is for. */
export const descriptionField = () => storable().max(descriptionCharacters).nullish().describe('What the token is for. It is shown in lists.');
/** An object that programs keep with a token. */
export const metadataField = () =>
  z.record(z.string(), z.unknown()).nullish().describe('An object, which the JWT carries as long as there is room for it.');
/** When a token ends. */
export const expiryField = () =>
  z.int().min(1).max(minutes).nullish().describe('After how many minutes the token ends. Without it, nothing but its deletion ends it.');
/** Ids of roles. */
export const roleIdsField = () => z.array(id()).max(roles).nullish();
/** Ids of permissions. */
export const permissionIdsField = () => z.array(id()).max(permissions).nullish();
