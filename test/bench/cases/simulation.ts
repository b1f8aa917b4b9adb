import { sendTo } from '../../trust/support/http.ts';
import { environmentHeader, filledFolder, startSallyport } from '../contenders/sallyport.ts';
import { filling } from '../support/progress.ts';
import type { Contestant, Standing } from '../support/rounds.ts';
import { compare } from '../support/rounds.ts';
import { residentMegabytes } from './memory.ts';

const query = `query ($input: SimulateMfaPolicyInput!) {
  simulateMfaPolicy(input: $input) { ... on SimulateMfaPolicySuccess { impact { totalCount counts { outcome before after } } } }
}`;
const input = { change: { enforceMfaType: 'FORCE', allowRememberMyDevice: false } };
const sampleMilliseconds = 100;

/** What a simulation of a change of the environment takes: microseconds for each person, and the most memory of the server while it runs. */
export interface SimulationCost {
  perPerson: Standing[];
  peakMegabytes: number[];
}

/** Simulates a change with few and with many users in the database. What each person takes must not grow with their number. */
export async function simulation(most: number, rounds: number, progress: (text: string) => void): Promise<SimulationCost> {
  const ends: (() => Promise<void>)[] = [];
  const peakMegabytes: number[] = [];
  const contestants: Contestant[] = [];
  for (const [index, users] of [most / 20, most].entries()) {
    const folder = await filledFolder({ tenants: 100, users }, filling);
    const server = await startSallyport(folder.databaseUrl, folder.cwd);
    const headers = await environmentHeader(server.url);
    contestants.push({
      name: `${users.toLocaleString('en')} users`,
      async measure() {
        const sample = async (): Promise<void> => {
          peakMegabytes[index] = Math.max(peakMegabytes[index] ?? 0, await residentMegabytes(server.pid));
        };
        const sampler = setInterval(() => void sample(), sampleMilliseconds);
        const since = performance.now();
        const answer = await sendTo(server.url, { path: '/graphql', headers, body: { query, variables: { input } } });
        const microseconds = ((performance.now() - since) * 1000) / users;
        clearInterval(sampler);
        // Few people are counted before the first sample.
        await sample();
        if (!answer.text.includes(`"totalCount":${users}`)) throw new Error(`the simulation did not count everybody: ${answer.text.slice(0, 500)}`);
        return microseconds;
      },
    });
    ends.push(async () => {
      await server.stop();
      await folder.remove();
    });
  }
  const perPerson = await compare(contestants, rounds, progress);
  for (const end of ends) await end();
  return { perPerson, peakMegabytes };
}
