#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Starts the command line that `npm run build` made, and builds it once where that has not happened. Standard output belongs to the command.
const folder = fileURLToPath(new URL('../..', import.meta.url));
const built = new URL('../../dist/cli/sallyport.js', import.meta.url);

try {
  if (!existsSync(built)) {
    process.stderr.write('Building Sallyport once …\n');
    execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: folder, stdio: 'ignore' });
  }
  await import(built.href);
} catch {
  process.stderr.write(`Sallyport is not built, and could not be built: run \`npm ci && npm run build\` in ${folder}\n`);
  process.exitCode = 1;
}
