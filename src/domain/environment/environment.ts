/** `configurations/v1/mfa`: names and code lives. The `active` flags are stored and returned, nothing more. */
export interface MfaConfiguration {
  authenticatorApp: { active: boolean; serviceName: string };
  sms: { active: boolean; tokenLifetimeSeconds: number };
  email: { active: boolean; tokenLifetimeSeconds: number; sender: string };
}

export const defaultMfaConfiguration = (environmentName: string): MfaConfiguration => ({
  authenticatorApp: { active: true, serviceName: environmentName },
  sms: { active: false, tokenLifetimeSeconds: 300 },
  email: { active: false, tokenLifetimeSeconds: 300, sender: '' },
});

export const sameSiteValues = ['STRICT', 'LAX', 'NONE'] as const;
export type SameSite = (typeof sameSiteValues)[number];

/** What the operator may change at any time. */
export interface EnvironmentSettings {
  accessTokenLifetimeSeconds: number;
  refreshTokenLifetimeSeconds: number;
  cookieSameSite: SameSite;
  /** Whether a code sent by e-mail serves as first factor, beside the password. */
  emailCodeLogin: boolean;
}

/** Bounds of the lifetimes; a session's is the documented maximum. */
export const lifetimeBounds = { minSeconds: 60, maxAccessTokenSeconds: 86_400, maxRefreshTokenSeconds: 15_552_000 } as const;

/** The one environment a deployment serves. */
export interface Environment extends EnvironmentSettings {
  id: string;
  name: string;
  clientId: string;
  /** Keyed digest of the client secret. */
  secretDigest: string;
  mfaConfiguration: MfaConfiguration;
  createdAt: Date;
  updatedAt: Date;
}

/** What anybody may know of the environment: a login form and a browser's cookies depend on it. */
export type PublicEnvironment = Pick<Environment, 'id' | 'name' | 'cookieSameSite' | 'emailCodeLogin' | 'createdAt'>;

/** A key that signs tokens. The private half is sealed; the public half is published (RFC 7517). */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  id: string;
  sealedPrivateKey: Uint8Array;
  publicJwk: Record<string, string>;
  createdAt: Date;
}

export interface EnvironmentRepository {
  find(): Promise<Environment | null>;
  /** False when the environment exists already: of several instances starting at once exactly one creates it. */
  create(environment: Environment): Promise<boolean>;
  /** Changes the fields given, keeps the others. */
  updateSettings(change: Partial<EnvironmentSettings>, now: Date): Promise<Environment | null>;
  /** Replaces the objects given, keeps the others. */
  updateMfaConfiguration(change: Partial<MfaConfiguration>, now: Date): Promise<Environment | null>;
}

export interface SigningKeyRepository {
  /** Newest first; the first one signs. */
  list(): Promise<SigningKey[]>;
  /** False when a first key exists already. */
  addFirst(key: SigningKey): Promise<boolean>;
}
