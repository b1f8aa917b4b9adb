import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addPerson, addSession, at, countOf, newId, race, tenantOf, useStore } from './fixtures.ts';

const cookie = ({ id }: { id: string }) => ({ sessionId: id, chainId: null });

/** What a completed login promises, and its refresh tokens. */
export function sessionContract(open: Open): void {
  describe('sessions', () => {
    const store = useStore(open);

    test('a living session is found as it was added, with its first refresh token', async () => {
      const { session, tokenHash } = await addSession(store());
      expect(await store().sessions.find(session.id, at(1))).toEqual(session);
      expect(await store().sessions.findRefreshToken(tokenHash, at(1))).toEqual({
        token: { tokenHash, sessionId: session.id, chainId: null, forApplication: false, createdAt: at(0), supersededAt: null, sealed: null },
        session,
        requestedTenantId: null,
      });
      expect(await store().sessions.findRefreshToken(newId(), at(1))).toBeNull();
    });

    test('a session whose refresh token could not be added does not exist', async () => {
      const { tokenHash } = await addSession(store());
      const { session } = await addSession(store());
      const second = { ...session, id: newId() };
      await expect(store().sessions.add(second, tokenHash)).rejects.toThrow();
      expect(await store().sessions.find(second.id, at(1))).toBeNull();
    });

    test('the mailbox is proven in a living session alone, and what was proven is forgotten in all sessions of the user', async () => {
      const userId = (await addPerson(store())).user.id;
      const [one, other] = [await addSession(store(), { userId }), await addSession(store(), { userId })];
      const foreign = await addSession(store(), {});
      for (const { session } of [one, other, foreign]) expect(await store().sessions.proveMailbox(session.id, at(1))).toBe(true);
      expect(await store().sessions.find(one.session.id, at(2))).toEqual({ ...one.session, mailboxProvenAt: at(1) });
      await store().sessions.forgetMailboxProofs(userId);
      for (const { session } of [one, other]) expect(await store().sessions.find(session.id, at(2))).toMatchObject({ mailboxProvenAt: null });
      expect(await store().sessions.find(foreign.session.id, at(2))).toMatchObject({ mailboxProvenAt: at(1) });
      await store().sessions.end(one.session.id, at(3));
      expect(await store().sessions.proveMailbox(one.session.id, at(4))).toBe(false);
      expect(await store().sessions.proveMailbox(newId(), at(4))).toBe(false);
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
      expect(await store().sessions.findRefreshToken(tokenHash, at(1))).toMatchObject({ token: { supersededAt: at(superseded.indexOf(true)) } });
    });

    test('of 50 parallel transactions that rotate one refresh token exactly one adds a successor', async () => {
      const { session, tokenHash } = await addSession(store());
      const successors = await race(50, () =>
        store().transact('NOTHING', async () => {
          if (!(await store().sessions.supersede(tokenHash, at(5)))) return null;
          const successor = newId();
          await store().sessions.addRefreshToken({
            tokenHash: successor,
            sessionId: session.id,
            chainId: null,
            forApplication: false,
            createdAt: at(5),
            supersededAt: null,
            sealed: null,
          });
          return successor;
        }),
      );
      const [successor, ...others] = successors.filter((hash) => hash !== null);
      expect(others).toEqual([]);
      expect(await store().sessions.findRefreshToken(successor ?? '', at(6))).toMatchObject({ token: { sessionId: session.id, supersededAt: null } });
    });

    test('a refresh token that was superseded before is added as such', async () => {
      const { session } = await addSession(store());
      const token = {
        tokenHash: newId(),
        sessionId: session.id,
        chainId: null,
        forApplication: false,
        createdAt: at(1),
        supersededAt: at(2),
        sealed: null,
      };
      await store().sessions.addRefreshToken(token);
      expect(await store().sessions.findRefreshToken(token.tokenHash, at(3))).toMatchObject({ token });
    });

    test('the current token of a session is the one that was not replaced, and it has its sealed copy until then', async () => {
      const [{ session, tokenHash }, other] = [await addSession(store()), await addSession(store())];
      expect(await store().sessions.findCurrentToken(cookie(session))).toMatchObject({ tokenHash, sealed: null });
      await store().sessions.supersede(tokenHash, at(5));
      expect(await store().sessions.findCurrentToken(cookie(session))).toBeNull();
      const next = {
        tokenHash: newId(),
        sessionId: session.id,
        chainId: null,
        forApplication: false,
        createdAt: at(5),
        supersededAt: null,
        sealed: Uint8Array.of(1, 2, 3),
      };
      await store().sessions.addRefreshToken(next);
      expect(await store().sessions.findCurrentToken(cookie(session))).toEqual(next);
      await store().sessions.supersede(next.tokenHash, at(6));
      expect(await store().sessions.findRefreshToken(next.tokenHash, at(6))).toMatchObject({ token: { ...next, supersededAt: at(6), sealed: null } });
      expect(await store().sessions.findCurrentToken(cookie(other.session))).toMatchObject({ tokenHash: other.tokenHash });
    });

    test('sealed copies outside of the two times are forgotten, those made in the future as well, and the tokens stay', async () => {
      const made = await Promise.all(
        [9, 10, 20, 21].map(async (seconds) => {
          const { session } = await addSession(store());
          const token = {
            tokenHash: newId(),
            sessionId: session.id,
            chainId: null,
            forApplication: false,
            createdAt: at(seconds),
            supersededAt: null,
            sealed: Uint8Array.of(seconds),
          };
          await store().sessions.addRefreshToken(token);
          return token;
        }),
      );
      await store().sessions.forgetSealed(at(10), at(20));
      const sealed = await Promise.all(made.map(async ({ tokenHash }) => (await store().sessions.findRefreshToken(tokenHash, at(21)))?.token.sealed));
      expect(sealed).toEqual([null, Uint8Array.of(10), Uint8Array.of(20), null]);
    });

    test('ending all sessions of a user leaves those of others alive', async () => {
      const [mine, other] = [await addSession(store()), await addSession(store())];
      await store().sessions.endAllOf(mine.session.userId, at(1));
      expect(await store().sessions.find(mine.session.id, at(2))).toBeNull();
      expect(await store().sessions.end(mine.session.id, at(2))).toBe(false);
      expect(await store().sessions.find(other.session.id, at(2))).not.toBeNull();
    });

    test('a user is shown the living sessions, newest first, each with the newest token of any of its chains', async () => {
      const userId = (await addPerson(store())).user.id;
      const add = async (seconds: number, change = {}) => (await addSession(store(), { userId, createdAt: at(seconds), ...change })).session;
      const [old, expired, mid, late, ended] = [await add(1), await add(2, { expiresAt: at(40) }), await add(3), await add(4), await add(5)];
      await add(5_000_000);
      await addSession(store(), {});
      await store().sessions.end(ended.id, at(30));
      const token = (sessionId: string, seconds: number, more = {}) =>
        store().sessions.addRefreshToken({
          ...{ tokenHash: newId(), sessionId, chainId: null, forApplication: false, createdAt: at(seconds), supersededAt: null, sealed: null },
          ...more,
        });
      await token(old.id, 20);
      await token(old.id, 30, { chainId: newId(), forApplication: true });
      await token(mid.id, 25, { supersededAt: at(26) });
      await token(mid.id, 26);
      const used = { old: { ...old, lastUsedAt: at(30) }, mid: { ...mid, lastUsedAt: at(26) }, late: { ...late, lastUsedAt: at(4) } };
      const page = { limit: 2, direction: 'forward', cursor: null } as const;
      expect(await store().sessions.listOf(userId, at(40), page)).toEqual({ items: [used.late, used.mid], hasMore: true });
      const rest = { ...page, cursor: { at: mid.createdAt, id: mid.id } };
      expect(await store().sessions.listOf(userId, at(40), rest)).toEqual({ items: [used.old], hasMore: false });
      expect(await store().sessions.countOf(userId, at(40))).toBe(3);
      const found = await store().sessions.findManyOf(userId, [old.id, expired.id, ended.id, newId()], at(40));
      expect(found).toEqual([used.old]);
      expect(await store().sessions.findManyOf((await addPerson(store())).user.id, [old.id], at(40))).toEqual([]);
      expect(await store().sessions.findManyOf(userId, [], at(40))).toEqual([]);
    });

    test('all sessions of a user but one end, those that a clock which ran ahead has opened as well, and no other session', async () => {
      const userId = (await addPerson(store())).user.id;
      const [kept, other] = [await addSession(store(), { userId }), await addSession(store(), { userId })];
      const ahead = await addSession(store(), { userId, createdAt: at(50_000), expiresAt: at(86_400) });
      await addSession(store(), { userId, expiresAt: at(5) });
      const foreign = await addSession(store(), {});
      expect(await store().sessions.endAllBut(kept.session.id, userId, at(10))).toBe(2);
      expect(await store().sessions.endAllBut(kept.session.id, userId, at(10))).toBe(0);
      for (const { session } of [kept, foreign]) expect(await store().sessions.find(session.id, at(11))).not.toBeNull();
      expect(await store().sessions.find(other.session.id, at(11))).toBeNull();
      expect(await store().sessions.find(ahead.session.id, at(50_001))).toBeNull();
    });

    test('a session that ended keeps its refresh tokens, so that a stolen one is still recognized', async () => {
      const { session, tokenHash } = await addSession(store());
      await store().sessions.end(session.id, at(1));
      expect(await store().sessions.findRefreshToken(tokenHash, at(1))).toMatchObject({ token: { sessionId: session.id }, session: null });
    });

    test('a refresh token has no session once its session is past its end, and before it began', async () => {
      const { tokenHash } = await addSession(store(), { expiresAt: at(10) });
      const sessionAt = async (seconds: number) => (await store().sessions.findRefreshToken(tokenHash, at(seconds)))?.session ?? null;
      expect(await sessionAt(9.999)).not.toBeNull();
      expect(await sessionAt(10)).toBeNull();
      expect(await sessionAt(-100_000)).toBeNull();
    });

    test('whoever holds a refresh token is found by it, with the memberships, oldest first, and nobody else', async () => {
      const [{ session, tokenHash }, tenant] = [await addSession(store()), tenantOf()];
      await addSession(store());
      await store().tenants.create(tenant);
      await store().users.addMembership({ userId: session.userId, tenantId: tenant.id, roleIds: [], createdAt: at(5) });
      const found = await store().users.openMembershipsByRefreshToken(tokenHash, at(6));
      expect(found).toEqual(await store().users.memberships([session.userId]));
      expect(found.at(-1)).toMatchObject({ userId: session.userId, tenantId: tenant.id });
      expect(await store().users.findByRefreshToken(tokenHash)).toMatchObject({ id: session.userId });
      expect(await store().users.openMembershipsByRefreshToken(newId(), at(6))).toEqual([]);
      expect(await store().users.findByRefreshToken(newId())).toBeNull();
    });

    test('of 30 parallel transactions that have whoever holds a token to themselves, each sees what those before it wrote', async () => {
      const { session, tokenHash } = await addSession(store());
      const exclusives = [{ user: session.userId }, { holderOfRefreshToken: tokenHash }];
      await race(30, (index) =>
        store().transact(exclusives[index % 2] ?? 'NOTHING', async () => {
          const [user] = await store().users.findMany([session.userId]);
          await store().users.update(session.userId, { name: `${user?.name}+` }, at(1));
        }),
      );
      const [user] = await store().users.findMany([session.userId]);
      expect(user?.name).toMatch(/[^+]\+{30}$/);
    });

    test('a session enters another tenant, and no other session does', async () => {
      const [{ session }, other, tenant] = [await addSession(store()), await addSession(store()), tenantOf()];
      await store().tenants.create(tenant);
      await store().sessions.switchTenant(session.id, tenant.id, session.expiresAt);
      expect(await store().sessions.find(session.id, at(1))).toEqual({ ...session, tenantId: tenant.id });
      expect(await store().sessions.find(other.session.id, at(1))).toEqual(other.session);
    });

    test('a tenant asked for is kept with its session alone, until the session enters one', async () => {
      const [{ session, tokenHash }, other] = [await addSession(store()), await addSession(store())];
      const requestedBy = async (token: string) => (await store().sessions.findRefreshToken(token, at(1)))?.requestedTenantId;
      expect(await requestedBy(tokenHash)).toBeNull();
      await store().sessions.requestTenant(session.id, 'wanted');
      expect(await requestedBy(tokenHash)).toBe('wanted');
      expect(await requestedBy(other.tokenHash)).toBeNull();
      expect(await store().sessions.find(session.id, at(1))).toEqual(session);
      await store().sessions.switchTenant(session.id, session.tenantId, session.expiresAt);
      expect(await requestedBy(tokenHash)).toBeNull();
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
