import { asc, eq } from 'drizzle-orm';
import type { RecoveryCodeRepository } from '../../domain/recovery/recovery-code.ts';
import type { Access } from './access.ts';

export function recoveryCodeRepository({ engine, tables: { recoveryCodes: r } }: Access): RecoveryCodeRepository {
  return {
    async add(code) {
      await engine.run((db) => db.insert(r).values(code));
    },
    ofUser: (userId) => engine.read((db) => db.select().from(r).where(eq(r.userId, userId)).orderBy(asc(r.createdAt), asc(r.id))),
    async endAllOf(userId) {
      await engine.run((db) => db.delete(r).where(eq(r.userId, userId)));
    },
  };
}
