import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { maxFactorsOfAKind } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import { formatRecoveryCode, normalizeRecoveryCode } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { factorKind } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';
import type { Authenticators } from './authenticators.ts';
import { credentialPlace } from './authenticators.ts';

/** Keeps digests of recovery codes apart from all others under the same key. */
export const recoveryCodePurpose = 'recovery-code';

/** An authenticator just enrolled. */
export interface Enrolled {
  authenticator: PublicAuthenticator;
  /** Shown once, with the first authenticator only. */
  recoveryCode: string | null;
}

/** A confirmed authenticator that is about to be stored. */
export interface NewAuthenticator {
  userId: string;
  strategy: StrategyName;
  /** Null takes the default name of the strategy. */
  name: string | null;
  credential: Uint8Array;
  /** Where its guard against replay starts. */
  highWaterMark: number;
  /** What no two authenticators may share, whosever they are; absent where there is no such thing. */
  identity?: string;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'recoveryCodes'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  registry: StrategyRegistry;
  authenticators: Authenticators;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

export type Factors = ReturnType<typeof createFactors>;

/** Refuses one more authenticator of a kind that has reached its limit. Errors: `FACTOR_LIMIT_REACHED`. */
export function refuseTooMany(enrolled: readonly Authenticator[], strategy: StrategyName): void {
  const ofTheKind = enrolled.filter((authenticator) => factorKind(authenticator.strategy) === factorKind(strategy));
  if (ofTheKind.length >= maxFactorsOfAKind) fail('FACTOR_LIMIT_REACHED');
}

/** Adds and removes authenticators together with all that depends on them. Every method is part of the caller's transaction. */
export function createFactors({ store, clock, random, keyring, registry, authenticators, revoke, notices, audit }: Needs) {
  const addRecoveryCode = async (userId: string): Promise<string> => {
    const code = formatRecoveryCode(random.bytes(25));
    const digest = keyring.digest(recoveryCodePurpose, normalizeRecoveryCode(code));
    await store.recoveryCodes.add({ id: random.uuid(), userId, digest, createdAt: clock.now() });
    return code;
  };

  return {
    /**
     * Stores a confirmed authenticator. The first one brings a recovery code. Errors: `FACTOR_LIMIT_REACHED`, `CREDENTIAL_TAKEN`.
     */
    async add(
      caller: Caller,
      tenantId: string | null,
      { userId, strategy, name, credential, highWaterMark, identity }: NewAuthenticator,
    ): Promise<Enrolled> {
      const enrolled = await store.authenticators.ofUsers([userId]);
      refuseTooMany(enrolled, strategy);
      const id = random.uuid();
      const now = clock.now();
      const authenticator: Authenticator = {
        id,
        userId,
        strategy,
        name: name ?? registry[strategy].defaultName,
        sealedCredential: keyring.seal(credential, credentialPlace(id)),
        highWaterMark,
        identityHash: identity === undefined ? null : keyring.hashToken(identity),
        createdAt: now,
        lastUsedAt: now,
      };
      if (!(await store.authenticators.add(authenticator))) fail('CREDENTIAL_TAKEN');
      const recoveryCode = enrolled.length === 0 ? await addRecoveryCode(userId) : null;
      await audit('FACTOR_ENROLLED', caller, { userId, tenantId, strategy });
      await notices.notify(userId, 'FACTOR_ADDED', strategy);
      return { authenticator: authenticators.describe(authenticator), recoveryCode };
    },

    /**
     * Removes these authenticators of the user. When the last one goes, all that stood for a second factor goes with it.
     * Errors: `DEVICE_NOT_FOUND` when one of them is gone already.
     */
    async remove(caller: Caller, userId: string, chosen: readonly Authenticator[]): Promise<void> {
      const tenantId = caller.actor.kind === 'NOBODY' ? null : caller.actor.tenantId;
      for (const { id, strategy } of chosen) {
        if (!(await store.authenticators.remove(id, userId))) fail('DEVICE_NOT_FOUND');
        await audit('FACTOR_REMOVED', caller, { userId, tenantId, strategy, reason: id });
      }
      if ((await store.authenticators.ofUsers([userId])).length === 0) await revoke('LAST_FACTOR_REMOVED', userId);
      const [only, ...others] = new Set(chosen.map((authenticator) => authenticator.strategy));
      await notices.notify(userId, 'FACTOR_REMOVED', only !== undefined && others.length === 0 ? only : null);
    },
  };
}
