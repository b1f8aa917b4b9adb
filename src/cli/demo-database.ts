import { createApp, masterKeyFileOf } from '../app.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/config.ts';
import { databaseInUse, OwnError } from '../domain/fault.ts';
import type { Ports } from '../platform/index.ts';
import { openPorts } from '../platform/index.ts';
import { openStore } from '../store/index.ts';
import type { Surroundings } from './command.ts';
import { Failure } from './failure.ts';
import { refusalOf } from './refusal.ts';
import type { BesideDemo } from './reset-demo.ts';
import { besideDemo, isDemo, resetDemo } from './reset-demo.ts';

/** What a reset has made. */
export interface FreshDemo {
  clientId: string;
  /** Set only if the environment is new as well, and nobody has chosen its secret. */
  secret: string | null;
}

interface Questions {
  force: boolean;
  /** Asks before everything is removed, told how much there is, and throws if the answer is no. */
  confirm(held: string): Promise<void>;
}

/**
 * Makes the demo of the database that the settings name anew. It stands in a file of its own, because it loads the whole server. Nothing is
 * logged, because the log would stand among the results.
 */
export async function freshDemo(env: Surroundings['env'], { force, confirm }: Questions): Promise<FreshDemo> {
  try {
    const config = readConfig({ ...env, LOG_LEVEL: 'silent' });
    refuseWithoutDemo(config);
    const ports = await openPorts(config, masterKeyFileOf(config));
    const held = await lookAt(config.databaseUrl, ports);
    if (!force && !isDemo(held)) throw notTheDemo(held);
    await confirm(`${numberOf(held.tenants, 'tenant')}, ${numberOf(held.users, 'user')}`);
    const app = await createApp(config, ports);
    try {
      if (!(await resetDemo(app, { force, now: ports.clock.now() })))
        throw new Failure('Somebody has just added to the database, so nothing was changed.');
      // A secret that the operator chose is known already.
      return { clientId: app.clientId, secret: config.environment.secret === undefined ? app.newSecret : null };
    } finally {
      await app.close();
    }
  } catch (error) {
    if (error instanceof OwnError && error.facts.code === databaseInUse) {
      throw new Failure('A server uses the database file: stop it before, because only one process can use the file at a time.');
    }
    throw refusalOf(error);
  }
}

/** Looks at a database that may be of somebody else. The whole server would begin to work on what it finds, such as messages that wait. */
async function lookAt(databaseUrl: string, { log, jitter }: Ports): Promise<BesideDemo> {
  const store = await openStore(databaseUrl, { log, jitter });
  try {
    return await besideDemo(store);
  } finally {
    await store.close();
  }
}

/** Refuses where the first start would make no demo. */
function refuseWithoutDemo({ production, development, demo, databaseUrl }: Config): void {
  if (production) throw new Failure('In production there is no demo, so nothing was changed.');
  if (!development) throw new Failure('There is no demo where HOST or PUBLIC_URL is not of this machine, so nothing was changed.');
  if (!demo) throw new Failure('SALLYPORT_DEMO switches the demo off, so nothing was changed.');
  if (databaseUrl === ':memory:') throw new Failure('A database in memory has a fresh demo after each start of the server.');
}

const numberOf = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

function notTheDemo({ foreignTenants, foreignUsers }: BesideDemo): Failure {
  const found =
    foreignTenants + foreignUsers === 0
      ? 'policies, and not the tenant of the demo'
      : `${numberOf(foreignTenants, 'tenant')} and ${numberOf(foreignUsers, 'user')} that are not of the demo`;
  return new Failure(`The database has ${found}: give --force if all of that is to be deleted.`);
}
