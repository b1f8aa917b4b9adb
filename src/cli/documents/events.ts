import { document } from './document.ts';

/** An event of the audit trail. */
export interface TrailEvent {
  id: string;
  occurredAt: string;
  kind: string;
  mfaStrategy: string | null;
  reason: string | null;
  actorKind: string;
  actorId: string | null;
  userId: string | null;
  user: { email: string } | null;
  tenantId: string | null;
  address: string;
  requestId: string;
}

/** Which events to read. */
export interface EventFilter {
  kinds?: readonly string[];
  userId?: string;
  occurredFrom?: string;
}

/** Where in the trail to read: the newest events before a place, or the oldest after one. */
export type EventPlace = { first: number; after: string | null } | { last: number; before: string | null };

/** One page of the trail, newest event first. */
export const readEvents = document<
  {
    mfaEvents: {
      nodes: readonly TrailEvent[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
    };
  },
  EventPlace & { filter: EventFilter }
>(`query Events($filter: MfaEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
  mfaEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { id occurredAt kind mfaStrategy reason actorKind actorId userId user { email } tenantId address requestId }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`);
