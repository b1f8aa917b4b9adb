import type { SQL } from 'drizzle-orm';
import { and, asc, eq, getTableName, gt, isNotNull, sql } from 'drizzle-orm';
import type { AnySQLiteColumn, AnySQLiteTable } from 'drizzle-orm/sqlite-core';
import type { KeyUse, SealedValueRepository } from '../../domain/environment/sealed-values.ts';
import type { Tables } from '../tables.ts';
import type { Access } from './context.ts';

/** A sealed value begins with this byte, its version, and the four bytes of the id of its key. */
const version = 1;

interface SealedColumn {
  table: AnySQLiteTable;
  id: AnySQLiteColumn;
  sealed: AnySQLiteColumn<{ data: Uint8Array }>;
  /** Name of the column, as the place that the value is bound to. */
  column: string;
}

/** Every column that holds sealed values. `test/store/sealed-values.ts` compares this list with the tables. */
const sealedColumns = ({
  bulkInvitationEntries,
  userMigrationRows,
  invitationLinks,
  authenticators,
  pendingEnrollments,
  oneTimeCodes,
  passkeys,
  passkeyCeremonies,
  outbox,
  refreshTokens,
  interactions,
  accountNotes,
  signingKeys,
  retainedKeys,
  captchaPolicies,
}: Tables): SealedColumn[] => [
  { table: retainedKeys, id: retainedKeys.id, sealed: retainedKeys.sealed, column: 'sealed' },
  { table: captchaPolicies, id: captchaPolicies.slot, sealed: captchaPolicies.sealedSecretKey, column: 'sealed_secret_key' },
  { table: signingKeys, id: signingKeys.id, sealed: signingKeys.sealedPrivateKey, column: 'sealed_private_key' },
  { table: authenticators, id: authenticators.id, sealed: authenticators.sealedCredential, column: 'sealed_credential' },
  { table: pendingEnrollments, id: pendingEnrollments.id, sealed: pendingEnrollments.sealed, column: 'sealed' },
  { table: oneTimeCodes, id: oneTimeCodes.id, sealed: oneTimeCodes.sealed, column: 'sealed' },
  { table: passkeys, id: passkeys.id, sealed: passkeys.sealedCredential, column: 'sealed_credential' },
  { table: passkeyCeremonies, id: passkeyCeremonies.id, sealed: passkeyCeremonies.sealed, column: 'sealed' },
  { table: outbox, id: outbox.id, sealed: outbox.sealed, column: 'sealed' },
  { table: bulkInvitationEntries, id: bulkInvitationEntries.id, sealed: bulkInvitationEntries.sealed, column: 'sealed' },
  { table: userMigrationRows, id: userMigrationRows.id, sealed: userMigrationRows.sealed, column: 'sealed' },
  { table: invitationLinks, id: invitationLinks.id, sealed: invitationLinks.sealedToken, column: 'sealed_token' },
  { table: interactions, id: interactions.id, sealed: interactions.sealed, column: 'sealed' },
  { table: accountNotes, id: accountNotes.id, sealed: accountNotes.sealed, column: 'sealed' },
  { table: refreshTokens, id: refreshTokens.tokenHash, sealed: refreshTokens.sealed, column: 'sealed' },
];

/** Every column whose text begins with the id of the key that made it. */
const digestColumns = ({ environmentSecrets, passwordCredentials, recoveryCodes, userTokens }: Tables) => [
  { table: passwordCredentials, text: passwordCredentials.hash, also: undefined },
  { table: recoveryCodes, text: recoveryCodes.digest, also: undefined },
  { table: userTokens, text: userTokens.codeDigest, also: isNotNull(userTokens.codeDigest) },
  { table: environmentSecrets, text: environmentSecrets.digest, also: isNotNull(environmentSecrets.slot) },
];

/** Makes the repository of sealed values. */
export function sealedValueRepository({ engine, tables }: Access): SealedValueRepository {
  const columns = new Map(sealedColumns(tables).map((found) => [getTableName(found.table), found]));
  const columnOf = (table: string): SealedColumn => {
    const found = columns.get(table);
    if (found === undefined) throw new Error(`the table ${table} holds no sealed values`);
    return found;
  };
  // The length is written into the SQL, because PostgreSQL does not see that two parameters are the same.
  const header = ({ sealed }: SealedColumn): SQL<Buffer> => sql<Buffer>`substr(${sealed}, 1, 5)`;
  // A message that was sent is emptied, and then has no header.
  const isSealed = ({ sealed }: SealedColumn): SQL => sql`length(${sealed}) > 0`;

  return {
    tables: [...columns.keys()],
    async notSealedWith(keyId, table, after, limit) {
      const found = columnOf(table);
      const current = Buffer.concat([Buffer.of(version), Buffer.from(keyId, 'hex')]);
      const rows = await engine.read((db) =>
        db
          .select({ row: found.id, sealed: found.sealed })
          .from(found.table)
          .where(and(gt(found.id, after), isSealed(found), sql`${header(found)} <> ${current}`))
          .orderBy(asc(found.id))
          .limit(limit),
      );
      return rows.map(({ row, sealed }) => ({ table, column: found.column, row: String(row), sealed: sealed as Uint8Array }));
    },
    async replace({ table, row, sealed }, resealed) {
      const found = columnOf(table);
      const name = Object.keys(found.table).find((key) => Reflect.get(found.table, key) === found.sealed) ?? '';
      const replaced = await engine.run((db) =>
        db
          .update(found.table)
          .set({ [name]: resealed })
          .where(and(eq(found.id, row), eq(found.sealed, sealed)))
          .returning({ id: found.id }),
      );
      return replaced.length === 1;
    },
    async usesOfSealing() {
      const uses: KeyUse[] = [];
      for (const [table, found] of columns) {
        const rows = await engine.read((db) =>
          db
            .select({ key: header(found), count: sql<number | string>`count(*)` })
            .from(found.table)
            .where(isSealed(found))
            .groupBy(header(found)),
        );
        uses.push(...rows.map(({ key, count }) => ({ keyId: Buffer.from(key).subarray(1).toString('hex'), table, count: Number(count) })));
      }
      return uses;
    },
    async usesOfDigests() {
      const uses: KeyUse[] = [];
      for (const { table, text, also } of digestColumns(tables)) {
        const key = sql<string>`substr(${text}, 1, 8)`;
        const rows = await engine.read((db) =>
          db
            .select({ key, count: sql<number | string>`count(*)` })
            .from(table as AnySQLiteTable)
            .where(also)
            .groupBy(key),
        );
        uses.push(...rows.map(({ key: keyId, count }) => ({ keyId, table: getTableName(table), count: Number(count) })));
      }
      return uses;
    },
  };
}
