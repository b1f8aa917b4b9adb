import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Builds the script and the style sheet of the pages of sign-in into a folder. Whoever reads them meanwhile finds whole files. */
export async function buildPages(folder) {
  const { outputFiles } = await build({
    entryPoints: ['main.ts', 'style.css'].map((name) => fileURLToPath(new URL(`browser/${name}`, import.meta.url))),
    bundle: true,
    format: 'iife',
    target: ['es2021', 'chrome100', 'firefox100', 'safari15'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    outdir: folder,
  });
  await mkdir(folder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    const fresh = join(folder, `${randomBytes(6).toString('hex')}.part`);
    await writeFile(fresh, contents);
    await rename(fresh, path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPages(resolve(process.argv[2] ?? fileURLToPath(new URL('../../dist/pages', import.meta.url))));
}
