import { expect, it } from 'vitest';
import type { EventPlace, TrailEvent } from '../../src/cli/documents/events.ts';
import type { ReadEvents } from '../../src/cli/tail.ts';
import { openTail } from '../../src/cli/tail.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const event = (id: string, milliseconds: number): TrailEvent => ({
  ...{ id, occurredAt: new Date(start + milliseconds).toISOString(), kind: 'LOGIN_FAILED', mfaStrategy: null, reason: null },
  ...{ actorKind: 'NOBODY', actorId: null, userId: null, user: null, tenantId: null, address: '', requestId: '' },
});

/** A trail that answers as the server does: newest first, by time and then by id, at most 100 at once. */
function trail(events: TrailEvent[]): ReadEvents {
  const key = ({ occurredAt, id }: TrailEvent): string => `${occurredAt} ${id}`;
  return async (place: EventPlace, from) => {
    const all = events.filter(({ occurredAt }) => from === null || occurredAt >= from).sort((a, b) => (key(a) < key(b) ? 1 : -1));
    if ('first' in place) {
      const { first, after } = place;
      const rest = all.filter((one) => after === null || key(one) < after);
      return pageOf(rest.slice(0, first), { hasNextPage: rest.length > first, hasPreviousPage: false });
    }
    const { last, before } = place;
    const rest = all.filter((one) => before === null || key(one) > before);
    return pageOf(rest.slice(-last), { hasNextPage: false, hasPreviousPage: rest.length > last });
  };

  function pageOf(nodes: TrailEvent[], more: { hasNextPage: boolean; hasPreviousPage: boolean }) {
    const [first, last] = [nodes[0], nodes.at(-1)];
    return { nodes, pageInfo: { ...more, startCursor: first ? key(first) : null, endCursor: last ? key(last) : null } };
  }
}

const idsOf = async (pages: AsyncIterable<readonly TrailEvent[]>): Promise<string[]> => {
  const ids: string[] = [];
  for await (const page of pages) ids.push(...page.map(({ id }) => id));
  return ids;
};

it('shows the last events, oldest first, and later only what was added', async () => {
  const events = [event('a', 0), event('b', 1000), event('c', 2000)];
  const tail = await openTail(trail(events), 2);
  expect(tail.last.map(({ id }) => id)).toEqual(['b', 'c']);
  expect(await idsOf(tail.more())).toEqual([]);
  events.push(event('d', 3000), event('e', 4000));
  expect(await idsOf(tail.more())).toEqual(['d', 'e']);
  expect(await idsOf(tail.more())).toEqual([]);
});

it('shows an event of a moment that was read already, and one that was written late', async () => {
  const events = [event('m', 60_000)];
  const tail = await openTail(trail(events), 1);
  events.push(event('a', 60_000), event('late', 31_000));
  expect((await idsOf(tail.more())).sort()).toEqual(['a', 'late']);
  expect(await idsOf(tail.more())).toEqual([]);
});

it('reads more than a page between two looks, in order and each event once', async () => {
  const events = [event('first', 0)];
  const tail = await openTail(trail(events), 10);
  const added = Array.from({ length: 250 }, (_, index) => event(`e${String(index).padStart(3, '0')}`, 100 + index));
  events.push(...added);
  expect(await idsOf(tail.more())).toEqual(added.map(({ id }) => id));
  expect(await idsOf(tail.more())).toEqual([]);
});

it('never shows what stood before the last events, however many they are', async () => {
  const events = Array.from({ length: 350 }, (_, index) => event(`e${index}`, index));
  const tail = await openTail(trail(events), 0);
  expect(tail.last).toEqual([]);
  expect(await idsOf(tail.more())).toEqual([]);
  const long = await openTail(trail(events), 300);
  expect(long.last).toHaveLength(300);
});

it('shows the first event of an empty trail', async () => {
  const events: TrailEvent[] = [];
  const tail = await openTail(trail(events), 20);
  events.push(event('a', 0));
  expect(await idsOf(tail.more())).toEqual(['a']);
});
