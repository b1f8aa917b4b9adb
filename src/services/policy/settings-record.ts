import type { Caller } from '../../domain/access/actor.ts';
import type { EventKind } from '../../domain/audit/event.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { fail } from '../../domain/errors.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

/** The fields that every record of settings has besides its own. */
interface Stored {
  id: string;
  tenantId: SettingsOwner;
  createdAt: Date;
  updatedAt: Date;
}

/** The part of the store that a record of settings needs. */
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
  /** Returns the reason that the event of a write states. */
  describe(fields: Fields): string;
  /** Does what a write entails, in the transaction of the write. */
  afterWrite?(record: Fields & Stored): Promise<void>;
}

/**
 * Creates the functions that read and write records of settings: one for the environment and at most one for each tenant. Records
 * are never deleted. The callers of these functions check who may write.
 */
export function settingsRecord<Fields extends object>(needs: Needs<Fields>) {
  const { store, clock, random, audit, repository, events, errors, describe, afterWrite } = needs;

  const find = async (owner: SettingsOwner): Promise<(Fields & Stored) | null> => (await repository.findMany([owner]))[0] ?? null;

  const written = async (kind: EventKind, caller: Caller, record: Fields & Stored): Promise<Fields & Stored> => {
    await afterWrite?.(record);
    await audit(kind, caller, { tenantId: record.tenantId, reason: describe(record) });
    return record;
  };

  /** Creates the record. Returns null if the owner has one. */
  const add = (caller: Caller, owner: SettingsOwner, fields: Fields): Promise<(Fields & Stored) | null> =>
    store.transact('SETTINGS', async () => {
      const now = clock.now();
      const record = { ...fields, id: random.uuid(), tenantId: owner, createdAt: now, updatedAt: now };
      return (await repository.create(record)) ? written(events.created, caller, record) : null;
    });

  /** Changes the record. Returns null if the owner has none. Without any field it writes nothing. */
  const change = async (caller: Caller, owner: SettingsOwner, fields: Partial<Fields>): Promise<(Fields & Stored) | null> => {
    if (Object.keys(fields).length === 0) return find(owner);
    return store.transact('SETTINGS', async () => {
      const record = await repository.update(owner, fields, clock.now());
      return record === null ? null : written(events.updated, caller, record);
    });
  };

  return {
    /** Returns the record of the owner, or null. */
    find,

    /** Creates the record. Errors: `exists`. */
    async create(caller: Caller, owner: SettingsOwner, fields: Fields): Promise<Fields & Stored> {
      return (await add(caller, owner, fields)) ?? fail(errors.exists);
    },

    /** Changes the given fields. Errors: `NOTHING_TO_UPDATE`, which takes precedence over `notFound`. */
    async update(caller: Caller, owner: SettingsOwner, fields: Partial<Fields>): Promise<Fields & Stored> {
      if (Object.keys(fields).length === 0) fail('NOTHING_TO_UPDATE');
      return (await change(caller, owner, fields)) ?? fail(errors.notFound);
    },

    /** Changes the given fields, or creates a record of them and the defaults. It is no error if the record exists already. */
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
      // A parallel call created the record between the two statements, so the change succeeds now.
      return { policy: (await change(caller, owner, fields)) ?? fail('UNAVAILABLE', 'policy vanished during upsert'), created: false };
    },
  };
}
