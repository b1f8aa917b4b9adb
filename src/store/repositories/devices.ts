import { and, eq, gt, inArray } from 'drizzle-orm';
import type { RememberedDeviceRepository } from '../../domain/device/remembered-device.ts';
import { statement } from '../statement.ts';
import type { Access } from './access.ts';

export function deviceRepository({ engine, tables: { rememberedDevices: d, memberships: m } }: Access): RememberedDeviceRepository {
  const find = statement('remembered_devices.find', { tokenHash: d.tokenHash, userId: d.userId, notBefore: d.createdAt }, (db, $) =>
    db
      .select()
      .from(d)
      .where(and(eq(d.tokenHash, $('tokenHash')), eq(d.userId, $('userId')), gt(d.createdAt, $('notBefore')))),
  );

  return {
    async add(device) {
      await engine.run((db) => db.insert(d).values(device));
    },
    async find(tokenHash, userId, notBefore) {
      const [row] = await engine.read((db) => find(db, { tokenHash, userId, notBefore }));
      return row ?? null;
    },
    async touch(id, now) {
      await engine.run((db) => db.update(d).set({ lastUsedAt: now }).where(eq(d.id, id)));
    },
    async endAllIn(owner) {
      await engine.run((db) => {
        const members = db.select({ userId: m.userId }).from(m);
        return db.delete(d).where(owner === null ? undefined : inArray(d.userId, members.where(eq(m.tenantId, owner))));
      });
    },
    async endAllOf(userId) {
      await engine.run((db) => db.delete(d).where(eq(d.userId, userId)));
    },
  };
}
