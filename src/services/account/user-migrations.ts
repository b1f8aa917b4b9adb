import type { Caller, EnvironmentActor } from '../../domain/access/actor.ts';
import type { ImportedUser } from '../../domain/account/imported-user.ts';
import type { ClaimedRow, MigratedUser, MigrationRow, UserMigration } from '../../domain/account/user-migration.ts';
import { asImported, maxImportAttempts, maxMigrationsUnderWay, maxUsersOfACall, nameOf } from '../../domain/account/user-migration.ts';
import type { User } from '../../domain/directory/user.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { DomainError, fail, InvalidInput, RateLimited, Unavailable } from '../../domain/errors.ts';
import { faultOf } from '../../domain/fault.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Keyring, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { refuseField } from '../directory/metadata.ts';
import { createWorker } from '../worker.ts';
import type { Importing } from './importing.ts';
import { importingErrors } from './importing.ts';

/** How many seconds a row belongs to the process that reserved it. That is longer than all rows of a batch take. */
const leaseSeconds = 60;
/** Rows that one statement reserves. */
const batchSize = 10;
/** How often to look for what another process left. What this one stores is begun at once. */
const pollMilliseconds = 10_000;
/** Pause after each user, so that an import never keeps those waiting for long who log in meanwhile. */
const pauseMilliseconds = 5;
/** How long a user waits who could not be imported because the server had too much to do. */
const postponeSeconds = 5;
/** What a call waits for that found too many migrations under way. */
const retrySeconds = 60;

/** Why a user was not imported. */
interface Failure {
  code: ErrorCode;
  /** What is wrong with the input. Null where the code says everything. */
  message: string | null;
}

/** A user who was not imported, and why. */
export interface FailedImport extends Failure {
  id: string;
  /** Place of the user in the call, from 0. */
  number: number;
  email: string;
}

/** What is sealed of a row. */
interface Sealed {
  user: MigratedUser;
  failure: Failure | null;
}

interface Needs {
  store: Pick<Store, 'tenants' | 'userMigrations' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  importing: Importing;
  audit: Audit;
  log: Log;
}

/** Errors of each use case. */
export const userMigrationErrors = {
  start: ['INVALID_INPUT', 'TENANT_NOT_FOUND', 'RATE_LIMITED'],
  retry: ['INVALID_INPUT', 'MIGRATION_NOT_FOUND'],
} as const;

/** Thrown in the transaction of somebody whom another process has imported or refused meanwhile. */
class AlreadySettled extends Error {}

/**
 * Creates the service that imports many users with one call. They are stored sealed and imported one after the other after the answer, by
 * whatever process comes first, so that a call takes no minutes and a restart loses nobody. Each is imported in a transaction of its own, and the
 * row of the user is settled and emptied in the same transaction, so that nobody is imported twice. Of those who failed the row stays sealed
 * until it is tried again or the migration is removed.
 */
export function createUserMigrations({ store, clock, random, keyring, importing, audit, log }: Needs) {
  const place = ({ id }: Pick<MigrationRow, 'id'>) => ({ table: 'user_migration_rows', row: id, column: 'sealed' });
  const seal = (row: Pick<MigrationRow, 'id'>, kept: Sealed): Uint8Array => keyring.seal(new TextEncoder().encode(JSON.stringify(kept)), place(row));
  const unseal = (row: MigrationRow): Sealed => JSON.parse(new TextDecoder().decode(keyring.open(row.sealed, place(row)))) as Sealed;

  /** Describes a row that failed. One that cannot be opened any more is named by its place alone, so that the others can be read. */
  const describe = (row: MigrationRow): FailedImport => {
    const unreadable = { id: row.id, number: row.number, email: '', code: 'UNAVAILABLE', message: null } as const;
    try {
      const { user, failure } = unseal(row);
      return { ...unreadable, ...failure, email: nameOf(user) };
    } catch (error) {
      log.error({ migrationId: row.migrationId, number: row.number, ...faultOf(error) }, 'a user of a migration cannot be opened');
      return unreadable;
    }
  };

  const callerOf = ({ tenantId, origin }: UserMigration): Caller<EnvironmentActor> => ({ actor: { kind: 'ENVIRONMENT', tenantId }, origin });

  /** Records the end of the migration with its last row. Runs in the transaction of that row. */
  const recordEnd = async (migration: UserMigration | null): Promise<void> => {
    if (migration === null || migration.finishedAt === null) return;
    const { tenantId, migrated, failed } = migration;
    await audit('MIGRATION_FINISHED', callerOf(migration), { tenantId, reason: `${migrated} imported, ${failed} failed` });
  };

  /** Imports one user as a use case, so that a refusal leaves the same event as that of a single import. */
  const { importOne } = useCases(
    audit,
    'REQUEST_REFUSED',
    { importOne: importingErrors },
    {
      importOne: (caller: Caller, { row, user }: { row: ClaimedRow; user: ImportedUser }): Promise<User> =>
        importing(caller, user, {
          async before() {
            if (!(await store.userMigrations.settle(row))) throw new AlreadySettled();
          },
          after: async ({ id }) => recordEnd(await store.userMigrations.complete(row, id, clock.now())),
        }),
    },
  );

  const refuse = (row: ClaimedRow, kept: Sealed | null): Promise<void> =>
    store.transact('NOTHING', async () => {
      await recordEnd(await store.userMigrations.fail(row, kept === null ? row.sealed : seal(row, kept), clock.now()));
    });

  /** Imports or refuses the user of a row. False if the server has too much to do, so that the row has to wait. */
  const process = async (migration: UserMigration, row: ClaimedRow): Promise<boolean> => {
    let user: MigratedUser | null = null;
    try {
      user = unseal(row).user;
      await importOne(callerOf(migration), { row, user: asImported(user) });
    } catch (error) {
      if (error instanceof AlreadySettled) return true;
      if (error instanceof Unavailable) return false;
      if (error instanceof DomainError && user !== null) {
        const message = error instanceof InvalidInput ? (error.issues[0]?.message ?? null) : null;
        await refuse(row, { user, failure: { code: error.code, message } });
        return true;
      }
      log.warn({ migrationId: migration.id, number: row.number, attempt: row.attempts, ...faultOf(error) }, 'a user could not be imported');
      // Until the last attempt the row stays, and is due again when its reservation ends.
      if (row.attempts >= maxImportAttempts) await refuse(row, user && { user, failure: { code: 'UNAVAILABLE', message: null } });
    }
    return true;
  };

  const worker = createWorker({
    everyMilliseconds: pollMilliseconds,
    async doSome() {
      const now = clock.now();
      const due = await store.userMigrations.claimDue(now, new Date(now.getTime() + leaseSeconds * 1000), batchSize);
      const migrations = new Map(
        (await store.userMigrations.findMany([...new Set(due.map(({ migrationId }) => migrationId))])).map((one) => [one.id, one]),
      );
      let overloaded = false;
      for (const row of due) {
        const migration = migrations.get(row.migrationId);
        if (migration === undefined) continue;
        overloaded ||= !(await process(migration, row));
        // Whoever logs in goes first, and a refusal of that kind is no attempt.
        if (overloaded) await store.userMigrations.postpone(row, new Date(clock.now().getTime() + postponeSeconds * 1000));
        await new Promise<void>((resolve) => setTimeout(resolve, pauseMilliseconds));
      }
      return !overloaded && due.length === batchSize;
    },
    onFailure: (error) => log.error(faultOf(error), 'migrations could not be read'),
  });

  const one = async (id: string): Promise<UserMigration> => (await store.userMigrations.findMany([id]))[0] ?? fail('MIGRATION_NOT_FOUND');

  return {
    worker,
    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', userMigrationErrors, {
        /**
         * Stores whom to import, and begins to do so after the answer. What is wrong with one user is reported by `failures`, and keeps nobody
         * else from being imported. No mail is sent to anybody.
         */
        async start(caller: Caller, { users }: { users: readonly MigratedUser[] }): Promise<UserMigration> {
          const { tenantId } = requireEnvironment(caller.actor);
          if (users.length === 0 || users.length > maxUsersOfACall) refuseField('users', `users must have 1 to ${maxUsersOfACall} elements`);
          const added = { id: random.uuid(), tenantId, origin: caller.origin, createdAt: clock.now() };
          const rows = users.map((user, number) => {
            const row = { id: random.uuid(), migrationId: added.id, number };
            return { ...row, sealed: seal(row, { user, failure: null }) };
          });
          await store.transact('SETTINGS', async () => {
            // A migration goes with the tenant that it was begun in, so none is begun in one that is gone.
            if (tenantId !== null && (await store.tenants.find(tenantId)) === null) fail('TENANT_NOT_FOUND');
            if ((await store.userMigrations.countUnderWay()) >= maxMigrationsUnderWay) throw new RateLimited(retrySeconds);
            await store.userMigrations.add(added, rows);
            await audit('MIGRATION_STARTED', caller, { tenantId, reason: `${rows.length} users` });
          });
          worker.wake();
          return { ...added, total: rows.length, migrated: 0, failed: 0, finishedAt: null };
        },

        /** Tries everybody again who has failed so far, and tells how many that are. If nobody has, nothing changes. */
        async retry(caller: Caller, { id }: { id: string }): Promise<{ migration: UserMigration; retried: number }> {
          const { tenantId } = requireEnvironment(caller.actor);
          const outcome = await store.transact('NOTHING', async () => {
            await one(id);
            const retried = await store.userMigrations.retryFailed(id, clock.now());
            if (retried > 0) await audit('MIGRATION_STARTED', caller, { tenantId, reason: `${retried} users again` });
            return { migration: await one(id), retried };
          });
          if (outcome.retried > 0) worker.wake();
          return outcome;
        },
      }),

      ...reads(audit, {
        /** Returns those that exist. */
        async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<UserMigration[]> {
          requireEnvironment(actor);
          return store.userMigrations.findMany(ids);
        },

        /** Returns who was imported so far and was not deleted since, with the primary address of now, in the order of the call. */
        async migrated({ actor }: Caller, { id }: { id: string }): Promise<{ id: string; email: string }[]> {
          requireEnvironment(actor);
          return store.userMigrations.migratedOf(id);
        },

        /** Returns a part of those who have failed so far, in the order of the call. Nothing secret of them is returned. */
        async failures({ actor }: Caller, { id, page }: { id: string; page: PageRequest<number> }): Promise<Page<FailedImport>> {
          requireEnvironment(actor);
          const { items, hasMore } = await store.userMigrations.failedOf(id, page);
          return { items: items.map(describe), hasMore };
        },
      }),
    },
  };
}
