import type { SettingsDocument } from '../../domain/insight/document.ts';
import { documentOf, fingerprint } from '../../domain/insight/document.ts';
import type { SettingsRecords } from '../../domain/insight/simulation.ts';
import type { LockoutPolicy } from '../../domain/lockout/lockout-policy.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/** Owners whose settings one statement reads. */
const ownersAtOnce = 500;

interface Needs {
  store: Pick<Store, 'environment' | 'lockoutPolicies' | 'policies' | 'strategySettings'>;
  keyring: Pick<Keyring, 'hashToken'>;
}

/** The settings of some owners as they are. */
export interface CurrentSettings {
  records: SettingsRecords;
  document: SettingsDocument;
  /** Hash of the settings. It changes with each of them. */
  revision: string;
}

/** Reads the settings of owners as a document. */
export type Configuration = ReturnType<typeof createConfiguration>;

/** Creates the function that reads the settings of owners. It may run in an open transaction. */
export const createConfiguration =
  ({ store, keyring }: Needs) =>
  async (owners: readonly SettingsOwner[]): Promise<CurrentSettings> => {
    const policies: SettingsRecords['policies'][number][] = [];
    const strategies: SettingsRecords['strategies'][number][] = [];
    const lockoutPolicies: LockoutPolicy[] = [];
    for (let from = 0; from < owners.length; from += ownersAtOnce) {
      const some = owners.slice(from, from + ownersAtOnce);
      policies.push(...(await store.policies.findMany(some)));
      strategies.push(...(await store.strategySettings.findMany(some)));
      lockoutPolicies.push(...(await store.lockoutPolicies.findMany(some)));
    }
    const records = { policies, strategies };
    const document = documentOf(owners, records, lockoutPolicies, owners.includes(null) ? await store.environment.find() : null);
    return { records, document, revision: keyring.hashToken(fingerprint(document)) };
  };
