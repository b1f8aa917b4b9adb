// One migration name for both dialects, so that neither is forgotten: `npm run db:generate -- <name>`.
import { spawnSync } from 'node:child_process';

const name = process.argv[2];
if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
  console.error('usage: npm run db:generate -- <name>, in lower case with underscores, e.g. add_devices');
  process.exit(2);
}
for (const dialect of ['sqlite', 'postgres']) {
  const { status } = spawnSync('drizzle-kit', ['generate', '--config', `drizzle/${dialect}.config.ts`, '--name', name], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
