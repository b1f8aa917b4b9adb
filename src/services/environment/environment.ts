import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { StrategySettings } from '../../domain/authenticator/strategy.ts';
import type { Environment, EnvironmentSettings, MfaConfiguration } from '../../domain/environment/environment.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import { DomainError, fail, InvalidInput } from '../../domain/errors.ts';
import type { Clock, Delivery, Keyring, Signer } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import type { EnvironmentToken, Tokens } from '../session/tokens.ts';
import { secretPurpose } from './bootstrap.ts';

/** Codes live no longer than this, whatever is configured (NIST 800-63B-4 §3.1.3.2). */
export const maxCodeLifetimeSeconds = 600;

interface Needs {
  store: Pick<Store, 'environment' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  signer: Signer;
  identity: Identity;
  tokens: Tokens;
  delivery: Delivery;
  audit: Audit;
}

export type EnvironmentService = ReturnType<typeof createEnvironment>;

/** The environment's own credentials and settings. */
export function createEnvironment({ store, clock, keyring, signer, identity, tokens, delivery, audit }: Needs) {
  const current = async (): Promise<Environment> => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  return {
    current,

    /** Answers what a strategy reads at each use. Codes by e-mail and by text message have a lifetime each. */
    async strategySettings(strategy: StrategyName): Promise<StrategySettings> {
      const { name, mfaConfiguration } = await current();
      const { authenticatorApp, email, sms } = mfaConfiguration;
      return {
        serviceName: authenticatorApp.serviceName === '' ? name : authenticatorApp.serviceName,
        codeLifetimeSeconds: Math.min((strategy === 'SMS' ? sms : email).tokenLifetimeSeconds, maxCodeLifetimeSeconds),
      };
    },

    /** Exchanges client id and secret for an environment token. Errors: `ENVIRONMENT_CREDENTIALS_INVALID`. */
    async authenticate({ clientId, secret, origin }: { clientId: string; secret: string; origin: Origin }): Promise<EnvironmentToken> {
      const environment = await current();
      const secretRight = keyring.matches(secretPurpose, secret, environment.secretDigest);
      if (clientId !== environment.clientId || !secretRight) {
        await audit('ENVIRONMENT_AUTHENTICATION_FAILED', origin, { reason: 'ENVIRONMENT_CREDENTIALS_INVALID' });
        throw new DomainError('ENVIRONMENT_CREDENTIALS_INVALID');
      }
      await audit('ENVIRONMENT_AUTHENTICATED', origin, { actor: { kind: 'ENVIRONMENT', tenantId: null } });
      return tokens.issueEnvironmentToken();
    },

    /** Changes the fields given, keeps the others; sessions keep the life they began with. Errors: `NOTHING_TO_UPDATE`, `INVALID_INPUT`. */
    async updateSettings(actor: Actor, change: Partial<EnvironmentSettings>, origin: Origin): Promise<Environment> {
      requireEnvironment(actor);
      if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
      if (change.emailCodeLogin && !delivery.email.available) {
        throw new InvalidInput([{ path: ['emailCodeLogin'], message: `Login by e-mail code cannot be switched on: ${delivery.email.reason}` }]);
      }
      return store.transact(async () => {
        const changed = (await store.environment.updateSettings(change, clock.now())) ?? (await current());
        await audit('ENVIRONMENT_UPDATED', origin, { actor, reason: Object.keys(change).join(' ') });
        return changed;
      });
    },

    async mfaConfiguration(actor: Actor): Promise<MfaConfiguration> {
      requireEnvironment(actor);
      return (await current()).mfaConfiguration;
    },

    /** Replaces the objects given, keeps the others. */
    async setMfaConfiguration(actor: Actor, change: Partial<MfaConfiguration>, origin: Origin): Promise<MfaConfiguration> {
      requireEnvironment(actor);
      return store.transact(async () => {
        const changed = (await store.environment.updateMfaConfiguration(change, clock.now())) ?? (await current());
        await audit('MFA_CONFIGURATION_SET', origin, { actor, reason: Object.keys(change).join(' ') });
        return changed.mfaConfiguration;
      });
    },

    /** Settings an SDK reads, with the current signing key as PEM. */
    async configuration(actor: Actor): Promise<{ environment: Environment; publicKey: string }> {
      requireEnvironment(actor);
      return { environment: await current(), publicKey: signer.publicKeyPem(identity.signingKey.publicJwk) };
    },

    /** RFC 7517 key set: every key whose tokens may still live. */
    jwks: () => ({
      keys: identity.publicKeys.map((jwk) => ({
        kty: 'RSA' as const,
        alg: 'RS256' as const,
        use: 'sig' as const,
        kid: jwk.kid ?? '',
        n: jwk.n ?? '',
        e: jwk.e ?? '',
      })),
    }),
  };
}
