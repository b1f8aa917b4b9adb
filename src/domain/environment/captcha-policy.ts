import { normalizeEmail } from '../messaging/email-address.ts';

/** What an operator says about captchas. */
export interface CaptchaPolicyFields {
  /** Whether strangers have to answer a captcha before they log in, sign up or have a message sent. */
  enabled: boolean;
  /** The key that pages show to the provider. It is public. */
  siteKey: string;
  /** The key by which this server asks the provider. */
  secretKey: string;
  /** The least score that counts as a person, 0 to 1. It says nothing where the provider gives no score. */
  minScore: number;
  /** Addresses that are never asked. */
  ignoredEmails: readonly string[];
}

/** The captcha policy of the environment. */
export interface CaptchaPolicy extends CaptchaPolicyFields {
  id: string;
  createdAt: Date;
  updatedAt: Date;
}

/** The policy as it is stored, with its secret sealed. */
export interface StoredCaptchaPolicy extends Omit<CaptchaPolicy, 'secretKey'> {
  sealedSecretKey: Uint8Array;
}

/** Bounds of its texts and its list, and of what a browser answers. Tokens of the providers have a few thousand characters. */
export const captchaBounds = { keyCharacters: 500, ignoredEmails: 100, tokenCharacters: 16_384 } as const;

/**
 * Tells whether the policy asks somebody who gave this address, or none. The address that was given counts and not the user it belongs to, so
 * that the answer says nothing about who is a user.
 */
export const asksForCaptcha = ({ enabled, ignoredEmails }: Pick<CaptchaPolicyFields, 'enabled' | 'ignoredEmails'>, email: string | null): boolean =>
  enabled && (email === null || !ignoredEmails.some((ignored) => normalizeEmail(ignored) === normalizeEmail(email)));

/** Stores the one captcha policy. */
export interface CaptchaPolicyRepository {
  find(): Promise<StoredCaptchaPolicy | null>;
  /** Stores the policy where there is none. False if there is one. */
  create(policy: StoredCaptchaPolicy): Promise<boolean>;
  /** Replaces everything but the id and the time of creation. False if there is none. */
  replace(policy: Omit<StoredCaptchaPolicy, 'id' | 'createdAt'>): Promise<boolean>;
}
