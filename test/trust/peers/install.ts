import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/**
 * Installs packages into a temporary folder, and writes the code of a module there that can be imported. None of them becomes a dependency of
 * this project, and none of their install scripts runs.
 */
export async function installed(
  packages: readonly string[],
  code: string,
): Promise<{ exports(): Promise<Record<string, unknown>>; file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-peer-'));
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--save-exact'];
  await promisify(execFile)('npm', ['install', ...flags, ...packages], { cwd: folder });
  const file = join(folder, 'peer.js');
  await writeFile(file, code);
  const exports = async () => (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  return { exports, file, remove: () => rm(folder, { recursive: true, force: true }) };
}
