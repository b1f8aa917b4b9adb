import { inParallel, upTo } from '../../trust/support/deployment.ts';
import type { Answer } from '../../trust/support/http.ts';
import { quantile } from '../../trust/support/statistics.ts';
import { totp } from '../../trust/support/story.ts';
import { startBetterAuth } from '../contenders/better-auth.ts';
import { startSallyportForLogins } from '../contenders/sallyport-logins.ts';
import type { SecondFactorServer, SecondFactorUser } from '../contenders/second-factor-server.ts';
import { bareWork } from '../support/bare.ts';
import type { Contestant, Standing } from '../support/rounds.ts';
import { compare } from '../support/rounds.ts';

const atOnce = 40;

/**
 * Users whose present code is unspent: those of Sallyport were enrolled by the code of the step before, and better-auth takes a code
 * again. Each is used once, because Sallyport takes no code twice.
 */
async function freshUsers(server: SecondFactorServer, count: number): Promise<() => SecondFactorUser> {
  const users = await inParallel(upTo(count), 4, (index) => server.createUser(`bench-${index}`));
  let next = 0;
  return () => users[next++ % users.length] as SecondFactorUser;
}

function requireAccepted(answer: Answer, name: string): number {
  if (answer.status >= 300) throw new Error(`${name} answered a right code with ${answer.status}: ${answer.text.slice(0, 200)}`);
  return answer.milliseconds;
}

/** How much is measured. */
export interface SecondFactorOptions {
  rounds: number;
  /** Logins that are completed one by one in each round. */
  oneByOne: number;
  /** Batches of codes at once that come before what is measured. */
  warmUpBatches: number;
  /** Whether Sallyport on PostgreSQL is measured as well. */
  postgres: boolean;
}

/** What was measured of the check of a code that completes a login: P3. */
export interface SecondFactor {
  /** One by one. The median of each round in milliseconds. */
  latency: Standing[];
  /** Codes a second when many arrive at once, beside the bare work. */
  throughput: Standing[];
}

/** Measures how long the check of a code takes, and how many are checked in a second. */
export async function secondFactor(
  { rounds, oneByOne, warmUpBatches, postgres }: SecondFactorOptions,
  progress: (text: string) => void,
): Promise<SecondFactor> {
  const overRest = await startSallyportForLogins('sqlite', false);
  const onPostgres = postgres ? [await startSallyportForLogins('pg2', false)] : [];
  const servers = [await startBetterAuth(), overRest, await startSallyportForLogins('sqlite', true), ...onPostgres];
  const manyAtOnce = new Set<SecondFactorServer>([overRest, ...onPostgres]);
  const oneByOneContestants: Contestant[] = [];
  const atOnceContestants: Contestant[] = [
    { name: 'one commit and one signature, bare', measure: async () => 1000 / (await bareWork()).commitAndSignMilliseconds },
  ];
  for (const server of servers) {
    progress(`enrolling users of ${server.name}`);
    const codesAtOnce = manyAtOnce.has(server) ? atOnce * (rounds + warmUpBatches) : 0;
    const nextUser = await freshUsers(server, rounds * oneByOne + codesAtOnce);
    oneByOneContestants.push({ name: server.name, measure: () => verifyOneByOne(server, nextUser, oneByOne) });
    if (!manyAtOnce.has(server)) continue;
    // Node compiles what runs often. What is measured is a server that runs for longer.
    for (const _ of upTo(warmUpBatches)) await verifyAtOnce(server, nextUser);
    atOnceContestants.push({ name: server.name, measure: () => verifyAtOnce(server, nextUser) });
  }
  const latency = await compare(oneByOneContestants, rounds, progress);
  const throughput = await compare(atOnceContestants, rounds, progress);
  await Promise.all(servers.map((server) => server.stop()));
  return { latency, throughput };
}

/** Completes logins one by one. Returns the median time of the check in milliseconds. */
async function verifyOneByOne(server: SecondFactorServer, nextUser: () => SecondFactorUser, count: number): Promise<number> {
  const times: number[] = [];
  for (const _ of upTo(count)) {
    const user = nextUser();
    const { verify } = await server.begin(user);
    times.push(requireAccepted(await verify(totp(user.secret)), server.name));
  }
  return quantile(times, 0.5);
}

/** Begins logins, then completes them all at once. Returns how many were completed in a second. */
async function verifyAtOnce(server: SecondFactorServer, nextUser: () => SecondFactorUser): Promise<number> {
  const begun = await inParallel(upTo(atOnce), 4, async () => {
    const user = nextUser();
    return { user, ...(await server.begin(user)) };
  });
  const since = performance.now();
  const answers = await Promise.all(begun.map(({ user, verify }) => verify(totp(user.secret))));
  const seconds = (performance.now() - since) / 1000;
  for (const answer of answers) requireAccepted(answer, server.name);
  return atOnce / seconds;
}
