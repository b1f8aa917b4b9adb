import type { App } from '../app.ts';
import { defaultMfaConfiguration, defaultSettings } from '../domain/environment/environment.ts';
import type { Store } from '../domain/store.ts';
import { demoTenantId, demoUsers, seed } from './seed-demo.ts';

/** What a database holds beside the demo, and how much there is at all. */
export interface BesideDemo {
  tenants: number;
  users: number;
  foreignTenants: number;
  foreignUsers: number;
  /** Whether there are policies, but no demo tenant that they could be of. */
  settingsAlone: boolean;
}

/** Returns what a database holds beside the demo. */
export async function besideDemo(store: Pick<Store, 'policies' | 'tenants' | 'users'>): Promise<BesideDemo> {
  const tenants = await store.tenants.count();
  const users = await store.users.count({});
  const demo = (await store.tenants.find(demoTenantId)) === null ? 0 : 1;
  const found = await Promise.all(demoUsers.map(({ email }) => store.users.findByEmail(email)));
  return {
    tenants,
    users,
    foreignTenants: tenants - demo,
    foreignUsers: users - found.filter((user) => user !== null).length,
    settingsAlone: demo === 0 && (await store.policies.findMany([null])).length > 0,
  };
}

/** Tells whether a database holds nothing that the demo has not brought, or could have. */
export const isDemo = ({ foreignTenants, foreignUsers, settingsAlone }: BesideDemo): boolean =>
  foreignTenants === 0 && foreignUsers === 0 && !settingsAlone;

/**
 * Removes everything but the credentials and keys, and makes the demo anew, in one transaction. Everything is then as after the first start.
 * Returns false and does nothing if the database holds more than the demo, unless that is to be removed as well.
 */
export const resetDemo = (app: App, { force, now }: { force: boolean; now: Date }): Promise<boolean> =>
  app.store.transact('SETTINGS', async () => {
    if (!force && !isDemo(await besideDemo(app.store))) return false;
    await app.store.empty();
    const { name = '' } = (await app.store.environment.updateSettings(defaultSettings, now)) ?? {};
    await app.store.environment.updateMfaConfiguration(defaultMfaConfiguration(name), now);
    return seed(app);
  });
