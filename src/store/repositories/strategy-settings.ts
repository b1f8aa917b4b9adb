import { eq, inArray, isNotNull, or } from 'drizzle-orm';
import type { StrategySettingRepository } from '../../domain/policy/policy.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { ownerKey } from './owner-key.ts';

/** Makes the repository of strategy settings. */
export function strategySettingRepository({ engine, tables: { strategySettings: t } }: Access): StrategySettingRepository {
  const columns = { tenantId: t.tenantId, strategy: t.strategy, active: t.active };
  const findTwo = statement('strategy_settings.find_two', { one: t.owner, other: t.owner }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(or(eq(t.owner, $('one')), eq(t.owner, $('other')))),
  );

  return {
    async findMany(owners) {
      const [one, other, ...more] = owners.map(ownerKey);
      if (one === undefined) return [];
      if (more.length === 0) return engine.read((db) => findTwo(db, { one, other: other ?? one }));
      return engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(inArray(t.owner, owners.map(ownerKey))),
      );
    },
    async tenantIds(limit) {
      const rows = await engine.read((db) => db.selectDistinct({ tenantId: t.tenantId }).from(t).where(isNotNull(t.tenantId)).limit(limit));
      return rows.map(({ tenantId }) => String(tenantId));
    },
    async set(setting, now) {
      const row = { ...setting, owner: ownerKey(setting.tenantId), updatedAt: now };
      await engine.send((db) =>
        db
          .insert(t)
          .values(row)
          .onConflictDoUpdate({ target: [t.owner, t.strategy], set: { active: setting.active, updatedAt: now } }),
      );
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(t).where(eq(t.owner, ownerKey(tenantId))));
    },
  };
}
