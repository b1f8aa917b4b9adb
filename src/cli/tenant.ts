import type { Command } from 'commander';
import { successOf } from './client.ts';
import type { Surroundings } from './command.ts';
import { serverCommand, wholeNumber } from './command.ts';
import type { ListedTenant } from './documents/tenant.ts';
import { createTenant, listTenants } from './documents/tenant.ts';
import { minute } from './output.ts';
import { pagesOf } from './pages.ts';
import type { Column } from './table.ts';

const columns: readonly Column<ListedTenant>[] = [
  { title: 'id', of: ({ restId }) => restId },
  { title: 'created (UTC)', of: ({ createdAt }) => minute(createdAt) },
  { title: 'name', of: ({ name }) => name },
];

/** Adds the commands about tenants. */
export function addTenantCommands(program: Command, surroundings: Surroundings): void {
  const tenant = program.command('tenant').description('the tenants of the environment');

  serverCommand<{ id?: string }>(
    tenant,
    surroundings,
    { name: 'create <name>', description: 'create a tenant' },
    async ({ client, output }, [name = ''], { id }) => {
      const { createTenant: result } = await client.ask(createTenant, { input: { name, ...(id === undefined ? {} : { tenantId: id }) } });
      const { tenant: created } = successOf(result);
      if (output.json) output.document(created);
      else output.line(`The tenant ${created.name} was created, with the id ${created.restId}.`);
    },
  ).option('--id <id>', 'the id of the tenant, else one is generated');

  serverCommand<{ limit: number }>(
    tenant,
    surroundings,
    { name: 'list', description: 'list the tenants, oldest first' },
    async ({ client, output }, _args, { limit }) => {
      const { items, more } = await pagesOf(limit, async (page) => (await client.ask(listTenants, page)).tenants);
      if (output.json) return output.document({ tenants: items, hasMore: more });
      output.table(columns, items);
      if (more) output.note(`There are more tenants than these ${items.length}: raise --limit.`);
    },
  ).option('--limit <number>', 'how many at most', wholeNumber('--limit', 1), 100);
}
