import { PassThrough } from 'node:stream';
import type { Sink } from '../../src/cli/output.ts';

/** A stream that keeps what was written, as a terminal or as none. */
export function sink({ terminal = false, colors = false } = {}): Sink & { text(): string } {
  let text = '';
  return {
    isTTY: terminal,
    hasColors: () => colors,
    write: (chunk: unknown) => {
      text += String(chunk);
      return true;
    },
    text: () => text,
  };
}

/** A person at a terminal who types this, or the end of the input for null. */
export function typist(line: string | null): PassThrough & { isTTY: boolean } {
  const stream = Object.assign(new PassThrough(), { isTTY: true });
  if (line === null) stream.end();
  else stream.write(`${line}\n`);
  return stream;
}

/** A person at a terminal who types this only after the question was asked, and after `meanwhile`. */
export function hesitant(line: string, meanwhile: () => Promise<unknown>) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = sink({ terminal: true });
  const write = stderr.write;
  stderr.write = (chunk: unknown) => {
    const written = write(chunk as string);
    if (/\[y\/N\] $/.test(stderr.text())) void meanwhile().then(() => stdin.write(`${line}\n`));
    return written;
  };
  return { stdin, stderr };
}
