import type { SettingsOwner } from '../policy/policy.ts';

/** The tests of characters that a policy can ask for. */
export const passwordTests = ['requireLowercase', 'requireUppercase', 'requireNumbers', 'requireSpecialChars', 'checkThreeRepeatedChars'] as const;
/** One of `passwordTests`. */
export type PasswordTest = (typeof passwordTests)[number];
/** Which tests are switched on. */
export type PasswordTests = Record<PasswordTest, boolean>;

/** What a new password must be. */
export interface PasswordPolicyFields {
  /** Whether a password of at least `minPhraseLength` characters needs to pass no test. */
  allowPassphrases: boolean;
  /** Length in code points, as are the other two. */
  minPhraseLength: number;
  minLength: number;
  maxLength: number;
  /** How many of the optional tests have to be passed. If fewer are switched on, all of these. */
  minOptionalTestsToPass: number;
  /** Whether passwords of the list of breached ones are refused. */
  blockPwnedPasswords: boolean;
  /** Null until somebody has set them, as `requiredTests`. */
  optionalTests: PasswordTests | null;
  requiredTests: PasswordTests | null;
  /** Words that are no password, neither alone nor with digits and signs at their ends. */
  forbiddenWords: readonly string[];
}

/** The fields of one owner. Null stands for what was not set: a tenant then has the value of the environment. */
export type StoredPasswordFields = { [Name in keyof PasswordPolicyFields]: PasswordPolicyFields[Name] | null };

/** The stored password policy of a tenant or of the environment. */
export interface PasswordPolicy extends StoredPasswordFields {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

/** The policy of an environment that has set none. The length is that of passwords used with a second factor (NIST 800-63B-4 §3.1.1.2). */
export const defaultPasswordFields: PasswordPolicyFields = {
  allowPassphrases: false,
  minPhraseLength: 20,
  minLength: 8,
  maxLength: 128,
  minOptionalTestsToPass: 0,
  blockPwnedPasswords: false,
  optionalTests: null,
  requiredTests: null,
  forbiddenWords: [],
};

/** A record in which nothing is set. */
export const nothingSet: StoredPasswordFields = {
  allowPassphrases: null,
  minPhraseLength: null,
  minLength: null,
  maxLength: null,
  minOptionalTestsToPass: null,
  blockPwnedPasswords: null,
  optionalTests: null,
  requiredTests: null,
  forbiddenWords: null,
};

/** No test is switched on. */
export const noTests: PasswordTests = {
  requireLowercase: false,
  requireUppercase: false,
  requireNumbers: false,
  requireSpecialChars: false,
  checkThreeRepeatedChars: false,
};

/** Bounds of the numbers of a password policy, in code points where they are lengths. */
export const passwordBounds = {
  minLength: { min: 6, max: 128 },
  maxLength: { min: 6, max: 128 },
  minPhraseLength: { min: 8, max: 128 },
  minOptionalTestsToPass: { min: 0, max: passwordTests.length },
  forbiddenWords: 100,
  forbiddenWordLength: { min: 3, max: 64 },
} as const;

/** Whether and how many earlier passwords are refused. */
export interface PasswordHistoryFields {
  enabled: boolean;
  /** How many passwords count, the present one among them. */
  historySize: number;
}

/** The stored rule about earlier passwords. That of a tenant replaces that of the environment. */
export interface PasswordHistoryPolicy extends PasswordHistoryFields {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

/** Bounds of `historySize`. */
export const historySizeBounds = { min: 1, max: 10 } as const;

/** When passwords expire. */
export interface PasswordRotationFields {
  isActive: boolean;
  /** How old a password may become, in minutes. */
  rotationPeriodMinutes: number;
  /** For how many minutes before that a login says that the password will expire. */
  notificationPeriodMinutes: number;
}

/** The stored rotation of a tenant or of the environment. The shortest period that is active counts. */
export interface PasswordRotation extends PasswordRotationFields {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

/** A new rotation: off, 90 days, and a word a week before. */
export const defaultRotationFields: PasswordRotationFields = { isActive: false, rotationPeriodMinutes: 129_600, notificationPeriodMinutes: 10_080 };

/** Bounds of the periods in minutes. The longest is about five years. */
export const rotationBounds = { minPeriod: 1, minNotification: 0, max: 2_628_000 } as const;

/** Stores the records of one kind of password settings, at most one for each owner. */
interface PasswordSettingsRepository<Fields, Stored extends Fields> {
  /** Returns the records of the owners that have one. */
  findMany(owners: readonly SettingsOwner[]): Promise<Stored[]>;
  /** Creates the record. False if the owner has one already. */
  create(record: Stored): Promise<boolean>;
  /** Changes the given fields. Null if the owner has no record. */
  update(owner: SettingsOwner, change: Partial<Fields>, now: Date): Promise<Stored | null>;
  /** Removes the record of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}

/** Stores password policies. */
export type PasswordPolicyRepository = PasswordSettingsRepository<StoredPasswordFields, PasswordPolicy>;
/** Stores the rules about earlier passwords. */
export type PasswordHistoryPolicyRepository = PasswordSettingsRepository<PasswordHistoryFields, PasswordHistoryPolicy>;
/** Stores rotations. */
export type PasswordRotationRepository = PasswordSettingsRepository<PasswordRotationFields, PasswordRotation>;

/** A password that was replaced. Only its hash is kept. */
export interface FormerPassword {
  id: string;
  userId: string;
  hash: string;
  /** When it was replaced. */
  createdAt: Date;
}

/** Stores the hashes of passwords that were replaced. */
export interface PasswordHistoryRepository {
  add(former: FormerPassword): Promise<void>;
  /** Returns the hashes of the user, those replaced last first, at most `limit`. */
  lastOf(userId: string, limit: number): Promise<string[]>;
  /** Forgets all of the user but the `kept` that were replaced last. */
  trim(userId: string, kept: number): Promise<void>;
}
