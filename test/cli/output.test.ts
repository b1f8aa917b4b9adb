import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import type { Column } from '../../src/cli/table.ts';
import { sink, typist } from './streams.ts';

const people = [
  { name: 'Dana', number: 7 },
  { name: '田中', number: 1234 },
];
const columns: readonly Column<(typeof people)[number]>[] = [
  { title: 'name', of: ({ name }) => ({ text: name, style: 'red' }) },
  { title: 'number', of: ({ number }) => String(number), right: true },
  { title: 'end', of: () => 'x' },
];
const streams = (stdout = sink(), stderr = sink(), stdin = new PassThrough()) => ({ stdin, stdout, stderr });

describe('a table', () => {
  it('aligns words to the left, numbers to the right, and counts wide letters as two', () => {
    const stdout = sink();
    createOutput(streams(stdout), { json: false }).table(columns, people);
    expect(stdout.text()).toBe('name  number  end\nDana       7  x\n田中    1234  x\n');
  });

  it('has colors on a terminal that has them, and nowhere else', () => {
    for (const [terminal, colors] of [
      [true, true],
      [true, false],
      [false, true],
    ] as const) {
      const stdout = sink({ terminal, colors });
      createOutput(streams(stdout), { json: false }).table(columns, people);
      expect(stdout.text().includes('\u001b[31mDana'), `${terminal} ${colors}`).toBe(terminal && colors);
      expect(stdout.text().includes('\u001b'), `${terminal} ${colors}`).toBe(terminal && colors);
    }
  });

  it('lets no name command the terminal or turn the direction of reading', () => {
    const stdout = sink({ terminal: true, colors: false });
    const output = createOutput(streams(stdout), { json: false });
    output.table(columns, [{ name: 'a\u001b[2J\u009b\r\nb\u202ec', number: 1 }]);
    output.line('Dana \u001b]0;title\u0007');
    expect(stdout.text()).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
    expect(stdout.text().split('\n')).toHaveLength(4);
  });
});

describe('a question', () => {
  const ask = (stdin: PassThrough & { isTTY: boolean }, stderr = sink({ terminal: true })) =>
    createOutput({ stdin, stdout: sink(), stderr }, { json: false }).confirm('Delete?');

  it('is answered by y or yes', async () => {
    for (const answer of ['y', 'YES', ' yes ']) await ask(typist(answer));
  });

  it('is refused by anything else, and by the end of the input', async () => {
    for (const answer of ['', 'n', 'yess', null]) await expect(ask(typist(answer))).rejects.toThrow('Nothing was changed.');
  });

  it('stands on standard error, so that results can be piped', async () => {
    const stderr = sink({ terminal: true });
    await ask(typist('y'), stderr);
    expect(stderr.text()).toBe('Delete? [y/N] ');
  });

  it('needs --yes unless both ends are a terminal', () => {
    for (const [stdin, stderr] of [
      [new PassThrough(), sink({ terminal: true })],
      [typist('y'), sink()],
    ] as const) {
      const output = createOutput(streams(sink(), stderr, stdin), { json: false });
      expect(() => output.requireAnswer(false)).toThrow('needs --yes');
      expect(() => output.requireAnswer(true)).not.toThrow();
    }
  });
});

it('what takes long moves on a terminal only, on standard error only, and leaves nothing there', async () => {
  for (const terminal of [true, false]) {
    const [stdout, stderr] = [sink({ terminal: true }), sink({ terminal })];
    expect(await createOutput(streams(stdout, stderr), { json: false }).during('Working', sleep(250, 'done'))).toBe('done');
    expect(stdout.text()).toBe('');
    expect(/Working 0 s/.test(stderr.text())).toBe(terminal);
    expect(stderr.text().split('\r').at(-1)).toBe('');
  }
});
