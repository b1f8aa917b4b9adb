import { fail } from '../../domain/errors.ts';

interface Steps<T> {
  /** Null when there is nothing to change. */
  change(): Promise<T | null>;
  /** Null when there is something already. */
  create(): Promise<T | null>;
}

/** Changes the one record an owner has, or creates it; never fails for what exists. For records that nothing deletes. */
export async function changeOrCreate<T>({ change, create }: Steps<T>): Promise<{ policy: T; created: boolean }> {
  const changed = await change();
  if (changed !== null) return { policy: changed, created: false };
  const created = await create();
  if (created !== null) return { policy: created, created: true };
  // Somebody else created it between the two statements, so changing succeeds now.
  return { policy: (await change()) ?? fail('UNAVAILABLE', 'policy vanished during upsert'), created: false };
}
