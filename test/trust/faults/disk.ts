import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { NotRun } from '../claim.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually, openDeployment, pause } from '../support/deployment.ts';
import { needProgram } from '../support/programs.ts';
import { createPerson, createTenant, enroll, identity, logInCall } from '../support/story.ts';
import type { Fault, FaultOutcome } from './fault.ts';
import { countOf, faultsIn, histogram } from './fault.ts';

const challenged = async (deployment: Deployment, userId: string): Promise<number> =>
  (await deployment.query("select id from audit_events where user_id = $1 and kind = 'MFA_CHALLENGED'", [userId])).length;

/** Sends logins while something is wrong with the disk, and then until they work again; nothing acknowledged may be missing. */
async function through(deployment: Deployment, harm: () => Promise<() => Promise<void>>, tries: number): Promise<FaultOutcome> {
  const person = await enroll(deployment, await createPerson(deployment, await createTenant(deployment, 'disk'), 'disk'));
  const before = await challenged(deployment, person.id);
  const statuses: number[] = [];
  const logIn = async (): Promise<number> => {
    const { status } = await deployment.send(logInCall(person.email));
    statuses.push(status);
    return status;
  };
  const heal = await harm();
  while (statuses.length < tries && countOf(statuses, 503) < 3) await logIn();
  const [read, health, ready] = [
    await deployment.send({ path: `${identity}/users/v2/me`, headers: { authorization: `Bearer ${person.accessToken}` } }),
    await deployment.send({ path: '/health' }),
    await deployment.send({ path: '/ready' }),
  ];
  await heal();
  const healedAt = performance.now();
  await eventually('a login after the disk was mended', async () => ((await logIn()) === 200 ? true : undefined), 30_000);
  const recovery_ms = Math.round(performance.now() - healedAt);
  const acknowledged = countOf(statuses, 200);
  const lost = acknowledged - ((await challenged(deployment, person.id)) - before);
  const errors5xx = faultsIn(statuses);
  const pass = countOf(statuses, 503) > 0 && errors5xx === 0 && lost <= 0 && read.status === 200 && health.status === 200 && ready.status === 503;
  const others = { read: read.status, health: health.status, ready: ready.status };
  return {
    pass,
    attempted: statuses.length,
    accepted: acknowledged,
    errors5xx,
    statuses: histogram(statuses),
    ...others,
    lost: Math.max(0, lost),
    recovery_ms,
  };
}

export const diskFull: Fault = {
  id: 'R3',
  title: 'the disk is full',
  dbs: ['sqlite'],
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-full-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder]);
    if (mounted.status !== 0) throw new NotRun('This needs a small file system of its own, and only root may mount one.');
    try {
      const deployment = await openDeployment({ db: 'sqlite', folder });
      const filler = join(folder, 'filler');
      const fill = async () => {
        for (const size of [2 ** 20, 2 ** 12]) {
          try {
            for (;;) appendFileSync(filler, Buffer.alloc(size));
          } catch {
            // The disk is full, which is the aim.
          }
        }
        return () => rm(filler);
      };
      const outcome = await through(deployment, fill, 2_000);
      await deployment.close();
      return outcome;
    } finally {
      spawnSync('umount', ['-l', folder]);
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export const syncFails: Fault = {
  id: 'R4',
  title: 'fsync answers EIO',
  dbs: ['sqlite'],
  async run() {
    needProgram('strace');
    const deployment = await openDeployment({ db: 'sqlite' });
    const inject = async () => {
      const pid = String(deployment.instances[0]?.pid);
      const tracer = spawn('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'inject=fsync,fdatasync:error=EIO', '-p', pid], { stdio: 'ignore' });
      const ended = once(tracer, 'close');
      await Promise.race([pause(1_500), ended]);
      if (tracer.exitCode !== null) throw new NotRun('strace could not be attached to the server.');
      return async () => {
        tracer.kill('SIGINT');
        await ended;
      };
    };
    const outcome = await through(deployment, inject, 50);
    await deployment.close();
    return outcome;
  },
};

export const fileLocked: Fault = {
  id: 'R5',
  title: 'another process holds the SQLite file',
  dbs: ['sqlite'],
  async run({ short }) {
    const deployment = await openDeployment({ db: 'sqlite' });
    const person = await enroll(deployment, await createPerson(deployment, await createTenant(deployment, 'locked'), 'locked'));
    const before = await challenged(deployment, person.id);
    const other = new Database(deployment.databaseUrl.slice('file:'.length));
    other.exec('begin exclusive');
    const lockedAt = performance.now();
    const logins = [0, 1, 2, 3].map(() => deployment.send(logInCall(person.email)));
    // What reads only a token, and what reads nothing, goes on meanwhile.
    await pause(200);
    const health = await deployment.send({ path: '/health' });
    await pause((short ? 8_000 : 10_000) - (performance.now() - lockedAt));
    other.exec('rollback');
    other.close();
    const answers = await Promise.all(logins);
    const statuses = answers.map(({ status }) => status);
    const told = answers.filter(({ status }) => status === 503).every(({ headers }) => headers['retry-after'] !== undefined);
    const after = await deployment.send(logInCall(person.email));
    const effects = (await challenged(deployment, person.id)) - before;
    const accepted = countOf([...statuses, after.status], 200);
    await deployment.close();
    const slowest = Math.round(Math.max(...answers.map(({ milliseconds }) => milliseconds)));
    const errors5xx = faultsIn(statuses);
    // A server that waits with a timer answers in the meantime; one that waits in the database's own loop stands still.
    const pass = errors5xx === 0 && told && after.status === 200 && effects === accepted && health.milliseconds < 1_000;
    return {
      pass,
      attempted: statuses.length + 1,
      accepted,
      errors5xx,
      statuses: histogram(statuses),
      slowest_ms: slowest,
      health_ms: Math.round(health.milliseconds),
    };
  },
};
