import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/**
 * Installs packages into a temporary folder and imports what a line of code there exports. None of them becomes a dependency of
 * this project, and none of their install scripts runs.
 */
export async function installed(
  packages: readonly string[],
  code: string,
): Promise<{ exports: Record<string, unknown>; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-peer-'));
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--save-exact'];
  await promisify(execFile)('npm', ['install', ...flags, ...packages], { cwd: folder });
  await writeFile(join(folder, 'peer.js'), code);
  const exports = (await import(pathToFileURL(join(folder, 'peer.js')).href)) as Record<string, unknown>;
  return { exports, remove: () => rm(folder, { recursive: true, force: true }) };
}
