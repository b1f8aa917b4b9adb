import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** What `npm start` runs, compiled for these tests. */
    serverMain: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The sources compiled as a release is, in a folder of their own, once for all tests. Types are the check's business, not this one's. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Inside the project, so that what is compiled finds its packages.
  const folder = join(root, 'node_modules/.cache', `sallyport-test-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    // Modules as in the project, and the migrations as far from `dist` as they are there.
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await symlink(join(root, 'drizzle'), join(folder, 'drizzle'), 'dir');
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const flags = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', join(folder, 'dist')];
    await promisify(execFile)(process.execPath, [compiler, ...flags]);
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('serverMain', join(folder, 'dist/main.js'));
  return remove;
}
