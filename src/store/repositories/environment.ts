import type { Environment, EnvironmentRepository, EnvironmentSettings } from '../../domain/environment/environment.ts';
import { defaultMailStrategy } from '../../domain/environment/mail-strategy.ts';
import { statement } from '../statement.ts';
import { only } from '../tables/environment.ts';
import type { Tables } from '../tables.ts';
import type { Access } from './context.ts';

/**
 * Makes the repository of the one environment. The MFA configuration has three columns, so that parallel changes of
 * different parts do not overwrite each other. The strategy is stored beside the flag that earlier releases read in its place.
 */
export function environmentRepository({ engine, tables }: Access): EnvironmentRepository {
  const e = tables.environments;
  const find = statement('environments.find', {}, (db) => db.select().from(e));

  return {
    async find() {
      const [row] = await engine.read((db) => find(db, {}));
      return row === undefined ? null : toEnvironment(row);
    },
    async create({ mfaConfiguration: { authenticatorApp, sms, email }, ...environment }) {
      const row = { ...toRow(environment), slot: only.environment, mfaAuthenticatorApp: authenticatorApp, mfaSms: sms, mfaEmail: email };
      const created = await engine.run((db) => db.insert(e).values(row).onConflictDoNothing().returning({ slot: e.slot }));
      return created.length === 1;
    },
    async updateSettings(change, now) {
      const [row] = await engine.run((db) =>
        db
          .update(e)
          .set({ ...toRow(change), updatedAt: now })
          .returning(),
      );
      return row === undefined ? null : toEnvironment(row);
    },
    async setJwtTargeting(targeting, now) {
      await engine.send((db) => db.update(e).set({ jwtTargeting: targeting, updatedAt: now }));
    },
    async updateMfaConfiguration({ authenticatorApp, sms, email }, now) {
      const change = {
        ...(authenticatorApp && { mfaAuthenticatorApp: authenticatorApp }),
        ...(sms && { mfaSms: sms }),
        ...(email && { mfaEmail: email }),
      };
      const [row] = await engine.run((db) =>
        db
          .update(e)
          .set({ ...change, updatedAt: now })
          .returning(),
      );
      return row === undefined ? null : toEnvironment(row);
    },
    async mailStrategies() {
      const [row] = await engine.read((db) => find(db, {}));
      return { ACTIVATION: row?.activationStrategy ?? defaultMailStrategy, INVITATION: row?.invitationStrategy ?? defaultMailStrategy };
    },
    async setMailStrategy(mail, strategy, now) {
      const change = mail === 'ACTIVATION' ? { activationStrategy: strategy } : { invitationStrategy: strategy };
      await engine.send((db) => db.update(e).set({ ...change, updatedAt: now }));
    },
  };
}

const toRow = <T extends Partial<EnvironmentSettings>>(change: T): T & { emailCodeLogin?: boolean } =>
  change.authStrategy === undefined ? change : { ...change, emailCodeLogin: change.authStrategy === 'CODE' };

function toEnvironment({
  slot: _,
  emailCodeLogin,
  activationStrategy: __,
  invitationStrategy: ___,
  mfaAuthenticatorApp,
  mfaSms,
  mfaEmail,
  ...row
}: Tables['environments']['$inferSelect']): Environment {
  const authStrategy = row.authStrategy ?? (emailCodeLogin ? 'CODE' : 'EMAIL_AND_PASSWORD');
  return { ...row, authStrategy, mfaConfiguration: { authenticatorApp: mfaAuthenticatorApp, sms: mfaSms, email: mfaEmail } };
}
