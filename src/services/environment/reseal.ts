import type { KeyUse, SealedValue } from '../../domain/environment/sealed-values.ts';
import { faultOf, OwnError } from '../../domain/fault.ts';
import type { Clock, Keyring, Log } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

const batchSize = 100;
/** Passes over a table. A further one finds what an instance with the old key first has written during the one before. */
const mostPasses = 3;
/** Pause between two batches of the background job, so that it never keeps other writers waiting for long. */
const pauseMilliseconds = 20;

/** A master key that is set, or that something in the database names. */
export interface MasterKeyState {
  id: string;
  /**
   * `CURRENT` seals new values. `OLD` is set and still opens old ones. `RETAINED` is no longer set, and only checks digests and
   * passwords of its time. `MISSING` is neither set nor retained, so what names it cannot be used.
   */
  state: 'CURRENT' | 'OLD' | 'RETAINED' | 'MISSING';
  sealedValues: number;
  /** Passwords, recovery codes, e-mailed codes and secrets of the environment. */
  digests: number;
  /** Whether the key may be removed from the settings, because no sealed value needs it and its checking keys are retained. */
  removable: boolean;
}

/** What a run did. */
export interface Resealed {
  resealed: number;
  /** Values that no key of the settings opens. */
  unreadable: number;
}

interface Needs {
  store: Pick<Store, 'sealedValues' | 'retainedKeys' | 'signingKeys'>;
  clock: Clock;
  keyring: Keyring;
  log: Log;
}

/** The service that `createReseal` creates. */
export type Reseal = ReturnType<typeof createReseal>;

const retainedPlace = (row: string) => ({ table: 'retained_keys', row, column: 'sealed' });

/**
 * Creates the service that seals all values with the current master key, so that older ones can be removed from the settings. A run
 * that was interrupted goes on where it stopped, because each value names its key.
 */
export function createReseal({ store, clock, keyring, log }: Needs) {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  /**
   * Keeps the keys by which digests and passwords of the older master keys are checked. Nobody knows what these are digests of, so
   * they cannot be made anew.
   */
  const retainOlderKeys = async (): Promise<void> => {
    for (const id of keyring.keyIds.filter((keyId) => keyId !== keyring.currentKeyId)) {
      await store.retainedKeys.add({ id, sealed: keyring.seal(keyring.retainable(id), retainedPlace(id)), createdAt: clock.now() });
    }
  };

  /** Seals one value anew. Returns false if it cannot be opened. A value that was changed in the meantime is left as it is. */
  const resealOne = async (value: SealedValue, counts: Resealed): Promise<void> => {
    const { table, row, column, sealed } = value;
    if (!keyring.keyIds.includes(keyring.keyIdOf(sealed))) {
      counts.unreadable += 1;
      return;
    }
    const place = { table, row, column };
    if (await store.sealedValues.replace(value, keyring.seal(keyring.open(sealed, place), place))) counts.resealed += 1;
  };

  const resealTable = async (table: string, counts: Resealed, pause: () => Promise<void>): Promise<void> => {
    for (let pass = 0, changed = true; pass < mostPasses && changed; pass += 1) {
      const before = counts.resealed;
      counts.unreadable = 0;
      for (let after = ''; !stopped; ) {
        const values = await store.sealedValues.notSealedWith(keyring.currentKeyId, table, after, batchSize);
        for (const value of values) await resealOne(value, counts);
        after = values.at(-1)?.row ?? after;
        if (values.length < batchSize) break;
        log.info({ table, resealed: counts.resealed }, 'stored values are being sealed with the current master key');
        await pause();
      }
      changed = counts.resealed > before;
    }
  };

  /** Seals every value with the current master key. */
  const run = async (pause: () => Promise<void> = async () => undefined): Promise<Resealed> => {
    await retainOlderKeys();
    const total: Resealed = { resealed: 0, unreadable: 0 };
    for (const table of store.sealedValues.tables) {
      const counts: Resealed = { resealed: 0, unreadable: 0 };
      await resealTable(table, counts, pause);
      total.resealed += counts.resealed;
      total.unreadable += counts.unreadable;
      if (counts.unreadable > 0) log.error({ table, values: counts.unreadable }, 'stored values are sealed with a master key that is not set');
    }
    return total;
  };

  const sum = (uses: readonly KeyUse[], keyId: string): number =>
    uses.filter((use) => use.keyId === keyId).reduce((count, use) => count + use.count, 0);

  return {
    run,

    /**
     * Loads the retained keys. Has to run before anything is checked. Throws if a master key is missing without which nothing works;
     * `source` says where the keys are from.
     */
    async load(source: string): Promise<void> {
      const needed = [
        ...(await store.signingKeys.list()).map((key) => key.sealedPrivateKey),
        ...(await store.retainedKeys.list()).map((key) => key.sealed),
      ];
      const missing = [...new Set(needed.map((sealed) => keyring.keyIdOf(sealed)))].filter((id) => !keyring.keyIds.includes(id));
      if (missing.length > 0) {
        throw new OwnError(
          `master key ${missing.join(' and ')} is missing: the database is sealed with it, but ${source} holds only ${keyring.keyIds.join(', ')}. Add the missing key behind the others in ${source}, or open the database that the keys belong to (DATABASE_URL).`,
        );
      }
      for (const { id, sealed } of await store.retainedKeys.list()) keyring.retain(id, keyring.open(sealed, retainedPlace(id)));
    },

    /** Returns every master key that is set or in use. */
    async states(): Promise<MasterKeyState[]> {
      const [sealing, digests, kept] = [
        await store.sealedValues.usesOfSealing(),
        await store.sealedValues.usesOfDigests(),
        await store.retainedKeys.list(),
      ];
      const retained = new Set(kept.map(({ id }) => id));
      const ids = new Set([...keyring.keyIds, ...retained, ...[...sealing, ...digests].map(({ keyId }) => keyId)]);
      return [...ids].map((id) => {
        const isSet = keyring.keyIds.includes(id);
        const state = id === keyring.currentKeyId ? 'CURRENT' : isSet ? 'OLD' : retained.has(id) ? 'RETAINED' : 'MISSING';
        const sealedValues = sum(sealing, id);
        return { id, state, sealedValues, digests: sum(digests, id), removable: state === 'OLD' && sealedValues === 0 && retained.has(id) };
      });
    },

    /** Starts the job in the background if an older master key is set. It ends by itself. */
    start(): void {
      if (keyring.keyIds.length < 2) return;
      const pause = () => new Promise<void>((resolve) => setTimeout(resolve, pauseMilliseconds));
      const older = keyring.keyIds.slice(1);
      running = run(pause).then(
        ({ resealed, unreadable }) => {
          if (stopped) return;
          log.info(
            { resealed, unreadable, currentKey: keyring.currentKeyId, olderKeys: older },
            'all stored values are sealed with the current master key; once every instance has it first, the older ones can be removed',
          );
        },
        (error: unknown) => log.error(faultOf(error), 'stored values could not be sealed with the current master key; the next start tries again'),
      );
    },

    /** Stops the job after the value under way. */
    async stop(): Promise<void> {
      stopped = true;
      await running;
    },
  };
}
