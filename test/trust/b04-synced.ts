import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Claim, Run } from './claim.ts';
import { NotRun } from './claim.ts';
import { inParallel, openDeployment, pause, upTo } from './support/deployment.ts';
import { needProgram } from './support/programs.ts';
import { createPerson, createTenant, logInCall } from './support/story.ts';

/** Attaches `strace` to a process and counts the times it waits for the disk, until `stop`. */
async function countSyncs(pid: number): Promise<{ stop: () => Promise<number> }> {
  const tracer = spawn('strace', ['-f', '-qq', '-e', 'trace=fsync,fdatasync', '-e', 'signal=none', '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  tracer.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = once(tracer, 'close');
  await Promise.race([pause(1_500), ended]);
  if (tracer.exitCode !== null) throw new NotRun(`strace could not be attached: ${text.trim()}`);
  return {
    stop: async () => {
      tracer.kill('SIGINT');
      await ended;
      // A call that another thread interrupts is printed in two lines; only its beginning has a parenthesis.
      return (text.match(/\bf(data)?sync\(/g) ?? []).length;
    },
  };
}

async function run({ db, short }: Run) {
  needProgram('strace');
  const writes = short ? 40 : 200;
  const deployment = await openDeployment({ db, durable: true });
  const tenantId = await createTenant(deployment, 'synced');
  const people = await inParallel(upTo(writes), 2, (index) => createPerson(deployment, tenantId, `synced-${index}`));
  // On PostgreSQL it is the database that waits for the disk: each of its connections has a process.
  const pids =
    db === 'sqlite'
      ? deployment.instances.map(({ pid }) => pid)
      : (
          await deployment.query("select pid from pg_stat_activity where backend_type in ('client backend', 'walwriter') and pid <> pg_backend_pid()")
        ).map(({ pid }) => Number(pid));
  const counters = await Promise.all(pids.map(countSyncs));
  let [acked, refused, errors5xx] = [0, 0, 0];
  // One after the other: several at a time may share one wait, and none of them would be less durable for it.
  for (const { email } of people) {
    const { status } = await deployment.send(logInCall(email));
    if (status === 200) acked += 1;
    else if (status >= 500) errors5xx += 1;
    else refused += 1;
  }
  const counts = await Promise.all(counters.map(({ stop }) => stop()));
  const syncs = counts.reduce((sum, count) => sum + count, 0);
  await deployment.close();
  return {
    attempted: writes,
    accepted: acked,
    refused,
    errors5xx,
    pass: acked === writes && syncs >= acked,
    acked,
    syncs,
    syncs_per_write: Number((syncs / acked).toFixed(2)),
  };
}

export const synced: Claim = {
  id: 'B4',
  title: 'B4, R2: every acknowledged write has waited for the disk',
  dbs: ['sqlite', 'pg2'],
  run,
};
