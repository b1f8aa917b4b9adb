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

const oneByOne = 20;
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

/** How long the check of a code takes that completes a login, one by one: P3. The median of each round in milliseconds. */
export async function secondFactorLatency(rounds: number, postgres: boolean, progress: (text: string) => void): Promise<Standing[]> {
  const servers = [
    await startBetterAuth(),
    await startSallyportForLogins('sqlite', false),
    await startSallyportForLogins('sqlite', true),
    ...(postgres ? [await startSallyportForLogins('pg2', false)] : []),
  ];
  const contestants: Contestant[] = [];
  for (const server of servers) {
    progress(`enrolling users of ${server.name}`);
    const nextUser = await freshUsers(server, rounds * oneByOne);
    contestants.push({
      name: server.name,
      async measure() {
        const times: number[] = [];
        for (const _ of upTo(oneByOne)) {
          const user = nextUser();
          const { verify } = await server.begin(user);
          times.push(requireAccepted(await verify(totp(user.secret)), server.name));
        }
        return quantile(times, 0.5);
      },
    });
  }
  const standings = await compare(contestants, rounds, progress);
  for (const server of servers) await server.stop();
  return standings;
}

/** How many codes that complete a login are checked in a second when many arrive at once, beside the bare work: P3. */
export async function secondFactorThroughput(rounds: number, postgres: boolean, progress: (text: string) => void): Promise<Standing[]> {
  const servers = [await startSallyportForLogins('sqlite', false), ...(postgres ? [await startSallyportForLogins('pg2', false)] : [])];
  const contestants: Contestant[] = [
    { name: 'one commit and one signature, bare', measure: async () => 1000 / (await bareWork()).commitAndSignMilliseconds },
  ];
  for (const server of servers) {
    progress(`enrolling users of ${server.name}`);
    const nextUser = await freshUsers(server, rounds * atOnce);
    contestants.push({
      name: server.name,
      async measure() {
        const begun = await inParallel(upTo(atOnce), 4, async () => {
          const user = nextUser();
          return { user, ...(await server.begin(user)) };
        });
        const since = performance.now();
        const answers = await Promise.all(begun.map(({ user, verify }) => verify(totp(user.secret))));
        const seconds = (performance.now() - since) / 1000;
        for (const answer of answers) requireAccepted(answer, server.name);
        return atOnce / seconds;
      },
    });
  }
  const standings = await compare(contestants, rounds, progress);
  for (const server of servers) await server.stop();
  return standings;
}
