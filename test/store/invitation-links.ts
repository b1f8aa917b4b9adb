import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addPerson, at, linkOf, newId, race, tenantOf, useStore } from './fixtures.ts';

/** What the links by which people join a tenant promise. */
export function invitationLinkContract(open: Open): void {
  describe('invitation links', () => {
    const store = useStore(open);
    const now = at(60);
    /** A member of two tenants, with a link in each, beside a link of the first tenant itself. */
    const addLinks = async () => {
      const { user, tenant } = await addPerson(store());
      const other = tenantOf();
      await store().tenants.create(other);
      const own = linkOf({ tenantId: tenant.id, userId: user.id, roleIds: ['a', 'b'], byEnvironment: true, notifiesOwner: true });
      const elsewhere = linkOf({ tenantId: other.id, userId: user.id, createdAt: at(1) });
      const general = linkOf({ tenantId: tenant.id, createdAt: at(2) });
      for (const link of [own, elsewhere, general]) await store().invitationLinks.replace(link);
      return { user, tenant, other, own, elsewhere, general };
    };
    const left = async (...links: { id: string }[]) => {
      const found = await store().invitationLinks.findMany(
        links.map(({ id }) => id),
        now,
      );
      return links.map(({ id }) => found.some((link) => link.id === id));
    };

    test('are found whole by token, by member and by id, and listed oldest first', async () => {
      const { user, tenant, own, elsewhere, general } = await addLinks();
      const { invitationLinks } = store();
      expect(await invitationLinks.findByToken(own.tokenHash, now)).toEqual(own);
      expect(await invitationLinks.findByToken(newId(), now)).toBeNull();
      expect(await invitationLinks.findOf(tenant.id, user.id, now)).toEqual(own);
      expect(await invitationLinks.findOf(tenant.id, newId(), now)).toBeNull();
      expect(await invitationLinks.findMany([general.id, newId()], now)).toEqual([general]);
      expect(await invitationLinks.findMany([], now)).toEqual([]);
      expect(await invitationLinks.all({ tenantId: tenant.id }, now)).toEqual([own, general]);
      expect(await invitationLinks.all({ userId: user.id }, now)).toEqual([own, elsewhere]);
      expect((await invitationLinks.all({}, now)).map(({ id }) => id)).toEqual(expect.arrayContaining([own.id, elsewhere.id, general.id]));
      const page = await invitationLinks.list({ tenantId: tenant.id }, { limit: 1, direction: 'forward', cursor: null }, now);
      expect(page).toEqual({ items: [own], hasMore: true });
      const cursor = { at: own.createdAt, id: own.id };
      expect(await invitationLinks.list({ tenantId: tenant.id }, { limit: 1, direction: 'forward', cursor }, now)).toEqual({
        items: [general],
        hasMore: false,
      });
      expect(await invitationLinks.count({ tenantId: tenant.id }, now)).toBe(2);
    });

    test('a member has one in each tenant, whatever runs at the same time, and a tenant any number', async () => {
      const { user, tenant, own, elsewhere, general } = await addLinks();
      const made = Array.from({ length: 6 }, () => linkOf({ tenantId: tenant.id, userId: user.id }));
      await race(6, (index) => store().transact('SETTINGS', async () => store().invitationLinks.replace(made[index] ?? own)));
      expect(await store().invitationLinks.count({ tenantId: tenant.id, userId: user.id }, now)).toBe(1);
      await store().invitationLinks.replace(linkOf({ tenantId: tenant.id }));
      expect(await store().invitationLinks.count({ tenantId: tenant.id }, now)).toBe(3);
      expect(await left(own, elsewhere, general)).toEqual([false, true, true]);
    });

    test('one that has expired, or was made by a clock that ran ahead, is found, changed and listed nowhere', async () => {
      const { tenant, user } = await addPerson(store());
      const { invitationLinks } = store();
      const expired = linkOf({ tenantId: tenant.id, userId: user.id, expiresAt: now });
      const early = linkOf({ tenantId: tenant.id, createdAt: at(40_000_000), expiresAt: at(50_000_000) });
      for (const link of [expired, early]) {
        await invitationLinks.replace(link);
        expect(await invitationLinks.findByToken(link.tokenHash, now)).toBeNull();
        expect(await invitationLinks.update(link.id, { expiresAt: at(90) }, now)).toBe(false);
      }
      expect(await invitationLinks.findOf(tenant.id, user.id, now)).toBeNull();
      expect(await left(expired, early)).toEqual([false, false]);
      expect(await invitationLinks.all({ tenantId: tenant.id }, now)).toEqual([]);
      expect(await invitationLinks.count({ tenantId: tenant.id }, now)).toBe(0);
    });

    test('one is changed in what is given, and removed once', async () => {
      const { own } = await addLinks();
      const { invitationLinks } = store();
      expect(await invitationLinks.update(own.id, { notifiesOwner: false, byEnvironment: false }, now)).toBe(true);
      expect(await invitationLinks.findMany([own.id], now)).toEqual([{ ...own, notifiesOwner: false, byEnvironment: false }]);
      expect(await invitationLinks.update(newId(), { notifiesOwner: true }, now)).toBe(false);
      expect((await race(4, () => invitationLinks.remove(own.id))).filter(Boolean)).toHaveLength(1);
    });

    test('those of a member end with the member or the membership, and those of a tenant with the tenant', async () => {
      const first = await addLinks();
      await store().invitationLinks.endAllIn(first.tenant.id, first.user.id, now);
      expect(await left(first.own, first.elsewhere, first.general)).toEqual([false, true, true]);
      await store().invitationLinks.endAllOf(first.user.id, now);
      expect(await left(first.elsewhere, first.general)).toEqual([false, true]);
      const second = await addLinks();
      await store().invitationLinks.endAllIn(second.tenant.id, null, now);
      expect(await left(second.own, second.elsewhere, second.general)).toEqual([false, true, true]);
      await store().invitationLinks.removeAllOfTenant(second.tenant.id);
      expect(await left(second.elsewhere, second.general, first.general)).toEqual([true, false, true]);
      await store().users.remove(second.user.id);
      expect(await left(second.elsewhere)).toEqual([false]);
    });
  });
}
