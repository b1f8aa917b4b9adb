import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

/** A token that names something to prove a factor against, shown once. */
export interface IssuedCode {
  token: string;
  expiresAt: Date;
}

/** What was kept under a token, opened; or why there is nothing to check against. */
export type FoundOneTimeCode = { id: string; kept: Uint8Array } | 'WRONG' | 'EXPIRED';

interface Needs {
  store: Pick<Store, 'oneTimeCodes'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
}

export type OneTimeCodes = ReturnType<typeof createOneTimeCodes>;

const codePlace = (row: string) => ({ table: 'one_time_codes', row, column: 'sealed' });

/** Codes sent and WebAuthn challenges: each bound to one owner and strategy, where only the newest counts, and only once. */
export function createOneTimeCodes({ store, clock, random, keyring }: Needs) {
  return {
    /** Keeps what a strategy started under a new token. Part of the caller's transaction. */
    async issue(
      { owner, userId, strategy }: { owner: string; userId: string; strategy: StrategyName },
      keep: Uint8Array,
      lifetimeSeconds: number,
    ): Promise<IssuedCode> {
      const now = clock.now();
      const id = random.uuid();
      const token = random.token();
      const expiresAt = new Date(now.getTime() + lifetimeSeconds * 1000);
      const sealed = keyring.seal(keep, codePlace(id));
      await store.oneTimeCodes.replace({ id, tokenHash: keyring.hashToken(token), owner, userId, strategy, sealed, createdAt: now, expiresAt });
      return { token, expiresAt };
    },

    /** Looks up what a token stands for; spending it is the caller's part. */
    async find(token: string, owner: string, strategy: StrategyName): Promise<FoundOneTimeCode> {
      const code = await store.oneTimeCodes.find(keyring.hashToken(token), owner, strategy);
      if (code === null) return 'WRONG';
      return code.expiresAt <= clock.now() ? 'EXPIRED' : { id: code.id, kept: keyring.open(code.sealed, codePlace(code.id)) };
    },

    /** False when it was spent or replaced before. */
    spend: (id: string): Promise<boolean> => store.oneTimeCodes.consume(id),
  };
}
