import { describe, expect, test } from 'vitest';
import type { SecondaryEmail, UserEmailQuery } from '../../src/domain/directory/user-email.ts';
import type { Username, UsernameQuery } from '../../src/domain/directory/username.ts';
import { foldUsername } from '../../src/domain/directory/username.ts';
import { normalizeEmail } from '../../src/domain/messaging/email-address.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, tenantOf, userOf, useStore } from './fixtures.ts';

const emailOf = (userId: string, email: string, change: Partial<SecondaryEmail> = {}): SecondaryEmail => ({
  id: newId(),
  userId,
  email,
  emailNormalized: normalizeEmail(email),
  verified: true,
  createdAt: at(1),
  updatedAt: at(1),
  ...change,
});
const usernameOf = (userId: string, username: string): Username => ({ userId, username, usernameFolded: foldUsername(username), createdAt: at(1) });

const everything = { descending: false, offset: 0, limit: 50 } as const;

/** What the addresses and the names of users promise. */
export function userEmailContract(open: Open): void {
  describe('addresses besides the primary one', () => {
    const store = useStore(open);

    test('come back as they were added, oldest first, and of the users asked for alone', async () => {
      const [{ user }, { user: other }] = [await addPerson(store()), await addPerson(store())];
      const later = emailOf(user.id, `Later-${user.id}@Example.com`, { createdAt: at(2), verified: false });
      const earlier = emailOf(user.id, `earlier-${user.id}@example.com`);
      expect([await store().userEmails.add(later), await store().userEmails.add(earlier)]).toEqual([true, true]);
      expect(await store().userEmails.add(emailOf(other.id, `o-${user.id}@example.com`))).toBe(true);
      expect(await store().userEmails.ofUsers([user.id])).toEqual([earlier, later]);
      expect(await store().userEmails.ofUsers([])).toEqual([]);
    });

    test('an address is taken by whoever has it as primary one or has verified it, and by nobody else', async () => {
      const [{ user: one }, { user: two }, { tenant }] = [await addPerson(store()), await addPerson(store()), await addPerson(store())];
      const [taken, wished] = [`taken-${one.id}@example.com`, `wished-${one.id}@example.com`];
      await store().userEmails.add(emailOf(one.id, taken));
      await store().userEmails.add(emailOf(one.id, wished, { verified: false }));
      const create = (email: string) => {
        const user = userOf(tenant.id, { email });
        return store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
      };
      const rename = (email: string) => store().users.setEmail(two.id, { email, emailNormalized: normalizeEmail(email) }, at(5));
      for (const email of [taken, taken.toUpperCase(), one.email]) {
        expect(await store().userEmails.add(emailOf(two.id, email, { verified: false })), email).toBe(false);
        expect(await rename(email), email).toBe(false);
        expect(await create(email), email).toBe(false);
        expect(await store().users.renewAddress(two.id, normalizeEmail(email)), email).toBe(false);
      }
      expect(await store().userEmails.add(emailOf(one.id, taken))).toBe(false);
      expect(await store().userEmails.add(emailOf(one.id, one.email))).toBe(false);
      expect(await store().userEmails.add(emailOf(two.id, wished, { verified: false }))).toBe(true);
      expect(await store().userEmails.verify(two.id, wished, at(6))).toBe(true);
      expect(await store().userEmails.verify(one.id, wished, at(7))).toBe(false);
      expect(await store().userEmails.verify(two.id, taken, at(7))).toBe(false);
      expect(await store().userEmails.ofUsers([two.id])).toMatchObject([{ emailNormalized: wished, verified: true, updatedAt: at(6) }]);
    });

    test('a user is found by a verified address, not by one that is not, and by the username in any letter case', async () => {
      const { user } = await addPerson(store());
      await store().userEmails.add(emailOf(user.id, `v-${user.id}@example.com`));
      await store().userEmails.add(emailOf(user.id, `u-${user.id}@example.com`, { verified: false }));
      await store().usernames.set(usernameOf(user.id, `Name-${user.id}`));
      expect(await store().users.findByEmail(`v-${user.id}@example.com`)).toEqual(user);
      expect(await store().users.findByEmail(`u-${user.id}@example.com`)).toBeNull();
      expect(await store().users.findByUsername(`name-${user.id}`)).toEqual(user);
      expect(await store().users.findByUsername(`nobody-${user.id}`)).toBeNull();
    });

    test('an address that becomes the primary one is no longer among the others', async () => {
      const { user } = await addPerson(store());
      const email = `next-${user.id}@example.com`;
      await store().userEmails.add(emailOf(user.id, email));
      expect(await store().users.setEmail(user.id, { email, emailNormalized: email }, at(3))).toBe(true);
      expect(await store().userEmails.ofUsers([user.id])).toEqual([]);
      expect(await store().users.setEmail(newId(), { email: 'x@example.com', emailNormalized: 'x@example.com' }, at(3))).toBe(false);
    });

    test('an address is removed by its own user alone, and all of them go with the user', async () => {
      const [{ user }, { user: other }] = [await addPerson(store()), await addPerson(store())];
      const [email, another] = [emailOf(user.id, `r-${user.id}@example.com`), emailOf(user.id, `s-${user.id}@example.com`)];
      await store().userEmails.add(email);
      await store().userEmails.add(another);
      await store().usernames.set(usernameOf(user.id, `r-${user.id}`));
      expect(await store().userEmails.remove(other.id, email.id)).toBe(false);
      expect(await store().userEmails.remove(user.id, email.id)).toBe(true);
      expect(await store().userEmails.remove(user.id, email.id)).toBe(false);
      await store().users.remove(user.id);
      expect(await store().userEmails.ofUsers([user.id])).toEqual([]);
      expect(await store().usernames.ofUsers([user.id])).toEqual([]);
    });

    test('of 20 users who take one address at once, as primary one or as another, exactly one wins', async () => {
      const { tenant } = await addPerson(store());
      for (let round = 0; round < 5; round += 1) {
        const email = `race-${round}-${tenant.id}@example.com`;
        const people = await race(20, async () => (await addPerson(store())).user);
        for (const [index, { id }] of people.entries()) if (index % 4 === 3) await store().userEmails.add(emailOf(id, email, { verified: false }));
        const won = await race(20, async (index) => {
          const { id } = people[index] ?? { id: '' };
          if (index % 4 === 0) return store().userEmails.add(emailOf(id, email));
          if (index % 4 === 1) return store().users.setEmail(id, { email, emailNormalized: email }, at(3));
          if (index % 4 === 3) return store().userEmails.verify(id, email, at(3));
          const user = userOf(tenant.id, { email });
          return store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
        });
        expect(countOf(won, (each) => each)).toBe(1);
        const { items } = await store().userEmails.search({ ...everything, emailNormalized: email, sortBy: 'userId' });
        expect(countOf(items, ({ primary, verified }) => primary || verified)).toBe(1);
      }
    });

    test('a list has the primary ones as well, meets each condition, and is sorted and cut as asked', async () => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      const add = async (name: string, change: object = {}) => {
        const user = userOf(tenant.id, { email: `${name}@list.example`, ...change });
        await store().users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
        return user;
      };
      const [bea, hidden] = [await add('Bea'), await add('hidden', { invisible: true })];
      await store().userEmails.add(emailOf(bea.id, 'Ann@list.example', { verified: false }));
      await store().userEmails.add(emailOf(hidden.id, 'zoe@list.example'));
      const { user: invited } = await addPerson(store(), { email: 'invited@list.example' });
      await store().users.addMembership({ userId: invited.id, tenantId: tenant.id, roleIds: [], createdAt: at(1), pending: true });
      await addPerson(store());
      const search = async (query: Partial<UserEmailQuery>) => {
        const { items, total } = await store().userEmails.search({ ...everything, sortBy: 'email', tenantId: tenant.id, ...query });
        return [items.map(({ email }) => email.split('@')[0]), total];
      };
      expect(await search({})).toEqual([['Ann', 'Bea', 'hidden', 'invited', 'zoe'], 5]);
      expect(await search({ descending: true, offset: 1, limit: 2 })).toEqual([['invited', 'hidden'], 5]);
      expect(await search({ visibleOnly: true })).toEqual([['Ann', 'Bea'], 2]);
      expect(await search({ emailNormalized: 'ann@list.example' })).toEqual([['Ann'], 1]);
      expect(await search({ userIds: [hidden.id] })).toEqual([['hidden', 'zoe'], 2]);
      expect(await search({ offset: 9 })).toEqual([[], 5]);
      const { items } = await store().userEmails.search({ ...everything, sortBy: 'userId', tenantId: tenant.id });
      expect(items.map(({ userId }) => userId)).toEqual([bea.id, bea.id, hidden.id, hidden.id, invited.id].sort());
      const { id, email, verified, createdAt, updatedAt } = bea;
      expect(items.find((item) => item.id === id)).toEqual({ id, userId: id, email, verified, primary: true, createdAt, updatedAt });
      const another = items.find((item) => item.email === 'Ann@list.example');
      expect(another).toMatchObject({ userId: id, verified: false, primary: false, createdAt: at(1), updatedAt: at(1) });
    });
  });

  describe('usernames', () => {
    const store = useStore(open);

    test('a user has one, which a new one replaces, and which nobody else has in any letter case', async () => {
      const [{ user: one }, { user: two }] = [await addPerson(store()), await addPerson(store())];
      expect(await store().usernames.set(usernameOf(one.id, 'Dana'))).toBe(true);
      expect(await store().usernames.set(usernameOf(two.id, 'dana'))).toBe(false);
      expect(await store().usernames.set(usernameOf(one.id, 'DANA'))).toBe(true);
      expect(await store().usernames.find('dana')).toEqual(usernameOf(one.id, 'DANA'));
      expect(await store().usernames.set(usernameOf(one.id, 'dana.2'))).toBe(true);
      expect(await store().usernames.find('dana')).toBeNull();
      expect(await store().usernames.ofUsers([one.id, two.id])).toEqual([usernameOf(one.id, 'dana.2')]);
      expect(await store().usernames.ofUsers([])).toEqual([]);
      expect(await store().usernames.remove(two.id, 'dana.2')).toBe(false);
      expect(await store().usernames.remove(one.id, 'dana.2')).toBe(true);
      expect(await store().usernames.remove(one.id, 'dana.2')).toBe(false);
    });

    test('of 20 users who choose one name at once exactly one gets it', async () => {
      const people = await race(20, async () => (await addPerson(store())).user);
      const won = await race(20, (index) => store().usernames.set(usernameOf(people[index]?.id ?? '', index % 2 === 0 ? 'Wanted' : 'wanted')));
      expect(countOf(won, (each) => each)).toBe(1);
    });

    test('a list meets each condition and is sorted and cut as asked', async () => {
      const { user: first, tenant } = await addPerson(store());
      const second = userOf(tenant.id, { invisible: true });
      await store().users.create(second, { userId: second.id, tenantId: tenant.id, roleIds: [], createdAt: at(0) }, null);
      await store().usernames.set(usernameOf(first.id, 'list_b'));
      await store().usernames.set(usernameOf(second.id, 'List-a'));
      await store().usernames.set(usernameOf((await addPerson(store())).user.id, 'list_c'));
      const search = async (query: Partial<UsernameQuery>) => {
        const { items, total } = await store().usernames.search({ ...everything, sortBy: 'username', ...query });
        return [items.map(({ username }) => username).sort(), total];
      };
      expect(await search({ tenantId: tenant.id })).toEqual([['List-a', 'list_b'], 2]);
      expect(await search({ tenantId: tenant.id, visibleOnly: true })).toEqual([['list_b'], 1]);
      expect(await search({ prefix: 'list' })).toEqual([['List-a', 'list_b', 'list_c'], 3]);
      expect(await search({ prefix: 'list_' })).toEqual([['list_b', 'list_c'], 2]);
      expect(await search({ usernames: ['list-a', 'list_c', 'nobody'] })).toEqual([['List-a', 'list_c'], 2]);
      expect(await search({ userIds: [first.id] })).toEqual([['list_b'], 1]);
      const sorted = async (descending: boolean) =>
        (await store().usernames.search({ ...everything, sortBy: 'userId', descending, prefix: 'list', limit: 2 })).items.map(({ userId }) => userId);
      expect((await sorted(true))[0]).not.toBe((await sorted(false))[0]);
    });
  });
}
