import { readFile, writeFile } from 'node:fs/promises';
import { settingsTable } from '../config/settings.ts';
import { groupsTable, renderConsoleDocuments, renderContracts, revocationTable } from '../contracts.ts';

// Writes the generated files: those in `schema/`, the documents of the console, and README's tables of operations, of settings and of what ends
// with what. With `--check` it only compares them, and exits with 1 if one is out of date.
const checks = process.argv.includes('--check');
const fileOf = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const read = (path: string): Promise<string> => readFile(fileOf(path), 'utf8').catch(() => '');

const tables = { groups: await groupsTable(), settings: settingsTable(), revocation: revocationTable() };
const readme = Object.entries(tables).reduce(
  (text, [name, table]) =>
    text.replace(new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(\\n<!-- /${name} -->)`), (_all, head: string, tail: string) => `${head}${table}${tail}`),
  await read('README.md'),
);
for (const [path, content] of Object.entries({ ...(await renderContracts()), ...(await renderConsoleDocuments()), 'README.md': readme })) {
  if (!checks) await writeFile(fileOf(path), content);
  else if ((await read(path)) !== content) {
    process.stderr.write(`${path} is out of date: run \`npm run schema:write\`\n`);
    process.exitCode = 1;
  }
}
