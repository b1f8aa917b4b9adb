import type { Rights } from '../../domain/access/permission.ts';
import { maxClaimsBytes, profileBounds } from '../../domain/bounds.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { EnvironmentSettings } from '../../domain/environment/environment.ts';
import type { Claims } from '../../domain/ports.ts';
import { maxTemplateClaimsBytes } from '../../domain/session/jwt-template.ts';
import { cutToBytes, utf8Length } from '../../domain/text.ts';

/** Returns how many bytes a claim or a set of claims takes in a token, before base64. */
const sizeOf = (value: unknown): number => utf8Length(JSON.stringify(value));

/** Returns the value if it is within the bound, and null if an earlier release has stored a longer one. */
const within = (value: string | null, maxBytes: number): string | null => (value === null || utf8Length(value) <= maxBytes ? value : null);

/** The rights that a token states. A list is null if the settings of the environment leave it out. */
export type StatedRights = { [List in 'roles' | 'permissions']: Rights[List] | null };

/** Returns those of the rights that tokens state under the settings. */
export const statedRights = (
  { roles, permissions }: Pick<Rights, 'roles' | 'permissions'>,
  { addRolesToJwt, addPermissionsToJwt }: Pick<EnvironmentSettings, 'addRolesToJwt' | 'addPermissionsToJwt'>,
): StatedRights => ({ roles: addRolesToJwt ? roles : null, permissions: addPermissionsToJwt ? permissions : null });

/**
 * Returns the claims that describe a user and their rights. `others` are the rest of the claims. All of them together have at most
 * `maxClaimsBytes`, because a token that is too large for a header locks its user out. So the lists may lack some entries: first of
 * `tenantIds`, which always has the tenant of the session, then of `permissions`, then of `roles`. This server reads none of them. Fields
 * that an earlier release stored longer than they may be now are cut or left out. A list of rights that the settings leave out is not
 * there at all. `added` are claims of a template, of which those that have no room are left out; none of them replaces another claim.
 */
export function userClaims(
  user: User,
  memberships: readonly Membership[],
  rights: StatedRights,
  tenantId: string,
  others: Claims,
  added: Claims = {},
): Claims {
  const { roles, permissions } = rights;
  const metadata: unknown = JSON.parse(user.metadata);
  const claims = {
    ...others,
    tenantId,
    tenantIds: [tenantId],
    ...(roles === null ? {} : { roles: [] }),
    ...(permissions === null ? {} : { permissions: [] }),
    name: cutToBytes(user.name, profileBounds.name),
    email: user.email,
    email_verified: user.verified,
    ...(user.superUser ? { superUser: true } : {}),
    metadata: sizeOf(metadata) <= profileBounds.metadata ? metadata : {},
    profilePictureUrl: within(user.profilePictureUrl, profileBounds.profilePictureUrl),
    externalId: within(user.externalId, profileBounds.externalId),
    phoneNumber: within(user.phoneNumber, profileBounds.phoneNumber),
  };
  // Quotes and backslashes take two bytes in JSON, so fields that are full of them can still be too long together.
  const smaller = [{}, { profilePictureUrl: null }, { profilePictureUrl: null, metadata: {} }].map((less) => ({ ...claims, ...less }));
  const fitting = smaller.find((candidate) => sizeOf(candidate) <= maxClaimsBytes) ?? claims;
  const more = withinRoom(added, Math.min(maxTemplateClaimsBytes, maxClaimsBytes - sizeOf(fitting)));
  const takeFitting = createFitting(maxClaimsBytes - sizeOf({ ...more, ...fitting }));
  const lists = {
    ...(roles === null ? {} : { roles: takeFitting(roles) }),
    ...(permissions === null ? {} : { permissions: takeFitting(permissions) }),
  };
  return {
    ...more,
    ...fitting,
    ...lists,
    tenantIds: takeFitting(
      memberships.map((membership) => membership.tenantId),
      tenantId,
    ),
  };
}

/** Returns the first claims that fit into the room, in their order. */
export function withinRoom(claims: Claims, roomBytes: number): Claims {
  let room = roomBytes;
  const fits = ([name, value]: [string, unknown]): boolean => {
    // Each claim brings a comma with it.
    room -= sizeOf({ [name]: value }) - 1;
    return room >= 0;
  };
  return Object.fromEntries(Object.entries(claims).filter(fits));
}

/** Makes the function that returns as many texts of a list as there is room left for, in their order. `present` has its room already. */
function createFitting(roomBytes: number): (texts: readonly string[], present?: string) => string[] {
  let room = roomBytes;
  return (texts, present) =>
    texts.filter((text) => {
      if (text === present) return true;
      // Each text brings a comma with it.
      const needed = sizeOf(text) + 1;
      if (needed > room) return false;
      room -= needed;
      return true;
    });
}
