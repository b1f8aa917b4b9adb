import { cp, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildConsole } from './src/console/build.mjs';
import { buildPages } from './src/pages/build.mjs';

/*
 * Builds the server and the command line into `dist`, or into the folder that is given, each with all the packages it needs. Node reads
 * a few large files in half the time that it takes to find and read several hundred small ones, and needs less memory for them. What is
 * imported later stays in files of its own. The console for browsers is built beside it, if its sources have changed, and so is what the pages of
 * sign-in load.
 */
const outdir = resolve(process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url)));
const dayMilliseconds = 86_400_000;

const consoleBuilt = buildConsole(join(outdir, 'console'));
const pagesBuilt = buildPages(join(outdir, 'pages'));
await build({
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: ['src/main.ts', 'src/cli/sallyport.ts'],
  outbase: 'src',
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Packages of machine code stay where npm has put them. `pg` looks for `pg-native`, which is not installed.
  external: ['better-sqlite3', '@node-rs/argon2', '@node-rs/bcrypt', 'pg-native'],
  // Packages in the older format load what belongs to Node by `require`, which a module of the newer format does not have.
  banner: { js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);" },
  // Names stay as they are, because the log tells in which function an error happened.
  minifyWhitespace: true,
  legalComments: 'none',
  // Beside each file lies its map, which Node does not read. It tells where in the sources a place is that the log names.
  sourcemap: 'external',
  sourcesContent: false,
  logLevel: 'warning',
});
const listCopied = cp(new URL('src/platform/common-passwords.bin', import.meta.url), join(outdir, 'common-passwords.bin'));
await Promise.all([consoleBuilt, pagesBuilt, listCopied]);

// The names of these files contain a hash, so those of earlier builds stay. A server that still runs from one may load some of them later,
// for example while `npm run keys` builds in the same folder, so only old ones go.
const chunks = join(outdir, 'chunks');
for (const name of await readdir(chunks)) {
  const path = join(chunks, name);
  if (Date.now() - (await stat(path)).mtimeMs > dayMilliseconds) await rm(path);
}
