import type { Client } from './client.ts';
import type { NamedUser } from './documents/user.ts';
import { userByEmail, userById } from './documents/user.ts';
import { Failure, UsageError } from './failure.ts';

/** Finds the person that an id or an e-mail address names, or says that there is none. */
export async function personNamed(client: Client, named: string, tenantId: string | null = null): Promise<NamedUser> {
  if (named === '') throw new UsageError('An empty text names no user.');
  const found = named.includes('@')
    ? (await client.ask(userByEmail, { email: named })).users.nodes[0]
    : (await client.ask(userById, { id: named })).user;
  if (found == null) throw new Failure(`There is no user ${named}${tenantId === null ? '' : ` in the tenant ${tenantId}`}.`);
  return found;
}
