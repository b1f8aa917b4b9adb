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
