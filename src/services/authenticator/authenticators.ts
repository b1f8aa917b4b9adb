import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { credentialLock, maxFactorsOfAKind } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import { formatRecoveryCode, normalizeRecoveryCode, recoveryCodePurpose } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { factorKind } from '../../domain/strategy-name.ts';
import { userIdOf } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import { membersSeenBy, visibleUserIds } from '../directory/visibility.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';

/** An authenticator that was just enrolled. */
export interface Enrolled {
  authenticator: PublicAuthenticator;
  /** Shown once. Null unless this is the first authenticator of the user. */
  recoveryCode: string | null;
}

/** A confirmed authenticator that is about to be stored. */
export interface NewAuthenticator {
  userId: string;
  strategy: StrategyName;
  /** Null for the default name of the strategy. */
  name: string | null;
  credential: Uint8Array;
  /** Where the guard against replay starts. */
  highWaterMark: number;
  /** Value that no two authenticators may share, even of different users. Absent if the strategy has none. */
  identity?: string;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'passkeys' | 'recoveryCodes' | 'transact' | 'users'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  registry: StrategyRegistry;
  revoke: Revoke;
  notices: SecurityNotices;
  audit: Audit;
}

/** The service that `createAuthenticators` creates. */
export type Authenticators = ReturnType<typeof createAuthenticators>;

/** Returns where the credential of an authenticator is stored. Sealing binds the credential to that place. */
const credentialPlace = (row: string) => ({ table: 'authenticators', row, column: 'sealed_credential' });

/** Whether a user may have one more authenticator of the kind. */
export const hasRoomFor = (enrolled: readonly Authenticator[], strategy: StrategyName): boolean =>
  enrolled.filter((authenticator) => factorKind(authenticator.strategy) === factorKind(strategy)).length < maxFactorsOfAKind;

/** Refuses one more authenticator of a kind that has reached its limit. Errors: `FACTOR_LIMIT_REACHED`. */
export function refuseTooMany(enrolled: readonly Authenticator[], strategy: StrategyName): void {
  if (!hasRoomFor(enrolled, strategy)) fail('FACTOR_LIMIT_REACHED');
}

/** Creates the service that opens, describes, adds and removes enrolled authenticators, together with everything that depends on them. */
export function createAuthenticators({ store, clock, random, keyring, registry, revoke, notices, audit }: Needs) {
  /** Returns the opened credential. Only strategies read the bytes. */
  const open = ({ id, sealedCredential }: Pick<Authenticator, 'id' | 'sealedCredential'>): Uint8Array =>
    keyring.open(sealedCredential, credentialPlace(id));

  /** Returns the authenticator as clients may see it, without any secret. */
  const describe = (authenticator: Authenticator): PublicAuthenticator =>
    registry[authenticator.strategy].describe(authenticator, () => open(authenticator));

  /** Adds a recovery code for the user and returns it. */
  const addRecoveryCode = async (userId: string): Promise<string> => {
    const code = formatRecoveryCode(random.bytes(25));
    const digest = keyring.digest(recoveryCodePurpose, normalizeRecoveryCode(code));
    await store.recoveryCodes.add({ id: random.uuid(), userId, digest, createdAt: clock.now() });
    return code;
  };

  /** Adds the authenticator, unless one of anybody, or a passkey, has its identity. Runs in the caller's transaction. */
  const addUnlessTaken = async (authenticator: Authenticator): Promise<boolean> => {
    const { identityHash } = authenticator;
    if (identityHash === null) return store.authenticators.add(authenticator);
    return store.transact(credentialLock(identityHash), async () => {
      if (await store.passkeys.hasCredential(identityHash)) return false;
      return store.authenticators.add(authenticator);
    });
  };

  return {
    open,
    describe,

    /**
     * Stores an authenticator that came with a user from another system. It counts in full, but nobody is there to be shown a recovery code, and
     * nobody is told. Runs in the caller's transaction.
     */
    async addFromElsewhere(
      caller: Caller,
      tenantId: string | null,
      { userId, strategy, credential }: Pick<NewAuthenticator, 'userId' | 'strategy' | 'credential'>,
    ): Promise<void> {
      const [id, now] = [random.uuid(), clock.now()];
      const sealedCredential = keyring.seal(credential, credentialPlace(id));
      const authenticator = { id, userId, strategy, name: registry[strategy].defaultName, sealedCredential, highWaterMark: 0, identityHash: null };
      if (!(await store.authenticators.add({ ...authenticator, createdAt: now, lastUsedAt: null }))) fail('CREDENTIAL_TAKEN');
      await audit('FACTOR_ENROLLED', caller, { userId, tenantId, strategy });
    },

    /**
     * Stores a confirmed authenticator. The first one of a user comes with a recovery code. Runs in the caller's transaction.
     * Errors: `FACTOR_LIMIT_REACHED`, `CREDENTIAL_TAKEN`.
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
      if (!(await addUnlessTaken(authenticator))) fail('CREDENTIAL_TAKEN');
      const recoveryCode = enrolled.length === 0 ? await addRecoveryCode(userId) : null;
      await audit('FACTOR_ENROLLED', caller, { userId, tenantId, strategy });
      await notices.notify(caller, userId, 'FACTOR_ADDED', strategy);
      return { authenticator: describe(authenticator), recoveryCode };
    },

    /**
     * Removes these authenticators of the user. If none is left, everything that depends on a factor ends too. Runs in the caller's
     * transaction. Errors: `DEVICE_NOT_FOUND` if one of them is gone already.
     */
    async remove(caller: Caller, userId: string, chosen: readonly Authenticator[]): Promise<void> {
      const tenantId = caller.actor.kind === 'NOBODY' ? null : caller.actor.tenantId;
      for (const { id, strategy } of chosen) {
        if (!(await store.authenticators.remove(id, userId))) fail('DEVICE_NOT_FOUND');
        await audit('FACTOR_REMOVED', caller, { userId, tenantId, strategy, reason: id });
      }
      if ((await store.authenticators.ofUsers([userId])).length === 0) await revoke('LAST_FACTOR_REMOVED', userId);
      const [only, ...others] = new Set(chosen.map((authenticator) => authenticator.strategy));
      await notices.notify(caller, userId, 'FACTOR_REMOVED', only !== undefined && others.length === 0 ? only : null);
    },

    useCases: reads(audit, {
      /** Returns the authenticators of each user, oldest first. A user that the caller may not see has none. */
      async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<PublicAuthenticator[][]> {
        const found = await store.authenticators.ofUsers(await visibleUserIds(store, actor, userIds));
        return userIds.map((userId) => found.filter((authenticator) => authenticator.userId === userId).map(describe));
      },

      /** Returns those of the authenticators that exist and that the caller may see. */
      async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<PublicAuthenticator[]> {
        const found = await store.authenticators.findMany(ids);
        const visible = await visibleUserIds(store, actor, [...new Set(found.map(({ userId }) => userId))]);
        return found.filter(({ userId }) => visible.includes(userId)).map(describe);
      },

      /**
       * Returns whether each user has an authenticator. Whoever reads the members of a tenant may know that of those who have joined, but
       * nothing more about their authenticators. So may the API token of a user of that user.
       */
      async areEnrolled({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<boolean[]> {
        const members = await membersSeenBy(store, actor, userIds);
        const joined = userIds.filter((userId) => members.get(userId) === 'MEMBER' || userId === userIdOf(actor));
        const enrolled = new Set(await store.authenticators.enrolledAmong([...(await visibleUserIds(store, actor, userIds)), ...joined]));
        return userIds.map((userId) => enrolled.has(userId));
      },
    }),
  };
}
