import { z } from 'zod';
import type { ImportedUser, PhoneNumberType } from '../../domain/account/imported-user.ts';
import { profileBounds } from '../../domain/bounds.ts';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import { maxEmailsPerUser } from '../../domain/directory/user-email.ts';
import { maxUsernameCharacters } from '../../domain/directory/username.ts';
import type { ForeignHashType } from '../../domain/password/foreign-hash.ts';
import { longestHash } from '../../domain/password/foreign-hash.ts';
import { maxRolesOfACall } from '../../domain/role/role.ts';
import { importErrors } from '../../services/account/imports.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { bytes, email, flag, idOf, nonNull, tenantId, text, userName } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

const HashType = builder.enumType('ForeignHashType', {
  description: 'The algorithm of a password hash of another system.',
  values: {
    BCRYPT: { value: 'bcrypt', description: '`$2a$`, `$2b$` or `$2y$` with a cost of 4 to 15.' },
    ARGON2: { value: 'argon2', description: 'Argon2 as a PHC string, with at most 256 MiB.' },
    SCRYPT: { value: 'scrypt', description: 'Scrypt as a PHC string, or with its parameters in `config`.' },
    FIREBASE_SCRYPT: { value: 'firebase-scrypt', description: 'The scrypt of Firebase, with the parameters of the project in `config`.' },
    PBKDF2: { value: 'pbkdf2', description: 'PBKDF2 as Django writes it, as a PHC string, or with its parameters in `config`.' },
    SHA256: { value: 'sha256', description: 'SHA-256. It is wrapped in a slow hash before it is stored.' },
    SHA1: { value: 'sha1', description: 'SHA-1. It is wrapped in a slow hash before it is stored.' },
  } satisfies Record<string, { value: ForeignHashType; description: string }>,
});

const PhoneUse = builder.enumType('ImportedPhoneUse', {
  description: 'What the phone number of an imported user is for.',
  values: {
    LOGIN: { value: 'auth', description: 'It is no second factor.' },
    SECOND_FACTOR: { value: 'mfa', description: 'It becomes a second factor, which the first login asks for.' },
  } satisfies Record<string, { value: PhoneNumberType; description: string }>,
});

const ForeignHashInput = builder.inputType('ForeignHashInput', {
  description: 'A password hash of another system.',
  validate: z.looseObject({ hash: text(longestHash), type: nonNull, config: text(longestHash).optional() }),
  fields: (t) => ({
    hash: t.string({ description: `The hash as it came, at most ${longestHash} characters.` }),
    type: t.field({ type: HashType, description: 'Its algorithm.' }),
    config: t.string({ required: false, description: 'Its parameters as JSON, as the other system exports them, for the kinds that need some.' }),
  }),
});

const ImportedEmailInput = builder.inputType('ImportedEmailInput', {
  description: 'An address of an imported user besides the primary one.',
  validate: z.looseObject({ email, verified: flag.optional() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The address.' }),
    verified: t.boolean({ required: false, description: 'Whether it is verified, so that the user can log in by it. If absent, it is not.' }),
  }),
});

/** Most addresses besides the primary one. */
const maxOtherEmails = maxEmailsPerUser - 1;

const rules = {
  tenantId,
  email,
  username: text(maxUsernameCharacters).optional(),
  name: userName.optional(),
  profilePictureUrl: bytes(profileBounds.profilePictureUrl).optional(),
  externalId: bytes(profileBounds.externalId).optional(),
  metadata: text().optional(),
  vendorMetadata: text().optional(),
  roleIds: z.array(idOf('Role'), { error: 'must not be null' }).max(maxRolesOfACall).optional(),
  verified: flag.optional(),
  otherEmails: z.array(z.unknown(), { error: 'must not be null' }).max(maxOtherEmails).optional(),
  authenticatorAppSecret: text(256).optional(),
  phoneNumber: text(profileBounds.phoneNumber).optional(),
  phoneNumberUse: nonNull.optional(),
};

/** A user to import, alone or as one of many. */
export const ImportUserInput = builder.inputType('ImportUserInput', {
  description: 'A user of another system. Null is refused for every field; leave out what is not known.',
  validate: z.looseObject(rules),
  fields: (t) => ({
    tenantId: t.id({ description: 'The tenant that the user comes into.' }),
    email: t.field({ type: 'EmailAddress', description: 'The primary address.' }),
    username: t.string({ required: false, description: 'A name to log in by besides the address.' }),
    name: t.string({ required: false, description: 'The name. If absent, it is the address.' }),
    profilePictureUrl: t.string({ required: false, description: 'The address of a picture.' }),
    externalId: t.string({ required: false, description: 'The id of the user in another system.' }),
    metadata: t.string({ required: false, description: 'A JSON object as text, which the user may read.' }),
    vendorMetadata: t.string({ required: false, description: 'A JSON object as text, which only the operator reads.' }),
    roleIds: t.idList({ required: false, description: `The roles in the tenant, at most ${maxRolesOfACall}. If absent, those of new members.` }),
    verified: t.boolean({ required: false, description: 'Whether the address is verified. If absent, it is not.' }),
    otherEmails: t.field({
      type: [ImportedEmailInput],
      required: false,
      description: `Addresses besides the primary one, at most ${maxOtherEmails}. If another user has taken one, the user is not imported. One that the user has already stays as it is.`,
    }),
    passwordHash: t.field({ type: ForeignHashInput, required: false, description: 'The hash of the password. If absent, there is none.' }),
    authenticatorAppSecret: t.string({
      required: false,
      description:
        'The secret of an authenticator app in Base32, 16 to 128 characters. The app becomes a second factor, which the first login asks for.',
    }),
    phoneNumber: t.string({ required: false, description: 'A phone number.' }),
    phoneNumberUse: t.field({ type: PhoneUse, required: false, description: 'What the phone number is for. If absent, for both.' }),
  }),
});

const ImportUserSuccess = builder.objectRef<{ user: UserRecord }>('ImportUserSuccess').implement({
  description: 'The user is there. No mail was sent.',
  fields: (t) => ({ user: t.expose('user', { type: User, description: 'The user, new or known before.' }) }),
});

/** Decodes a user to import. */
export const decodeImported = (input: typeof ImportUserInput.$inferInput): ImportedUser => ({
  tenantId: restIdOf('Tenant', input.tenantId),
  email: input.email,
  username: input.username ?? null,
  name: input.name ?? null,
  profilePictureUrl: input.profilePictureUrl ?? null,
  externalId: input.externalId ?? null,
  metadata: input.metadata ?? null,
  vendorMetadata: input.vendorMetadata ?? null,
  roleIds: (input.roleIds ?? []).map((roleId) => restIdOf('Role', String(roleId))),
  verified: input.verified ?? false,
  otherEmails: (input.otherEmails ?? []).map((other) => ({ email: other.email, verified: other.verified ?? false })),
  passwordHash: input.passwordHash == null ? null : { ...input.passwordHash, config: input.passwordHash.config ?? null },
  authenticatorAppSecret: input.authenticatorAppSecret ?? null,
  phoneNumber: input.phoneNumber ?? null,
  phoneNumberType: input.phoneNumberUse ?? null,
});

builder.mutationField('importUser', (t) =>
  t.field({
    type: ImportUserSuccess,
    description:
      'Imports a user from another system, with the hash of the password and second factors. The hash is checked by its own algorithm, and replaced by one of this server at the first right password. A user who exists joins the tenant, and gets only what is not there yet. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('importUser', importErrors.importUser, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ImportUserInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.imports.importUser(await callerOf(context), decodeImported(input)),
    }),
  }),
);
