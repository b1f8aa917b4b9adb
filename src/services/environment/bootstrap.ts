import type { Environment } from '../../domain/environment/environment.ts';
import { defaultMfaConfiguration } from '../../domain/environment/environment.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import type { Clock, Keyring, Random, Signer } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/** Purpose of the digest of the environment's secret. */
export const secretPurpose = 'environment-secret';
const keyPlace = (kid: string) => ({ table: 'signing_keys', row: kid, column: 'sealed_private_key' });

interface Needs {
  store: Pick<Store, 'environment' | 'signingKeys'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  signer: Signer;
}

/**
 * Creates the environment and a signing key if there are none, and returns the identity of this server. If several instances start
 * at once, one creates them and the others read them. `secret` is set only for the instance that created the environment; it is
 * shown once.
 */
export async function bootstrapEnvironment(
  { store, clock, random, keyring, signer }: Needs,
  first: { name: string; clientId: string | undefined; secret: string | undefined },
): Promise<{ identity: Identity; secret: string | null }> {
  const now = clock.now();
  const secret = first.secret ?? random.token();
  const environment: Environment = {
    id: random.uuid(),
    name: first.name,
    clientId: first.clientId ?? random.uuid(),
    secretDigest: keyring.digest(secretPurpose, secret),
    accessTokenLifetimeSeconds: 900,
    refreshTokenLifetimeSeconds: 2_592_000,
    cookieSameSite: 'LAX',
    emailCodeLogin: false,
    mfaConfiguration: defaultMfaConfiguration(first.name),
    createdAt: now,
    updatedAt: now,
  };
  const existing = await store.environment.find();
  const created = existing === null && (await store.environment.create(environment));
  const { id: environmentId, clientId } = existing ?? (await store.environment.find()) ?? environment;

  if ((await store.signingKeys.list()).length === 0) {
    const pair = await signer.generateKeyPair();
    await store.signingKeys.addFirst({
      id: pair.kid,
      sealedPrivateKey: keyring.seal(new TextEncoder().encode(pair.privateKey), keyPlace(pair.kid)),
      publicJwk: pair.publicJwk,
      createdAt: now,
    });
  }
  const keys = await store.signingKeys.list();
  const [current] = keys;
  if (current === undefined) throw new Error('the database holds no signing key');
  const privateKey = new TextDecoder().decode(keyring.open(current.sealedPrivateKey, keyPlace(current.id)));
  return {
    identity: {
      environmentId,
      clientId,
      signingKey: { kid: current.id, privateKey, publicJwk: current.publicJwk },
      publicKeys: keys.map((key) => ({ ...key.publicJwk, kid: key.id })),
    },
    secret: created ? secret : null,
  };
}
