import { readFileSync } from 'node:fs';
import type { Loaded } from '../../support/load.ts';
import { load } from '../../support/load.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually, openDeployment, pause, upTo } from '../support/deployment.ts';
import { quantile } from '../support/statistics.ts';
import { asEnvironment, createPerson, createTenant, identity, logInCall } from '../support/story.ts';
import type { Fault } from './fault.ts';
import { faultsIn, histogram } from './fault.ts';

const connections = 300;
/** A shorter time than this cannot be told from the noise of a machine with few cores. */
const leastIdleMilliseconds = 5;

/** Loads every instance with logins at the same time. Answers the times of all of them by status. */
async function loadWithLogins(
  deployment: Deployment,
  emails: readonly string[],
  how: { connections: number; seconds: number; ratePerSecond?: number },
): Promise<Loaded['times']> {
  const requests = emails.map((email) => {
    const { path, body } = logInCall(email);
    return { method: 'POST' as const, path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  });
  const all = await Promise.all(deployment.instances.map(({ url }) => load({ url, requests, ...how })));
  const statuses = new Set(all.flatMap(({ times }) => Object.keys(times)));
  return Object.fromEntries([...statuses].map((status) => [status, all.flatMap(({ times }) => times[status] ?? [])]));
}

/** Reads a policy again and again until `busy` is over. Answers how long each took. */
async function readDuring(deployment: Deployment, headers: Record<string, string>, busy: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let over = false;
  const ended = busy.finally(() => {
    over = true;
  });
  while (!over) {
    const { status, milliseconds } = await deployment.send({ path: `${identity}/configurations/v1/mfa-policy`, headers }, 0);
    if (status !== 200) throw new Error(`A read was answered with ${status}.`);
    times.push(milliseconds);
    await pause(20);
  }
  await ended;
  return times;
}

/** The most memory that a process has had, in MB. */
const peakMegabytes = (pid: number): number => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);

export const overload: Fault = {
  id: 'R12',
  title: 'five times as many logins as the server can do',
  onlyFull: true,
  dbs: ['sqlite', 'pg2'],
  async run({ db, short }) {
    const deployment = await openDeployment({ db });
    const tenantId = await createTenant(deployment, 'overload', 'DontForce');
    const emails: string[] = [];
    for (const index of upTo(20)) emails.push((await createPerson(deployment, tenantId, `overload-${index}`)).email);
    const headers = await asEnvironment(deployment, tenantId);

    const idle = await readDuring(deployment, headers, pause(3_000));
    const calm = await loadWithLogins(deployment, emails, { connections: 16, seconds: 4 });
    const sustainable = (calm[200]?.length ?? 0) / 4;

    const seconds = short ? 15 : 60;
    const ratePerSecond = Math.ceil((5 * sustainable) / deployment.instances.length);
    const loading = loadWithLogins(deployment, emails, { connections, seconds, ratePerSecond });
    const busy = await readDuring(deployment, headers, loading);
    const times = await loading;

    const since = performance.now();
    const logsIn = async () => ((await deployment.send(logInCall(emails[0] ?? ''))).status === 200 ? true : undefined);
    await eventually('a login after the load', logsIn, 30_000);
    const recovery_ms = Math.round(performance.now() - since);
    const peak_rss_mb = Math.max(...deployment.instances.map(({ pid }) => peakMegabytes(pid)));
    await deployment.close();

    const accepted = times[200] ?? [];
    const statuses = Object.entries(times).flatMap(([status, answers]) => answers.map(() => Number(status)));
    const p99_ms = Math.round(quantile(accepted, 0.99));
    const reads = { idle_p99_ms: round(quantile(idle, 0.99)), busy_p99_ms: round(quantile(busy, 0.99)) };
    const errors5xx = faultsIn(statuses);
    const readsGoOn = reads.busy_p99_ms <= 10 * Math.max(reads.idle_p99_ms, leastIdleMilliseconds);
    return {
      pass: errors5xx === 0 && accepted.length > 0 && p99_ms < 2_000 && readsGoOn && recovery_ms < 10_000 && peak_rss_mb < 512,
      attempted: statuses.length,
      accepted: accepted.length,
      errors5xx,
      statuses: histogram(statuses),
      seconds,
      sustainable_per_second: Math.round(sustainable),
      asked_per_second: ratePerSecond * deployment.instances.length,
      p99_ms,
      reads,
      recovery_ms,
      peak_rss_mb,
    };
  },
};

const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;
