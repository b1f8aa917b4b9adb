import type { Caller } from '../../domain/access/actor.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { PasskeyVerifier } from '../../domain/passkey/ceremony.ts';
import type { Passkey, PublicPasskey } from '../../domain/passkey/passkey.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { visibleUserIds } from '../directory/visibility.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';

/** A new name for a passkey. */
export interface RenamePasskey {
  passkeyId: string;
  name: string;
}

interface Needs {
  store: Pick<Store, 'environment' | 'passkeys' | 'transact' | 'users'>;
  keyring: Keyring;
  passkeyVerifier: Pick<PasskeyVerifier, 'availability'>;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  notices: SecurityNotices;
  audit: Audit;
}

/** Errors of each use case. */
export const passkeyErrors = { rename: ['DEVICE_NOT_FOUND'], remove: ['DEVICE_NOT_FOUND', 'STEP_UP_REQUIRED'] } as const;

/** The service that `createPasskeys` creates. */
export type Passkeys = ReturnType<typeof createPasskeys>;

/** Returns where the credential of a passkey is stored. Sealing binds the credential to that place. */
export const credentialPlace = (row: string) => ({ table: 'passkeys', row, column: 'sealed_credential' });

const describe = ({ id, userId, name, deviceType, createdAt, lastUsedAt }: Passkey): PublicPasskey => ({
  ...{ id, userId, name, deviceType, createdAt, lastUsedAt },
});

const notFound = (owner: { userId: string; tenantId: string }): never => {
  throw new DomainError('DEVICE_NOT_FOUND', undefined, 'passkeyId').about(owner);
};

/** Creates the service that lists, renames and removes passkeys, and opens their credentials for the services that check them. */
export function createPasskeys({ store, keyring, passkeyVerifier, sessions, recentFactor, notices, audit }: Needs) {
  return {
    describe,

    /** Returns the opened credential. Only the verifier reads the bytes. */
    open: ({ id, sealedCredential }: Pick<Passkey, 'id' | 'sealedCredential'>): Uint8Array => keyring.open(sealedCredential, credentialPlace(id)),

    /** Refuses while passkeys are switched off or browsers do not serve them here. Errors: `STRATEGY_INACTIVE`. */
    async requireSwitchedOn(): Promise<void> {
      if (!passkeyVerifier.availability.available || (await store.environment.find())?.passkeysEnabled !== true) fail('STRATEGY_INACTIVE');
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', passkeyErrors, {
        /** Gives a passkey of the user another name. */
        async rename(caller: Caller, { passkeyId, name }: RenamePasskey): Promise<PublicPasskey> {
          const { userId, tenantId } = requireUser(caller.actor);
          return store.transact({ user: userId }, async () => {
            await sessions.requireLivingSession(caller.actor);
            if (!(await store.passkeys.rename(passkeyId, userId, name))) notFound({ userId, tenantId });
            const renamed = (await store.passkeys.ofUsers([userId])).find(({ id }) => id === passkeyId) ?? notFound({ userId, tenantId });
            await audit('PASSKEY_RENAMED', caller, { userId, tenantId, reason: passkeyId });
            return describe(renamed);
          });
        },

        /** Removes a passkey of the user. Sessions that it has opened stay. */
        async remove(caller: Caller, { passkeyId }: { passkeyId: string }): Promise<PublicPasskey> {
          const { userId, tenantId } = requireUser(caller.actor);
          await recentFactor.requireRecentFactor(caller);
          const removed = await store.transact({ user: userId }, async () => {
            await sessions.requireLivingSession(caller.actor);
            const found = (await store.passkeys.ofUsers([userId])).find(({ id }) => id === passkeyId);
            if (found === undefined || !(await store.passkeys.remove(passkeyId, userId))) return notFound({ userId, tenantId });
            await audit('PASSKEY_REMOVED', caller, { userId, tenantId, reason: passkeyId });
            await notices.notify(caller, userId, 'PASSKEY_REMOVED');
            return found;
          });
          notices.wake();
          return describe(removed);
        },
      }),

      ...reads(audit, {
        /** Returns the passkeys of the user, oldest first. */
        async own({ actor }: Caller): Promise<PublicPasskey[]> {
          return (await store.passkeys.ofUsers([requireUser(actor).userId])).map(describe);
        },

        /** Returns the passkeys of each user, oldest first. A user that the caller may not see has none. */
        async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<PublicPasskey[][]> {
          const found = await store.passkeys.ofUsers(await visibleUserIds(store, actor, userIds));
          return userIds.map((userId) => found.filter((passkey) => passkey.userId === userId).map(describe));
        },

        /** Returns those of the passkeys that exist and that the caller may see. */
        async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<PublicPasskey[]> {
          const found = await store.passkeys.findMany(ids);
          const visible = await visibleUserIds(store, actor, [...new Set(found.map(({ userId }) => userId))]);
          return found.filter(({ userId }) => visible.includes(userId)).map(describe);
        },
      }),
    },
  };
}
