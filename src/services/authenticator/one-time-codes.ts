import type { OneTimeCode } from '../../domain/authenticator/one-time-code.ts';
import { newestPossible } from '../../domain/bounds.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

/** The token under which something is kept until its answer comes. It is shown once. */
export interface IssuedCode {
  token: string;
  expiresAt: Date;
}

/** What was kept under a token, opened, or why there is nothing to check an answer against. */
export type FoundOneTimeCode = { id: string; kept: Uint8Array } | 'WRONG' | 'EXPIRED';

interface Needs {
  store: Pick<Store, 'oneTimeCodes'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
}

/** The service that `createOneTimeCodes` creates. */
export type OneTimeCodes = ReturnType<typeof createOneTimeCodes>;

/** Returns where a one-time code is stored. Sealing binds it to that place. */
const codePlace = (row: string) => ({ table: 'one_time_codes', row, column: 'sealed' });

/**
 * Creates the service that keeps sent codes and started WebAuthn ceremonies. Each belongs to one owner and strategy. Only the
 * newest of them counts, and it counts once.
 */
export function createOneTimeCodes({ store, clock, random, keyring }: Needs) {
  return {
    /** Keeps what a strategy started, under a new token. Runs in the caller's transaction. */
    async issue(
      { owner, userId, strategy, enrollmentTenantId }: Pick<OneTimeCode, 'owner' | 'userId' | 'strategy' | 'enrollmentTenantId'>,
      keep: Uint8Array,
      lifetimeSeconds: number,
    ): Promise<IssuedCode> {
      const now = clock.now();
      const id = random.uuid();
      const token = random.token();
      const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
      const sealed = keyring.seal(keep, codePlace(id));
      const tokenHash = keyring.hashToken(token);
      await store.oneTimeCodes.replace({ id, tokenHash, owner, userId, strategy, sealed, createdAt: now, expiresAt, enrollmentTenantId });
      return { token, expiresAt };
    },

    /** Returns what was kept under a token. The caller spends it. */
    async find(token: string, owner: string, strategy: StrategyName): Promise<FoundOneTimeCode> {
      const code = await store.oneTimeCodes.find(keyring.hashToken(token), owner, strategy);
      if (code === null) return 'WRONG';
      const now = clock.now();
      return code.expiresAt <= now || code.createdAt > newestPossible(now)
        ? 'EXPIRED'
        : { id: code.id, kept: keyring.open(code.sealed, codePlace(code.id)) };
    },

    /** Spends what was kept. Returns false if it was spent or replaced before. */
    spend: (id: string): Promise<boolean> => store.oneTimeCodes.consume(id),
  };
}
