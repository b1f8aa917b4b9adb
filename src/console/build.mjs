import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = fileURLToPath(new URL('.', import.meta.url));
const stampName = 'sources.sha256';

/**
 * Builds the console into a folder, unless what is there was built from the same sources and packages. Loading the bundler alone takes
 * as long as the server takes to start, so it is loaded only when it is needed.
 */
export async function buildConsole(folder) {
  const stamp = await stampOfSources();
  if ((await readFile(join(folder, stampName), 'utf8').catch(() => '')) === stamp) return;
  const { build } = await import('vite');
  // Whoever reads the folder meanwhile, a server or another build, never finds a part of it.
  const fresh = `${folder}-${randomBytes(6).toString('hex')}`;
  await build({ root: sources, configFile: join(sources, 'vite.config.ts'), build: { outDir: fresh }, logLevel: 'warn' });
  await writeFile(join(fresh, stampName), stamp);
  await rm(folder, { recursive: true, force: true });
  // A build that ran at the same time may have been faster. It had the same sources.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
}

/** Returns a hash of everything that the result follows from. */
async function stampOfSources() {
  const names = (await readdir(sources, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = [...names.map((entry) => join(entry.parentPath, entry.name)), join(root, 'package-lock.json')].sort();
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(path.slice(root.length));
    hash.update(await readFile(path));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole(resolve(process.argv[2] ?? join(root, 'dist/console')));
