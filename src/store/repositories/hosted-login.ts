import { eq, getTableColumns } from 'drizzle-orm';
import type { BrandingChange, HostedLogin, HostedLoginRepository } from '../../domain/oauth/hosted-login.ts';
import { statement } from '../statement.ts';
import { only } from '../tables/environment.ts';
import type { Tables } from '../tables.ts';
import type { Access } from './context.ts';

type Row = Omit<Tables['hostedLogin']['$inferSelect'], 'slot' | 'logo'>;

/** Makes the repository of the settings of hosted login. The bytes of the logo are read only where the logo is served. */
export function hostedLoginRepository({ engine, tables: { hostedLogin: h } }: Access): HostedLoginRepository {
  const { slot: _, logo: __, ...columns } = getTableColumns(h);
  const find = statement('hosted_login.find', {}, (db) => db.select(columns).from(h));

  return {
    async find() {
      const [row] = await engine.read((db) => find(db, {}));
      return row === undefined ? null : toHostedLogin(row);
    },
    async create({ active, updatedAt, branding: { logo: _noLogo, ...branding } }) {
      const row = { slot: only.hostedLogin, active, updatedAt, ...branding };
      const created = await engine.run((db) => db.insert(h).values(row).onConflictDoNothing().returning({ slot: h.slot }));
      return created.length === 1;
    },
    async update({ active, branding = {} }, now) {
      const [row] = await engine.run((db) =>
        db
          .update(h)
          .set({ ...(active === undefined ? {} : { active }), ...toColumns(branding), updatedAt: now })
          .returning(columns),
      );
      return row === undefined ? null : toHostedLogin(row);
    },
    async findLogo(id) {
      const [row] = await engine.read((db) => db.select({ type: h.logoType, bytes: h.logo }).from(h).where(eq(h.logoId, id)));
      return row === undefined || row.type === null || row.bytes === null ? null : { id, type: row.type, bytes: row.bytes };
    },
  };
}

function toColumns({ logo, ...texts }: BrandingChange) {
  return logo === undefined ? texts : { ...texts, logoId: logo?.id ?? null, logoType: logo?.type ?? null, logo: logo?.bytes ?? null };
}

function toHostedLogin({ active, updatedAt, logoId, logoType, ...branding }: Row): HostedLogin {
  const logo = logoId === null || logoType === null ? null : { id: logoId, type: logoType };
  return { active, updatedAt, branding: { ...branding, logo } };
}
