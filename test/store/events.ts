import { describe, expect, test } from 'vitest';
import type { AuditEvent, EventFilter } from '../../src/domain/audit/event.ts';
import type { PageRequest } from '../../src/domain/page.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, newId, useStore } from './fixtures.ts';

const eventOf = (change: Partial<AuditEvent> = {}): AuditEvent => ({
  id: newId(),
  at: at(0),
  kind: 'LOGIN_SUCCEEDED',
  actorKind: 'USER',
  actorId: newId(),
  tenantId: null,
  userId: null,
  strategy: 'AUTHENTICATOR_APP',
  reason: 'pwd otp',
  address: '192.0.2.1',
  requestId: newId(),
  ...change,
});

/** What the audit trail promises to its readers. */
export function eventContract(open: Open): void {
  describe('reading events', () => {
    const store = useStore(open);
    const list = (filter: EventFilter, page: Partial<PageRequest> = {}) =>
      store().events.list(filter, { limit: 100, direction: 'forward', cursor: null, ...page });
    const idsOf = async (filter: EventFilter) => (await list(filter)).items.map(({ id }) => id);
    const add = async (...events: AuditEvent[]): Promise<string[]> => {
      for (const event of events) await store().events.add(event);
      return events.map(({ id }) => id);
    };

    test('an event is overwritten by the one that replaces it, and no other is', async () => {
      const userId = newId();
      const [old, kept] = [eventOf({ userId, at: at(1) }), eventOf({ userId, at: at(2) })];
      await add(old, kept);
      const next = eventOf({ id: old.id, userId, at: at(3), address: '192.0.2.9', reason: null });
      await store().events.replace(next);
      await store().events.replace(eventOf({ userId }));
      expect((await list({ userId })).items).toEqual([next, kept]);
    });

    test('an event comes back as it was written, every field of it', async () => {
      const userId = newId();
      const events = [eventOf({ userId, at: at(1) }), eventOf({ userId, at: at(0), actorId: null, strategy: null, reason: null, tenantId: 't' })];
      await add(...events);
      expect((await list({ userId })).items).toEqual(events);
    });

    test('pages meet without a gap or a repetition, newest first, in both directions; an instant shared is decided by the id', async () => {
      const userId = newId();
      const names = ['e', 'a', 'd', 'b', 'c'].map((letter) => `${userId}-${letter}`);
      await add(...names.map((id) => eventOf({ id, userId, at: at(id.endsWith('a') ? 0 : id.endsWith('e') ? 2 : 1) })));
      const pages = async (direction: PageRequest['direction'], limit: number): Promise<string[]> => {
        const found: string[] = [];
        for (let cursor: PageRequest['cursor'] = null; ; ) {
          const { items, hasMore } = await list({ userId }, { direction, limit, cursor });
          found.push(items.map(({ id }) => id.slice(-1)).join(''));
          const last = direction === 'forward' ? items.at(-1) : items[0];
          if (!hasMore || last === undefined) return found;
          cursor = { at: last.at, id: last.id };
        }
      };
      expect(await pages('forward', 2)).toEqual(['ed', 'cb', 'a']);
      expect(await pages('forward', 5)).toEqual(['edcba']);
      expect(await pages('backward', 2)).toEqual(['ba', 'dc', 'e']);
    });

    test('events that arrive while a reader pages disturb nothing behind the cursor', async () => {
      const userId = newId();
      const [older = '', newer = ''] = await add(eventOf({ userId, at: at(1) }), eventOf({ userId, at: at(2) }));
      const first = await list({ userId }, { limit: 1 });
      expect(first).toMatchObject({ items: [{ id: newer }], hasMore: true });
      await add(eventOf({ userId, at: at(3) }));
      expect((await list({ userId }, { cursor: { at: at(2), id: newer } })).items.map(({ id }) => id)).toEqual([older]);
    });

    test('every condition narrows, all of them together, and the count agrees; a time is from an instant on, until before another', async () => {
      const [userId, tenantId] = [newId(), newId()];
      const [mine = '', failed = '', elsewhere = ''] = await add(
        eventOf({ userId, tenantId, at: at(10) }),
        eventOf({ userId, tenantId, at: at(20), kind: 'LOGIN_FAILED' }),
        eventOf({ userId, tenantId: newId(), at: at(30) }),
        eventOf({ userId: newId(), tenantId, at: at(40) }),
      );
      const cases: [EventFilter, string[]][] = [
        [{ userId }, [elsewhere, failed, mine]],
        [{ userId, tenantId }, [failed, mine]],
        [{ userId, kinds: ['LOGIN_FAILED'] }, [failed]],
        [{ userId, kinds: ['LOGIN_FAILED', 'LOGIN_SUCCEEDED'] }, [elsewhere, failed, mine]],
        [{ userId, kinds: [] }, []],
        [{ userId, from: at(20) }, [elsewhere, failed]],
        [{ userId, until: at(20) }, [mine]],
        [{ userId, from: at(10), until: at(30), tenantId, kinds: ['LOGIN_SUCCEEDED'] }, [mine]],
        [{ userId, from: at(20), until: at(20) }, []],
        [{ userId: newId() }, []],
      ];
      for (const [filter, ids] of cases) {
        expect(await idsOf(filter), JSON.stringify(filter)).toEqual(ids);
        expect(await store().events.count(filter), JSON.stringify(filter)).toBe(ids.length);
      }
    });

    test('a search names who acted or else whom it is about, if a member of the tenant of the event, and counts from the beginning', async () => {
      const [{ user, tenant }, { user: stranger }] = [await addPerson(store(), { name: 'Mia' }), await addPerson(store())];
      const tenantId = tenant.id;
      const [acted = '', about = '', foreign = '', nobody = ''] = await add(
        eventOf({ tenantId, at: at(1), actorId: user.id, userId: stranger.id }),
        eventOf({ tenantId, at: at(2), actorId: null, userId: user.id, kind: 'LOGIN_FAILED', address: '198.51.100.7' }),
        eventOf({ tenantId, at: at(3), actorId: stranger.id }),
        eventOf({ tenantId, at: at(3), actorId: null, id: `z${newId().slice(1)}` }),
      );
      const search = (more: object = {}) => store().events.search({ tenantId, newestFirst: true, offset: 0, limit: 100, ...more });
      const found = async (more: object) => (await search(more)).items.map(({ id }) => id);
      const person = { email: user.email, name: 'Mia' };
      const { items, total } = await search();
      expect(items.map((event) => [event.id, event.person])).toEqual([
        [nobody, null],
        [foreign, null],
        [about, person],
        [acted, person],
      ]);
      expect(total).toBe(4);
      expect(await search({ offset: 1, limit: 2 })).toEqual({ items: items.slice(1, 3), total: 4 });
      expect(await found({ newestFirst: false })).toEqual([acted, about, foreign, nobody]);
      expect(await found({ email: user.email.toUpperCase() })).toEqual([about, acted]);
      expect(await found({ email: stranger.email })).toEqual([]);
      expect(await found({ address: '198.51' })).toEqual([about]);
      expect(await found({ text: { part: 'nothing', kinds: ['LOGIN_FAILED'] } })).toEqual([about]);
      expect(await found({ text: { part: user.id.toUpperCase(), kinds: [] } })).toEqual([about, acted]);
      expect(await found({ text: { part: '198.51', kinds: [] }, kinds: ['LOGIN_SUCCEEDED'] })).toEqual([]);
      const [ofNoTenant = ''] = await add(eventOf({ tenantId: null, actorId: stranger.id }));
      const everywhere = await store().events.search({ newestFirst: true, offset: 0, limit: 100, email: stranger.email });
      expect(everywhere.items.map(({ id, person }) => [id, person?.email])).toEqual([[ofNoTenant, stranger.email]]);
    });
  });
}
