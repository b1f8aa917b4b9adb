// Migrations of both dialects from the tables, under one name, so that neither is forgotten:
//   npm run db:generate -- <name>      writes them
//   node drizzle/generate.mjs --check  fails when the tables have changed and no migration says so
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [argument] = process.argv.slice(2);
const checks = argument === '--check';
if (!checks && (argument === undefined || !/^[a-z0-9_]+$/.test(argument))) {
  console.error('usage: npm run db:generate -- <name>, in lower case with underscores, e.g. add_devices');
  process.exit(2);
}

const generate = (name, options) => {
  const command = ['drizzle-kit', 'generate', ...options, '--name', name];
  const { status, stderr } = spawnSync('npx', command, { stdio: checks ? 'pipe' : 'inherit', encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr ?? '');
    process.exit(status ?? 1);
  }
};

for (const dialect of ['sqlite', 'postgres']) {
  if (!checks) {
    generate(argument, ['--config', `drizzle/${dialect}.config.ts`]);
    continue;
  }
  // A copy inside the project: drizzle-kit writes only below the folder it runs in.
  const copy = mkdtempSync('node_modules/.sallyport-migrations-');
  try {
    cpSync(`drizzle/${dialect}`, copy, { recursive: true });
    const count = () => readdirSync(copy).filter((name) => name.endsWith('.sql')).length;
    const before = count();
    const kind = dialect === 'postgres' ? 'postgresql' : 'sqlite';
    generate('check', ['--dialect', kind, '--schema', `src/store/schema.${dialect}.ts`, '--casing', 'snake_case', '--out', join('.', copy)]);
    if (count() !== before) {
      console.error(`the ${dialect} tables have no migration: run \`npm run db:generate -- <name>\``);
      process.exitCode = 1;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
