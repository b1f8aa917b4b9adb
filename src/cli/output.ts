import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { Failure, UsageError } from './failure.ts';
import type { Column, Paint } from './table.ts';
import { printable, tableOf } from './table.ts';

/** What a command writes to: a stream that may be a terminal. */
export type Sink = Pick<WriteStream, 'write'> & { isTTY?: boolean; hasColors?: () => boolean };

/** The streams of a command. */
export interface Streams {
  stdin: Readable & { isTTY?: boolean };
  stdout: Sink;
  stderr: Sink;
}

/** How a command speaks: results on standard output, everything that is only for people on standard error. */
export interface Output {
  /** Whether results are written for scripts. */
  json: boolean;
  /** Colors a text where standard output has colors. */
  paint: Paint;
  /** Writes a line of a result. */
  line(text?: string): void;
  /** Writes a line in which some parts are colored already. */
  painted(text: string): void;
  /** Writes a table, or a part of one that goes on. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], options?: { titles: boolean }): void;
  /** Writes a result for scripts, as one line. */
  document(value: unknown): void;
  /** Says something to people. */
  note(text: string): void;
  /** Shows that something takes long, while it does. */
  during<T>(what: string, work: Promise<T>): Promise<T>;
  /** Refuses a command that asks where nobody can be asked, unless the answer was given. */
  requireAnswer(yes: boolean): void;
  /** Asks before something that cannot be undone. Throws if the answer is no. */
  confirm(question: string): Promise<void>;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMilliseconds = 100;

/**
 * Makes the output of a command. Colors are there if standard output is a terminal that has them, which `NO_COLOR` denies. What
 * moves is there only if standard error is a terminal.
 */
export function createOutput({ stdin, stdout, stderr }: Streams, { json }: { json: boolean }): Output {
  const colors = stdout.isTTY === true && stdout.hasColors?.() === true;
  const paint: Paint = (style, text) => (colors ? styleText(style, text, { validateStream: false }) : text);
  const write = (text: string): void => void stdout.write(`${text}\n`);
  return {
    json,
    paint,
    line: (text = '') => write(printable(text)),
    painted: write,
    table: (columns, rows, options) => {
      for (const line of tableOf(columns, rows, paint, options)) write(line);
    },
    document: (value) => write(JSON.stringify(value)),
    note: (text) => void stderr.write(`${printable(text)}\n`),
    async during(what, work) {
      if (stderr.isTTY !== true) return work;
      let ticks = 0;
      const timer = setInterval(() => {
        ticks += 1;
        const seconds = Math.floor((ticks * frameMilliseconds) / 1_000);
        stderr.write(`\r${frames[ticks % frames.length]} ${what} ${seconds} s `);
      }, frameMilliseconds);
      try {
        return await work;
      } finally {
        clearInterval(timer);
        if (ticks > 0) stderr.write(`\r${' '.repeat(what.length + 12)}\r`);
      }
    },
    requireAnswer(yes) {
      if (!yes && (stdin.isTTY !== true || stderr.isTTY !== true)) throw new UsageError('There is nobody to ask, so this command needs --yes.');
    },
    async confirm(question) {
      const answer = await ask(stdin, stderr, printable(question));
      if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('Nothing was changed.');
    },
  };
}

/** Asks a question and returns the line that was typed. The end of the input is an empty line. */
async function ask(stdin: Readable, stderr: Sink, question: string): Promise<string> {
  const lines = createInterface({ input: stdin });
  try {
    stderr.write(`${question} [y/N] `);
    return await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
  } finally {
    lines.close();
  }
}

/** Writes a name of an enum as words, also one that a newer server has added. */
export const words = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

/** Writes a moment to the minute, in the time zone that its column names. */
export const minute = (moment: string | null): string => (moment === null ? 'never' : moment.slice(0, 16).replace('T', ' '));
