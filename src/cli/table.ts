/** How a cell is colored. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** A text of a table, with its color if it has one. */
export type Cell = string | { text: string; style: Style };

/** A column, from the left to the right. */
export interface Column<Row> {
  title: string;
  of(row: Row): Cell;
  /** True for numbers, which stand below each other by their last digit. */
  right?: boolean;
  /** The least width, for a table that is written in parts. */
  least?: number;
}

/** Colors a text, or returns it as it is where there are no colors. */
export type Paint = (style: Style, text: string) => string;

const wide = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Returns how many columns of a terminal a text takes. */
const widthOf = (text: string): number => [...segmenter.segment(text)].reduce((width, { segment }) => width + (wide.test(segment) ? 2 : 1), 0);

/**
 * Returns a text without characters that command a terminal or turn the direction of reading. Names are chosen by whoever signs up, and
 * must not move the cursor of the operator who lists them.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '�');

const textOf = (cell: Cell): string => printable(typeof cell === 'string' ? cell : cell.text);

/** Returns the lines of a table. The last column is not filled with blanks, so that long texts in it wrap once. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[], paint: Paint, { titles } = { titles: true }): string[] {
  const cells = rows.map((row) => columns.map((column) => column.of(row)));
  const widths = columns.map(({ title, least = 0 }, index) =>
    Math.max(least, titles ? widthOf(title) : 0, ...cells.map((row) => widthOf(textOf(row[index] ?? '')))),
  );
  const lineOf = (row: readonly Cell[]): string =>
    columns
      .map(({ right }, index) => {
        const cell = row[index] ?? '';
        const text = textOf(cell);
        const painted = typeof cell === 'string' || text === '' ? text : paint(cell.style, text);
        const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
        if (right) return `${blanks}${painted}`;
        return index === columns.length - 1 ? painted : `${painted}${blanks}`;
      })
      .join('  ')
      .trimEnd();
  const head = columns.map(({ title }): Cell => ({ text: title, style: 'dim' }));
  return [...(titles ? [lineOf(head)] : []), ...cells.map(lineOf)];
}
