import { describe, expect, test } from 'vitest';
import type { Passkey } from '../../src/domain/passkey/passkey.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, useStore } from './fixtures.ts';

const passkeyOf = (userId: string, change: Partial<Passkey> = {}): Passkey => ({
  ...{ id: newId(), userId, name: 'Laptop', deviceType: 'PLATFORM', sealedCredential: Uint8Array.of(0, 1, 254, 255), credentialHash: newId() },
  ...{ signCount: 0, createdAt: at(0), lastUsedAt: null, ...change },
});

/** What passkeys promise. */
export function passkeyContract(open: Open): void {
  describe('passkeys', () => {
    const store = useStore(open);
    const add = async (change: Partial<Passkey> = {}): Promise<Passkey> => {
      const passkey = passkeyOf(change.userId ?? (await addPerson(store())).user.id, change);
      expect(await store().passkeys.add(passkey)).toBe(true);
      return passkey;
    };

    test('are found whole by credential, by id and by user, oldest first', async () => {
      const second = await add({ createdAt: at(2), deviceType: 'CROSS_PLATFORM', signCount: 2 ** 40 });
      const first = await add({ userId: second.userId, createdAt: at(1) });
      const foreign = await add();
      const { passkeys } = store();
      expect(await passkeys.findByCredential(second.credentialHash)).toEqual(second);
      expect(await passkeys.findByCredential(newId())).toBeNull();
      expect([await passkeys.hasCredential(first.credentialHash), await passkeys.hasCredential(newId())]).toEqual([true, false]);
      expect(await passkeys.findMany([foreign.id, newId()])).toEqual([foreign]);
      expect(await passkeys.findMany([])).toEqual([]);
      expect(await passkeys.ofUsers([second.userId])).toEqual([first, second]);
      expect(await passkeys.ofUsers([])).toEqual([]);
    });

    test('of 20 with one credential, of whomever, exactly one is added', async () => {
      const [{ user: one }, { user: other }] = [await addPerson(store()), await addPerson(store())];
      const credentialHash = newId();
      const added = await race(20, (index) => store().passkeys.add(passkeyOf(index % 2 === 0 ? one.id : other.id, { credentialHash })));
      expect(countOf(added, (won) => won)).toBe(1);
    });

    test('of parallel answers with one counter exactly one advances it, and none that does not rise', async () => {
      const { id } = await add({ signCount: 5 });
      const { passkeys } = store();
      expect(countOf(await race(20, () => passkeys.advanceCounter(id, 6, at(1))), (won) => won)).toBe(1);
      for (const counter of [6, 5, 0]) expect(await passkeys.advanceCounter(id, counter, at(2)), String(counter)).toBe(false);
      expect(await passkeys.findMany([id])).toMatchObject([{ signCount: 6, lastUsedAt: at(1) }]);
      const uncounted = await add();
      expect(await passkeys.advanceCounter(uncounted.id, 0, at(3))).toBe(true);
      expect(await passkeys.findMany([uncounted.id])).toMatchObject([{ signCount: 0, lastUsedAt: at(3) }]);
      expect(await passkeys.advanceCounter(newId(), 1, at(3))).toBe(false);
    });

    test('get another name from their user alone, and nothing else changes', async () => {
      const passkey = await add();
      const other = await add({ userId: passkey.userId });
      const { passkeys } = store();
      expect(await passkeys.rename(passkey.id, passkey.userId, 'Täblet ✓')).toBe(true);
      expect(await passkeys.rename(passkey.id, (await addPerson(store())).user.id, 'Theirs')).toBe(false);
      expect(await passkeys.rename(newId(), passkey.userId, 'Nothing')).toBe(false);
      expect(await passkeys.findMany([passkey.id])).toEqual([{ ...passkey, name: 'Täblet ✓' }]);
      expect(await passkeys.findMany([other.id])).toEqual([other]);
    });

    test('are removed once, by their user alone, and all of them with what ends them', async () => {
      const passkey = await add();
      const rest = [await add({ userId: passkey.userId }), await add({ userId: passkey.userId })];
      const foreign = await add();
      const { passkeys } = store();
      expect(await passkeys.remove(passkey.id, foreign.userId)).toBe(false);
      expect(countOf(await race(5, () => passkeys.remove(passkey.id, passkey.userId)), (won) => won)).toBe(1);
      expect(await passkeys.endAllOf(passkey.userId)).toBe(rest.length);
      expect(await passkeys.ofUsers([passkey.userId, foreign.userId])).toEqual([foreign]);
      await store().users.remove(foreign.userId);
      expect(await passkeys.findMany([foreign.id])).toEqual([]);
    });
  });

  describe('ceremonies of passkeys', () => {
    const store = useStore(open);
    const ceremonyOf = (ownerHash: string, change: object = {}) => ({
      ...{ id: newId(), ownerHash, sealed: Uint8Array.of(3, 0, 255), createdAt: at(0), expiresAt: at(300) },
      ...change,
    });

    test('one owner has one at a time, and of 20 answers one gets it', async () => {
      const { passkeyCeremonies } = store();
      const [owner, other] = [newId(), newId()];
      const [former, kept, foreign] = [ceremonyOf(owner), ceremonyOf(owner), ceremonyOf(other)];
      for (const ceremony of [former, kept, foreign]) await passkeyCeremonies.keep(ceremony);
      const taken = await race(20, () => passkeyCeremonies.take(owner, at(1)));
      expect(taken.filter((ceremony) => ceremony !== null)).toEqual([kept]);
      expect(await passkeyCeremonies.take(other, at(1))).toEqual(foreign);
    });

    test('one that has expired is not there', async () => {
      const owner = newId();
      await store().passkeyCeremonies.keep(ceremonyOf(owner));
      expect(await store().passkeyCeremonies.take(owner, at(300))).toBeNull();
    });
  });
}
