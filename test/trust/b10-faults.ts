import type { Claim, Run } from './claim.ts';
import { NotRun } from './claim.ts';
import { diskFull, fileLocked, syncFails } from './faults/disk.ts';
import type { Fault, FaultOutcome } from './faults/fault.ts';
import { overload } from './faults/overload.ts';
import { connectionsKilled, postgresCut, twoInstances } from './faults/postgres.ts';
import { backup, clockSteps, mailDown, restart, slowClients, stopUnderLoad } from './faults/process.ts';
import { killLeftovers } from './support/server.ts';

const faults: readonly Fault[] = [
  ...[diskFull, syncFails, fileLocked, connectionsKilled, postgresCut, clockSteps],
  ...[restart, twoInstances, stopUnderLoad, overload, slowClients, mailDown, backup],
];

async function run({ db, short, note }: Run) {
  const sum = { attempted: 0, accepted: 0, refused: 0, errors5xx: 0 };
  const found: Record<string, object> = {};
  let pass = true;
  for (const fault of faults.filter(({ dbs, onlyFull }) => dbs.includes(db) && !(short && onlyFull))) {
    const nothing = { pass: false, attempted: 0, accepted: 0, errors5xx: 0 };
    const outcome: FaultOutcome = await fault
      .run({ db, short })
      .catch((error: unknown) =>
        error instanceof NotRun
          ? { ...nothing, not_run: error.message }
          : { ...nothing, error: error instanceof Error ? error.message : String(error) },
      );
    // One that failed in the middle has left its servers behind.
    killLeftovers();
    note(`${fault.id} ${fault.title}: ${JSON.stringify(outcome)}`);
    const { attempted, accepted, errors5xx } = outcome;
    sum.attempted += attempted;
    sum.accepted += accepted;
    sum.errors5xx += errors5xx;
    sum.refused += Math.max(0, attempted - accepted - errors5xx);
    pass &&= outcome.pass;
    found[fault.id] = outcome;
  }
  return { ...sum, pass, faults: found };
}

export const underFaults: Claim = {
  id: 'B10',
  title: 'B10, R3 to R14, R16: under faults the server fails closed, spends nothing twice, and recovers by itself',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
