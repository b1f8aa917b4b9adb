import { authStrategies } from '../../domain/environment/auth-strategy.ts';
import type { MfaConfiguration } from '../../domain/environment/environment.ts';
import { machineAuthStrategies, sameSiteValues } from '../../domain/environment/environment.ts';
import type { MailStrategy } from '../../domain/environment/mail-strategy.ts';
import type { JwtTargeting } from '../../domain/session/jwt-targeting.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';

/** The only values of the unique columns that limit a table, or a mark in it, to one row. */
export const only = {
  environment: 'environment',
  firstKey: 'first',
  writeProbe: 'probe',
  hostedLogin: 'hosted-login',
  captchaPolicy: 'captcha-policy',
} as const;

/** The places of secrets that are valid at the same time. */
export const secretSlots = ['A', 'B'] as const;

/**
 * Defines the tables of the environment, of its secrets and keys, and of the check whether the database can be written.
 */
export const defineEnvironment = (k: Kit) => {
  const environments = k.table(
    'environments',
    {
      // There is only one slot, so of several starting instances one inserts the environment and the others conflict.
      slot: k.oneOf([only.environment]).primaryKey(),
      id: k.string().notNull(),
      name: k.string().notNull(),
      clientId: k.string().notNull(),
      // The first secret, where earlier releases look for it.
      secretDigest: k.string().notNull(),
      accessTokenLifetimeSeconds: k.integer().notNull(),
      refreshTokenLifetimeSeconds: k.integer().notNull(),
      cookieSameSite: k.oneOf([...sameSiteValues]).notNull(),
      // Null in an environment of an earlier release, which has the flag below alone. Both are written, so that earlier releases read the flag.
      authStrategy: k.oneOf([...authStrategies]),
      emailCodeLogin: k.flag().notNull().default(false),
      passwordlessLifetimeSeconds: k.integer().notNull().default(300),
      forceSameDeviceOnAuth: k.flag().notNull().default(false),
      addRolesToJwt: k.flag().notNull().default(true),
      addPermissionsToJwt: k.flag().notNull().default(true),
      temporaryUsers: k.flag().notNull().default(true),
      allowSignups: k.flag().notNull().default(false),
      allowTenantInvitations: k.flag().notNull().default(false),
      allowNotVerifiedUsersLogin: k.flag().notNull().default(false),
      forcePermissions: k.flag().notNull().default(false),
      allowEmailChange: k.flag().notNull().default(false),
      apiTokensEnabled: k.flag().notNull().default(false),
      machineToMachineAuthStrategy: k
        .oneOf([...machineAuthStrategies])
        .notNull()
        .default('CLIENT_CREDENTIALS'),
      allowOverridePasswordComplexity: k.flag().notNull().default(false),
      allowOverridePasswordExpiration: k.flag().notNull().default(false),
      allowOverrideEnforcePasswordHistory: k.flag().notNull().default(false),
      passkeysEnabled: k.flag().notNull().default(false),
      // The rules that choose a template for a token. They are here, because whatever makes a token has read the row.
      jwtTargeting: k.json<JwtTargeting>(),
      groupsEnabled: k.flag().notNull().default(true),
      groupRolesEnabled: k.flag().notNull().default(true),
      // Each object has its own column, so that a change of one does not overwrite a parallel change of another.
      mfaAuthenticatorApp: k.json<MfaConfiguration['authenticatorApp']>().notNull(),
      mfaSms: k.json<MfaConfiguration['sms']>().notNull(),
      mfaEmail: k.json<MfaConfiguration['email']>().notNull(),
      // Null is the strategy of an environment whose operator has chosen none.
      activationStrategy: k.json<MailStrategy>(),
      invitationStrategy: k.json<MailStrategy>(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.check('environments_slot', isOneOf(t.slot, [only.environment])),
      k.check('environments_cookie_same_site', isOneOf(t.cookieSameSite, sameSiteValues)),
    ],
  );

  const environmentSecrets = k.table(
    'environment_secrets',
    {
      id: k.id(),
      // The column is unique, so that no race makes more secrets valid than there are slots. A retired secret has none.
      slot: k.oneOf([...secretSlots]),
      digest: k.string().notNull(),
      createdAt: k.instant().notNull(),
      retiredAt: k.instant(),
    },
    (t) => [k.uniqueIndex('environment_secrets_by_slot').on(t.slot), k.check('environment_secrets_slot', isOneOf(t.slot, secretSlots))],
  );

  // The keys that digests and passwords were made with, of master keys that are no longer set.
  const retainedKeys = k.table('retained_keys', { id: k.id(), sealed: k.bytes().notNull(), createdAt: k.instant().notNull() });

  const signingKeys = k.table(
    'signing_keys',
    {
      id: k.id(),
      sealedPrivateKey: k.bytes().notNull(),
      publicJwk: k.json<Record<string, string>>().notNull(),
      // Only the first key has a value here. The column is unique, so that only one of several starting instances adds it.
      first: k.oneOf([only.firstKey]),
      createdAt: k.instant().notNull(),
      // When it begins to sign. Null in keys of earlier releases, which signed at once.
      signsFrom: k.instant(),
    },
    (t) => [k.uniqueIndex('signing_keys_first').on(t.first), k.check('signing_keys_first_value', isOneOf(t.first, [only.firstKey]))],
  );

  // The one row counts the checks whether the database can be written. Only a write that reaches the disk can tell.
  const writeProbes = k.table('write_probes', { slot: k.oneOf([only.writeProbe]).primaryKey(), writes: k.counter().notNull() }, (t) => [
    k.check('write_probes_slot', isOneOf(t.slot, [only.writeProbe])),
  ]);

  return { environments, environmentSecrets, retainedKeys, signingKeys, writeProbes };
};
