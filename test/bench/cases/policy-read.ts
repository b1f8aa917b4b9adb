import { fileURLToPath } from 'node:url';
import type { Load } from '../../support/load.ts';
import { load } from '../../support/load.ts';
import { newDatabase } from '../../trust/support/deployment.ts';
import { quantile } from '../../trust/support/statistics.ts';
import { copyOf, environmentFor, environmentHeader, filledFolder, startSallyport } from '../contenders/sallyport.ts';
import { fill, tenantId } from '../support/fill.ts';
import { onCore, startProgram, typescript } from '../support/program.ts';
import { filling } from '../support/progress.ts';
import type { Contestant, Standing } from '../support/rounds.ts';
import { compare } from '../support/rounds.ts';

const connections = 32;
/** How many tenants are asked for in turn. */
const asked = 1_000;
const warmUpSeconds = 3;
/** The share of the most requests that is sent to look at the tail. */
const unhurried = 0.7;

const query = 'query Policy { mfaPolicy { id enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds createdAt updatedAt } }';
const restPath = '/identity/resources/configurations/v1/mfa-policy';
const program = (name: string): string => fileURLToPath(new URL(`../contenders/${name}`, import.meta.url));

/** How much is measured. */
export interface PolicyReadOptions {
  rounds: number;
  seconds: number;
  tenants: number;
  /** Whether Sallyport on PostgreSQL is measured as well. */
  postgres: boolean;
}

/** The requests that read the policies of these tenants, over REST or GraphQL. The limit ignores the path. */
export const policyRequests = (method: 'GET' | 'POST', headers: Record<string, string>, ofTenants: readonly string[]): Load['requests'] =>
  ofTenants.map((tenant) => ({
    method,
    path: method === 'GET' ? restPath : '/graphql',
    headers: { ...headers, 'frontegg-tenant-id': tenant, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
    ...(method === 'POST' ? { body: JSON.stringify({ query }) } : {}),
  }));

/** What was measured of reading one policy by tenant with an environment token. */
export interface PolicyRead {
  rest: Standing[];
  graphql: Standing[];
  /** The 50th and the 99th percentile at 70 % of the most requests that Sallyport answers, in milliseconds. */
  tail: { name: string; p50: number; p99: number }[];
  /** The largest share of its core that the sender of the load took. */
  senderShare: number;
}

/** Reads one policy by tenant with an environment token: P1 over GraphQL, P2 over REST, and the tail of both, P9. In requests a second. */
export async function policyRead({ rounds, seconds, tenants, postgres }: PolicyReadOptions, progress: (text: string) => void): Promise<PolicyRead> {
  const folder = await filledFolder({ tenants, users: 0 }, filling);
  // A SQLite file has one server.
  const copy = await copyOf(folder);
  const ours = await startSallyport(folder.databaseUrl, folder.cwd);
  const headers = await environmentHeader(ours.url);
  const limit = await startProgram([...typescript, program('limit-process.ts'), folder.databaseFile]);
  const mercurius = await startProgram([...typescript, program('mercurius-process.ts')], {
    cwd: copy.cwd,
    environment: environmentFor(copy.databaseUrl),
  });
  const onPostgres = postgres ? await startOnPostgres(tenants, folder.cwd) : null;
  const askedTenants = Array.from({ length: asked }, (_, index) => tenantId(1 + ((index * 97) % tenants)));
  const [gets, posts] = [policyRequests('GET', headers, askedTenants), policyRequests('POST', headers, askedTenants)];
  const [onGets, onPosts] =
    onPostgres === null
      ? [[], []]
      : [policyRequests('GET', onPostgres.headers, askedTenants), policyRequests('POST', onPostgres.headers, askedTenants)];
  let senderShare = 0;
  const contestant = (name: string, url: string, requests: Load['requests']): Contestant => ({
    name,
    async measure() {
      const loaded = await load({ url, requests, connections, seconds }, onCore(1));
      const statuses = Object.keys(loaded.times).join(', ');
      if (statuses !== '200') throw new Error(`${name} answered with ${statuses}.`);
      senderShare = Math.max(senderShare, loaded.senderShare);
      return (loaded.times[200]?.length ?? 0) / loaded.seconds;
    },
  });
  // Node compiles what runs often, and that takes some seconds. What is measured is a server that runs for longer.
  for (const [url, requests] of [
    [limit.url, gets],
    [limit.url, posts],
    [ours.url, gets],
    [ours.url, posts],
    [mercurius.url, posts],
    ...(onPostgres === null
      ? []
      : ([
          [onPostgres.url, onGets],
          [onPostgres.url, onPosts],
        ] as const)),
  ] as const) {
    progress('warming up');
    await load({ url, requests, connections, seconds: warmUpSeconds }, onCore(1));
  }
  const rest = await compare(
    [
      contestant('the limit, GET', limit.url, gets),
      contestant('Sallyport, REST', ours.url, gets),
      ...(onPostgres === null ? [] : [contestant('Sallyport, REST, PostgreSQL', onPostgres.url, onGets)]),
    ],
    rounds,
    progress,
  );
  const graphql = await compare(
    [
      contestant('the limit, POST', limit.url, posts),
      contestant('Sallyport, GraphQL', ours.url, posts),
      contestant('mercurius with JIT', mercurius.url, posts),
      ...(onPostgres === null ? [] : [contestant('Sallyport, GraphQL, PostgreSQL', onPostgres.url, onPosts)]),
    ],
    rounds,
    progress,
  );
  const tail: PolicyRead['tail'] = [];
  // The tail of the limit at the same rate is what the machine and the sender add.
  for (const [name, url, requests, most] of [
    ['the limit, GET, at the same rate', limit.url, gets, rest[1]?.median],
    ['Sallyport, REST, at 70 %', ours.url, gets, rest[1]?.median],
    ['the limit, POST, at the same rate', limit.url, posts, graphql[1]?.median],
    ['Sallyport, GraphQL, at 70 %', ours.url, posts, graphql[1]?.median],
  ] as const) {
    progress(`the tail of ${name}`);
    const { times } = await load({ url, requests, connections, seconds, ratePerSecond: Math.round((most ?? 0) * unhurried) }, onCore(1));
    tail.push({ name, p50: quantile(times[200] ?? [], 0.5), p99: quantile(times[200] ?? [], 0.99) });
  }
  await Promise.all([ours.stop(), limit.stop(), mercurius.stop(), onPostgres?.stop()]);
  await Promise.all([folder.remove(), copy.remove()]);
  return { rest, graphql, tail, senderShare };
}

/** Starts Sallyport on a PostgreSQL database with so many tenants. The database is on the core of the load. */
async function startOnPostgres(tenants: number, cwd: string): Promise<{ url: string; headers: { authorization: string }; stop(): Promise<void> }> {
  const database = await newDatabase(true);
  // The first start creates the tables, which are then filled.
  await (await startSallyport(database.url, cwd)).stop();
  await fill(database.url, { tenants, users: 0 }, filling);
  const server = await startSallyport(database.url, cwd);
  return {
    url: server.url,
    headers: await environmentHeader(server.url),
    async stop() {
      await server.stop();
      await database.drop();
    },
  };
}
