import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../server.ts';
import { cleanUp, identity, send, start, workingFolder } from '../server.ts';
import { against, chosen, clientId, sallyport, secret } from './command-line.ts';

let cwd: string;
let server: Server;
let cli: ReturnType<typeof against>;

/** Changes the database as another program does, which nothing counts. */
function change(sql: string): void {
  const database = new Database(join(cwd, 'data/sallyport.db'));
  database.exec(sql);
  database.close();
}
const dayMilliseconds = 86_400_000;
const daysAgo = (days: number): Date => new Date(Math.floor(Date.now() / dayMilliseconds - days) * dayMilliseconds);
const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

beforeAll(async () => {
  cwd = await workingFolder();
  server = await start(cwd, chosen);
  cli = against(server.url);
  const login = await send(`${server.url}${identity}/auth/v1/user`, { email: 'dana@acme.example', password: 'sallyport-demo' });
  const { mfaToken, secret: shared } = login.body as { mfaToken: string; secret: string };
  const body = { mfaToken, token: generateSync({ secret: shared }) };
  expect(await send(`${server.url}${identity}/auth/v1/user/mfa/authenticator/enroll/verify`, body)).toMatchObject({ status: 201 });

  const { token } = (await send(`${server.url}/auth/vendor`, { clientId, secret })).body as { token: string };
  // Each command is a process, which is too slow for so many.
  const graphql = (query: string, variables: object = {}) =>
    send(`${server.url}/graphql`, { query, variables }, { authorization: `Bearer ${token}` });
  const createTenant = 'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { __typename } }';
  const createUser = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { __typename } }';
  for (let number = 10; number < 23; number += 1) {
    const made = await graphql(createTenant, { input: { name: `Customer ${number}`, tenantId: `t${number}` } });
    expect(made.text).toContain('CreateTenantSuccess');
    for (const person of number === 15 ? ['a', 'b'] : ['a']) {
      const { text } = await graphql(createUser, { input: { email: `${person}@t${number}.example`, tenantId: `t${number}` } });
      expect(text).toContain('CreateUserSuccess');
    }
  }
  const point = (days: number, owner: string, users: number, enrolled: number) =>
    `insert into adoption_points (owner, day, at, users, enrolled) values ('${owner}', ${daysAgo(days).getTime()}, ${daysAgo(days).getTime() + 1}, ${users}, ${enrolled});`;
  change([point(60, 'environment', 8, 1), point(2, 'environment', 10, 4), point(1, 'environment', 16, 12), point(1, 'tenant:acme', 2, 1)].join(''));
  // Tenants are listed by what was added up some seconds ago.
  while (!(await graphql('{ mfaAdoption { tenants { totalCount } } }')).text.includes('"totalCount":14')) await sleep(250);
});
afterAll(cleanUp);

interface Shown {
  tenantId: string | null;
  now: { users: number; enrolled: number; recoveryReady: number };
  byStrategy: { strategy: string; users: number }[];
  funnel: { challenged: number; succeeded: number };
  series: { dayStartsAt: string; count: { users: number; enrolled: number } }[];
  tenants?: { tenant: { restId: string } }[];
  hasMore?: boolean;
}

describe('sallyport adoption', () => {
  it('tells the numbers of now, by strategy, what was begun, past days, and the tenants that need help first', async () => {
    const { code, stdout, stderr } = await cli.run('adoption');
    expect([code, stderr]).toEqual([0, 'There are more tenants than these 10: raise --limit, or give --all.\n']);
    expect(stdout).toMatch(/^The environment, \S+ \S+ UTC\nusers +16\nwith a second factor +1 +6 %\nwith WebAuthn, which resists phishing +0 +0 %\n/);
    expect(stdout).toMatch(/\nwith a recovery code +1 +6 %\nactive in the last 30 days +1 +6 %\nactive and with a second factor +1 +100 %\n/);
    expect(stdout).toMatch(/\nstrategy +users\nauthenticator app +1 +█▎\nwebauthn platform +0\n/);
    expect(stdout).toMatch(
      /\nwhat began in these days +all +done +wrong +given up\nlogins that asked for a factor +1 +1 +0 +0\nenrollments +1 +1 +0\n/,
    );
    expect(stdout).toMatch(
      new RegExp(
        `\\nday \\(UTC\\) +users +active +with a factor\\n${dayOf(daysAgo(2))} +10 +0 +4 +40 % +█{8}\\n${dayOf(daysAgo(1))} +16 +0 +12 +75 % +█{15}\\n`,
      ),
    );
    expect(stdout).toMatch(/\ntenant +users +active +with a factor +weak alone +exempt +name\nt10 +1 +0 +0 +0 % +0 +0 +Customer 10\n/);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^t19 /);
    expect((await cli.run('adoption', 'show')).stdout).toContain('\nusers ');
  });

  it('writes one document for scripts', async () => {
    const shown = await cli.json<Shown>('adoption', '--all');
    expect(shown).toMatchObject({ tenantId: null, now: { users: 16, enrolled: 1, recoveryReady: 1 }, funnel: { challenged: 1, succeeded: 1 } });
    expect(shown.byStrategy).toContainEqual({ strategy: 'AUTHENTICATOR_APP', users: 1 });
    expect(shown.series).toMatchObject([{ count: { users: 10, enrolled: 4 } }, { count: { users: 16, enrolled: 12 } }]);
    expect([shown.tenants?.length, shown.hasMore]).toEqual([14, false]);
  });

  it('tells those of one tenant, without a list', async () => {
    const text = await cli.text('adoption', '--tenant', 'acme');
    expect(text).toMatch(/^The tenant acme, \S+ \S+ UTC\nusers +2\nwith a second factor +1 +50 %\n/);
    expect(text).toMatch(new RegExp(`\\n${dayOf(daysAgo(1))} +2 +0 +1 +50 % +█{10}\\n$`));
    const shown = await cli.json<Shown>('adoption', '--tenant', 'acme');
    expect(shown).toMatchObject({ tenantId: 'acme', now: { users: 2 } });
    expect(shown).not.toHaveProperty('tenants');
  });

  it('reads past days from the first to the last one, by day, week or month', async () => {
    const daysOf = async (...words: string[]) =>
      (await cli.json<Shown>('adoption', ...words)).series.map(({ dayStartsAt }) => dayStartsAt.slice(0, 10));
    const [old, before, yesterday] = [60, 2, 1].map((days) => dayOf(daysAgo(days)));
    expect(await daysOf('--from', String(old))).toEqual([old, before, yesterday]);
    expect(await daysOf('--from', String(old), '--until', String(before))).toEqual([old, before]);
    expect(await daysOf('--from', String(before), '--until', String(before))).toEqual([before]);
    expect((await daysOf('--from', String(old), '--every', 'MONTH')).length).toBeLessThan(4);
    expect(await cli.text('adoption', '--tenant', 't10')).toMatch(/\nNo counts were kept in these days\. [^\n]+\n$/);
  });

  it('lists as many tenants as it is told to, in either order', async () => {
    const tenantsOf = async (...words: string[]) => {
      const { tenants = [], hasMore } = await cli.json<Shown>('adoption', ...words);
      return [tenants.map(({ tenant }) => tenant.restId), hasMore] as const;
    };
    expect(await tenantsOf('--limit', '1', '--sort', 'MOST_UNENROLLED_FIRST')).toEqual([['t15'], true]);
    const [all, more] = await tenantsOf('--all');
    expect([all.length, new Set(all).size, all.at(-1), more]).toEqual([14, 14, 'acme', false]);
    expect(await tenantsOf('--limit', '2')).toEqual([all.slice(0, 2), true]);
    expect((await cli.run('adoption', '--limit', '2')).stderr).toBe('There are more tenants than these 2: raise --limit, or give --all.\n');
    expect((await cli.run('adoption', '--all')).stderr).toBe('');
  });

  it.each([
    ['a day that is none', ['--from', '2026-02-30'], 2, "Option '--from <day>' argument '2026-02-30' is invalid. It is a day such as 2026-01-31."],
    ['a time of day', ['--until', '2026-01-01T00:00:00Z'], 2, expect.stringMatching(/It is a day such as 2026-01-31\.$/)],
    ['an interval that is none', ['--every', 'HOUR'], 2, expect.stringMatching(/Allowed choices are DAY, WEEK, MONTH\.$/)],
    ['an order that is none', ['--sort', 'NAME'], 2, expect.stringMatching(/Allowed choices are LEAST_FIRST, MOST_UNENROLLED_FIRST\.$/)],
    ['a number that is none', ['--limit', '0'], 2, '--limit takes a whole number of 1 or more.'],
    ['an unknown command', ['recnt'], 2, "Too many arguments for 'show'. Expected 0 arguments but got 1."],
    ['flags before the command', ['--tenant', 'acme', 'recount'], 2, expect.stringMatching(/^Too many arguments for 'show'\./)],
    ['too many points', ['--from', '2020-01-01'], 1, 'A range has at most 400 points.'],
    ['an unknown tenant', ['--tenant', 'nowhere'], 1, 'Tenant not found.'],
  ])('%s: one sentence and the exit code', async (_what, words, code, sentence) => {
    const { stderr, ...rest } = await cli.run('adoption', ...words);
    expect([rest, stderr.trimEnd()]).toEqual([{ code, stdout: '' }, sentence]);
  });

  it('ends with 1 if the server is away or does not take the credentials', async () => {
    for (const words of [['adoption'], ['adoption', 'recount']]) {
      expect(await sallyport(words, { ...cli.env, SALLYPORT_URL: 'http://127.0.0.1:9' })).toMatchObject({ code: 1, stdout: '' });
      const refused = await sallyport(words, { ...cli.env, SALLYPORT_SECRET: 'hunter2' });
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^The server does not accept /) });
    }
  });
});

describe('sallyport adoption recount', () => {
  it('says that every count is right', async () => {
    expect(await cli.text('adoption', 'recount')).toBe('The environment and 14 tenants: every count is right.\n');
    expect(await cli.text('adoption', 'recount', '--tenant', 'acme')).toBe('The tenant acme: every count is right.\n');
    expect(await cli.json('adoption', 'recount')).toEqual({ tenantId: null, tenantCount: 14, differences: [] });
  });

  it('mends what somebody else has changed, and tells it once', async () => {
    change("update users set locked = 1 where email = 'a@t10.example'");
    expect(await cli.json('adoption', 'recount', '--tenant', 't10')).toEqual({
      ...{ tenantId: 't10', tenantCount: 1 },
      differences: [{ tenantId: 't10', name: 'LOCKED', dayStartsAt: null, counted: 0, actual: 1 }],
    });
    // That of the environment is still wrong.
    expect(await cli.text('adoption', 'recount')).toMatch(
      /^tenant +what +last login \(UTC\) +counted +actual\n- +locked +any day +0 +1\n\nThe environment and 14 tenants: 1 count was mended\.\n$/,
    );
    expect(await cli.text('adoption', 'recount')).toMatch(/every count is right/);
    expect(await cli.text('adoption', '--all')).toMatch(/\nlocked +1 +6 %\n/);
  });

  it('refuses what its help does not say, and an unknown tenant', async () => {
    expect(await cli.run('adoption', 'recount', 'acme')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Too many arguments/) });
    expect(await cli.run('adoption', 'recount', '--tenant', 'nowhere')).toEqual({ code: 1, stdout: '', stderr: 'Tenant not found.\n' });
  });
});
