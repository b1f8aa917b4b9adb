import { expect } from 'vitest';
import { identity } from './builders.ts';
import type { Row } from './database.ts';
import { query } from './database.ts';
import type { Harness, Request } from './harness.ts';
import type { Answer } from './requests.ts';
import type { Operation } from './rest-operations.ts';

/** An event to be left; what is not named is null. */
export interface Expected {
  kind: string;
  reason: string | null;
  /** Absent: nobody. */
  actor?: 'USER' | 'ENVIRONMENT';
  actorId?: string;
  userId?: string;
  tenantId?: string;
  strategy?: string;
}

const address = '198.51.100.9';

/** The row of an event, without what chance and time made. */
export const eventOf = ({ kind, reason, actor, actorId, userId, tenantId, strategy }: Expected): Row => ({
  kind,
  reason,
  actor_kind: actor ?? 'NOBODY',
  actor_id: actorId ?? null,
  user_id: userId ?? null,
  tenant_id: tenantId ?? null,
  strategy: strategy ?? null,
});

export interface Asked {
  method?: Request['method'];
  headers?: Record<string, string>;
  cookie?: string;
  body?: object;
}

/** Asks from an address of its own, and reads what that left in the trail. */
export function trailReader(harness: () => Harness) {
  return {
    /** Below the identity prefix, unless it is a path of the tenants service. */
    rest: (path: string, { method = 'POST', ...more }: Asked = {}): Promise<Answer> =>
      harness().send({ method, url: path.startsWith('/tenants') ? path : `${identity}${path}`, address, ...more }),

    /** An operation of the list, as it stands. */
    ask: ({ method, template: url }: Operation, more: Asked = {}): Promise<Answer> => harness().send({ ...more, method, url, address }),

    graphql: (document: string, input: object, headers: Record<string, string> = {}): Promise<Answer> =>
      harness().send({ method: 'POST', url: '/graphql', body: { query: document, variables: { input } }, headers, address }),

    /** What the operation added, each with the address of who asked and the id of the request. */
    async trailOf(operation: () => Promise<unknown>): Promise<Row[]> {
      const all = () => query(harness(), 'select * from audit_events');
      const before = new Set((await all()).map(({ id }) => id));
      await operation();
      const added = (await all()).filter(({ id }) => !before.has(id));
      for (const event of added) expect(event).toMatchObject({ address, request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      return added.map(({ id, at, address: from, request_id, ...event }) => event);
    },
  };
}
