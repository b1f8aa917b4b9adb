import type { Caller } from '../../domain/access/actor.ts';
import type { EventKind } from '../../domain/audit/event.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { fail } from '../../domain/errors.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

/** What every record of settings has besides its own fields. */
interface Stored {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

interface Repository<Fields> {
  findMany(owners: readonly SettingsOwner[]): Promise<(Fields & Stored)[]>;
  create(record: Fields & Stored): Promise<boolean>;
  update(owner: SettingsOwner, change: Partial<Fields>, now: Date): Promise<(Fields & Stored) | null>;
}

interface Needs<Fields> {
  store: Pick<Store, 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
  repository: Repository<Fields>;
  events: { created: EventKind; updated: EventKind };
  errors: { exists: ErrorCode; notFound: ErrorCode };
  /** The reason that the event of a write gives. */
  describe(fields: Fields): string;
  /** What a write entails, in its transaction. */
  afterWrite?(record: Fields & Stored): Promise<void>;
}

/**
 * Writes records of settings: one for the environment and at most one for each tenant, which nothing deletes. The caller of
 * these functions has checked who may write.
 */
export function settingsRecord<Fields extends object>(needs: Needs<Fields>) {
  const { store, clock, random, audit, repository, events, errors, describe, afterWrite } = needs;

  const find = async (owner: SettingsOwner): Promise<(Fields & Stored) | null> => (await repository.findMany([owner]))[0] ?? null;

  const written = async (kind: EventKind, caller: Caller, record: Fields & Stored): Promise<Fields & Stored> => {
    await afterWrite?.(record);
    await audit(kind, caller, { tenantId: record.tenantId, reason: describe(record) });
    return record;
  };

  /** Null when the owner has a record. */
  const add = (caller: Caller, owner: SettingsOwner, fields: Fields): Promise<(Fields & Stored) | null> =>
    store.transact(async () => {
      const now = clock.now();
      const record = { ...fields, id: random.uuid(), tenantId: owner, createdAt: now, updatedAt: now };
      return (await repository.create(record)) ? written(events.created, caller, record) : null;
    });

  /** Null when the owner has no record. Without any field there is nothing to write. */
  const change = async (caller: Caller, owner: SettingsOwner, fields: Partial<Fields>): Promise<(Fields & Stored) | null> => {
    if (Object.keys(fields).length === 0) return find(owner);
    return store.transact(async () => {
      const record = await repository.update(owner, fields, clock.now());
      return record === null ? null : written(events.updated, caller, record);
    });
  };

  return {
    /** Answers the record of the owner, or null. */
    find,

    /** Creates the record. Errors: `exists`. */
    async create(caller: Caller, owner: SettingsOwner, fields: Fields): Promise<Fields & Stored> {
      return (await add(caller, owner, fields)) ?? fail(errors.exists);
    },

    /** Changes the fields given. Errors: `NOTHING_TO_UPDATE` before `notFound`. */
    async update(caller: Caller, owner: SettingsOwner, fields: Partial<Fields>): Promise<Fields & Stored> {
      if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
      return (await change(caller, owner, fields)) ?? fail(errors.notFound);
    },

    /** Changes the fields given, or creates a record of them and the defaults. It never fails for what exists. */
    async upsert(
      caller: Caller,
      owner: SettingsOwner,
      fields: Partial<Fields>,
      defaults: Fields,
    ): Promise<{ policy: Fields & Stored; created: boolean }> {
      const changed = await change(caller, owner, fields);
      if (changed !== null) return { policy: changed, created: false };
      const created = await add(caller, owner, { ...defaults, ...fields });
      if (created !== null) return { policy: created, created: true };
      // Somebody else created it between the two statements, so changing succeeds now.
      return { policy: (await change(caller, owner, fields)) ?? fail('UNAVAILABLE', 'policy vanished during upsert'), created: false };
    },
  };
}
