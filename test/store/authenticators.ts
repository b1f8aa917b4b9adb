import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addAuthenticator, addChallenge, addPerson, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What an enrolled factor promises. */
export function authenticatorContract(open: Open): void {
  describe('authenticators', () => {
    const store = useStore(open);

    test('factors of several users come back as they were added, oldest first', async () => {
      const second = await addAuthenticator(store(), { createdAt: at(2), lastUsedAt: at(3) });
      const first = await addAuthenticator(store(), { createdAt: at(1), userId: second.userId });
      const third = await addAuthenticator(store(), { createdAt: at(3) });
      await addAuthenticator(store());
      expect(await store().authenticators.ofUsers([third.userId, second.userId])).toEqual([first, second, third]);
      expect(await store().authenticators.ofUsers([second.userId])).toEqual([first, second]);
      expect(await store().authenticators.ofUsers([])).toEqual([]);
      expect(await store().authenticators.ofUsers([newId()])).toEqual([]);
    });

    test('those of the user of a challenge are found by the hash of its token', async () => {
      const { user, tenant } = await addPerson(store());
      const { tokenHash } = await addChallenge(store(), { userId: user.id, tenantId: tenant.id });
      expect(await store().authenticators.ofChallenge(tokenHash)).toEqual([]);
      const second = await addAuthenticator(store(), { userId: user.id, createdAt: at(2) });
      const first = await addAuthenticator(store(), { userId: user.id, createdAt: at(1) });
      await addAuthenticator(store());
      expect(await store().authenticators.ofChallenge(tokenHash)).toEqual([first, second]);
      expect(await store().authenticators.ofChallenge(newId())).toEqual([]);
    });

    test('a use is noted on a factor that is there, and on none that was removed', async () => {
      const { id, userId } = await addAuthenticator(store(), { strategy: 'SMS' });
      expect(await store().authenticators.touch(id, at(5))).toBe(true);
      expect(await store().authenticators.ofUsers([userId])).toMatchObject([{ lastUsedAt: at(5) }]);
      await store().authenticators.remove(id, userId);
      expect(await store().authenticators.touch(id, at(6))).toBe(false);
    });

    test('one time step is accepted once, whoever asks 100 times at once', async () => {
      const { id, userId } = await addAuthenticator(store());
      const accepted = await race(100, () => store().authenticators.advanceStep(id, 101, at(30)));
      expect(countOf(accepted, (won) => won)).toBe(1);
      expect(await store().authenticators.ofUsers([userId])).toMatchObject([{ highWaterMark: 101, lastUsedAt: at(30) }]);
    });

    test('of 100 parallel transactions with one time step exactly one wins', async () => {
      const { id } = await addAuthenticator(store());
      const accepted = await race(100, () => store().transact('NOTHING', () => store().authenticators.advanceStep(id, 101, at(30))));
      expect(countOf(accepted, (won) => won)).toBe(1);
    });

    test('a step moves forward only: neither the same nor an earlier one is accepted again', async () => {
      const { id, userId } = await addAuthenticator(store(), { highWaterMark: 100 });
      expect(await store().authenticators.advanceStep(id, 99, at(1))).toBe(false);
      expect(await store().authenticators.advanceStep(id, 100, at(1))).toBe(false);
      expect(await store().authenticators.ofUsers([userId])).toMatchObject([{ highWaterMark: 100, lastUsedAt: null }]);
      expect(await store().authenticators.advanceStep(id, 102, at(2))).toBe(true);
      expect(await store().authenticators.advanceStep(id, 101, at(3))).toBe(false);
    });

    test('a step of one factor leaves the others of its user where they are', async () => {
      const { user } = await addPerson(store());
      const moved = await addAuthenticator(store(), { userId: user.id, createdAt: at(1) });
      await addAuthenticator(store(), { userId: user.id, createdAt: at(2) });
      await store().authenticators.advanceStep(moved.id, 200, at(1));
      expect(await store().authenticators.ofUsers([user.id])).toMatchObject([{ highWaterMark: 200 }, { highWaterMark: 100 }]);
      expect(await store().authenticators.advanceStep(newId(), 200, at(1))).toBe(false);
    });

    test('a signature counter only rises, but one that stays at zero is no counter', async () => {
      const counting = await addAuthenticator(store(), { highWaterMark: 5 });
      for (const stale of [5, 4, 0]) expect(await store().authenticators.advanceCounter(counting.id, stale, at(1))).toBe(false);
      expect(await store().authenticators.advanceCounter(counting.id, 6, at(2))).toBe(true);
      expect(await store().authenticators.ofUsers([counting.userId])).toMatchObject([{ highWaterMark: 6, lastUsedAt: at(2) }]);
      const uncounted = await addAuthenticator(store(), { highWaterMark: 0 });
      for (const now of [at(1), at(2)]) expect(await store().authenticators.advanceCounter(uncounted.id, 0, now)).toBe(true);
      expect(await store().authenticators.ofUsers([uncounted.userId])).toMatchObject([{ highWaterMark: 0, lastUsedAt: at(2) }]);
      expect(await store().authenticators.advanceCounter(newId(), 0, at(1))).toBe(false);
    });

    test('of 100 parallel uses of one signature count exactly one wins', async () => {
      const { id } = await addAuthenticator(store(), { highWaterMark: 6 });
      const accepted = await race(100, () => store().transact('NOTHING', () => store().authenticators.advanceCounter(id, 7, at(1))));
      expect(countOf(accepted, (won) => won)).toBe(1);
    });

    test('no two factors share an identity, whosever they are, and any number have none', async () => {
      const identityHash = newId();
      const first = await addAuthenticator(store(), { identityHash });
      const { user } = await addPerson(store());
      const second = { ...first, id: newId(), userId: user.id };
      expect(await store().authenticators.add(second)).toBe(false);
      const rivals = await race(20, () =>
        store().transact('NOTHING', () => store().authenticators.add({ ...second, id: newId(), identityHash: `${identityHash}-2` })),
      );
      expect(countOf(rivals, (won) => won)).toBe(1);
      for (let count = 1; count <= 2; count += 1) expect(await store().authenticators.add({ ...second, id: newId(), identityHash: null })).toBe(true);
      expect(await store().authenticators.ofUsers([user.id])).toHaveLength(3);
      await store().authenticators.remove(first.id, first.userId);
      expect(await store().authenticators.add(second)).toBe(true);
    });

    test('a factor is renamed and removed for its own user alone', async () => {
      const [mine, other] = [await addAuthenticator(store()), await addAuthenticator(store())];
      expect(await store().authenticators.rename(mine.id, other.userId, 'stolen')).toBe(false);
      expect(await store().authenticators.remove(mine.id, other.userId)).toBe(false);
      expect(await store().authenticators.rename(mine.id, mine.userId, 'Work phone')).toBe(true);
      expect(await store().authenticators.ofUsers([mine.userId])).toEqual([{ ...mine, name: 'Work phone' }]);
      expect(await store().authenticators.remove(mine.id, mine.userId)).toBe(true);
      expect(await store().authenticators.ofUsers([mine.userId, other.userId])).toEqual([other]);
    });

    test('of 100 parallel removals exactly one succeeds', async () => {
      const { id, userId } = await addAuthenticator(store());
      expect(countOf(await race(100, () => store().authenticators.remove(id, userId)), (won) => won)).toBe(1);
    });

    test('recovery codes of a user end together, and no others', async () => {
      const [mine, other] = [(await addPerson(store())).user, (await addPerson(store())).user];
      for (const { id } of [mine, mine, other]) await store().recoveryCodes.add({ id: newId(), userId: id, digest: newId(), createdAt: at(0) });
      await store().recoveryCodes.endAllOf(mine.id);
      expect(await store().recoveryCodes.ofUser(mine.id)).toEqual([]);
      expect(await store().recoveryCodes.ofUser(other.id)).toHaveLength(1);
    });
  });
}
