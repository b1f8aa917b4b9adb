import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { settingsTable } from '../../src/config/settings.ts';
import { revocationTable } from '../../src/contracts.ts';
import { against, chosen } from './cli/command-line.ts';
import { cleanUp, start, workingFolder } from './server.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
let readme: string;
beforeAll(async () => {
  readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
});
afterAll(cleanUp);

/** Whether a text differs from the README's only where that writes `…`. */
function matches(actual: string, shown: string): boolean {
  const pattern = shown.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.+')}$`).test(actual);
}

/** The same value with every text that differs only where the README writes `…` replaced by the README's. */
function abridged(actual: unknown, shown: unknown): unknown {
  if (typeof actual === 'string' && typeof shown === 'string') return matches(actual, shown) ? shown : actual;
  if (typeof actual !== 'object' || actual === null || typeof shown !== 'object' || shown === null) return actual;
  if (Array.isArray(actual)) return Array.isArray(shown) ? actual.map((item, index) => abridged(item, shown[index])) : actual;
  return Object.fromEntries(Object.entries(actual).map(([key, value]) => [key, abridged(value, (shown as Record<string, unknown>)[key])]));
}

it("the README's walks from login to tokens run as printed and answer as printed", async () => {
  const cwd = await workingFolder();
  const server = await start(cwd, chosen);
  const blocks = [...readme.matchAll(/```sh\n([\s\S]+?)```\n\n```json\n([\s\S]+?)```/g)].map(([, script = '', answer = '']) => ({ script, answer }));
  expect(blocks.length).toBeGreaterThan(4);
  const separator = '-- end of block --';
  const script = blocks
    .map((block) => `${block.script}\necho; echo '${separator}'\n`)
    .join('')
    .replaceAll('http://127.0.0.1:4000', server.url)
    .replaceAll('data/developer-key', join(cwd, 'data/developer-key'));
  // Where the machine has no curl, Node sends what curl would.
  const curl = `node -e 'const [url, ...rest] = process.argv.slice(1).filter((word) => word !== "-s"); const after = (flag) => rest[rest.indexOf(flag) + 1]; const headers = Object.fromEntries(rest.flatMap((word, index) => (rest[index - 1] === "-H" ? [word.split(": ")] : []))); const body = rest.includes("-d") ? { method: "POST", body: after("-d"), headers } : { headers }; fetch(url, body).then((answer) => answer.text()).then((text) => process.stdout.write(text))'`;
  const shim = `command -v curl >/dev/null || curl() { ${curl} "$@"; }\n`;
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', shim + script], {
    cwd: project,
    env: { ...process.env, ...against(server.url).env },
  });
  const answers = stdout.split(separator).slice(0, -1);
  expect(answers).toHaveLength(blocks.length);
  for (const [index, { answer }] of blocks.entries()) {
    const shown: unknown = JSON.parse(answer);
    expect(abridged(JSON.parse(answers[index] ?? ''), shown)).toEqual(shown);
  }
  await server.stop();
});

/** Runs the commands of a block for a terminal one after the other, and compares what each of them prints, also to standard error. */
async function runConsole(block: string, cwd: string, env: Record<string, string>): Promise<void> {
  const shown = block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [command = '', ...lines] = text.split('\n');
      return { command, lines: lines.slice(0, -1) };
    });
  const separator = '-- end of command --';
  // The exit code is kept over the separator, because a command may print it.
  const script = shown.map(({ command }) => `${command}\nstatus=$?; echo '${separator}'; (exit $status)\n`).join('');
  const npx = `npx() { shift; "${process.execPath}" "${join(dirname(inject('serverMain')), 'cli/sallyport.js')}" "$@"; }\n`;
  const words = ['-c', `exec 2>&1\n${npx}${script}`];
  const { stdout } = await promisify(execFile)('bash', words, { cwd, env: { PATH: process.env.PATH, ...env } });
  const answers = stdout
    .split(`${separator}\n`)
    .slice(0, -1)
    .map((answer) => answer.split('\n').slice(0, -1));
  expect(answers).toHaveLength(shown.length);
  for (const [index, { command, lines }] of shown.entries()) {
    const answer = answers[index] ?? [];
    expect(
      answer.map((line, place) => (matches(line, lines[place] ?? '') ? lines[place] : line)),
      command,
    ).toEqual(lines);
  }
}

it("the README's commands of the command line answer as printed", async () => {
  const cwd = await workingFolder();
  const server = await start(cwd, chosen);
  const [block = '', withoutServer = ''] = [...readme.matchAll(/```console\n([\s\S]+?)```/g)].map(([, text]) => text);
  expect(block.match(/^\$ npx sallyport /gm)?.length).toBeGreaterThan(10);
  await runConsole(block, cwd, against(server.url).env);
  await server.stop();
  expect(withoutServer).toContain('$ npx sallyport demo reset');
  await runConsole(withoutServer, cwd, chosen);
});

it("the README's table of what ends with what is the one the services read", () => {
  expect(readme).toContain(`<!-- revocation -->\n${revocationTable()}\n<!-- /revocation -->`);
});

it("the README's table of settings is the one the server reads by", () => {
  expect(readme).toContain(`<!-- settings -->\n${settingsTable()}\n<!-- /settings -->`);
});
