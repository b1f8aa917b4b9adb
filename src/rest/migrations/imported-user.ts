import { z } from 'zod';
import type { ImportedUser } from '../../domain/account/imported-user.ts';
import { phoneNumberTypes } from '../../domain/account/imported-user.ts';
import type { MigratedUser } from '../../domain/account/user-migration.ts';
import { asMigrated } from '../../domain/account/user-migration.ts';
import { profileBounds } from '../../domain/bounds.ts';
import { maxEmailsPerUser } from '../../domain/directory/user-email.ts';
import { foreignHashTypes, longestHash } from '../../domain/password/foreign-hash.ts';
import { maxRolesOfACall } from '../../domain/role/role.ts';
import {
  emailText,
  given,
  id,
  metadataText,
  optionalBytes,
  optionalFlag,
  optionalText,
  optionalUserName,
  requiringOne,
  storable,
  text,
} from '../validation.ts';

/** Most characters of the secret of an authenticator app, with the blanks that people put between its groups. */
const longestSecret = 256;

const fields = z.object({
  tenantId: text(),
  email: emailText().nullish(),
  username: optionalText().describe('A name to log in by besides the address. Without `email` it has to be an address.'),
  name: optionalUserName(),
  profilePictureUrl: optionalBytes(profileBounds.profilePictureUrl),
  metadata: metadataText(),
  vendorMetadata: metadataText(),
  externalId: optionalBytes(profileBounds.externalId),
  provider: z.enum(['local']).nullish(),
  roleIds: z.array(id()).max(maxRolesOfACall).nullish(),
  verifyUser: optionalFlag().describe('Whether the address is verified. Without it, nobody logs in before it is.'),
  passwordHash: storable().max(longestHash).nullish(),
  passwordHashType: z.enum(foreignHashTypes).nullish().describe('`bcrypt` if it is absent.'),
  passwordHashConfig: storable().max(longestHash).nullish().describe('The parameters of the hash as JSON, for the kinds that need some.'),
  authenticatorAppMfaSecret: storable().max(longestSecret).nullish().describe('The secret of an authenticator app in Base32.'),
  phoneNumber: storable().max(profileBounds.phoneNumber).nullish(),
  phoneNumberType: z
    .enum(phoneNumberTypes)
    .nullish()
    .describe('`mfa` and an absent one make the phone a second factor, which the first login asks for. `auth` does not.'),
});

/** A user to import. */
export const importedUser = requiringOne(fields, 'email', 'username');

const { email: _, verifyUser: __, ...withoutAddress } = fields.shape;

const fieldsWithEmails = z.object({
  ...withoutAddress,
  emails: z
    .array(z.object({ email: emailText(), primary: z.boolean(), verified: z.boolean() }))
    .max(maxEmailsPerUser)
    .nullish()
    .describe('The addresses, of which exactly one is primary. The others become further addresses of the user.'),
});

/** A user to import with several addresses. */
export const importedUserWithEmails = requiringOne(fieldsWithEmails, 'emails', 'username');

/** Decodes a user to import with several addresses. */
export function decodeImportedWithEmails({ emails, ...body }: z.output<typeof fieldsWithEmails>): MigratedUser {
  const { username } = body;
  // Without addresses the username is the address, as it is of a user with one address.
  return username && !emails?.length
    ? asMigrated(decodeImported(body))
    : { ...asMigrated(decodeImported(body)), username: username || null, emails: emails ?? [] };
}

/** Decodes a user to import. */
export function decodeImported(body: z.output<typeof fields>): ImportedUser {
  const user = given(body);
  const { email, username, passwordHash, passwordHashType, passwordHashConfig } = user;
  return {
    tenantId: user.tenantId ?? '',
    email: email ?? username ?? '',
    username: email === undefined ? null : username || null,
    name: user.name || null,
    profilePictureUrl: user.profilePictureUrl ?? null,
    externalId: user.externalId ?? null,
    metadata: user.metadata || null,
    vendorMetadata: user.vendorMetadata || null,
    roleIds: user.roleIds ?? [],
    verified: user.verifyUser ?? false,
    otherEmails: [],
    passwordHash: passwordHash ? { hash: passwordHash, type: passwordHashType ?? 'bcrypt', config: passwordHashConfig || null } : null,
    authenticatorAppSecret: user.authenticatorAppMfaSecret || null,
    phoneNumber: user.phoneNumber || null,
    phoneNumberType: user.phoneNumberType ?? null,
  };
}
