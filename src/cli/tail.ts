import type { EventPlace, TrailEvent } from './documents/events.ts';

/** The most events that the server gives at once. */
const pageSize = 100;
/**
 * How far each look reaches back. An event has the time at which its transaction began to write it, so one that took long, or that an
 * instance whose clock is a little behind has written, appears among those that were read before. Events of one moment have no order.
 */
const overlapMilliseconds = 30_000;

interface EventsPage {
  nodes: readonly TrailEvent[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

/** Reads one page of the trail, newest event first. `from` leaves out what is older. */
export type ReadEvents = (place: EventPlace, from: string | null) => Promise<EventsPage>;

/** The end of the audit trail, which grows. */
export interface Tail {
  /** The events that were the last ones at the beginning, oldest first. */
  last: readonly TrailEvent[];
  /** Reads what was added since, oldest first. No event comes twice, and none is left out that is written at most 30 seconds late. */
  more(): AsyncGenerator<readonly TrailEvent[]>;
}

const timeOf = ({ occurredAt }: TrailEvent): number => Date.parse(occurredAt);

/** Opens the trail at its last events. Those before them are remembered as far as a look reaches back, so that they never come. */
export async function openTail(read: ReadEvents, wanted: number): Promise<Tail> {
  const events: TrailEvent[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo }: EventsPage = await read({ first: pageSize, after }, null);
    events.push(...nodes);
    const [newest, oldest] = [events[0], events.at(-1)];
    const reaches = newest !== undefined && oldest !== undefined && timeOf(oldest) < timeOf(newest) - overlapMilliseconds;
    if (!pageInfo.hasNextPage || (events.length >= wanted && reaches)) break;
    after = pageInfo.endCursor;
  }
  const seen = new Map(events.map((event) => [event.id, timeOf(event)]));

  async function* more(): AsyncGenerator<readonly TrailEvent[]> {
    const start = seen.size === 0 ? null : [...seen.values()].reduce((newest, at) => Math.max(newest, at)) - overlapMilliseconds;
    for (const [id, at] of seen) if (start !== null && at < start) seen.delete(id);
    const from = start === null ? null : new Date(start).toISOString();
    for (let before: string | null = null; ; ) {
      const { nodes, pageInfo }: EventsPage = await read({ last: pageSize, before }, from);
      const fresh = nodes.filter(({ id }) => !seen.has(id)).reverse();
      for (const event of fresh) seen.set(event.id, timeOf(event));
      if (fresh.length > 0) yield fresh;
      if (!pageInfo.hasPreviousPage) return;
      before = pageInfo.startCursor;
    }
  }

  return { last: events.slice(0, wanted).reverse(), more };
}
