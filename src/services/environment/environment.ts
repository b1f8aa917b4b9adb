import type { Caller } from '../../domain/access/actor.ts';
import type { Availability, StrategySettings } from '../../domain/authenticator/strategy.ts';
import { maxCodeLifetimeSeconds, maxServiceNameBytes } from '../../domain/bounds.ts';
import { admitsLocalLogin, channelOfStrategy } from '../../domain/environment/auth-strategy.ts';
import type { Environment, EnvironmentSettings, MfaConfiguration, PublicEnvironment } from '../../domain/environment/environment.ts';
import { isIssuer } from '../../domain/environment/environment.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import { storedId } from '../../domain/ids.ts';
import type { Clock, Delivery, Signer } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { cutToBytes } from '../../domain/text.ts';
import { readSecurityPolicy, requireEnvironment, requirePermission } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { Guesses } from '../limits/guesses.ts';
import type { EnvironmentToken, Tokens } from '../session/tokens.ts';
import type { Secrets } from './secrets.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'transact'>;
  clock: Clock;
  secrets: Pick<Secrets, 'matches'>;
  signer: Signer;
  identity: Identity;
  tokens: Tokens;
  guesses: Pick<Guesses, 'limited'>;
  delivery: Delivery;
  /** Whether browsers serve WebAuthn to the pages of this deployment. */
  passkeyAvailability: Availability;
  audit: Audit;
}

/** The service that `createEnvironment` creates. */
export type EnvironmentService = ReturnType<typeof createEnvironment>;

/** Errors of each use case. */
export const environmentErrors = {
  authenticate: ['ENVIRONMENT_CREDENTIALS_INVALID', 'RATE_LIMITED'],
  updateSettings: ['INVALID_INPUT', 'NOTHING_TO_UPDATE'],
  setMfaConfiguration: [],
} as const;

/** Creates the service that checks the credentials of the environment, changes its settings and reads them. */
export function createEnvironment({ store, clock, secrets, signer, identity, tokens, guesses, delivery, passkeyAvailability, audit }: Needs) {
  /** Returns the whole row. */
  const current = async (): Promise<Environment> => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  /** Replaces the given objects and keeps the others. Whoever calls it checks who may. */
  const putMfaConfiguration = (caller: Caller, change: Partial<MfaConfiguration>): Promise<MfaConfiguration> =>
    store.transact('SETTINGS', async () => {
      const changed = (await store.environment.updateMfaConfiguration(change, clock.now())) ?? (await current());
      await audit('MFA_CONFIGURATION_SET', caller, { reason: Object.keys(change).join(' ') });
      return changed.mfaConfiguration;
    });

  /** Checks the client id and the secret. Errors: `ENVIRONMENT_CREDENTIALS_INVALID`, and `RATE_LIMITED` after several wrong ones. */
  const checkSecret = async ({ origin }: Caller, { clientId, secret }: { clientId: string; secret: string }): Promise<void> => {
    const guess = { purpose: 'ENVIRONMENT_SECRET', account: storedId(clientId), origin, wrongBy: 'ENVIRONMENT_CREDENTIALS_INVALID' } as const;
    await guesses.limited(guess, async () => {
      const secretRight = await secrets.matches(secret);
      if (storedId(clientId) !== storedId(identity.clientId) || !secretRight) fail('ENVIRONMENT_CREDENTIALS_INVALID');
    });
  };

  /** Refuses a way to log in whose messages this deployment cannot send. Errors: `INVALID_INPUT`. */
  const requireChannel = ({ authStrategy = 'EMAIL_AND_PASSWORD' }: Partial<EnvironmentSettings>): void => {
    const channel = channelOfStrategy[authStrategy];
    const state = channel === null ? null : delivery[channel];
    if (state === null || state.available) return;
    throw new InvalidInput([{ path: ['authStrategy'], message: `authStrategy cannot be switched on: ${state.reason}` }]);
  };

  return {
    current,
    putMfaConfiguration,
    checkSecret,

    /** Returns the settings that a strategy reads at each use. Codes by e-mail and by text message each have a lifetime of their own. */
    async strategySettings(strategy: StrategyName): Promise<StrategySettings> {
      const { name, mfaConfiguration } = await current();
      const { authenticatorApp, email, sms } = mfaConfiguration;
      return {
        // An earlier release may have stored a longer name, which would not fit into a QR code, or one that shows nothing.
        serviceName:
          [authenticatorApp.serviceName, name].map((candidate) => cutToBytes(candidate, maxServiceNameBytes)).find(isIssuer) ?? 'Sallyport',
        codeLifetimeSeconds: Math.min((strategy === 'SMS' ? sms : email).tokenLifetimeSeconds, maxCodeLifetimeSeconds),
      };
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', environmentErrors, {
        /** Exchanges the client id and the secret for an environment token. */
        async authenticate(caller: Caller, credentials: { clientId: string; secret: string }): Promise<EnvironmentToken> {
          await checkSecret(caller, credentials);
          await audit('ENVIRONMENT_AUTHENTICATED', { actor: { kind: 'ENVIRONMENT', tenantId: null }, origin: caller.origin });
          return tokens.issueEnvironmentToken();
        },

        /** Changes the given fields and keeps the others. Existing sessions keep the lifetime that they were opened with. */
        async updateSettings(caller: Caller, { change }: { change: Partial<EnvironmentSettings> }): Promise<Environment> {
          requireEnvironment(caller.actor);
          if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
          requireChannel(change);
          if (change.passkeysEnabled && !passkeyAvailability.available) {
            throw new InvalidInput([{ path: ['passkeysEnabled'], message: `Passkeys cannot be switched on: ${passkeyAvailability.reason}` }]);
          }
          return store.transact('SETTINGS', async () => {
            const changed = (await store.environment.updateSettings(change, clock.now())) ?? (await current());
            await audit('ENVIRONMENT_UPDATED', caller, { reason: Object.keys(change).join(' ') });
            return changed;
          });
        },

        /** Replaces the given objects and keeps the others. */
        async setMfaConfiguration(caller: Caller, { change }: { change: Partial<MfaConfiguration> }): Promise<MfaConfiguration> {
          requireEnvironment(caller.actor);
          return putMfaConfiguration(caller, change);
        },
      }),

      ...reads(audit, {
        /** Returns the names and code lifetimes of the strategies. */
        async mfaConfiguration({ actor }: Caller): Promise<MfaConfiguration> {
          requireEnvironment(actor);
          return (await current()).mfaConfiguration;
        },

        /**
         * Returns the settings that an SDK reads, with the current signing key as PEM. Users who may read security settings see them as
         * well: they hold for their tenant, and none is secret.
         */
        async configuration({ actor }: Caller): Promise<{ environment: Environment; publicKey: string }> {
          requirePermission(actor, readSecurityPolicy);
          return { environment: await current(), publicKey: signer.publicKeyPem(identity.signingKey.publicJwk) };
        },

        /** Returns the settings that anybody may read, logged in or not. */
        async publicSettings(_caller: Caller): Promise<PublicEnvironment> {
          const { id, name, cookieSameSite, createdAt, ...environment } = await current();
          const { authStrategy, temporaryUsers, allowSignups, allowNotVerifiedUsersLogin, forcePermissions, allowEmailChange } = environment;
          const { allowTenantInvitations } = environment;
          const settings = { authStrategy, temporaryUsers, allowSignups, allowNotVerifiedUsersLogin, forcePermissions, allowEmailChange };
          const { apiTokensEnabled, machineToMachineAuthStrategy, groupsEnabled, groupRolesEnabled } = environment;
          const passkeysEnabled = environment.passkeysEnabled && passkeyAvailability.available && admitsLocalLogin(environment);
          const others = {
            allowTenantInvitations,
            apiTokensEnabled,
            machineToMachineAuthStrategy,
            passkeysEnabled,
            groupsEnabled,
            groupRolesEnabled,
          };
          return { id, name, cookieSameSite, createdAt, ...settings, ...others };
        },

        /** Returns the public keys of all tokens that may still be valid, as a key set (RFC 7517). Anybody may read it. */
        async jwks(_caller: Caller) {
          const keys = identity.publicKeys.map((jwk) => ({
            kty: 'RSA' as const,
            alg: 'RS256' as const,
            use: 'sig' as const,
            kid: jwk.kid ?? '',
            n: jwk.n ?? '',
            e: jwk.e ?? '',
          }));
          return { keys };
        },
      }),
    },
  };
}
