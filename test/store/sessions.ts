import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addPerson, addSession, at, countOf, newId, race, tenantOf, useStore } from './fixtures.ts';

/** What a completed login promises, and its refresh tokens. */
export function sessionContract(open: Open): void {
  describe('sessions', () => {
    const store = useStore(open);

    test('a living session is found as it was added, with its first refresh token', async () => {
      const { session, tokenHash } = await addSession(store());
      expect(await store().sessions.find(session.id, at(1))).toEqual(session);
      expect(await store().sessions.findRefreshToken(tokenHash)).toEqual({ tokenHash, sessionId: session.id, createdAt: at(0), supersededAt: null });
      expect(await store().sessions.findRefreshToken(newId())).toBeNull();
    });

    test('a session whose refresh token could not be added does not exist', async () => {
      const { tokenHash } = await addSession(store());
      const { session } = await addSession(store());
      const second = { ...session, id: newId() };
      await expect(store().sessions.add(second, tokenHash)).rejects.toThrow();
      expect(await store().sessions.find(second.id, at(1))).toBeNull();
    });

    test('a session past its end is not found', async () => {
      const { session } = await addSession(store(), { secondFactorAt: null, expiresAt: at(10) });
      expect(await store().sessions.find(session.id, at(9.999))).toEqual(session);
      expect(await store().sessions.find(session.id, at(10))).toBeNull();
    });

    test('of 100 parallel endings exactly one ends the session, and it is found no more', async () => {
      const { session } = await addSession(store());
      const ended = await race(100, () => store().sessions.end(session.id, at(1)));
      expect(countOf(ended, (won) => won)).toBe(1);
      expect(await store().sessions.find(session.id, at(1))).toBeNull();
      expect(await store().sessions.end(newId(), at(1))).toBe(false);
    });

    test('of 100 parallel rotations exactly one supersedes the refresh token', async () => {
      const { tokenHash } = await addSession(store());
      const superseded = await race(100, (index) => store().sessions.supersede(tokenHash, at(index)));
      expect(countOf(superseded, (won) => won)).toBe(1);
      expect(await store().sessions.findRefreshToken(tokenHash)).toMatchObject({ supersededAt: at(superseded.indexOf(true)) });
    });

    test('of 50 parallel transactions that rotate one refresh token exactly one adds a successor', async () => {
      const { session, tokenHash } = await addSession(store());
      const successors = await race(50, () =>
        store().transact('NOTHING', async () => {
          if (!(await store().sessions.supersede(tokenHash, at(5)))) return null;
          const successor = newId();
          await store().sessions.addRefreshToken({ tokenHash: successor, sessionId: session.id, createdAt: at(5), supersededAt: null });
          return successor;
        }),
      );
      const [successor, ...others] = successors.filter((hash) => hash !== null);
      expect(others).toEqual([]);
      expect(await store().sessions.findRefreshToken(successor ?? '')).toMatchObject({ sessionId: session.id, supersededAt: null });
    });

    test('a refresh token that was superseded before is added as such', async () => {
      const { session } = await addSession(store());
      const token = { tokenHash: newId(), sessionId: session.id, createdAt: at(1), supersededAt: at(2) };
      await store().sessions.addRefreshToken(token);
      expect(await store().sessions.findRefreshToken(token.tokenHash)).toEqual(token);
    });

    test('ending all sessions of a user leaves those of others alive', async () => {
      const [mine, other] = [await addSession(store()), await addSession(store())];
      await store().sessions.endAllOf(mine.session.userId, at(1));
      expect(await store().sessions.find(mine.session.id, at(2))).toBeNull();
      expect(await store().sessions.end(mine.session.id, at(2))).toBe(false);
      expect(await store().sessions.find(other.session.id, at(2))).not.toBeNull();
    });

    test('a session that ended keeps its refresh tokens, so that a stolen one is still recognized', async () => {
      const { session, tokenHash } = await addSession(store());
      await store().sessions.end(session.id, at(1));
      expect(await store().sessions.findRefreshToken(tokenHash)).toMatchObject({ sessionId: session.id });
    });

    test('a session enters another tenant, and no other session does', async () => {
      const [{ session }, other, tenant] = [await addSession(store()), await addSession(store()), tenantOf()];
      await store().tenants.create(tenant);
      await store().sessions.switchTenant(session.id, tenant.id);
      expect(await store().sessions.find(session.id, at(1))).toEqual({ ...session, tenantId: tenant.id });
      expect(await store().sessions.find(other.session.id, at(1))).toEqual(other.session);
    });

    test('a tenant asked for is kept with its session alone, until the session enters one', async () => {
      const [{ session }, other] = [await addSession(store()), await addSession(store())];
      expect(await store().sessions.requestedTenant(session.id)).toBeNull();
      await store().sessions.requestTenant(session.id, 'wanted');
      expect(await store().sessions.requestedTenant(session.id)).toBe('wanted');
      expect(await store().sessions.requestedTenant(other.session.id)).toBeNull();
      expect(await store().sessions.find(session.id, at(1))).toEqual(session);
      await store().sessions.switchTenant(session.id, session.tenantId);
      expect(await store().sessions.requestedTenant(session.id)).toBeNull();
    });

    test('a purge takes sessions that expired before, with their refresh tokens, and no others', async () => {
      const [gone, kept] = [await addSession(store(), { expiresAt: at(10) }), await addSession(store(), { expiresAt: at(20) })];
      await store().sessions.purge(at(20));
      expect(await store().sessions.findRefreshToken(gone.tokenHash)).toBeNull();
      expect(await store().sessions.findRefreshToken(kept.tokenHash)).not.toBeNull();
      expect(await store().sessions.find(kept.session.id, at(1))).not.toBeNull();
    });
  });

  describe('remembered devices', () => {
    const store = useStore(open);
    const addDevice = async (userId: string, createdAt = at(0)) => {
      const device = { id: newId(), userId, tokenHash: newId(), name: 'Firefox on Linux', createdAt, lastUsedAt: createdAt };
      await store().rememberedDevices.add(device);
      return device;
    };

    test('a device is found for its own user, when it was remembered after the given instant', async () => {
      const [{ user }, other] = [await addPerson(store()), await addPerson(store())];
      const device = await addDevice(user.id, at(10));
      expect(await store().rememberedDevices.find(device.tokenHash, user.id, at(9.999))).toEqual(device);
      expect(await store().rememberedDevices.find(device.tokenHash, user.id, at(10))).toBeNull();
      expect(await store().rememberedDevices.find(device.tokenHash, other.user.id, at(0))).toBeNull();
      expect(await store().rememberedDevices.find(newId(), user.id, at(0))).toBeNull();
    });

    test('using a device changes when it was used, not when it was remembered', async () => {
      const { user } = await addPerson(store());
      const device = await addDevice(user.id, at(10));
      await store().rememberedDevices.touch(device.id, at(50));
      expect(await store().rememberedDevices.find(device.tokenHash, user.id, at(0))).toEqual({ ...device, lastUsedAt: at(50) });
    });

    test('ending the devices of a tenant leaves those of people outside it, and ending all leaves none', async () => {
      const [{ user, tenant }, other] = [await addPerson(store()), await addPerson(store())];
      const [mine, theirs] = [await addDevice(user.id), await addDevice(other.user.id)];
      await store().rememberedDevices.endAllIn(tenant.id);
      expect(await store().rememberedDevices.find(mine.tokenHash, user.id, at(-1))).toBeNull();
      expect(await store().rememberedDevices.find(theirs.tokenHash, other.user.id, at(-1))).not.toBeNull();
      await store().rememberedDevices.endAllIn(null);
      expect(await store().rememberedDevices.find(theirs.tokenHash, other.user.id, at(-1))).toBeNull();
    });

    test('ending all devices of a user leaves those of others', async () => {
      const [{ user }, other] = [await addPerson(store()), await addPerson(store())];
      const [mine, theirs] = [await addDevice(user.id), await addDevice(other.user.id)];
      await store().rememberedDevices.endAllOf(user.id);
      expect(await store().rememberedDevices.find(mine.tokenHash, user.id, at(-1))).toBeNull();
      expect(await store().rememberedDevices.find(theirs.tokenHash, other.user.id, at(-1))).not.toBeNull();
    });
  });
}
