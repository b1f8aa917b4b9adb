import { usePage } from '../parts/context.ts';
import { Form, HiddenFields } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** Of more tenants than this, nobody finds one without searching. */
export const tenantsWithoutSearch = 10;

/** What the page for choosing a tenant shows. */
export interface TenantModel {
  form: FormTarget;
  /** Those that fit the search. */
  tenants: readonly { id: string; name: string }[];
  /** Null if there are few. `hidden` are the fields that the address of the page has already. */
  search: { action: string; hidden: Readonly<Record<string, string>>; value: string } | null;
}

function Tenant({ form, tenants, search }: TenantModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('tenant.lead')}</p>
      {search === null ? null : (
        <form method="get" action={search.action}>
          <HiddenFields fields={search.hidden} />
          <label for="search">{text('field.search')}</label>
          <div class="control">
            <input type="search" id="search" name="search" value={search.value} autocomplete="off" />
            <button type="submit" class="small">
              {text('field.search')}
            </button>
          </div>
        </form>
      )}
      {tenants.length === 0 ? (
        <p role="status">{text('tenant.none')}</p>
      ) : (
        <Form to={form} class="choices">
          <ul>
            {tenants.map(({ id, name }) => (
              <li key={id}>
                <button type="submit" class="choice" name="tenantId" value={id}>
                  <strong>{name}</strong>
                </button>
              </li>
            ))}
          </ul>
        </Form>
      )}
    </>
  );
}

/** Asks a member of several tenants which one to enter. */
export const tenant: View<TenantModel> = { title: (text) => text('tenant.title'), body: Tenant };
