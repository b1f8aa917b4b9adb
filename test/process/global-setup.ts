import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** What `npm start` runs, built for these tests. */
    serverMain: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The server as it is built for a release, in a folder of its own, once for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Inside the project, so that what is built finds its packages.
  const folder = join(root, 'node_modules/.cache', `sallyport-test-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    // Its settings of modules are those of the project, and it names the folder of the migrations and the documents.
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    for (const name of ['drizzle', 'schema', 'README.md', 'CONTRIBUTING.md']) await symlink(join(root, name), join(folder, name));
    await promisify(execFile)(process.execPath, [join(root, 'esbuild.config.mjs'), join(folder, 'dist')]);
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('serverMain', join(folder, 'dist/main.js'));
  return remove;
}
