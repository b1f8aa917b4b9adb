import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Claim, Db, Outcome, Run } from './claim.ts';
import { NotRun } from './claim.ts';
import { claims } from './claims.ts';
import { stopPostgres } from './support/deployment.ts';
import { closeConnections } from './support/http.ts';
import { seededRandom } from './support/random.ts';
import { killLeftovers } from './support/server.ts';

const usage = 'Usage: npm run trust -- [B1 … B12] [--db sqlite|pg2] [--seed N] [--short] [--soak MINUTES] [--write]';

const readme = new URL('../../README.md', import.meta.url);
const lines: string[] = [];

/** Puts what was printed into the README, where the last output stands. */
function writeReadme(): void {
  const block = `<!-- trust -->\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n<!-- /trust -->`;
  writeFileSync(
    readme,
    readFileSync(readme, 'utf8').replace(/<!-- trust -->[\s\S]*<!-- \/trust -->/, () => block),
  );
}

/** One claim on one database, as a line of JSON on standard output. Answers whether it held. */
async function show(claim: Claim, db: Db, { seed, short, soakMinutes }: Pick<Run, 'seed' | 'short' | 'soakMinutes'>): Promise<boolean> {
  const startedAt = performance.now();
  const note = (text: string): void => void process.stderr.write(`${claim.id} ${db}: ${text}\n`);
  note(claim.title);
  const nothing = { attempted: 0, accepted: 0, refused: 0, errors5xx: 0, pass: false };
  const outcome: Outcome = await claim
    .run({ db, seed, short, ...(soakMinutes === undefined ? {} : { soakMinutes }), random: seededRandom(seed), note })
    .catch((error: unknown) => {
      if (error instanceof NotRun) return { ...nothing, not_run: error.message };
      return { ...nothing, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    });
  killLeftovers();
  const { attempted, accepted, refused, errors5xx, pass, ...more } = outcome;
  const common = { claim: claim.id, commit, node: process.version, db, form: soakMinutes !== undefined ? 'soak' : short ? 'short' : 'full' };
  const duration_ms = Math.round(performance.now() - startedAt);
  const line = JSON.stringify({ ...common, attempted, accepted, refused, errors5xx, seed, duration_ms, pass, ...more });
  lines.push(line);
  process.stdout.write(`${line}\n`);
  return pass;
}

/** The commit under test, with a mark where the working tree differs from it. */
function currentCommit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12', '--match='], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
const commit = currentCommit();

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      db: { type: 'string' },
      seed: { type: 'string' },
      short: { type: 'boolean', default: false },
      soak: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((id) => !claims.some((claim) => claim.id === id));
  const seed = Number(values.seed ?? 1);
  if (unknown.length > 0 || !Number.isInteger(seed) || !['sqlite', 'pg2', undefined].includes(values.db)) throw new Error(usage);
  const soakMinutes = values.soak === undefined ? undefined : Number(values.soak);
  if (soakMinutes !== undefined && !(soakMinutes > 0 && positionals.join() === 'B9')) throw new Error(usage);
  const chosen = claims.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
  const missed: string[] = [];
  // The claims of one database after those of the other, so that PostgreSQL is started once.
  for (const db of ['sqlite', 'pg2'] as const) {
    for (const claim of chosen) {
      const dbs = (values.short ? claim.shortDbs : undefined) ?? claim.dbs;
      if (!dbs.includes(db) || (values.db !== undefined && values.db !== db)) continue;
      if (!(await show(claim, db, { seed, short: values.short, ...(soakMinutes === undefined ? {} : { soakMinutes }) })))
        missed.push(`${claim.id} on ${db}`);
    }
  }
  await stopPostgres();
  closeConnections();
  if (values.write) writeReadme();
  if (missed.length > 0) process.stderr.write(`Missed: ${missed.join(', ')}\n`);
  return missed.length === 0;
}

main().then(
  (passed) => process.exit(passed ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    killLeftovers();
    process.exit(1);
  },
);
