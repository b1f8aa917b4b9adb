import type { Environment } from '../../domain/environment/environment.ts';
import { defaultMfaConfiguration, defaultSettings } from '../../domain/environment/environment.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ConfiguredSecret } from './secrets.ts';
import { bootstrapSecrets, secretPurpose } from './secrets.ts';
import type { SigningKeys } from './signing-keys.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'environmentSecrets'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  signingKeys: SigningKeys;
}

/** What the start found or made. */
export interface Bootstrapped {
  identity: Identity;
  /** Set only for the instance that created the environment. It is shown once. */
  secret: string | null;
  /** What became of a configured secret of an environment that was there already. */
  configured: ConfiguredSecret;
}

/**
 * Creates the environment and a signing key if there are none, and returns the identity of this server. If several instances start
 * at once, one creates them and the others read them. A configured secret that is new becomes valid beside the old one.
 */
export async function bootstrapEnvironment(
  { store, clock, random, keyring, signingKeys }: Needs,
  first: { name: string; clientId: string | undefined; secret: string | undefined },
): Promise<Bootstrapped> {
  const now = clock.now();
  const secret = first.secret ?? random.token();
  const environment: Environment = {
    id: random.uuid(),
    name: first.name,
    clientId: first.clientId ?? random.uuid(),
    secretDigest: keyring.digest(secretPurpose, secret),
    ...defaultSettings,
    mfaConfiguration: defaultMfaConfiguration(first.name),
    jwtTargeting: null,
    createdAt: now,
    updatedAt: now,
  };
  const existing = await store.environment.find();
  const created = existing === null && (await store.environment.create(environment));
  const inForce = existing ?? (await store.environment.find()) ?? environment;
  const configured = await bootstrapSecrets({ store, clock, random, keyring }, inForce, first.secret);
  await signingKeys.bootstrap();
  return {
    identity: {
      environmentId: inForce.id,
      clientId: inForce.clientId,
      get signingKey() {
        return signingKeys.current();
      },
      get publicKeys() {
        return signingKeys.published();
      },
    },
    secret: created ? secret : null,
    configured,
  };
}
