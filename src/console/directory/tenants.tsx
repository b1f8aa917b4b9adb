import { useQuery } from '@urql/preact';
import { useState } from 'preact/hooks';
import { AdoptionSort, FindTenantsDocument, TenantsByNeedDocument } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { Choice, TextField } from '../parts/field.tsx';
import { formatCount, formatNumber, formatShare, formatTime } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Pager, usePageArguments } from '../parts/pager.tsx';
import { useQueryString } from '../parts/query-string.ts';
import { Table } from '../parts/table.tsx';
import { wordsFor } from '../parts/words.ts';

const sorts: readonly { value: AdoptionSort; label: string }[] = [
  { value: AdoptionSort.MostUnenrolledFirst, label: 'Most people without a second factor' },
  { value: AdoptionSort.LeastFirst, label: 'Smallest share with a second factor' },
];

/** Returns the address of the page of a tenant. */
export const tenantPath = (restId: string): string => `/console/tenants/${encodeURIComponent(restId)}`;

/** The tenants, those first that need the operator most, or those whose name or id contains a text. */
export function TenantsPage() {
  const { query, set } = useQueryString();
  const [text, setText] = useState(query.text ?? '');
  return (
    <Page title="Tenants" lead="The tenants that are furthest from a second factor for everybody come first.">
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          set({ text: text.trim(), after: undefined, before: undefined });
        }}
      >
        <TextField label="Find by name or id" kind="search" value={text} onValue={setText} />
        <button type="submit">Find</button>
        {query.text === undefined ? (
          <Choice
            label="Order"
            value={query.sort ?? AdoptionSort.MostUnenrolledFirst}
            options={sorts}
            onValue={(sort) => set({ sort, after: undefined, before: undefined })}
          />
        ) : (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setText('');
              set({ text: undefined, after: undefined, before: undefined });
            }}
          >
            Show all by need
          </button>
        )}
      </form>
      {query.text === undefined ? <ByNeed /> : <Found text={query.text} />}
    </Page>
  );
}

function ByNeed() {
  const { query } = useQueryString();
  const sort = sorts.find(({ value }) => value === query.sort)?.value ?? AdoptionSort.MostUnenrolledFirst;
  const asked = useQuery({ query: TenantsByNeedDocument, variables: { sort, ...usePageArguments() } });
  return (
    <Answer query={asked}>
      {({ mfaAdoption }) => (
        <>
          <p class="muted" role="status">
            {formatCount(mfaAdoption?.tenants.totalCount ?? 0, 'tenant has', 'tenants have')} people
          </p>
          <Table
            caption="Tenants by need"
            empty="No tenant has people yet."
            rows={mfaAdoption?.tenants.nodes ?? []}
            keyOf={({ tenant }) => tenant?.restId ?? ''}
            columns={[
              { title: 'Tenant', cell: ({ tenant }) => (tenant === null ? 'deleted' : <a href={tenantPath(tenant.restId)}>{tenant.name}</a>) },
              { title: 'Policy in force', cell: ({ tenant }) => (tenant === null ? '' : wordsFor(tenant.effectiveMfaPolicy.enforceMfaType)) },
              { title: 'Without a second factor', numeric: true, cell: ({ count }) => formatNumber(count.users - count.enrolled) },
              { title: 'People', numeric: true, cell: ({ count }) => formatNumber(count.users) },
              { title: 'Share with one', numeric: true, cell: ({ count }) => formatShare(count.enrolled, count.users) },
              { title: 'Only weak', numeric: true, cell: ({ count }) => formatNumber(count.onlyWeak) },
              { title: 'Active in 30 days', numeric: true, cell: ({ count }) => formatNumber(count.activeLast30Days) },
            ]}
          />
          {mfaAdoption == null ? null : <Pager label="Pages of tenants" ends={mfaAdoption.tenants.pageInfo} />}
        </>
      )}
    </Answer>
  );
}

function Found({ text }: { text: string }) {
  const asked = useQuery({
    query: FindTenantsDocument,
    variables: { text, sort: { by: 'NAME', direction: 'ASCENDING' }, ...usePageArguments() },
  });
  return (
    <Answer query={asked}>
      {({ tenants }) => (
        <>
          <p class="muted" role="status">
            {formatCount(tenants.totalCount ?? tenants.nodes.length, 'tenant', 'tenants')} found
          </p>
          <Table
            caption="Tenants found"
            empty="No tenant has this in its name or id."
            rows={tenants.nodes}
            keyOf={({ restId }) => restId}
            columns={[
              { title: 'Tenant', cell: ({ restId, name }) => <a href={tenantPath(restId)}>{name}</a> },
              { title: 'Id', cell: ({ restId }) => <code>{restId}</code> },
              { title: 'Policy in force', cell: ({ effectiveMfaPolicy }) => wordsFor(effectiveMfaPolicy.enforceMfaType) },
              { title: 'Created', cell: ({ createdAt }) => formatTime(createdAt) },
            ]}
          />
          <Pager label="Pages of tenants" ends={tenants.pageInfo} />
        </>
      )}
    </Answer>
  );
}
