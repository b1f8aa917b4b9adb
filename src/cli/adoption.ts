import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { adoptionIntervals, dayOf, daysAfter } from '../domain/insight/adoption.ts';
import { printAdoption, printDifferences, printTenants } from './adoption-page.ts';
import type { Client } from './client.ts';
import { successOf } from './client.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand, wholeNumber } from './command.ts';
import type { AdoptionDifference, AdoptionRange, Recounted, TenantAdoption } from './documents/adoption.ts';
import { adoptionOfTenants, readAdoption, recountAdoption } from './documents/adoption.ts';
import type { Result } from './documents/document.ts';
import { Failure } from './failure.ts';
import { pagesOf } from './pages.ts';

interface ShowOptions {
  from?: Date;
  until?: Date;
  every?: string;
  sort: string;
  limit: number;
  all?: boolean;
}

/** Reads a day, which begins and ends at midnight in UTC. */
function readDay(text: string): Date {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // Some engines of JavaScript take the 31st of February for a day in March.
  if (day === null || Number.isNaN(day.getTime()) || dayOf(day).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('It is a day such as 2026-01-31.');
  }
  return day;
}

/** Returns the range for the server, which ends before the moment that it is given. The last day belongs to it. */
const rangeOf = ({ from, until, every }: ShowOptions): AdoptionRange => ({
  ...(from === undefined ? {} : { from: from.toISOString() }),
  ...(until === undefined ? {} : { until: daysAfter(until, 1).toISOString() }),
  ...(every === undefined ? {} : { every }),
});

const unreadable = new Failure('These credentials may not read these counts.');

async function tenantsOf(client: Client, { sort, limit, all = false }: ShowOptions): Promise<{ items: TenantAdoption[]; more: boolean }> {
  return pagesOf(all ? Number.POSITIVE_INFINITY : limit, async (page) => {
    const { mfaAdoption } = await client.ask(adoptionOfTenants, { sort, ...page });
    if (mfaAdoption === null) throw unreadable;
    return mfaAdoption.tenants;
  });
}

async function show({ client, output, tenantId }: Tools, options: ShowOptions): Promise<void> {
  const { mfaAdoption: adoption } = await client.ask(readAdoption, rangeOf(options));
  if (adoption === null) throw unreadable;
  // Of one tenant, the list would repeat what stands above it.
  const { items, more } = tenantId === null ? await tenantsOf(client, options) : { items: [], more: false };
  if (output.json) return output.document({ tenantId, ...adoption, ...(tenantId === null ? { tenants: items, hasMore: more } : {}) });
  printAdoption(output, adoption, tenantId);
  printTenants(output, items);
  if (more) output.note(`There are more tenants than these ${items.length}: raise --limit, or give --all.`);
}

async function recount({ client, output, tenantId }: Tools): Promise<void> {
  const differences: AdoptionDifference[] = [];
  let tenants = 0;
  for (let after: string | null = null, done = false; !done; done = after === null) {
    const asked: Promise<{ recountMfaAdoption: Result<Recounted> }> = client.ask(recountAdoption, { input: { after } }, { unlimited: true });
    const { recountMfaAdoption } = await output.during(tenants === 0 ? 'Counting …' : `Counting, after ${tenants} tenants …`, asked);
    const found = successOf(recountMfaAdoption);
    differences.push(...found.differences);
    tenants += found.tenants;
    after = found.next;
  }
  if (output.json) {
    const mended = differences.map(({ tenant, ...difference }) => ({ tenantId: tenant?.restId ?? null, ...difference }));
    return output.document({ tenantId, tenantCount: tenants, differences: mended });
  }
  const recounted = tenantId === null ? `The environment and ${tenants === 1 ? '1 tenant' : `${tenants} tenants`}` : `The tenant ${tenantId}`;
  if (differences.length === 0) return output.line(`${recounted}: every count is right.`);
  printDifferences(output, differences);
  output.line(`\n${recounted}: ${differences.length === 1 ? '1 count was' : `${differences.length} counts were`} mended.`);
}

/** Adds the commands about how many people have a second factor. */
export function addAdoptionCommands(program: Command, surroundings: Surroundings): void {
  const adoption = program.command('adoption').description('how many people have a second factor');

  serverCommand<ShowOptions>(
    adoption,
    surroundings,
    {
      name: 'show',
      description: 'tell how many people have which factors, now and in the past; it is meant if nothing is named',
      inTenant: true,
      isDefault: true,
    },
    (tools, _args, options) => show(tools, options),
  )
    .addOption(new Option('--from <day>', 'first day (UTC) of the past counts, such as 2026-01-31 (else the last 30 days)').argParser(readDay))
    .addOption(new Option('--until <day>', 'last day (UTC) of the past counts (else today)').argParser(readDay))
    .addOption(new Option('--every <interval>', 'how far apart the past counts are').choices(adoptionIntervals).default('DAY'))
    .addOption(new Option('--sort <order>', 'which tenants come first').choices(['LEAST_FIRST', 'MOST_UNENROLLED_FIRST']).default('LEAST_FIRST'))
    .option('--limit <number>', 'how many tenants at most', wholeNumber('--limit', 1), 10)
    .option('--all', 'list all tenants');

  serverCommand(
    adoption,
    surroundings,
    { name: 'recount', description: 'compare the counts with a full count and mend them, for example after a change by SQL', inTenant: true },
    (tools) => recount(tools),
  );
}
