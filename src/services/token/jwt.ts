import { maxClaimsBytes } from '../../domain/bounds.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Claims } from '../../domain/ports.ts';
import { maxTemplateClaimsBytes } from '../../domain/session/jwt-template.ts';
import { utf8Length } from '../../domain/text.ts';
import type { TokenInUse } from '../access/api-token-actor.ts';
import { withinRoom } from '../session/claims.ts';
import { apiTokenTypes } from '../session/tokens.ts';

const sizeOf = (value: unknown): number => utf8Length(JSON.stringify(value));

/**
 * Returns the claims of the JWT that stands for credentials. A JWT that is too large for a header would be good for nothing, so what is too
 * large in it is left out: first the metadata of the user, then that of the token, then permissions, then roles. This server reads none of them.
 * `user` is the one to whom the token belongs, or null. `added` are claims of a template, of which those that have no room are left out; none of
 * them replaces another claim.
 */
export function claimsOf({ token, actor }: TokenInUse, user: User | null, added: Claims = {}): Claims {
  const { ofTenant, ofUser } = apiTokenTypes[token.kind];
  const owner = user === null ? {} : { email: user.email, userId: user.id };
  const fixed = {
    ...{ sub: token.id, tenantId: token.tenantId, type: user === null ? ofTenant : ofUser, createdByUserId: token.createdByUserId },
    ...owner,
  };
  const metadata: unknown = JSON.parse(token.metadata);
  const whole = { ...fixed, roles: actor.rights.roles, permissions: actor.rights.permissions, metadata };
  const userMetadata = user === null ? {} : { userMetadata: JSON.parse(user.metadata) as unknown };
  const noUserMetadata = user === null ? {} : { userMetadata: {} };
  const smaller: Claims[] = [
    { ...whole, ...userMetadata },
    { ...whole, ...noUserMetadata },
    { ...whole, ...noUserMetadata, metadata: {} },
    { ...whole, ...noUserMetadata, metadata: {}, permissions: [] },
  ];
  const least = { ...whole, ...noUserMetadata, metadata: {}, permissions: [], roles: [] };
  const fitting = smaller.find((claims) => sizeOf(claims) <= claimsRoom) ?? least;
  return { ...withinRoom(added, Math.min(maxTemplateClaimsBytes, claimsRoom - sizeOf(fitting))), ...fitting };
}

/** Most bytes of these claims. Those that every token has, such as its issuer, come on top of them. */
const claimsRoom = maxClaimsBytes - 600;

/** What access tokens say in place of roles and permissions, so that whoever checks one asks this server for them. */
export const askForRights = { roles: ['FETCH-ROLES-BY-API'], permissions: ['FETCH-PERMISSIONS-BY-API'] } as const;
