import { profileBounds } from '../../domain/bounds.ts';
import { longestMembershipSeconds, shortestMembershipSeconds } from '../../domain/directory/user.ts';
import type { BulkInvite } from '../../services/account/bulk-invitations.ts';
import type { builder } from '../builder/builder.ts';
import { bytes, email, flag, userName, wholeNumber } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { roleIds } from '../role/input-rules.ts';

/** The description of a tenant to bring people into. */
export const currentTenant = 'The tenant, by global id or `restId`. If absent, it is the current tenant. Null is refused.';

/** The rules of the fields of somebody to bring into a tenant, alone or with others. */
export const invitedRules = {
  email,
  name: userName.optional(),
  roleIds: roleIds.optional(),
  phoneNumber: bytes(profileBounds.phoneNumber).optional(),
  skipMail: flag.optional(),
  expiresInSeconds: wholeNumber(shortestMembershipSeconds, longestMembershipSeconds).optional(),
};

/** The fields of somebody to bring into a tenant. */
export const invitedFields = (t: Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0]) => ({
  email: t.field({ type: 'EmailAddress', required: true, description: 'The e-mail address of the person.' }),
  name: t.string({
    required: false,
    description: `The display name of a new user, at most ${profileBounds.name} bytes in UTF-8. If absent, the e-mail address is used.`,
  }),
  roleIds: t.idList({
    required: false,
    description: 'The roles in the tenant, by global id or `restId`. If absent or empty, those that are marked for new members.',
  }),
  phoneNumber: t.string({
    required: false,
    description: `A phone number of a new user for people to read, at most ${profileBounds.phoneNumber} bytes in UTF-8. Nothing is sent to it.`,
  }),
  skipMail: t.boolean({
    required: false,
    description: 'Whether to send no mail. With an environment token a new address then counts as verified. If absent, it is false.',
  }),
  expiresInSeconds: t.int({
    required: false,
    description: `In how many seconds the membership ends by itself, at least ${shortestMembershipSeconds}. If absent, it does not.`,
  }),
});

interface GivenPerson {
  email: string;
  name?: string | null | undefined;
  roleIds?: readonly string[] | null | undefined;
  phoneNumber?: string | null | undefined;
  skipMail?: boolean | null | undefined;
  expiresInSeconds?: number | null | undefined;
}

/** Returns somebody to bring into a tenant, as the service knows them. */
export const decodeInvited = (given: GivenPerson): BulkInvite => ({
  email: given.email,
  name: given.name ?? null,
  roleIds: (given.roleIds ?? []).map((roleId) => restIdOf('Role', roleId)),
  phoneNumber: given.phoneNumber ?? null,
  ...{ password: null, profilePictureUrl: null, externalId: null, metadata: null, vendorMetadata: null, mfaBypass: false },
  skipMail: given.skipMail ?? false,
  verified: false,
  expiresInSeconds: given.expiresInSeconds ?? null,
});
