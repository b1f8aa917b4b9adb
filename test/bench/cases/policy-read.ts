import { fileURLToPath } from 'node:url';
import { load } from '../../support/load.ts';
import { quantile } from '../../trust/support/statistics.ts';
import { copyOf, environmentFor, environmentHeader, filledFolder, startSallyport } from '../contenders/sallyport.ts';
import { tenantId } from '../support/fill.ts';
import { onCore, startProgram, typescript } from '../support/program.ts';
import type { Contestant } from '../support/rounds.ts';
import { compare } from '../support/rounds.ts';

const connections = 32;
/** How many tenants are asked for in turn. */
const asked = 1_000;

const query = 'query Policy { mfaPolicy { id enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds createdAt updatedAt } }';
const program = (name: string): string => fileURLToPath(new URL(`../contenders/${name}`, import.meta.url));

/** Reads one policy by tenant with an environment token: P1 over GraphQL and P2 over REST. */
export async function policyRead({
  tenants,
  rounds,
  seconds,
  progress,
}: {
  tenants: number;
  rounds: number;
  seconds: number;
  progress(text: string): void;
}) {
  const folder = await filledFolder({ tenants, users: 0 }, (done, all) => progress(`filling ${done} of ${all} rows`));
  // A SQLite file has one server.
  const copy = await copyOf(folder);
  const ours = await startSallyport(folder.databaseUrl, folder.cwd);
  const headers = await environmentHeader(ours.url);
  const limit = await startProgram([...typescript, program('limit-process.ts'), folder.databaseFile]);
  const mercurius = await startProgram([...typescript, program('mercurius-process.ts')], {
    cwd: copy.cwd,
    environment: environmentFor(copy.databaseUrl),
  });
  const requests = (kind: 'GET' | 'POST', path: string) =>
    Array.from({ length: asked }, (_, index) => ({
      method: kind,
      path,
      headers: {
        ...headers,
        'frontegg-tenant-id': tenantId(1 + ((index * 97) % tenants)),
        ...(kind === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(kind === 'POST' ? { body: JSON.stringify({ query }) } : {}),
    }));
  const shares = new Map<string, number>();
  const contestant = (name: string, url: string, sent: ReturnType<typeof requests>): Contestant => ({
    name,
    measure: async () => {
      const loaded = await load({ url, requests: sent, connections, seconds }, onCore(1));
      const statuses = Object.keys(loaded.times);
      if (statuses.join() !== '200') throw new Error(`${name} answered with ${statuses.join(', ')}`);
      shares.set(name, loaded.senderShare);
      const times = loaded.times[200] ?? [];
      progress(
        `${name}: ${Math.round(times.length / loaded.seconds)}/s, p50 ${quantile(times, 0.5).toFixed(1)} p99 ${quantile(times, 0.99).toFixed(1)} ms, sender ${loaded.senderShare.toFixed(2)}`,
      );
      return times.length / loaded.seconds;
    },
  });
  const get = '/identity/resources/configurations/v1/mfa-policy';
  const rest = await compare(
    [contestant('the limit, GET', limit.url, requests('GET', '/')), contestant('Sallyport, REST', ours.url, requests('GET', get))],
    rounds,
    progress,
  );
  const graphql = await compare(
    [
      contestant('the limit, POST', limit.url, requests('POST', '/')),
      contestant('Sallyport, GraphQL', ours.url, requests('POST', '/graphql')),
      contestant('mercurius with JIT', mercurius.url, requests('POST', '/graphql')),
    ],
    rounds,
    progress,
  );
  await Promise.all([ours.stop(), limit.stop(), mercurius.stop()]);
  await Promise.all([folder.remove(), copy.remove()]);
  return { rest, graphql };
}
