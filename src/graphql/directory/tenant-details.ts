import type { TenantDetailName } from '../../domain/directory/tenant.ts';
import { tenantDetailNames } from '../../domain/directory/tenant.ts';

/** What each detail of a tenant is. None of them has an effect. */
const descriptions: Readonly<Record<TenantDetailName, string>> = {
  creatorName: 'The name of whoever created the tenant.',
  creatorEmail: 'The address of whoever created the tenant. It is not checked, and no mail is sent to it.',
  website: 'The website of the tenant.',
  applicationUrl:
    'Where the application of the tenant is found. No link in a message is made of it, because administrators of the tenant may change it.',
  logo: 'The logo of the tenant, or its address.',
  logoUrl: 'The address of the logo.',
  address: 'The postal address.',
  timezone: 'The time zone that the application shows times in.',
  dateFormat: 'The form in which the application shows dates.',
  timeFormat: 'The form in which the application shows times of day.',
  currency: 'The currency that the application shows amounts in.',
  status: 'The state of the tenant in words of the operator.',
  alias: 'Another name, by which REST finds the tenant. Several tenants may have the same.',
};

/** Makes one field of each detail. */
export const detailFields = <Field>(make: (name: TenantDetailName, description: string) => Field): Record<TenantDetailName, Field> =>
  Object.fromEntries(tenantDetailNames.map((name) => [name, make(name, descriptions[name])])) as Record<TenantDetailName, Field>;
