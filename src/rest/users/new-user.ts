import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import { longestMembershipSeconds, shortestMembershipSeconds } from '../../domain/directory/user.ts';
import { maxRolesOfACall } from '../../domain/role/role.ts';
import type { NewUser } from '../../services/directory/new-users.ts';
import { emailText, given, id, metadataText, optionalBytes, optionalFlag, optionalText, optionalUserName } from '../validation.ts';

/** The fields that both ways to create a user share. */
export const newUserFields = {
  email: emailText().nullish(),
  username: emailText().nullish(),
  name: optionalUserName(),
  password: optionalText(),
  phoneNumber: optionalBytes(profileBounds.phoneNumber),
  metadata: metadataText(),
  vendorMetadata: metadataText(),
  roleIds: z.array(id()).max(maxRolesOfACall).nullish(),
  mfaBypass: optionalFlag(),
  externalId: optionalBytes(profileBounds.externalId),
  profilePictureUrl: optionalBytes(profileBounds.profilePictureUrl),
  expirationInSeconds: z
    .int()
    .min(shortestMembershipSeconds)
    .max(longestMembershipSeconds)
    .nullish()
    .describe('In how many seconds the membership ends by itself.'),
};
const fields = z.object(newUserFields);

/** Decodes the body of a new user, but for the tenant. */
export function decodeNewUser(body: z.output<typeof fields>): Omit<NewUser, 'tenantId'> {
  const {
    email,
    username,
    name,
    password,
    phoneNumber,
    metadata,
    vendorMetadata,
    roleIds,
    mfaBypass,
    externalId,
    profilePictureUrl,
    expirationInSeconds,
  } = given(body);
  return {
    email: email ?? username ?? '',
    name: name || null,
    password: password ?? null,
    roleIds: roleIds ?? [],
    phoneNumber: phoneNumber ?? null,
    profilePictureUrl: profilePictureUrl ?? null,
    externalId: externalId ?? null,
    metadata: metadata || null,
    vendorMetadata: vendorMetadata || null,
    mfaBypass: mfaBypass ?? false,
    expiresInSeconds: expirationInSeconds ?? null,
  };
}
