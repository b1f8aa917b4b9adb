import { and, desc, eq, gt, inArray } from 'drizzle-orm';
import type { RememberedDeviceRepository } from '../../domain/device/remembered-device.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of remembered devices. */
export function deviceRepository({ engine, tables: { rememberedDevices: d, memberships: m } }: Access): RememberedDeviceRepository {
  const find = statement('remembered_devices.find', { tokenHash: d.tokenHash, userId: d.userId, notBefore: d.createdAt }, (db, $) =>
    db
      .select()
      .from(d)
      .where(and(eq(d.tokenHash, $('tokenHash')), eq(d.userId, $('userId')), gt(d.createdAt, $('notBefore')))),
  );

  return {
    async add(device) {
      await engine.send((db) => db.insert(d).values(device));
    },
    async find(tokenHash, userId, notBefore) {
      const [row] = await engine.read((db) => find(db, { tokenHash, userId, notBefore }));
      return row ?? null;
    },
    async touch(id, now) {
      await engine.send((db) => db.update(d).set({ lastUsedAt: now }).where(eq(d.id, id)));
    },
    async endAllIn(owner) {
      await engine.send((db) => {
        const members = db.select({ userId: m.userId }).from(m);
        return db.delete(d).where(owner === null ? undefined : inArray(d.userId, members.where(eq(m.tenantId, owner))));
      });
    },
    async ownersOf(ids) {
      if (ids.length === 0) return [];
      const rows = await engine.read((db) =>
        db
          .selectDistinct({ userId: d.userId })
          .from(d)
          .where(inArray(d.id, [...ids])),
      );
      return rows.map(({ userId }) => userId);
    },
    async ofUsers(userIds) {
      if (userIds.length === 0) return [];
      return engine.read((db) =>
        db
          .select()
          .from(d)
          .where(inArray(d.userId, [...userIds]))
          .orderBy(desc(d.createdAt), desc(d.id)),
      );
    },
    async end(id, userId) {
      const ended = await engine.run((db) =>
        db
          .delete(d)
          .where(and(eq(d.id, id), eq(d.userId, userId)))
          .returning({ id: d.id }),
      );
      return ended.length === 1;
    },
    async endAllOf(userId) {
      const ended = await engine.run((db) => db.delete(d).where(eq(d.userId, userId)).returning({ id: d.id }));
      return ended.length;
    },
  };
}
