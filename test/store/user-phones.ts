import { describe, expect, test } from 'vitest';
import type { UserPhone } from '../../src/domain/directory/user-phone.ts';
import { newNumber } from '../support/sms.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, newId, useStore } from './fixtures.ts';

const phoneOf = (userId: string, phoneNumber: string, change: Partial<UserPhone> = {}): UserPhone => ({
  ...{ id: newId(), userId, phoneNumber, verified: true, createdAt: at(1), updatedAt: at(1) },
  ...change,
});

/** What the phone numbers that users log in by promise. */
export function userPhoneContract(open: Open): void {
  describe('phone numbers to log in by', () => {
    const store = useStore(open);

    test('come back as they were added, oldest first, and of the users asked for alone', async () => {
      const [{ user }, { user: other }] = [await addPerson(store()), await addPerson(store())];
      const later = phoneOf(user.id, newNumber(), { createdAt: at(2), verified: false });
      const earlier = phoneOf(user.id, newNumber());
      expect([await store().userPhones.add(later), await store().userPhones.add(earlier)]).toEqual([true, true]);
      expect(await store().userPhones.add(phoneOf(other.id, newNumber()))).toBe(true);
      expect(await store().userPhones.ofUsers([user.id])).toEqual([earlier, later]);
      expect(await store().userPhones.ofUsers([])).toEqual([]);
    });

    test('a number is taken by whoever has verified it, and found by it', async () => {
      const [{ user: one }, { user: two }] = [await addPerson(store()), await addPerson(store())];
      const [taken, wished] = [newNumber(), newNumber()];
      const held = phoneOf(one.id, taken);
      await store().userPhones.add(held);
      expect(await store().userPhones.add(phoneOf(two.id, taken, { verified: false }))).toBe(false);
      expect(await store().userPhones.add(phoneOf(one.id, taken))).toBe(false);
      expect(await store().userPhones.findVerified(taken)).toEqual(held);
      const [of1, of2] = [phoneOf(one.id, wished, { verified: false }), phoneOf(two.id, wished, { verified: false })];
      expect([await store().userPhones.add(of1), await store().userPhones.add(of2)]).toEqual([true, true]);
      expect(await store().userPhones.findVerified(wished)).toBeNull();
      expect(await store().userPhones.verify(one.id, of2.id, at(3))).toBe(false);
      expect(await store().userPhones.verify(two.id, of2.id, at(3))).toBe(true);
      expect(await store().userPhones.verify(one.id, of1.id, at(4))).toBe(false);
      expect(await store().userPhones.findVerified(wished)).toEqual({ ...of2, verified: true, updatedAt: at(3) });
    });

    test('of ten users who verify one number at once, one has it', async () => {
      const number = newNumber();
      const phones = [];
      for (let count = 0; count < 10; count += 1) {
        const phone = phoneOf((await addPerson(store())).user.id, number, { verified: false });
        expect(await store().userPhones.add(phone)).toBe(true);
        phones.push(phone);
      }
      const verified = await Promise.all(phones.map(({ userId, id }) => store().userPhones.verify(userId, id, at(5))));
      expect(verified.filter(Boolean)).toHaveLength(1);
    });

    test('are removed by their user alone, and go with the user', async () => {
      const [{ user }, { user: other }] = [await addPerson(store()), await addPerson(store())];
      const [gone, kept] = [phoneOf(user.id, newNumber()), phoneOf(user.id, newNumber())];
      for (const phone of [gone, kept]) await store().userPhones.add(phone);
      expect(await store().userPhones.remove(other.id, gone.id)).toBe(false);
      expect([await store().userPhones.remove(user.id, gone.id), await store().userPhones.remove(user.id, gone.id)]).toEqual([true, false]);
      expect(await store().userPhones.ofUsers([user.id])).toEqual([kept]);
      expect(await store().users.remove(user.id)).toBe(true);
      expect(await store().userPhones.findVerified(kept.phoneNumber)).toBeNull();
    });

    test('are searched by number, user and tenant, in both orders, by pages', async () => {
      const [{ user, tenant }, { user: other }] = [await addPerson(store()), await addPerson(store())];
      const [first, second] = [phoneOf(user.id, newNumber()), phoneOf(other.id, newNumber())];
      for (const phone of [first, second]) await store().userPhones.add(phone);
      const search = (change: object) =>
        store().userPhones.search({ sortBy: 'phoneNumber', descending: false, offset: 0, limit: 50, userIds: [user.id, other.id], ...change });
      expect(await search({})).toEqual({ items: [first, second], total: 2 });
      expect((await search({ descending: true, limit: 1 })).items).toEqual([second]);
      expect(await search({ offset: 1, limit: 1 })).toEqual({ items: [second], total: 2 });
      expect(await search({ tenantId: tenant.id })).toEqual({ items: [first], total: 1 });
      expect(await search({ phoneNumber: second.phoneNumber })).toEqual({ items: [second], total: 1 });
    });
  });
}
