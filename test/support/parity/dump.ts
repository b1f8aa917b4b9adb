import { everything } from '../database.ts';
import type { Harness } from '../harness.ts';

/** Salted hashes, ids, and hashes or tokens of 256 bits: what chance made, alone or within a longer text. */
const chance = /(?<=\$)[\w+/]{22}\$[\w+/]{43}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![\w-])[\w-]{43}(?![\w-])/g;

const plain = (value: unknown): string => {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Date) return String(value.getTime());
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * All rows of all tables as text. What chance made is named by the order it is first seen in, from the audit trail on, so that
 * the same row points at the same other row; sealed bytes count by their length. Instants stay: the clock is moved by hand.
 */
export async function dump(harness: Harness): Promise<{ events: string[]; tables: Record<string, string[]> }> {
  // A timer of the server forgets sealed tokens by real time, so one side may have forgotten some that the other has not yet.
  await harness.app.store.sessions.forgetSealed(harness.clock.now(), harness.clock.now());
  // Another one adds up counts.
  await harness.app.adoption.run();
  const rows = (await everything(harness)).filter(({ table }) => !table.startsWith('sqlite_') && !table.startsWith('__'));
  const names = new Map<string, string>();
  const named = (text: string): string =>
    text.replace(chance, (found) => {
      const name = names.get(found) ?? `<${names.size + 1}>`;
      names.set(found, name);
      return name;
    });
  const fields = (row: Record<string, unknown>): string =>
    // By name: a table that was altered has its columns in another order on each dialect.
    Object.entries(row)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([column, value]) => `${column}=${plain(value)}`)
      .join(' ');

  // Every call is a request of its own. What one request writes in parts that run beside each other has no order, so its kinds give it one.
  const trail = rows.filter(({ table }) => table === 'audit_events').map(({ row: { id, request_id, ...row } }) => row);
  const byTime = (one: Record<string, unknown>, other: Record<string, unknown>): number =>
    Number(one.at) - Number(other.at) || String(one.kind).localeCompare(String(other.kind));
  const events = trail.sort(byTime).map((row) => named(fields(row)));

  const others = rows.filter(({ table }) => table !== 'audit_events').map(({ table, row }) => ({ table, text: fields(row) }));
  const order = ({ table, text }: { table: string; text: string }): string =>
    `${table} ${/created_at=(\d+)/.exec(text)?.[1] ?? ''} ${text.replace(chance, (found) => names.get(found) ?? '<>')}`;
  const tables: Record<string, string[]> = {};
  for (const { table, text } of others.sort((left, right) => (order(left) < order(right) ? -1 : 1))) {
    tables[table] = [...(tables[table] ?? []), named(text)];
  }
  return { events, tables };
}
