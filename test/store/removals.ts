import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addAuthenticator, addPerson, at, newId, useStore } from './fixtures.ts';

/** What taking everything from a user promises: nothing of theirs stays, nothing of others goes. */
export function removalContract(open: Open): void {
  describe('removing all of a user', () => {
    const store = useStore(open);

    test('factors, recovery codes and pending enrollments go, those of others stay', async () => {
      const [mine, other] = [(await addPerson(store())).user.id, (await addPerson(store())).user.id];
      const owners = { [mine]: newId(), [other]: newId() };
      for (const userId of [mine, other]) {
        await addAuthenticator(store(), { userId });
        await addAuthenticator(store(), { userId, strategy: 'SMS' });
        await store().recoveryCodes.add({ id: newId(), userId, digest: newId(), createdAt: at(0) });
        const owner = owners[userId] ?? '';
        const times = { createdAt: at(0), expiresAt: at(600) };
        await store().pendingEnrollments.keep(
          { id: newId(), owner, userId, strategy: 'AUTHENTICATOR_APP', sealed: new Uint8Array(1), tenantId: null, ...times },
          at(0),
        );
      }
      expect((await store().authenticators.endAllOf(mine)).sort()).toEqual(['AUTHENTICATOR_APP', 'SMS']);
      expect(await store().authenticators.endAllOf(mine)).toEqual([]);
      await store().recoveryCodes.endAllOf(mine);
      await store().pendingEnrollments.endAllOf(mine);
      const leftOf = async (userId: string) => [
        (await store().authenticators.ofUsers([userId])).length,
        (await store().recoveryCodes.ofUser(userId)).length,
        (await store().pendingEnrollments.find(owners[userId] ?? '', 'AUTHENTICATOR_APP', at(1))) === null ? 0 : 1,
      ];
      expect(await leftOf(mine)).toEqual([0, 0, 0]);
      expect(await leftOf(other)).toEqual([2, 1, 1]);
    });
  });
}
