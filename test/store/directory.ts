import { describe, expect, test } from 'vitest';
import type { User, UserFilter, UserListKey, UserPlace } from '../../src/domain/directory/user.ts';
import { placeOfUser } from '../../src/domain/directory/user.ts';
import type { Page, PageRequest } from '../../src/domain/page.ts';
import { roleIds } from '../support/role-ids.ts';
import type { Open } from './fixtures.ts';
import { addAuthenticator, addPerson, at, countOf, newId, race, tenantOf, userOf, useStore } from './fixtures.ts';

interface Listed {
  id: string;
  createdAt: Date;
}

const cursorOf = ({ createdAt, id }: Listed) => ({ at: createdAt, id });

/** Reads a whole list page by page and answers the pages. */
async function readAll<T extends Listed>(
  list: (page: PageRequest) => Promise<Page<T>>,
  direction: PageRequest['direction'],
  limit: number,
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: PageRequest['cursor'] = null; ; ) {
    const { items, hasMore } = await list({ limit, direction, cursor });
    pages.push(items.map((item) => item.id));
    const last = direction === 'forward' ? items.at(-1) : items[0];
    if (!hasMore || last === undefined) return pages;
    cursor = cursorOf(last);
  }
}

/** What the lists of tenants and users promise. */
export function directoryContract(open: Open): void {
  describe('renewed addresses', () => {
    const store = useStore(open);

    test('users are found by a renewed address, which two users never share', async () => {
      const { user: one } = await addPerson(store(), { email: 'renew@xn--bcher-kva.example' });
      const { user: two } = await addPerson(store(), { email: 'other@acme.example' });
      expect(await store().users.renewAddress(two.id, 'renewed@bücher.example')).toBe(true);
      expect(await store().users.listUnusualAddresses('', 10)).toContainEqual(
        expect.objectContaining({ id: two.id, emailNormalized: 'renewed@bücher.example' }),
      );
      expect(await store().users.renewAddress(two.id, one.emailNormalized)).toBe(false);
      expect(await store().users.findByEmail('renewed@bücher.example')).toMatchObject({ id: two.id });
    });
  });

  describe('tenants', () => {
    const store = useStore(open);
    // Three share an instant, so that the id has to decide; added out of order.
    const tenants = ['e', 'a', 'd', 'b', 'c'].map((id) => tenantOf({ id, createdAt: at(id === 'a' ? 0 : id === 'e' ? 2 : 1) }));

    test('of 20 concurrent creations of one id exactly one wins', async () => {
      for (const tenant of tenants) expect(await store().tenants.create(tenant)).toBe(true);
      const created = await race(20, () => store().tenants.create(tenantOf({ id: 'f', createdAt: at(3) })));
      expect(countOf(created, (won) => won)).toBe(1);
      expect(await store().tenants.count()).toBe(6);
    });

    test('an id that differs in letter case alone is taken, and names the same tenant', async () => {
      expect(await store().tenants.create(tenantOf({ id: 'A', createdAt: at(4) }))).toBe(false);
      expect(await store().tenants.find('A')).toMatchObject({ id: 'a' });
      expect(await store().tenants.find('a')).toMatchObject({ id: 'a' });
      expect(await store().tenants.find('\u212a')).toBeNull();
      expect(await store().tenants.count()).toBe(6);
    });

    test('pages of a list meet without a gap or a repetition, in both directions', async () => {
      const list = (page: PageRequest) => store().tenants.list({}, page);
      expect(await readAll(list, 'forward', 2)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ]);
      expect(await readAll(list, 'backward', 4)).toEqual([
        ['c', 'd', 'e', 'f'],
        ['a', 'b'],
      ]);
      expect(await readAll(list, 'forward', 6)).toEqual([['a', 'b', 'c', 'd', 'e', 'f']]);
    });

    test('a cursor works when its item is no longer there, and an exhausted list says so', async () => {
      const before = await store().tenants.list({}, { limit: 10, direction: 'backward', cursor: { at: at(1), id: 'bb' } });
      expect(before).toMatchObject({ items: [{ id: 'a' }, { id: 'b' }], hasMore: false });
      expect(await store().tenants.list({}, { limit: 10, direction: 'forward', cursor: { at: at(3), id: 'f' } })).toEqual({
        items: [],
        hasMore: false,
      });
    });

    test('tenants are found by their ids, unknown ones left out', async () => {
      expect((await store().tenants.findMany(['a', 'c', newId()])).map((tenant) => tenant.id).sort()).toEqual(['a', 'c']);
      expect(await store().tenants.findMany([])).toEqual([]);
    });
  });

  describe('users', () => {
    const store = useStore(open);

    test('of 20 concurrent registrations of one address exactly one wins, and the losers leave nothing', async () => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      const users = Array.from({ length: 20 }, (_, index) => userOf(tenant.id, { email: index % 2 === 0 ? 'ann@example.com' : 'ANN@Example.com' }));
      const created = await Promise.all(
        users.map((user) =>
          store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [roleIds.admin], createdAt: at(0) }, 'a hash'),
        ),
      );
      expect(countOf(created, (won) => won)).toBe(1);
      const winner = users[created.indexOf(true)];
      expect(await store().users.findByEmail('ann@example.com')).toEqual(winner);
      expect(await store().users.findMany(users.map((user) => user.id))).toEqual([winner]);
      expect(await store().users.count({ tenantId: tenant.id })).toBe(1);
    });

    test('a user comes back as it was added, with its password hash and membership', async () => {
      const change = {
        profilePictureUrl: 'https://example.com/p.png',
        phoneNumber: '+491',
        externalId: 'x',
        metadata: '{"a":1}',
        verified: true,
        mfaBypass: true,
        locked: true,
        lastLoginAt: at(9),
      };
      const { user, tenant } = await addPerson(store(), change);
      expect(await store().users.findMany([user.id])).toEqual([user]);
      expect(await store().users.passwordHash(user.id)).toBe('a hash');
      const membership = {
        userId: user.id,
        tenantId: tenant.id,
        createdAt: at(0),
        pending: false,
        disabled: false,
        expiresAt: null,
        enteredAt: null,
      };
      expect(await store().users.memberships([user.id])).toEqual([membership]);
    });

    test('a user without a password has no hash', async () => {
      const { tenant } = await addPerson(store());
      const user = userOf(tenant.id);
      await store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
      expect(await store().users.passwordHash(user.id)).toBeNull();
      expect(await store().users.passwordHash(newId())).toBeNull();
      expect(await store().users.findByEmail('nobody@example.com')).toBeNull();
    });

    test('a verified hash is replaced once, and only while it is the stored one', async () => {
      const { user } = await addPerson(store());
      const replace = (from: string, to: string, changedAt: Date | null) => store().users.replacePasswordHash(user.id, { from, to }, changedAt);
      expect(await replace('another hash', 'a third hash', at(5))).toBe(false);
      expect(await Promise.all([replace('a hash', 'a second hash', at(5)), replace('a hash', 'a third hash', at(5))])).toEqual([true, false]);
      expect(await store().users.passwordChangedAt(user.id)).toEqual(at(5));
      expect(await replace('a second hash', 'a rehash', null)).toBe(true);
      expect(await store().users.passwordChangedAt(user.id)).toEqual(at(5));
      expect(await store().users.passwordHash(user.id)).toBe('a rehash');
    });

    test('a password is set where there was none and replaced where there was one, of the one user', async () => {
      const [{ user }, other] = [await addPerson(store()), await addPerson(store())];
      await store().users.setPasswordHash(user.id, 'another hash', new Date(0));
      expect(await store().users.passwordHash(user.id)).toBe('another hash');
      expect(await store().users.passwordHash(other.user.id)).toBe('a hash');
      const tenant = tenantOf();
      const without = userOf(tenant.id);
      await store().tenants.create(tenant);
      await store().users.create(without, { userId: without.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
      await store().users.setPasswordHash(without.id, 'a first hash', new Date(0));
      expect(await store().users.passwordHash(without.id)).toBe('a first hash');
    });

    test('a user whose membership cannot be stored is not stored either', async () => {
      const { tenant } = await addPerson(store());
      const user = userOf(tenant.id);
      await expect(store().users.create(user, { userId: user.id, tenantId: newId(), roleIds: [], createdAt: at(0) }, null)).rejects.toThrow();
      expect(await store().users.findMany([user.id])).toEqual([]);
    });

    test('of 20 concurrent joins exactly one adds the membership; memberships come oldest first', async () => {
      const [mine, other, tenant] = [await addPerson(store()), await addPerson(store()), tenantOf()];
      await store().tenants.create(tenant);
      const joined = await race(20, () =>
        store().users.addMembership({ userId: mine.user.id, tenantId: tenant.id, roleIds: [roleIds.admin], createdAt: at(-1) }),
      );
      expect(countOf(joined, (won) => won)).toBe(1);
      expect((await store().users.memberships([mine.user.id])).map((membership) => membership.tenantId)).toEqual([tenant.id, mine.tenant.id]);
      expect(await store().users.memberships([other.user.id, mine.user.id])).toHaveLength(3);
      expect(await store().users.memberships([])).toEqual([]);
    });

    test('a membership opens its tenant only while it is accepted and has not expired, and the first login there is kept', async () => {
      const { user, tenant } = await addPerson(store());
      const joins = async (state: object): Promise<string> => {
        const { id } = tenantOf();
        await store().tenants.create(tenantOf({ id }));
        await store().users.addMembership({ userId: user.id, tenantId: id, roleIds: [], createdAt: at(1), ...state });
        return id;
      };
      const [pending, expiring] = [await joins({ pending: true }), await joins({ expiresAt: at(10) })];
      const openAt = async (seconds: number) => (await store().users.openMemberships(user.id, at(seconds))).map(({ tenantId }) => tenantId);
      expect(await openAt(9)).toEqual([tenant.id, expiring]);
      expect(await openAt(10)).toEqual([tenant.id]);
      expect((await store().users.memberships([user.id])).map(({ tenantId }) => tenantId).sort()).toEqual([tenant.id, pending, expiring].sort());
      await store().users.recordLogin(user.id, expiring, at(3));
      await store().users.recordLogin(user.id, expiring, at(4));
      const entered = await store().users.memberships([user.id]);
      expect(entered.find(({ tenantId }) => tenantId === expiring)?.enteredAt).toEqual(at(3));
      expect(entered.find(({ tenantId }) => tenantId === tenant.id)?.enteredAt).toBeNull();
    });

    test('each condition of a filter finds those who meet it alone, and several find who meets all', async () => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      const add = async (name: string, change: object, held: readonly string[] = []) => {
        const user = userOf(tenant.id, { email: `${name}@filter.example`, verified: true, ...change });
        await store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: held, createdAt: at(0) }, null);
        return user;
      };
      const [plain, admin] = [await add('plain', {}), await add('admin', { lastLoginAt: at(5) }, [roleIds.admin])];
      const [unverified, locked] = [await add('unverified', { verified: false }), await add('locked', { locked: true })];
      await addAuthenticator(store(), { userId: locked.id });
      const found = async (filter: object): Promise<string[]> => {
        const scoped = { tenantId: tenant.id, ...filter };
        const { items } = await store().users.list(scoped, { limit: 10, direction: 'forward', cursor: null });
        expect(await store().users.count(scoped)).toBe(items.length);
        return items.map(({ email }) => email.split('@')[0] ?? '').sort();
      };
      expect(await found({})).toEqual(['admin', 'locked', 'plain', 'unverified']);
      expect(await found({ emailNormalized: plain.emailNormalized })).toEqual(['plain']);
      expect(await found({ roleId: roleIds.admin })).toEqual(['admin']);
      expect(await found({ verified: false })).toEqual(['unverified']);
      expect(await found({ locked: true })).toEqual(['locked']);
      expect(await found({ mfaEnrolled: true })).toEqual(['locked']);
      expect(await found({ mfaEnrolled: false, verified: true })).toEqual(['admin', 'plain']);
      expect(await found({ loggedIn: true })).toEqual(['admin']);
      expect(await found({ loggedIn: false, locked: false })).toEqual(['plain', 'unverified']);
      expect(await found({ roleId: newId() })).toEqual([]);
      const everywhere = await store().users.list({ emailNormalized: unverified.emailNormalized }, { limit: 10, direction: 'forward', cursor: null });
      expect(everywhere.items.map(({ id }) => id)).toEqual([unverified.id]);
      const { tenant: other } = await addPerson(store());
      const [row] = (await store().users.list({ tenantId: other.id, roleId: roleIds.admin }, { limit: 10, direction: 'forward', cursor: null }))
        .items;
      expect([row, admin.email]).toEqual([undefined, 'admin@filter.example']);
    });

    test('pages of a tenant hold its users alone, in both directions; without a tenant everybody', async () => {
      const { user: first, tenant } = await addPerson(store(), { createdAt: at(100) });
      const others = await Promise.all([103, 101, 102].map((seconds) => addPerson(store(), { createdAt: at(seconds) })));
      for (const { user } of others) await store().users.addMembership({ userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(200) });
      const ids = [first, ...others.map(({ user }) => user).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())].map((user) => user.id);
      const list = (page: PageRequest) => store().users.list({ tenantId: tenant.id }, page);
      expect(await readAll(list, 'forward', 3)).toEqual([ids.slice(0, 3), ids.slice(3)]);
      expect(await readAll(list, 'backward', 3)).toEqual([ids.slice(1), ids.slice(0, 1)]);
      expect(await store().users.count({ tenantId: tenant.id })).toBe(4);
      const everybody = await store().users.count({});
      expect(everybody).toBeGreaterThan(4);
      expect((await readAll((page) => store().users.list({}, page), 'forward', 5)).flat()).toHaveLength(everybody);
    });

    test('whatever users are sorted by, pages meet without a gap or a repetition, in both directions, with those who never logged in at one end', async () => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      const names = ['b', 'A', 'a', 'É', 'é', 'Z', 'b'];
      for (const [index, name] of names.entries()) {
        const lastLoginAt = index % 3 === 0 ? null : at(index % 2);
        const user = userOf(tenant.id, { name, email: `${index}-${name}@sort.example`, createdAt: at(index % 4), lastLoginAt });
        await store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
      }
      const filter = { tenantId: tenant.id };
      const ids = (users: readonly User[]): string[] => users.map(({ id }) => id);
      const all = async (by: UserListKey, descending: boolean, direction: PageRequest['direction']): Promise<User[]> => {
        const read: User[] = [];
        for (let cursor: PageRequest<UserPlace>['cursor'] = null; ; ) {
          const { items, hasMore } = await store().users.list(filter, { limit: 2, direction, cursor }, { by, descending });
          const last = direction === 'forward' ? items.at(-1) : items[0];
          if (direction === 'forward') read.push(...items);
          else read.unshift(...items);
          if (!hasMore || last === undefined) return read;
          cursor = { at: placeOfUser(last, by), id: last.id };
        }
      };
      for (const by of ['createdAt', 'name', 'email', 'lastLoginAt'] as const) {
        const ascending = await all(by, false, 'forward');
        expect(new Set(ids(ascending)).size, by).toBe(names.length);
        expect(ids(await all(by, false, 'backward')), by).toEqual(ids(ascending));
        expect(ids(await all(by, true, 'forward')), by).toEqual(ids(ascending).reverse());
        const counted = await store().users.search({ filter, sort: { by, descending: true }, offset: 2, limit: 3 });
        expect(counted.total).toBe(names.length);
        expect(ids(counted.items), by).toEqual(ids(ascending).reverse().slice(2, 5));
      }
      const logins = (await all('lastLoginAt', false, 'forward')).map(({ lastLoginAt }) => lastLoginAt);
      expect(logins).toEqual([null, null, null, at(0), at(0), at(1), at(1)]);
    });

    test('texts are found in names and addresses as they are written, with no wildcards, and members find nothing that is not theirs to read', async () => {
      const [tenant, elsewhere] = [tenantOf(), tenantOf()];
      for (const each of [tenant, elsewhere]) await store().tenants.create(each);
      const add = async (name: string, change: Partial<User> = {}, pending = false) => {
        const user = userOf(elsewhere.id, {
          email: `${name}@find.example`,
          name: `The ${name}`,
          phoneNumber: `+49${name}`,
          externalId: name,
          ...change,
        });
        await store().users.create(user, { userId: user.id, tenantId: elsewhere.id, roleIds: [], createdAt: at(0) }, null);
        await store().users.addMembership({ userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(5), pending });
        return user;
      };
      const [one, two, hidden, invited] = [
        await add('one_1', { superUser: true }),
        await add('two%', { name: 'É Two' }),
        await add('hidden', { invisible: true }),
        await add('invited', {}, true),
      ];
      for (const user of [one, invited]) await addAuthenticator(store(), { userId: user.id, strategy: 'SMS' });
      await addAuthenticator(store(), { userId: two.id, strategy: 'SMS' });
      await addAuthenticator(store(), { userId: two.id, strategy: 'WEBAUTHN_PLATFORM' });
      const found = async (filter: UserFilter): Promise<string[]> => {
        const scoped = { tenantId: tenant.id, ...filter };
        const { items, total } = await store().users.search({ filter: scoped, sort: { by: 'email', descending: false }, offset: 0, limit: 10 });
        expect(total).toBe(items.length);
        expect(await store().users.count(scoped)).toBe(total);
        return items.map(({ email }) => email.split('@')[0] ?? '');
      };
      expect(await found({ containing: ['e_1'] })).toEqual(['one_1']);
      expect(await found({ containing: ['%'] })).toEqual(['two%']);
      expect(await found({ containing: ['É'] })).toEqual(['two%']);
      expect(await found({ containing: ['THE ', 'find.EXAMPLE'] })).toEqual(['hidden', 'invited', 'one_1']);
      expect(await found({ containingAny: ['one', 'two'] })).toEqual(['one_1', 'two%']);
      expect(await found({ excluding: ['the', '%'] })).toEqual([]);
      expect(await found({ excluding: ['one', 'hid'] })).toEqual(['invited', 'two%']);
      expect(await found({ namePrefix: 'THE O', emailPrefix: 'one' })).toEqual(['one_1']);
      expect(await found({ phonePrefix: '+49t' })).toEqual(['two%']);
      expect(await found({ externalIds: ['one_1', 'invited'] })).toEqual(['invited', 'one_1']);
      expect(await found({ ids: [one.id, hidden.id] })).toEqual(['hidden', 'one_1']);
      expect(await found({ onlyWeakFactors: true })).toEqual(['invited', 'one_1']);
      expect(await found({ onlyWeakFactors: false })).toEqual(['hidden', 'two%']);
      const asMember = true;
      expect(await found({ asMember })).toEqual(['invited', 'one_1', 'two%']);
      expect(await found({ asMember, ids: [hidden.id] })).toEqual([]);
      expect(await found({ asMember, containing: ['invited'] })).toEqual(['invited']);
      for (const filter of [{ phonePrefix: '+49' }, { externalIds: ['one_1', 'invited', 'two%'] }, { mfaEnrolled: true }] satisfies UserFilter[]) {
        expect(await found({ asMember, ...filter })).toEqual(['one_1', 'two%']);
      }
      expect(await found({ asMember, onlyWeakFactors: true })).toEqual(['one_1']);
      const ids = [one.id, two.id, hidden.id, invited.id];
      const visible = await store().users.visibleMembers(tenant.id, [...ids, newId()]);
      expect(visible.map(({ userId, pending }) => `${ids.indexOf(userId)} ${pending}`).sort()).toEqual(['0 false', '1 false', '3 true']);
      expect(await store().users.visibleMembers(tenant.id, [])).toEqual([]);
      expect(await store().users.countMembers(tenant.id, at(5))).toEqual({ all: 3, joined: 3, superUsers: 1 });
      expect(await store().users.countMembers(elsewhere.id, at(1))).toEqual({ all: 3, joined: 0, superUsers: 1 });
    });

    test('the time of the last login is a condition with both ends', async () => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      for (const [index, lastLoginAt] of [null, at(1), at(2)].entries()) {
        const user = userOf(tenant.id, { email: `${index}@login.example`, lastLoginAt });
        await store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
      }
      const found = async (filter: UserFilter): Promise<string[]> => {
        const { items } = await store().users.list({ tenantId: tenant.id, ...filter }, { limit: 10, direction: 'forward', cursor: null });
        return items.map(({ email }) => email.charAt(0)).sort();
      };
      expect(await found({ lastLoginBefore: at(2) })).toEqual(['1']);
      expect(await found({ lastLoginFrom: at(2) })).toEqual(['2']);
      expect(await found({ lastLoginFrom: at(1), lastLoginBefore: at(2) })).toEqual(['1']);
    });

    test('a change touches the fields given, of the one user, and answers the row as it is then', async () => {
      const [{ user }, bystander] = [await addPerson(store()), await addPerson(store())];
      const renamed = { ...user, name: 'Another', mfaBypass: true, updatedAt: at(3) };
      expect(await store().users.update(user.id, { name: 'Another', mfaBypass: true }, at(3))).toEqual(renamed);
      const cleared = { ...renamed, profilePictureUrl: null, metadata: '{"a":1}', updatedAt: at(4) };
      expect(await store().users.update(user.id, { profilePictureUrl: null, metadata: '{"a":1}' }, at(4))).toEqual(cleared);
      expect(await store().users.findMany([user.id])).toEqual([cleared]);
      expect(await store().users.findMany([bystander.user.id])).toEqual([bystander.user]);
      expect(await store().users.update(newId(), { name: 'Nobody' }, at(5))).toBeNull();
    });

    test('verifying and logging in change what they name, of the one user', async () => {
      const [{ user }, bystander, tenant] = [await addPerson(store()), await addPerson(store()), tenantOf()];
      await store().tenants.create(tenant);
      expect(await store().users.markVerified(user.id, at(3))).toBe(true);
      await store().users.recordLogin(user.id, tenant.id, at(4));
      expect(await store().users.findMany([user.id])).toEqual([
        { ...user, verified: true, updatedAt: at(3), lastLoginAt: at(4), firstLoginAt: at(4), activeTenantId: tenant.id },
      ]);
      await store().users.recordLogin(user.id, tenant.id, at(5));
      expect((await store().users.findMany([user.id]))[0]).toMatchObject({ lastLoginAt: at(5), firstLoginAt: at(4) });
      expect(await store().users.findMany([bystander.user.id])).toEqual([bystander.user]);
      expect(await store().users.markVerified(newId(), at(3))).toBe(false);
    });

    test("recovery codes of a user are listed, nobody else's", async () => {
      const [{ user }, other] = [await addPerson(store()), await addPerson(store())];
      const code = { id: newId(), userId: user.id, digest: 'k1:d', createdAt: at(0) };
      await store().recoveryCodes.add(code);
      await store().recoveryCodes.add({ ...code, id: newId(), userId: other.user.id });
      expect(await store().recoveryCodes.ofUser(user.id)).toEqual([code]);
    });
  });
}
