import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  if (Array.isArray(actual)) return actual;
  return Object.fromEntries(Object.entries(actual).map(([key, value]) => [key, abridged(value, (shown as Record<string, unknown>)[key])]));
}

it("the README's walks from login to tokens run as printed and answer as printed", async () => {
  const cwd = await workingFolder();
  const server = await start(cwd);
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
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', shim + script], { cwd: project });
  const answers = stdout.split(separator).slice(0, -1);
  expect(answers).toHaveLength(blocks.length);
  for (const [index, { answer }] of blocks.entries()) {
    const shown: unknown = JSON.parse(answer);
    expect(abridged(JSON.parse(answers[index] ?? ''), shown)).toEqual(shown);
  }
  await server.stop();
});

it("the README's commands of the command line answer as printed", async () => {
  const server = await start(await workingFolder(), chosen);
  const [, console = ''] = /```console\n([\s\S]+?)```/.exec(readme) ?? [];
  const shown = console.split(/^\$ npx sallyport /m).slice(1);
  expect(shown.length).toBeGreaterThan(4);
  for (const block of shown) {
    const [command = '', ...lines] = block.split('\n');
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    const answer = (await against(server.url).text(...words)).split('\n');
    expect(answer, command).toHaveLength(lines.length);
    expect(answer.map((line, index) => (matches(line, lines[index] ?? '') ? lines[index] : line))).toEqual(lines);
  }
  await server.stop();
});

it("the README's table of what ends with what is the one the services read", () => {
  expect(readme).toContain(`<!-- revocation -->\n${revocationTable()}\n<!-- /revocation -->`);
});

it("the README's table of settings is the one the server reads by", () => {
  expect(readme).toContain(`<!-- settings -->\n${settingsTable()}\n<!-- /settings -->`);
});
