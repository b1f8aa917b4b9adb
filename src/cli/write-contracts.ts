import { readFile, writeFile } from 'node:fs/promises';
import { renderContracts } from '../contracts.ts';

/** Writes the files of `schema/`; with `--check` only compares them, and exits with 1 where one is stale. */
const checks = process.argv.includes('--check');
for (const [path, content] of Object.entries(await renderContracts())) {
  const file = new URL(`../../${path}`, import.meta.url);
  if (!checks) await writeFile(file, content);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    process.stderr.write(`${path} is stale: run \`npm run schema:write\`\n`);
    process.exitCode = 1;
  }
}
