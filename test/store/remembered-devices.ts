import { describe, expect, test } from 'vitest';
import type { RememberedDevice } from '../../src/domain/device/remembered-device.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What a remembered device promises beyond being found by its token. */
export function deviceContract(open: Open): void {
  describe('remembered devices', () => {
    const store = useStore(open);
    const addDevice = async (change: Partial<RememberedDevice> = {}): Promise<RememberedDevice> => {
      const userId = change.userId ?? (await addPerson(store())).user.id;
      const device = { id: newId(), userId, tokenHash: newId(), name: 'a browser', createdAt: at(0), lastUsedAt: at(0), ...change };
      await store().rememberedDevices.add(device);
      return device;
    };

    test('devices of several users come back newest first', async () => {
      const old = await addDevice({ createdAt: at(1) });
      const young = await addDevice({ userId: old.userId, createdAt: at(3) });
      const other = await addDevice({ createdAt: at(2) });
      await addDevice();
      expect(await store().rememberedDevices.ofUsers([other.userId, old.userId])).toEqual([young, other, old]);
      expect(await store().rememberedDevices.ofUsers([])).toEqual([]);
    });

    test('a device ends for its own user alone, once', async () => {
      const [mine, other] = [await addDevice(), await addDevice()];
      expect(await store().rememberedDevices.end(mine.id, other.userId)).toBe(false);
      expect(countOf(await race(20, () => store().rememberedDevices.end(mine.id, mine.userId)), (won) => won)).toBe(1);
      expect(await store().rememberedDevices.ofUsers([mine.userId, other.userId])).toEqual([other]);
    });

    test('all devices of a user end together, and are counted', async () => {
      const mine = await addDevice();
      await addDevice({ userId: mine.userId });
      const other = await addDevice();
      expect(await store().rememberedDevices.endAllOf(mine.userId)).toBe(2);
      expect(await store().rememberedDevices.endAllOf(mine.userId)).toBe(0);
      expect(await store().rememberedDevices.ofUsers([other.userId])).toEqual([other]);
    });
  });
}
