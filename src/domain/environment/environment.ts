import { maxServiceNameBytes } from '../bounds.ts';
import type { JwtTargeting } from '../session/jwt-targeting.ts';
import { isName, utf8Length } from '../text.ts';
import type { AuthStrategy } from './auth-strategy.ts';
import type { MailStrategy, StrategyMail } from './mail-strategy.ts';

/** The MFA configuration of Frontegg's `configurations/v1/mfa`. The `active` flags are stored and returned, but have no effect. */
export interface MfaConfiguration {
  authenticatorApp: { active: boolean; serviceName: string };
  sms: { active: boolean; tokenLifetimeSeconds: number };
  email: { active: boolean; tokenLifetimeSeconds: number; sender: string };
}

/**
 * Returns the issuer that authenticator apps show for a name. Apps split the label at its first colon, so a colon in the issuer
 * would end it too early.
 */
export const issuerOf = (name: string): string => name.replace(/\s*:\s*/g, ' ').trim();

/** What a text that cannot be the name of the issuer is refused with. */
export const notAnIssuer = `must have a visible character other than a colon, no line break, and at most ${maxServiceNameBytes} bytes in UTF-8`;

/** Tells whether authenticator apps can show the name as that of the issuer. */
export const isIssuer = (name: string): boolean => isName(issuerOf(name)) && !/[\r\n]/.test(name) && utf8Length(name) <= maxServiceNameBytes;

/** Returns the MFA configuration of a new environment. */
export const defaultMfaConfiguration = (environmentName: string): MfaConfiguration => ({
  authenticatorApp: { active: true, serviceName: environmentName },
  sms: { active: false, tokenLifetimeSeconds: 300 },
  email: { active: false, tokenLifetimeSeconds: 300, sender: '' },
});

/** Values of the SameSite attribute of cookies. */
export const sameSiteValues = ['STRICT', 'LAX', 'NONE'] as const;
/** One of `sameSiteValues`. */
export type SameSite = (typeof sameSiteValues)[number];

/** Which kind of token portals offer to programs: credentials that are exchanged for a JWT, or the JWT itself. */
export const machineAuthStrategies = ['CLIENT_CREDENTIALS', 'ACCESS_TOKEN'] as const;
/** One of `machineAuthStrategies`. */
export type MachineAuthStrategy = (typeof machineAuthStrategies)[number];

/** Settings of the environment that the operator may change at any time. */
export interface EnvironmentSettings {
  accessTokenLifetimeSeconds: number;
  refreshTokenLifetimeSeconds: number;
  cookieSameSite: SameSite;
  /** The first factor that sign-in pages offer beside the password, or that there is no first factor of this server. */
  authStrategy: AuthStrategy;
  /** How long a code or a link to log in by is valid. */
  passwordlessLifetimeSeconds: number;
  /** True if a magic link works only in the browser that asked for it. */
  forceSameDeviceOnAuth: boolean;
  /** True if access tokens state the roles of the user. What the user may do is read from the tables in any case. */
  addRolesToJwt: boolean;
  /** True if access tokens state the permissions of the user. */
  addPermissionsToJwt: boolean;
  /** True if a user may be made a member of a tenant until a certain time. */
  temporaryUsers: boolean;
  /** True if anybody may sign up, which creates a tenant and its first user. */
  allowSignups: boolean;
  /** True if links invite people into tenants. While it is false, none is made and none works. */
  allowTenantInvitations: boolean;
  /** True if users may log in by password before their address is verified. No code is sent to such an address. */
  allowNotVerifiedUsersLogin: boolean;
  /** Stored and shown to portals, which then offer roles and want at least one for each user. It has no effect here. */
  forcePermissions: boolean;
  /** True if users may change their own primary e-mail address. */
  allowEmailChange: boolean;
  /** True if users may have API tokens of their own. Tokens of tenants need no switch. */
  apiTokensEnabled: boolean;
  /** Stored and shown to portals. Both kinds of token always work. */
  machineToMachineAuthStrategy: MachineAuthStrategy;
  /** True if tenants may have password policies of their own. */
  allowOverridePasswordComplexity: boolean;
  /** True if tenants may say themselves when passwords expire. */
  allowOverridePasswordExpiration: boolean;
  /** True if tenants may say themselves which earlier passwords are refused. */
  allowOverrideEnforcePasswordHistory: boolean;
  /** True if users may register passkeys and log in with them. */
  passkeysEnabled: boolean;
  /** True if tenants may have groups. */
  groupsEnabled: boolean;
  /** True if the members of a group hold its roles. */
  groupRolesEnabled: boolean;
}

/** The settings of a new environment. */
export const defaultSettings: EnvironmentSettings = {
  accessTokenLifetimeSeconds: 900,
  refreshTokenLifetimeSeconds: 2_592_000,
  cookieSameSite: 'LAX',
  authStrategy: 'EMAIL_AND_PASSWORD',
  passwordlessLifetimeSeconds: 300,
  forceSameDeviceOnAuth: false,
  addRolesToJwt: true,
  addPermissionsToJwt: true,
  temporaryUsers: true,
  allowSignups: false,
  allowTenantInvitations: false,
  allowNotVerifiedUsersLogin: false,
  forcePermissions: false,
  allowEmailChange: false,
  apiTokensEnabled: false,
  machineToMachineAuthStrategy: 'CLIENT_CREDENTIALS',
  allowOverridePasswordComplexity: false,
  allowOverridePasswordExpiration: false,
  allowOverrideEnforcePasswordHistory: false,
  passkeysEnabled: false,
  groupsEnabled: true,
  groupRolesEnabled: true,
};

/** Bounds of token lifetimes in seconds. The longest refresh token is the one Frontegg documents, 180 days. */
export const lifetimeBounds = { minSeconds: 60, maxAccessTokenSeconds: 86_400, maxRefreshTokenSeconds: 15_552_000 } as const;

/** The one environment of a deployment. */
export interface Environment extends EnvironmentSettings {
  id: string;
  name: string;
  clientId: string;
  /** Keyed digest of the first client secret, where earlier releases look for it. */
  secretDigest: string;
  mfaConfiguration: MfaConfiguration;
  /** The rules that say by which template a token is made. Null if there are none. */
  jwtTargeting: JwtTargeting | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What anybody may know of the environment: a login form and a browser's cookies depend on it. */
export type PublicEnvironment = Pick<
  Environment,
  | 'id'
  | 'name'
  | 'cookieSameSite'
  | 'authStrategy'
  | 'temporaryUsers'
  | 'allowSignups'
  | 'allowTenantInvitations'
  | 'allowNotVerifiedUsersLogin'
  | 'forcePermissions'
  | 'allowEmailChange'
  | 'apiTokensEnabled'
  | 'machineToMachineAuthStrategy'
  | 'passkeysEnabled'
  | 'groupsEnabled'
  | 'groupRolesEnabled'
  | 'createdAt'
>;

/** A client secret of the environment. Two can be valid at a time, so that clients can change from one to the other. */
export interface EnvironmentSecret {
  /** Names the secret in lists. It tells nothing about it. */
  id: string;
  /** Keyed digest of the secret. */
  digest: string;
  createdAt: Date;
  /** Null while the secret is valid. */
  retiredAt: Date | null;
}

/** How many secrets can be valid at a time. */
export const mostSecrets = 2;

/** Fewest characters of a secret that the operator chooses. */
export const leastSecretCharacters = 16;

/**
 * How many seconds a new signing key is published before it signs. The least, which is the default, is longer than an instance takes
 * to read the key and a client keeps the key set, which is 300 seconds.
 */
export const signsAfterBounds = { minSeconds: 600, maxSeconds: 604_800 } as const;

/** A key pair that signs tokens. The private key is sealed; the public key is published (RFC 7517). */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  id: string;
  sealedPrivateKey: Uint8Array;
  publicJwk: Record<string, string>;
  createdAt: Date;
  /** When it begins to sign, in place of the key before it. */
  signsFrom: Date;
}

/** Stores the one environment. */
export interface EnvironmentRepository {
  find(): Promise<Environment | null>;
  /** Creates the environment. False if it exists already, so that only one of several starting instances creates it. */
  create(environment: Environment): Promise<boolean>;
  /** Changes the given fields and keeps the others. Null if there is no environment. */
  updateSettings(change: Partial<EnvironmentSettings>, now: Date): Promise<Environment | null>;
  /** Replaces the given objects and keeps the others. Null if there is no environment. */
  updateMfaConfiguration(change: Partial<MfaConfiguration>, now: Date): Promise<Environment | null>;
  /** Replaces the rules that choose a template for a token. Null removes them. */
  setJwtTargeting(targeting: JwtTargeting | null, now: Date): Promise<void>;
  /** Returns what mails that activate and invite ask for. */
  mailStrategies(): Promise<Record<StrategyMail, MailStrategy>>;
  /** Sets what one kind of mail asks for. */
  setMailStrategy(mail: StrategyMail, strategy: MailStrategy, now: Date): Promise<void>;
}

/** Stores the secrets of the environment. */
export interface EnvironmentSecretRepository {
  /** Returns all secrets, also the retired ones, newest first. */
  list(): Promise<EnvironmentSecret[]>;
  /** Adds a valid secret. False if as many as `mostSecrets` are valid already. */
  add(secret: Omit<EnvironmentSecret, 'retiredAt'>): Promise<boolean>;
  /** Ends the validity of a secret. False if it is not valid, or if it is the only one that is. */
  retire(id: string, now: Date): Promise<boolean>;
}

/** Stores the keys that sign tokens. */
export interface SigningKeyRepository {
  /** Returns all keys, the one that begins to sign last first. */
  list(): Promise<SigningKey[]>;
  /** Adds the first key. False if there is one already. */
  addFirst(key: SigningKey): Promise<boolean>;
  add(key: SigningKey): Promise<void>;
  remove(id: string): Promise<void>;
}
