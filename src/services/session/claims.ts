import { maxClaimsBytes, profileBounds } from '../../domain/bounds.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Claims } from '../../domain/ports.ts';
import { cutToBytes, utf8Length } from '../../domain/text.ts';

/** Returns how many bytes a claim or a set of claims takes in a token, before base64. */
const sizeOf = (value: unknown): number => utf8Length(JSON.stringify(value));

/** Returns the value if it is within the bound, and null if an earlier release has stored a longer one. */
const within = (value: string | null, maxBytes: number): string | null => (value === null || utf8Length(value) <= maxBytes ? value : null);

/**
 * Returns the claims that describe a user. `others` are the rest of the claims. All of them together have at most `maxClaimsBytes`,
 * because a token that is too large for a header locks its user out. So `tenantIds` may lack some tenants, but never that of the
 * session, and fields that an earlier release stored longer than they may be now are cut or left out.
 */
export function userClaims(user: User, memberships: readonly Membership[], tenantId: string, others: Claims): Claims {
  const metadata: unknown = JSON.parse(user.metadata);
  const claims = {
    ...others,
    tenantId,
    tenantIds: memberships.map((membership) => membership.tenantId),
    name: cutToBytes(user.name, profileBounds.name),
    email: user.email,
    email_verified: user.verified,
    metadata: sizeOf(metadata) <= profileBounds.metadata ? metadata : {},
    profilePictureUrl: within(user.profilePictureUrl, profileBounds.profilePictureUrl),
    externalId: within(user.externalId, profileBounds.externalId),
    phoneNumber: within(user.phoneNumber, profileBounds.phoneNumber),
  };
  // Quotes and backslashes take two bytes in JSON, so fields that are full of them can still be too long together.
  const smaller = [{}, { profilePictureUrl: null }, { profilePictureUrl: null, metadata: {} }].map((less) => ({ ...claims, ...less }));
  const fitting = smaller.find((candidate) => sizeOf({ ...candidate, tenantIds: [tenantId] }) <= maxClaimsBytes) ?? claims;
  return { ...fitting, tenantIds: fittingTenants(claims.tenantIds, tenantId, maxClaimsBytes - sizeOf({ ...fitting, tenantIds: [tenantId] })) };
}

/** Returns the tenant of the session and as many others as have room, in the order of the list. */
function fittingTenants(tenantIds: readonly string[], tenantId: string, roomBytes: number): string[] {
  let room = roomBytes;
  return tenantIds.filter((id) => {
    if (id === tenantId) return true;
    // Each id brings a comma with it.
    room -= sizeOf(id) + 1;
    return room >= 0;
  });
}
