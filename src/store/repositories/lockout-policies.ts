import { eq, getTableColumns, inArray } from 'drizzle-orm';
import type { LockoutPolicyRepository } from '../../domain/lockout/lockout-policy.ts';
import type { Access } from './context.ts';
import { ownerKey } from './owner-key.ts';

/** Makes the repository of lockout policies. */
export function lockoutPolicyRepository({ engine, tables: { lockoutPolicies: t } }: Access): LockoutPolicyRepository {
  const { owner: _, ...columns } = getTableColumns(t);
  return {
    async findMany(owners) {
      if (owners.length === 0) return [];
      return engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(inArray(t.owner, owners.map(ownerKey))),
      );
    },
    async create(policy) {
      const row = { ...policy, owner: ownerKey(policy.tenantId) };
      const created = await engine.run((db) => db.insert(t).values(row).onConflictDoNothing({ target: t.owner }).returning({ id: t.id }));
      return created.length === 1;
    },
    async update(owner, change, now) {
      const [row] = await engine.run((db) =>
        db
          .update(t)
          .set({ ...change, updatedAt: now })
          .where(eq(t.owner, ownerKey(owner)))
          .returning(columns),
      );
      return row ?? null;
    },
  };
}
