import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim, Run } from './claim.ts';
import type { Deployment } from './support/deployment.ts';
import { inParallel, openDeployment, pause, upTo } from './support/deployment.ts';
import type { Answer, Call } from './support/http.ts';
import { jsonOf, verdictOf } from './support/http.ts';
import { quantile } from './support/statistics.ts';
import type { Enrolled } from './support/story.ts';
import { answerByApp, createPerson, createTenant, enroll, fieldOf, logInCall, mutation, totp, wrongTotps } from './support/story.ts';

const stepMilliseconds = 30_000;

/** The memory of a process in bytes. */
async function memoryOf(pid: number): Promise<number> {
  return Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]) * 4096;
}

/** The files and sockets that a process has open. */
const descriptorsOf = async (pid: number): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length;

/** The size of the journal of a SQLite file in bytes. */
const walOf = (folder: string): Promise<number> =>
  stat(join(folder, 'sallyport.db-wal')).then(
    ({ size }) => size,
    () => 0,
  );

const sumOf = async (deployment: Deployment, of: (pid: number) => Promise<number>): Promise<number> =>
  (await Promise.all(deployment.instances.map(({ pid }) => of(pid)))).reduce((sum, each) => sum + each, 0);

/** Somebody who logs in again and again, never twice within the step of a code. */
interface Client extends Enrolled {
  freeAt: number;
  /** Guesses that are still looked at; later ones are refused, as they should be. */
  mfaTokens: string[];
  refreshing: boolean;
}

/** Requests a second. Two instances share the machine with PostgreSQL and with the clients, so they are asked for less. */
const rates = {
  short: { logins: 5, verifies: 20, refreshes: 20 },
  sqlite: { logins: 25, verifies: 100, refreshes: 100 },
  pg2: { logins: 10, verifies: 40, refreshes: 40 },
};

/** The share of the load that a soak holds (R15). */
const soakShare = 0.2;
/** A soak fails with a larger journal. SQLite starts it anew at each checkpoint, of about 4 MB. */
const mostWalBytes = 64 * 2 ** 20;
/** Connections come and go, so a few descriptors more or less mean nothing. */
const descriptorsToSpare = 20;

const soaked = ({ logins, verifies, refreshes }: (typeof rates)['short']): (typeof rates)['short'] => ({
  logins: logins * soakShare,
  verifies: verifies * soakShare,
  refreshes: refreshes * soakShare,
});

async function run({ db, short, soakMinutes, note }: Run) {
  const asked = soakMinutes === undefined ? rates[short ? 'short' : db] : soaked(rates[db]);
  const seconds = soakMinutes === undefined ? (short ? 20 : 600) : soakMinutes * 60;
  const deployment = await openDeployment({ db, durable: true });
  const tenantId = await createTenant(deployment, 'load');
  // So many that each can wait for the next code between two logins.
  const people = Math.ceil(asked.logins * (stepMilliseconds / 1000) * 1.2);
  const clients: Client[] = await inParallel(upTo(people), 6, async (index) => {
    const enrolled = await enroll(deployment, await createPerson(deployment, tenantId, `load-${index}`));
    return { ...enrolled, freeAt: 0, mfaTokens: [], refreshing: false };
  });
  note(`${people} people are enrolled`);
  const latencies: Record<string, number[]> = { login: [], verify: [], refresh: [] };
  const [counts, statuses] = [{ attempted: 0, accepted: 0, refused: 0, errors5xx: 0 }, {} as Record<string, number>];
  let [late, lost] = [0, 0];
  const measured = async (name: string, call: Call): Promise<Answer | null> => {
    counts.attempted += 1;
    const answer = await deployment.send(call).catch((error: NodeJS.ErrnoException) => {
      const code = `${name} ${error.code}`;
      statuses[code] = (statuses[code] ?? 0) + 1;
      return null;
    });
    if (answer === null) {
      lost += 1;
      return null;
    }
    latencies[name]?.push(answer.milliseconds);
    const verdict = verdictOf(answer);
    if (verdict === 'accepted') counts.accepted += 1;
    if (verdict === 'refused') counts.refused += 1;
    if (verdict === 'fault') counts.errors5xx += 1;
    statuses[`${name} ${answer.status}`] = (statuses[`${name} ${answer.status}`] ?? 0) + 1;
    return answer;
  };
  let next = 0;
  /** A login with its right code: one login, and one of the verifications. */
  const logInOnce = async (): Promise<void> => {
    const client = clients[next++ % clients.length] as Client;
    if (client.freeAt > Date.now()) late += 1;
    client.freeAt = (Math.floor(Date.now() / stepMilliseconds) + 1) * stepMilliseconds;
    const login = await measured('login', logInCall(client.email));
    const mfaToken = login === null ? undefined : jsonOf(login)?.mfaToken;
    if (mfaToken === undefined) return;
    const answer = await measured('verify', answerByApp(mfaToken, totp(client.secret), next % 2 === 0));
    if (answer !== null && verdictOf(answer) === 'accepted') client.mfaTokens = [mfaToken];
  };
  let guesser = 0;
  /** A code that is refused: its login is over, as when somebody presses the button twice. */
  const verifyAgain = async (): Promise<void> => {
    const client = clients[guesser++ % clients.length] as Client;
    const [mfaToken = 'an-mfa-token-that-nobody-was-given-0123456789'] = client.mfaTokens;
    await measured('verify', answerByApp(mfaToken, wrongTotps(client.secret, 1)[0] ?? '', guesser % 2 === 0));
  };
  let turn = 0;
  const refreshOnce = async (): Promise<void> => {
    const client = clients[turn++ % clients.length] as Client;
    if (client.refreshing) return;
    client.refreshing = true;
    const call = mutation('refreshSession', { refreshToken: client.refreshToken }, '... on RefreshSessionSuccess { session { refreshToken } }');
    const answer = await measured('refresh', call);
    const refreshed = answer === null ? undefined : fieldOf(answer)?.session?.refreshToken;
    if (refreshed !== undefined) client.refreshToken = refreshed;
    client.refreshing = false;
  };
  const jobs: [number, () => Promise<void>][] = [
    [asked.logins, logInOnce],
    [asked.verifies - asked.logins, verifyAgain],
    [asked.refreshes, refreshOnce],
  ];
  const underWay = new Set<Promise<void>>();
  const memory: number[] = [];
  const descriptors: number[] = [];
  let largestWal = 0;
  const startedAt = performance.now();
  // Requests begin when their time has come, whether or not earlier ones were answered: a slow server gets no rest.
  const begun = jobs.map(() => 0);
  for (;;) {
    const elapsed = (performance.now() - startedAt) / 1000;
    if (elapsed >= seconds) break;
    for (const [index, [rate, job]] of jobs.entries()) {
      while ((begun[index] ?? 0) < elapsed * rate) {
        begun[index] = (begun[index] ?? 0) + 1;
        const running = job().finally(() => underWay.delete(running));
        underWay.add(running);
      }
    }
    if (memory.length < elapsed) {
      memory.push(await sumOf(deployment, memoryOf));
      descriptors.push(await sumOf(deployment, descriptorsOf));
      largestWal = Math.max(largestWal, await walOf(deployment.folder));
    }
    await pause(5);
  }
  await Promise.all(underWay);
  await deployment.close();
  // A process that has just begun to work takes the memory it needs; what counts is whether it goes on growing.
  const [early, final] = earlyAndFinal(memory);
  const growth = final / early - 1;
  const [earlyDescriptors, finalDescriptors] = earlyAndFinal(descriptors);
  const leaks = finalDescriptors > earlyDescriptors + descriptorsToSpare || largestWal > mostWalBytes;
  const milliseconds = Object.fromEntries(
    Object.entries(latencies).map(([name, values]) => [
      name,
      Object.fromEntries([0.5, 0.95, 0.99, 1].map((share) => [`p${100 * share}`, Math.round(quantile(values, share))])),
    ]),
  );
  const p99 = Math.round(quantile(Object.values(latencies).flat(), 0.99));
  // A process is still finding its size in twenty seconds, so the short form leaves growth to the full one.
  const pass = counts.errors5xx === 0 && lost === 0 && p99 < 500 && !leaks && (short || growth < 0.1);
  const rss = { early_mb: Math.round(early / 2 ** 20), final_mb: Math.round(final / 2 ** 20), growth: `${(100 * growth).toFixed(1)} %` };
  return {
    ...counts,
    pass,
    seconds,
    rates: asked,
    requests_per_second: Math.round(counts.attempted / seconds),
    p99_ms: p99,
    milliseconds,
    rss,
    descriptors: { early: earlyDescriptors, final: finalDescriptors },
    ...(db === 'sqlite' ? { largest_wal_mb: Math.round(largestWal / 2 ** 20) } : {}),
    lost,
    late,
    statuses,
  };
}

/** The medians of the first and of the last third of what was measured, without the beginning. */
function earlyAndFinal(values: readonly number[]): [early: number, final: number] {
  const settled = values.slice(Math.floor(values.length * 0.3));
  const third = Math.max(1, Math.floor(settled.length / 3));
  return [quantile(settled.slice(0, third), 0.5), quantile(settled.slice(-third), 0.5)];
}

export const load: Claim = {
  id: 'B9',
  title: 'B9, R15, R20: the load of logins, codes and refreshes is held',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['pg2'],
  run,
};
