import { eq, getTableColumns, inArray, or } from 'drizzle-orm';
import type { MfaPolicyRepository } from '../../domain/policy/policy.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { ownerKey } from './owner-key.ts';

/** Makes the repository of MFA policies. */
export function policyRepository({ engine, tables: { mfaPolicies: t } }: Access): MfaPolicyRepository {
  const { owner: _, ...columns } = getTableColumns(t);
  // A login reads the policies of the environment and of one tenant, so the query for two owners is prepared.
  const findTwo = statement('mfa_policies.find_two', { one: t.owner, other: t.owner }, (db, $) =>
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
