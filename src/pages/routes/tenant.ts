import { tenant, tenantsWithoutSearch } from '../views/tenant.tsx';
import { pageOf } from './send.ts';
import type { StepPage } from './step-page.ts';
import { choiceOf, formOf } from './visit.ts';

/** The page on which a member of several tenants chooses the one to enter. */
export const tenantPage: StepPage = {
  step: 'TENANT',
  async show(visit, needs) {
    const { caller, handle, token } = visit;
    const all = await needs.services.interactions.tenants(caller, { token });
    const value = choiceOf(visit, 'search') ?? '';
    const form = formOf(visit);
    const search = all.length > tenantsWithoutSearch ? { action: form.action, hidden: { i: handle }, value } : null;
    const sought = value.toLocaleLowerCase();
    const tenants = search === null ? all : all.filter(({ name }) => name.toLocaleLowerCase().includes(sought));
    return pageOf(tenant, { form, tenants, search });
  },
  act: ({ request, caller, token }, fields, { services, cookies }) =>
    services.interactions.chooseTenant(caller, { token, tenantId: fields.text('tenantId'), deviceToken: cookies.deviceToken(request) }),
};
