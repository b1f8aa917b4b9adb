import type { SQL } from 'drizzle-orm';
import { and, asc, count, eq, gt, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { MigrationRow, UserMigration, UserMigrationRepository } from '../../domain/account/user-migration.ts';
import { newestPossible } from '../../domain/bounds.ts';
import type { Access } from './context.ts';
import { keysetIn, toPage } from './keyset.ts';

/** Rows that one statement adds. Each has eight parameters, and a statement of SQLite takes 32,766. */
const rowsAtOnce = 1_000;

/** Makes the repository of migrations of users. */
export function userMigrationRepository({ engine, tables }: Access): UserMigrationRepository {
  const { userMigrations: m, userMigrationRows: r, users: u } = tables;
  const rowColumns = { id: r.id, migrationId: r.migrationId, number: r.number, sealed: r.sealed };
  /** A row that waits, whether or not a process has reserved it. */
  const waiting = ({ id }: MigrationRow): SQL | undefined => and(eq(r.id, id), isNotNull(r.nextAttemptAt));

  /** Counts one more user, and ends the migration after the last one. */
  const countOne = async ({ migrationId }: MigrationRow, counted: { migrated: 0 | 1; failed: 0 | 1 }, now: Date): Promise<UserMigration> => {
    const [migration] = await engine.run((db) =>
      db
        .update(m)
        .set({
          migrated: sql`${m.migrated} + ${counted.migrated}`,
          failed: sql`${m.failed} + ${counted.failed}`,
          finishedAt: sql`case when ${m.migrated} + ${m.failed} + 1 >= ${m.total} then ${sql.param(now, m.finishedAt)} else ${m.finishedAt} end`,
        })
        .where(eq(m.id, migrationId))
        .returning(),
    );
    if (migration === undefined) throw new Error('a row of a migration has no migration');
    return migration;
  };

  return {
    async add(added, rows) {
      await engine.send((db) => db.insert(m).values({ ...added, total: rows.length, migrated: 0, failed: 0, finishedAt: null }));
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        const some = rows
          .slice(from, from + rowsAtOnce)
          .map((row) => ({ ...row, attempts: 0, nextAttemptAt: added.createdAt, failedAt: null, userId: null }));
        await engine.send((db) => db.insert(r).values(some));
      }
    },
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(m)
              .where(inArray(m.id, [...ids])),
          ),
    async countUnderWay() {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(m).where(isNull(m.finishedAt)));
      return row?.number ?? 0;
    },
    migratedOf: (id) =>
      engine.read((db) =>
        db.select({ id: u.id, email: u.email }).from(r).innerJoin(u, eq(u.id, r.userId)).where(eq(r.migrationId, id)).orderBy(asc(r.number)),
      ),
    async failedOf(id, page) {
      const order = { by: [sql`${r.number}`], at: ({ at }: { at: number }) => [sql`${sql.param(at, r.number)}`] };
      const { where, orderBy, limit } = keysetIn(order, page, false);
      const rows = await engine.read((db) =>
        db
          .select(rowColumns)
          .from(r)
          .where(and(eq(r.migrationId, id), isNotNull(r.failedAt), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async claimDue(now, leaseUntil, limit) {
      // A clock that ran ahead may have reserved a row for longer than any lease takes.
      const inTheFuture = gt(r.nextAttemptAt, new Date(newestPossible(now).getTime() + leaseUntil.getTime() - now.getTime()));
      const due = or(lte(r.nextAttemptAt, now), inTheFuture);
      const claimed = await engine.run((db) =>
        db
          .update(r)
          .set({ nextAttemptAt: leaseUntil, attempts: sql`${r.attempts} + 1` })
          // `due` is checked twice: the inner one selects the rows, the outer one is evaluated again after waiting for another
          // process that claimed the same row.
          .where(
            and(
              inArray(r.id, db.select({ id: r.id }).from(r).where(due).orderBy(asc(r.nextAttemptAt), asc(r.migrationId), asc(r.number)).limit(limit)),
              due,
            ),
          )
          .returning({ ...rowColumns, attempts: r.attempts }),
      );
      return claimed.sort((one, other) => one.number - other.number);
    },
    async postpone(row, dueAt) {
      await engine.send((db) =>
        db
          .update(r)
          .set({ nextAttemptAt: dueAt, attempts: sql`${r.attempts} - 1` })
          .where(and(waiting(row), eq(r.attempts, row.attempts))),
      );
    },
    async settle(row) {
      const settled = await engine.run((db) =>
        db.update(r).set({ sealed: new Uint8Array(), nextAttemptAt: null }).where(waiting(row)).returning({ id: r.id }),
      );
      return settled.length === 1;
    },
    async complete(row, userId, now) {
      await engine.send((db) => db.update(r).set({ userId }).where(eq(r.id, row.id)));
      return countOne(row, { migrated: 1, failed: 0 }, now);
    },
    async fail(row, failure, now) {
      const failed = await engine.run((db) =>
        db.update(r).set({ sealed: failure, nextAttemptAt: null, failedAt: now }).where(waiting(row)).returning({ id: r.id }),
      );
      return failed.length === 1 ? countOne(row, { migrated: 0, failed: 1 }, now) : null;
    },
    async retryFailed(id, now) {
      const retried = await engine.run((db) =>
        db
          .update(r)
          .set({ nextAttemptAt: now, attempts: 0, failedAt: null })
          .where(and(eq(r.migrationId, id), isNotNull(r.failedAt)))
          .returning({ id: r.id }),
      );
      if (retried.length > 0) {
        await engine.send((db) =>
          db
            .update(m)
            .set({ failed: sql`${m.failed} - ${retried.length}`, finishedAt: null })
            .where(eq(m.id, id)),
        );
      }
      return retried.length;
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(m).where(eq(m.tenantId, tenantId)));
    },
  };
}
