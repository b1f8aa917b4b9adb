import type { KeyTools } from '../key-tools.ts';
import type { Output } from './output.ts';
import type { Cell, Column } from './table.ts';

type Keys = Awaited<ReturnType<KeyTools['list']>>;

const stateOf = (state: string): Cell => (state === 'MISSING' ? { text: state, style: 'red' } : state);
const timeOf = (date: Date | null): string => date?.toISOString() ?? '';

/** Writes the keys and secrets for people. */
export function printKeys(output: Output, { masterKeys, signingKeys, secrets }: Keys): void {
  section(output, 'Master keys', masterKeys, [
    { title: 'id', of: ({ id }) => id },
    { title: 'state', of: ({ state }) => stateOf(state) },
    { title: 'sealed values', of: ({ sealedValues }) => String(sealedValues), right: true },
    { title: 'digests', of: ({ digests }) => String(digests), right: true },
    { title: 'can be removed', of: ({ removable }) => (removable ? 'yes' : 'no') },
  ]);
  output.line();
  section(output, 'Signing keys', signingKeys, [
    { title: 'id', of: ({ id }) => id },
    { title: 'state', of: ({ state }) => state },
    { title: 'signs from', of: ({ signsFrom }) => timeOf(signsFrom) },
    { title: 'published until', of: ({ publishedUntil }) => timeOf(publishedUntil) },
  ]);
  output.line();
  section(output, 'Client secrets', secrets, [
    { title: 'id', of: ({ id }) => id },
    { title: 'valid since', of: ({ createdAt }) => timeOf(createdAt) },
  ]);
}

function section<Row>(output: Output, title: string, rows: readonly Row[], columns: readonly Column<Row>[]): void {
  output.painted(output.paint('bold', title));
  output.table(columns, rows);
}
