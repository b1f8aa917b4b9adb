import type { GivenHash } from '../password/foreign-hash.ts';

/** What the phone number of an imported user is for. */
export const phoneNumberTypes = ['auth', 'mfa'] as const;
/** One of `phoneNumberTypes`. */
export type PhoneNumberType = (typeof phoneNumberTypes)[number];

/** An address of an imported user. */
export interface ImportedEmail {
  email: string;
  /** Whether the address is verified, because the operator vouches for it. */
  verified: boolean;
}

/** A user who comes from another system, with the password and second factors of there. */
export interface ImportedUser {
  tenantId: string;
  email: string;
  username: string | null;
  name: string | null;
  profilePictureUrl: string | null;
  externalId: string | null;
  /** JSON text of an object, as is `vendorMetadata`. */
  metadata: string | null;
  vendorMetadata: string | null;
  /** Ids of the roles of the new member. If there are none, the member gets those that the operator has chosen for new members. */
  roleIds: readonly string[];
  /** Whether the address is verified, because the operator vouches for it. */
  verified: boolean;
  /** The addresses besides the primary one. */
  otherEmails: readonly ImportedEmail[];
  passwordHash: GivenHash | null;
  /** The secret of an authenticator app in Base32. */
  authenticatorAppSecret: string | null;
  phoneNumber: string | null;
  /** Null if the phone is both the one to log in by and a second factor. */
  phoneNumberType: PhoneNumberType | null;
}
