import { cpus, totalmem } from 'node:os';

/** One row of the table. */
export interface Row {
  id: string;
  contender: string;
  figure: string;
  /** To the first row of the same id, with the smallest and the largest of all rounds. */
  ratio: string;
  /** What has to be reached, where there is something. */
  target: string;
}

const titles: Row = { id: 'id', contender: 'contender', figure: 'median', ratio: 'ratio (min–max)', target: 'target' };

/** Returns the rows as a table of Markdown whose columns stand under each other. */
export function tableOf(rows: readonly Row[]): string {
  const names = Object.keys(titles) as (keyof Row)[];
  const widths = names.map((name) => Math.max(...[titles, ...rows].map((row) => row[name].length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [
    line(names.map((name) => titles[name])),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map((row) => line(names.map((name) => row[name]))),
  ].join('\n');
}

/** Names the machine in one line. */
export const machine = (): string =>
  `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'an unknown kind'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}`;
