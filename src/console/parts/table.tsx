import type { ComponentChildren } from 'preact';

/** One column of a table. */
export interface Column<Row> {
  title: string;
  /** Whether it holds numbers, which stand below each other by their digits. */
  numeric?: boolean;
  cell: (row: Row) => ComponentChildren;
}

/** A table with a caption. It scrolls by itself where it is wider than the page, which the keyboard reaches too. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  empty = 'There is nothing to show.',
  hideCaption = true,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  empty?: ComponentChildren;
  hideCaption?: boolean;
}) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by the keys
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={hideCaption ? 'sr' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={column.numeric === true ? 'number' : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.title} class={column.numeric === true ? 'number' : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
