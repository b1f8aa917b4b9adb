import { describe, expect, test } from 'vitest';
import type { OutboxEntry } from '../../src/domain/messaging/message.ts';
import { QueryFailed } from '../../src/store/errors.ts';
import type { Open } from './fixtures.ts';
import { addAuthenticator, addChallenge, addPerson, at, newId, tenantOf, userOf, useStore } from './fixtures.ts';

/** Where SQLite and PostgreSQL differ under the same code: each difference as a case both have to pass. */
export function dialectContract(open: Open): void {
  describe('both dialects alike', () => {
    const store = useStore(open);

    test('a count is a number', async () => {
      await store().tenants.create(tenantOf());
      expect(await store().tenants.count()).toBeTypeOf('number');
      expect(await store().users.count({})).toBe(0);
    });

    test('a list with empty fields keeps its order', async () => {
      const { user } = await addPerson(store());
      const used = await addAuthenticator(store(), { userId: user.id, createdAt: at(1), lastUsedAt: at(5) });
      const unused = await addAuthenticator(store(), { userId: user.id, createdAt: at(2), lastUsedAt: null });
      const usedLater = await addAuthenticator(store(), { userId: user.id, createdAt: at(3), lastUsedAt: at(4) });
      expect(await store().authenticators.ofUsers([user.id])).toEqual([used, unused, usedLater]);
    });

    test('a uniqueness that no method answers for is refused alike, naming no value', async () => {
      const { tokenHash } = await addChallenge(store());
      const refused = await addChallenge(store(), { tokenHash }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(QueryFailed);
      expect(JSON.stringify({ ...Object(refused), message: String(refused) })).not.toContain(tokenHash);
    });

    test('an address is compared as it was normalized, not by letter case alone and not as a pattern', async () => {
      const { user } = await addPerson(store(), { email: 'Ünal_%@Example.com' });
      expect(await store().users.findByEmail('ünal_%@example.com')).toEqual(user);
      expect(await store().users.findByEmail('ünalx%@example.com')).toBeNull();
      expect(await store().users.findByEmail('Ünal_%@Example.com')).toBeNull();
    });

    test('a list of equal instants is paged completely whatever the order of its texts', async () => {
      const tenants = ['a', 'B', 'c', 'D', 'ä', 'Z', '_', '-'].map((id) => tenantOf({ id: `order-${id}`, createdAt: at(5000) }));
      for (const tenant of tenants) await store().tenants.create(tenant);
      const seen: string[] = [];
      for (let cursor = { at: at(4999), id: '' }; ; ) {
        const { items, hasMore } = await store().tenants.list({}, { limit: 3, direction: 'forward', cursor });
        seen.push(...items.map((tenant) => tenant.id));
        const last = items.at(-1);
        if (!hasMore || last === undefined) break;
        cursor = { at: last.createdAt, id: last.id };
      }
      expect(seen.sort()).toEqual(tenants.map((tenant) => tenant.id).sort());
    });

    test('a counter holds more than 32 bits', async () => {
      const { id, userId } = await addAuthenticator(store(), { highWaterMark: 2 ** 40 });
      expect(await store().authenticators.advanceStep(id, 2 ** 40 + 1, at(1))).toBe(true);
      expect(await store().authenticators.ofUsers([userId])).toMatchObject([{ highWaterMark: 2 ** 40 + 1 }]);
    });

    test('a row that refers to nothing is refused', async () => {
      await expect(addAuthenticator(store(), { userId: newId() })).rejects.toBeInstanceOf(QueryFailed);
      await expect(addChallenge(store(), { tenantId: newId() })).rejects.toBeInstanceOf(QueryFailed);
    });

    test('a word outside its list is refused by the database itself', async () => {
      const strategy: string = 'CARRIER_PIGEON';
      const { user } = await addPerson(store());
      const authenticator = { ...(await addAuthenticator(store())), id: newId(), userId: user.id };
      await expect(store().authenticators.add(Object.assign(authenticator, { strategy }))).rejects.toBeInstanceOf(QueryFailed);
    });

    test('an instant keeps its milliseconds, before 1970 and after 2038', async () => {
      for (const createdAt of [new Date(-1), new Date(0), new Date(2 ** 31 * 1000 + 1), new Date(Date.UTC(2999, 11, 31, 23, 59, 59, 999))]) {
        const tenant = tenantOf({ createdAt });
        await store().tenants.create(tenant);
        expect(await store().tenants.findMany([tenant.id])).toEqual([tenant]);
      }
    });

    test('a claim takes no more rows than its limit', async () => {
      const entries = Array.from(
        { length: 7 },
        (): OutboxEntry => ({ id: newId(), channel: 'EMAIL', userId: null, sealed: new Uint8Array(1), attempts: 0, createdAt: at(0) }),
      );
      for (const entry of entries) await store().outbox.add(entry);
      expect(await store().outbox.claimDue('EMAIL', at(1), at(61), 5)).toHaveLength(5);
      expect(await store().outbox.claimDue('EMAIL', at(1), at(61), 5)).toHaveLength(2);
    });

    test('bytes come back as they were, empty ones and zeros included', async () => {
      for (const sealedCredential of [new Uint8Array(0), new Uint8Array(256).map((_, index) => index), new Uint8Array([0, 0])]) {
        const { userId } = await addAuthenticator(store(), { sealedCredential });
        expect((await store().authenticators.ofUsers([userId]))[0]?.sealedCredential).toEqual(sealedCredential);
      }
    });

    test('text is stored as given, quotes and all planes of Unicode included', async () => {
      const name = `'; drop table users; -- "\\ 😀 \u202e 𝔘 ${'x'.repeat(10_000)}`;
      const { user } = await addPerson(store(), { name });
      expect(await store().users.findMany([user.id])).toMatchObject([{ name }]);
    });

    test('the character U+0000 in a look-up is nobody, or refused as bad input, but no fault of the server', async () => {
      const answer = await store()
        .users.findByEmail('a\0@example.com')
        .catch((error: unknown) => error);
      expect(answer === null || Object(answer).code === 'INVALID_INPUT').toBe(true);
    });

    test('a user taken by id and by e-mail at once is refused rather than half stored', async () => {
      const { user, tenant } = await addPerson(store());
      const twin = userOf(tenant.id, { id: user.id });
      const membership = { userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) };
      await expect(
        store().users.create({ ...twin, email: 'new@example.com', emailNormalized: 'new@example.com' }, membership, null),
      ).rejects.toBeInstanceOf(QueryFailed);
      expect(await store().users.findByEmail('new@example.com')).toBeNull();
    });
  });
}
