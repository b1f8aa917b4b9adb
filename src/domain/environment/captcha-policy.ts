/** What an operator says about captchas. */
export interface CaptchaPolicyFields {
  /** Whether logins ask for a captcha. Always false, because this server has nothing that could check one. */
  enabled: boolean;
  /** The key that pages of the operator show to the provider. It is public. */
  siteKey: string;
  /** The key by which a server asks the provider. */
  secretKey: string;
  /** The least score that counts as a person, 0 to 1. */
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

/** Bounds of its texts and its list. */
export const captchaBounds = { keyCharacters: 500, ignoredEmails: 100 } as const;

/** Stores the one captcha policy. */
export interface CaptchaPolicyRepository {
  find(): Promise<StoredCaptchaPolicy | null>;
  /** Stores the policy where there is none. False if there is one. */
  create(policy: StoredCaptchaPolicy): Promise<boolean>;
  /** Replaces everything but the id and the time of creation. False if there is none. */
  replace(policy: Omit<StoredCaptchaPolicy, 'id' | 'createdAt'>): Promise<boolean>;
}
