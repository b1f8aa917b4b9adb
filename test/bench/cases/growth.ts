import { load } from '../../support/load.ts';
import { quantile } from '../../trust/support/statistics.ts';
import { environmentHeader, filledFolder, startSallyport } from '../contenders/sallyport.ts';
import { tenantId } from '../support/fill.ts';
import { onCore } from '../support/program.ts';
import { filling } from '../support/progress.ts';
import type { Contestant, Standing } from '../support/rounds.ts';
import { compare } from '../support/rounds.ts';
import { policyRequests } from './policy-read.ts';

/** The median time of a read with few and with many tenants, users, factors and events in the database: P5. In milliseconds. */
export async function growth(most: number, rounds: number, seconds: number, progress: (text: string) => void): Promise<Standing[]> {
  const contestants: Contestant[] = [];
  const ends: (() => Promise<void>)[] = [];
  for (const rows of [1_000, most]) {
    const folder = await filledFolder({ tenants: rows, users: rows }, filling);
    const server = await startSallyport(folder.databaseUrl, folder.cwd);
    const headers = await environmentHeader(server.url);
    const tenants = Array.from({ length: 1_000 }, (_, index) => tenantId(1 + ((index * 997) % rows)));
    contestants.push({
      name: `${rows.toLocaleString('en')} tenants and users`,
      async measure() {
        const requests = policyRequests('POST', headers, tenants);
        // A few connections, so that the time of a request is seen and not that of the line before it.
        const { times } = await load({ url: server.url, requests, connections: 2, seconds }, onCore(1));
        return quantile(times[200] ?? [], 0.5);
      },
    });
    ends.push(async () => {
      await server.stop();
      await folder.remove();
    });
  }
  const standings = await compare(contestants, rounds, progress);
  for (const end of ends) await end();
  return standings;
}
