import { eq, getTableColumns, or } from 'drizzle-orm';
import type { MfaPolicyRepository } from '../../domain/policy/policy.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { ownerKey } from './owner-key.ts';
import { settingsRecords } from './settings-records.ts';

/** Makes the repository of MFA policies. */
export function policyRepository({ engine, tables: { mfaPolicies: t } }: Access): MfaPolicyRepository {
  const records = settingsRecords(engine, t);
  const { owner: _, ...columns } = getTableColumns(t);
  // Whoever reads one record pays for one: SQLite makes a temporary table for two values.
  const findOne = statement('mfa_policies.find_one', { owner: t.owner }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(eq(t.owner, $('owner'))),
  );
  // A login reads the policies of the environment and of one tenant, so the query for two owners is prepared.
  const findTwo = statement('mfa_policies.find_two', { one: t.owner, other: t.owner }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(or(eq(t.owner, $('one')), eq(t.owner, $('other')))),
  );

  return {
    ...records,
    async findMany(owners) {
      const [one, other, ...more] = owners.map(ownerKey);
      if (one === undefined || more.length > 0) return records.findMany(owners);
      return engine.read((db) => (other === undefined ? findOne(db, { owner: one }) : findTwo(db, { one, other })));
    },
  };
}
