import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { adoptionIntervals, dayOf, daysAfter } from '../domain/insight/adoption.ts';
import { printAdoption, printTenants } from './adoption-page.ts';
import { addAdoptionRecount } from './adoption-recount.ts';
import type { Client } from './client.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand, wholeNumber } from './command.ts';
import type { AdoptionRange, TenantAdoption } from './documents/adoption.ts';
import { adoptionOfTenants, readAdoption } from './documents/adoption.ts';
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

/** Adds the commands about how many people have a second factor. */
export function addAdoptionCommands(program: Command, surroundings: Surroundings): void {
  const adoption = program.command('adoption').description('how many people have a second factor');

  serverCommand<ShowOptions>(
    adoption,
    surroundings,
    {
      name: 'show',
      description: 'tell how many people have which factors, now and in the past, as `adoption` alone does',
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

  addAdoptionRecount(adoption, surroundings);
}
