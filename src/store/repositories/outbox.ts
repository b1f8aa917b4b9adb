import { and, asc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { OutboxRepository } from '../../domain/messaging/message.ts';
import { longestRetrySeconds } from '../../domain/messaging/message.ts';
import { insertion } from '../statement.ts';
import type { Access } from './context.ts';

/** The content of an entry after it was sent or given up. The message is removed, because it contains codes and addresses. */
const emptied = new Uint8Array(0);

/** Makes the repository of messages that wait for delivery. */
export function outboxRepository({ engine, tables: { outbox: o } }: Access): OutboxRepository {
  const insert = insertion('outbox.add', o);
  const open = and(isNull(o.sentAt), isNull(o.givenUpAt));

  return {
    async add(entry, settledAt = null) {
      await engine.send((db) => insert(db, { ...entry, nextAttemptAt: entry.createdAt, sentAt: null, givenUpAt: settledAt }));
    },
    async claimDue(channel, now, leaseUntil, limit) {
      const newest = newestPossible(now);
      const inTheFuture = or(gt(o.createdAt, newest), gt(o.nextAttemptAt, new Date(newest.getTime() + longestRetrySeconds * 1000)));
      const due = and(open, eq(o.channel, channel), or(lte(o.nextAttemptAt, now), inTheFuture));
      const entries = await engine.run((db) =>
        db
          .update(o)
          .set({
            nextAttemptAt: leaseUntil,
            attempts: sql`${o.attempts} + 1`,
            createdAt: sql`case when ${gt(o.createdAt, newest)} then ${sql.param(now, o.createdAt)} else ${o.createdAt} end`,
          })
          // `due` is checked twice: the inner one selects the rows, the outer one is evaluated again after waiting for another
          // process that claimed the same row.
          .where(and(inArray(o.id, db.select({ id: o.id }).from(o).where(due).orderBy(asc(o.nextAttemptAt), asc(o.id)).limit(limit)), due))
          .returning({ id: o.id, channel: o.channel, userId: o.userId, sealed: o.sealed, attempts: o.attempts, createdAt: o.createdAt }),
      );
      return entries.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
    },
    async markSent(id, now) {
      await engine.run((db) =>
        db
          .update(o)
          .set({ sentAt: now, sealed: emptied })
          .where(and(eq(o.id, id), open)),
      );
    },
    async markFailed(id, nextAttemptAt, now) {
      const change = nextAttemptAt === null ? { givenUpAt: now, sealed: emptied } : { nextAttemptAt };
      const failed = await engine.run((db) =>
        db
          .update(o)
          .set(change)
          .where(and(eq(o.id, id), open))
          .returning({ id: o.id }),
      );
      return failed.length === 1;
    },
    async endAllOf(userId, now) {
      await engine.send((db) =>
        db
          .update(o)
          .set({ givenUpAt: now, sealed: emptied })
          .where(and(eq(o.userId, userId), open)),
      );
    },
  };
}
