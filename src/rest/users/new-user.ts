import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { maxRolesOfACall } from '../../domain/role/role.ts';
import type { NewUser } from '../../services/directory/users.ts';
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
  expirationInSeconds: z.number().nullish().describe('Refused if given, because users do not expire here.'),
};
const fields = z.object(newUserFields);

/** Decodes the body of a new user. */
export function decodeNewUser(body: z.output<typeof fields>, tenantId: string): NewUser {
  const { email, username, name, password, phoneNumber, metadata, vendorMetadata, roleIds, mfaBypass, externalId, profilePictureUrl } = given(body);
  // If it were ignored, a user would remain whom the caller believes to have expired.
  if (body.expirationInSeconds != null) throw new InvalidInput([{ path: ['expirationInSeconds'], message: 'expirationInSeconds is not supported' }]);
  return {
    email: email ?? username ?? '',
    tenantId,
    name: name || null,
    password: password ?? null,
    roleIds: roleIds ?? [],
    phoneNumber: phoneNumber ?? null,
    profilePictureUrl: profilePictureUrl ?? null,
    externalId: externalId ?? null,
    metadata: metadata || null,
    vendorMetadata: vendorMetadata || null,
    mfaBypass: mfaBypass ?? false,
  };
}
