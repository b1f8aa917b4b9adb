import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const log = fileURLToPath(new URL('../../src/platform/log.ts', import.meta.url));

/** Runs a program that logs, and returns when it wrote what: a chunk for each write. */
function written(body: string): Promise<{ chunks: string[]; code: number | null }> {
  const program = `import { createBatchedOutput, createLog } from ${JSON.stringify(log)}; const log = createLog('info', createBatchedOutput()); ${body}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ chunks, code })));
}

const messages = (chunks: readonly string[]): string[] =>
  chunks
    .join('')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

it.each([
  ['ends by itself', ''],
  ['is ended', 'process.exit(3);'],
  [
    'fails by an error that nothing catches',
    "process.on('uncaughtException', () => { log.error({}, 'caught'); process.exit(1); }); throw new Error('x');",
  ],
])('nothing is lost when the process %s', async (_, end) => {
  const { chunks } = await written(`for (let line = 0; line < 500; line += 1) log.info({}, String(line)); ${end}`);
  expect(messages(chunks).filter((message) => message !== 'caught')).toEqual(Array.from({ length: 500 }, (_each, line) => String(line)));
});

it('an error is written at once with what waits before it, and the rest a little later without anybody asking', async () => {
  const { chunks } = await written(`
    log.info({}, 'first'); log.error({}, 'second');
    setTimeout(() => log.info({}, 'third'), 50);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500);`);
  expect(messages(chunks)).toEqual(['first', 'second', 'third']);
});
