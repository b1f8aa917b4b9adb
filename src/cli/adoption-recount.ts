import type { Command } from 'commander';
import { successOf } from './client.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand } from './command.ts';
import type { Result } from './documents/document.ts';
import type { AdoptionDifference, Recounted } from './documents/recount.ts';
import { recountAdoption } from './documents/recount.ts';
import { words } from './output.ts';
import type { Column } from './table.ts';

const columns: readonly Column<AdoptionDifference>[] = [
  { title: 'tenant', of: ({ tenant }) => tenant?.restId ?? '-' },
  { title: 'what', of: ({ name }) => words(name) },
  { title: 'last login (UTC)', of: ({ dayStartsAt }) => dayStartsAt?.slice(0, 10) ?? 'any day' },
  { title: 'counted', of: ({ counted }) => String(counted), right: true },
  { title: 'actual', of: ({ actual }) => String(actual), right: true },
];

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
  output.table(columns, differences);
  output.line();
  output.line(`${recounted}: ${differences.length === 1 ? '1 count was' : `${differences.length} counts were`} mended.`);
}

/** Adds the command that mends the counts. */
export function addAdoptionRecount(adoption: Command, surroundings: Surroundings): void {
  serverCommand(
    adoption,
    surroundings,
    { name: 'recount', description: 'compare the counts with a full count and mend them, for example after a change by SQL', inTenant: true },
    (tools) => recount(tools),
  );
}
