import type { Config } from './config/config.ts';
import type { Caller } from './domain/access/actor.ts';
import type { Ports } from './platform/index.ts';
import { parseMasterKeys } from './platform/keyring.ts';
import { nodeRandom } from './platform/random.ts';
import { createAudit } from './services/audit/recorder.ts';
import { createKeys } from './services/environment/keys.ts';
import type { MasterKeyState, Resealed } from './services/environment/reseal.ts';
import { createReseal } from './services/environment/reseal.ts';
import type { AddedSecret, ListedSecret } from './services/environment/secrets.ts';
import { createSecrets } from './services/environment/secrets.ts';
import type { SigningKeyState } from './services/environment/signing-keys.ts';
import { createSigningKeys } from './services/environment/signing-keys.ts';
import { openStore } from './store/index.ts';

/** The work on keys and secrets that a command does without a server. */
export interface KeyTools {
  list(): Promise<{ masterKeys: MasterKeyState[]; signingKeys: readonly SigningKeyState[]; secrets: ListedSecret[] }>;
  reseal(): Promise<Resealed>;
  rotateSigningKey(): Promise<void>;
  addSecret(): Promise<AddedSecret>;
  retireSecret(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Makes a master key, as `SALLYPORT_KEYS` takes it, and its id. It is stored nowhere. */
export function newMasterKey(): { id: string; key: string } {
  const key = nodeRandom.token();
  return { id: parseMasterKeys(key)[0]?.id ?? '', key };
}

/** Opens the database for `src/cli/key-database.ts`, with the same services that both transports call. */
export async function openKeyTools({ databaseUrl }: Config, { clock, random, keyring, keySource, signer, log, jitter }: Ports): Promise<KeyTools> {
  const store = await openStore(databaseUrl, { log, jitter });
  const audit = createAudit({ store, clock, random, log });
  const reseal = createReseal({ store, clock, keyring, log });
  const signingKeys = createSigningKeys({ store, clock, keyring, signer });
  const keys = createKeys({ signingKeys, reseal, audit });
  const { useCases: secrets } = createSecrets({ store, clock, random, keyring, audit });
  const caller: Caller = {
    actor: { kind: 'ENVIRONMENT', tenantId: null },
    origin: { address: { text: '', network: '' }, userAgent: '', requestId: 'keys' },
  };
  try {
    await reseal.load(keySource ?? 'SALLYPORT_KEYS');
  } catch (error) {
    await store.close();
    throw error;
  }
  return {
    list: async () => ({
      masterKeys: await keys.masterKeys(caller),
      signingKeys: await keys.signingKeys(caller),
      secrets: await secrets.secrets(caller),
    }),
    reseal: () => reseal.run(),
    rotateSigningKey: async () => void (await keys.rotateSigningKey(caller, { signsAfterSeconds: null })),
    addSecret: () => secrets.addSecret(caller, { newSecret: null }),
    retireSecret: async (secretId) => void (await secrets.retireSecret(caller, { secretId })),
    close: () => store.close(),
  };
}
