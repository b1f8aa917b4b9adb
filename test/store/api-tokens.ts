import { describe, expect, test } from 'vitest';
import { roleIds } from '../support/role-ids.ts';
import type { Open } from './fixtures.ts';
import { addApiToken, addPerson, apiTokenOf, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What API tokens and their refresh tokens promise. */
export function apiTokenContract(open: Open): void {
  describe('API tokens', () => {
    const store = useStore(open);

    test('a token comes back as it was stored, until it expires', async () => {
      const token = await addApiToken(store(), { roleIds: [roleIds.admin, roleIds.readOnly].sort(), metadata: '{"a":1}', expiresAt: at(60) });
      expect(await store().apiTokens.find(token.id, at(59))).toEqual(token);
      expect(await store().apiTokens.find(token.id, at(60))).toBeNull();
      expect(await store().apiTokens.findMany([token.id, newId()], at(59))).toEqual([token]);
      expect(await store().apiTokens.findMany([token.id], at(61))).toEqual([]);
    });

    test('lists have the tokens of one owner, kind and tenant, oldest first', async () => {
      const { user, tenant } = await addPerson(store());
      const own = { userId: user.id, createdByUserId: user.id };
      const tokens = [
        apiTokenOf(tenant.id, { createdAt: at(2) }),
        apiTokenOf(tenant.id, { createdAt: at(1) }),
        apiTokenOf(tenant.id, { kind: 'ACCESS_TOKEN', secretDigest: null }),
        apiTokenOf(tenant.id, own),
      ] as const;
      for (const token of tokens) await store().apiTokens.add(token);
      const filter = { kind: 'CLIENT_CREDENTIALS', tenantId: tenant.id, userId: null } as const;
      expect(await store().apiTokens.all(filter, at(5))).toEqual([tokens[1], tokens[0]]);
      const page = await store().apiTokens.list(filter, at(5), { limit: 1, direction: 'forward', cursor: null });
      expect(page).toEqual({ items: [tokens[1]], hasMore: true });
      expect(await store().apiTokens.count(filter, at(5))).toBe(2);
      expect(await store().apiTokens.all({ ...filter, userId: user.id }, at(5))).toEqual([tokens[3]]);
      expect(await store().apiTokens.ofUsers([user.id], 'CLIENT_CREDENTIALS', at(5))).toEqual([tokens[3]]);
      expect([await store().apiTokens.countOf({ userId: user.id }), await store().apiTokens.countOf({ tenantId: tenant.id })]).toEqual([1, 3]);
    });

    test('a change keeps what it does not name, and replaces roles and permissions', async () => {
      const token = await addApiToken(store(), { roleIds: [roleIds.admin] });
      expect(await store().apiTokens.update(token.id, { description: 'other' })).toBe(true);
      expect(await store().apiTokens.find(token.id, at(1))).toEqual({ ...token, description: 'other' });
      expect(await store().apiTokens.update(token.id, { roleIds: [roleIds.readOnly] })).toBe(true);
      expect(await store().apiTokens.find(token.id, at(1))).toMatchObject({ description: 'other', roleIds: [roleIds.readOnly] });
      expect(await store().apiTokens.update(newId(), { description: 'x' })).toBe(false);
    });

    test('rights are those of the roles and the own permissions together, each once', async () => {
      const permissions = await store().permissions.all();
      const own = permissions.filter(({ key }) => ['fe.secure.read.*', 'fe.secure.read.users'].includes(key)).map(({ id }) => id);
      const token = await addApiToken(store(), { roleIds: [roleIds.readOnly], permissionIds: own.sort() });
      expect(await store().apiTokens.rightsOf(token.id)).toEqual({
        ...{ roles: ['ReadOnly'], level: 0, permissions: ['fe.connectivity.read.*', 'fe.secure.read.*', 'fe.secure.read.users'] },
      });
      const bare = await addApiToken(store());
      expect(await store().apiTokens.rightsOf(bare.id)).toEqual({ roles: [], permissions: [], level: null });
    });

    test('a deleted token takes its refresh tokens, roles and permissions with it', async () => {
      const token = await addApiToken(store(), { roleIds: [roleIds.admin] });
      await store().apiTokens.addRefresh({ tokenHash: 'of a deleted one', apiTokenId: token.id, createdAt: at(0), expiresAt: at(90) }, 100);
      expect([await store().apiTokens.remove(token.id), await store().apiTokens.remove(token.id)]).toEqual([true, false]);
      expect(await store().apiTokens.findByRefresh('of a deleted one', at(1))).toBeNull();
      expect(await store().apiTokens.spendRefresh('of a deleted one', at(1))).toBe(false);
    });

    test('of 20 spends of one refresh token at once exactly one succeeds', async () => {
      const token = await addApiToken(store());
      await store().apiTokens.addRefresh({ tokenHash: newId(), apiTokenId: token.id, createdAt: at(0), expiresAt: at(90) }, 100);
      const tokenHash = newId();
      await store().apiTokens.addRefresh({ tokenHash, apiTokenId: token.id, createdAt: at(0), expiresAt: at(90) }, 100);
      expect(await store().apiTokens.findByRefresh(tokenHash, at(1))).toEqual(token);
      expect(countOf(await race(20, () => store().apiTokens.spendRefresh(tokenHash, at(1))), (won) => won)).toBe(1);
    });

    test('one more than are kept drops the oldest of that token alone', async () => {
      const [token, other] = [await addApiToken(store()), await addApiToken(store())];
      const hashes = Array.from({ length: 4 }, (_, index) => `${token.id}-${index}`);
      await store().apiTokens.addRefresh({ tokenHash: other.id, apiTokenId: other.id, createdAt: at(0), expiresAt: at(90) }, 3);
      for (const [index, tokenHash] of hashes.entries()) {
        await store().apiTokens.addRefresh({ tokenHash, apiTokenId: token.id, createdAt: at(index), expiresAt: at(90) }, 3);
      }
      const left = await Promise.all([...hashes, other.id].map(async (hash) => (await store().apiTokens.findByRefresh(hash, at(5))) !== null));
      expect(left).toEqual([false, true, true, true, true]);
    });

    test('a use is recorded once in a while, however many there are at once', async () => {
      const token = await addApiToken(store());
      const record = (now: number) => store().apiTokens.recordUse(token.id, at(now), at(now - 3600));
      expect(countOf(await race(10, () => record(0)), (recorded) => recorded)).toBe(1);
      expect([await record(3599), await record(3600), await record(3601)]).toEqual([false, true, false]);
    });

    test('leaving a tenant ends those of the user for it, and the end of a tenant all for it', async () => {
      const { user, tenant } = await addPerson(store());
      const other = await addApiToken(store(), { userId: user.id });
      const [ofUser, ofTenant] = [apiTokenOf(tenant.id, { userId: user.id }), apiTokenOf(tenant.id)];
      for (const token of [ofUser, ofTenant]) await store().apiTokens.add(token);
      const left = async () => (await store().apiTokens.findMany([other.id, ofUser.id, ofTenant.id], at(1))).map(({ id }) => id).sort();
      await store().apiTokens.endAllIn(tenant.id, user.id, at(1));
      expect(await left()).toEqual([other.id, ofTenant.id].sort());
      await store().apiTokens.endAllIn(tenant.id, null, at(1));
      expect(await left()).toEqual([other.id]);
      await store().apiTokens.endAllOf(user.id, at(1));
      expect(await left()).toEqual([]);
    });
  });
}
