import { organization } from '../../views/account/organization.tsx';
import { tenantsWithoutSearch } from '../../views/tenant.tsx';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import { formTo, partAt } from './person.ts';

/** Returns what somebody searches for among the names of organizations. It is compared here, and reaches no database. */
function searchIn(query: unknown): string {
  const { search } = query as Record<string, unknown>;
  return typeof search === 'string' ? search.trim().slice(0, 100) : '';
}

/** The organizations of the person, who can go to another one. */
export const organizationPart: AccountPart = {
  name: 'organization',
  async show(person, needs) {
    const { request, caller } = person;
    const { tenantIds } = caller.actor;
    if (tenantIds.length < 2) return { to: partAt('') };
    const search = searchIn(request.query);
    const found = await needs.services.tenants.findMany(caller, { ids: tenantIds });
    const fitting = found
      .filter(({ name }) => name.toLocaleLowerCase().includes(search.toLocaleLowerCase()))
      .sort((one, other) => one.name.localeCompare(other.name));
    return pageOf(organization, {
      form: await formTo(person, needs, 'organization'),
      tenants: fitting.map(({ id, name }) => ({ id, name })),
      search: found.length > tenantsWithoutSearch ? { action: partAt('organization'), hidden: {}, value: search } : null,
    });
  },
  async act({ request, caller, refreshToken }, fields, { services, cookies }) {
    return services.accountVisits.enterTenant(caller, {
      ...{ path: partAt(''), refreshToken, tenant: fields.text('tenantId'), deviceToken: cookies.deviceToken(request) },
    });
  },
};
