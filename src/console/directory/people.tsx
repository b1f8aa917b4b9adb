import { useQuery } from '@urql/preact';
import { useState } from 'preact/hooks';
import type { FindPeopleQueryVariables } from '../documents.ts';
import { FindPeopleDocument } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { Choice, TextField } from '../parts/field.tsx';
import { formatCount, formatTime } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Pager, usePageArguments } from '../parts/pager.tsx';
import { useQueryString } from '../parts/query-string.ts';
import { Table } from '../parts/table.tsx';
import { useOperator } from '../session/operator.ts';

/** Returns the address of the page of a person. */
export const personPath = (restId: string): string => `/console/people/${encodeURIComponent(restId)}`;

const groups: readonly { value: string; label: string; filter: NonNullable<FindPeopleQueryVariables['filter']> }[] = [
  { value: '', label: 'Everybody', filter: {} },
  { value: 'unenrolled', label: 'Without a second factor', filter: { mfaEnrolled: false } },
  { value: 'weak', label: 'Only weak factors', filter: { onlyWeakFactors: true } },
  { value: 'locked', label: 'Locked', filter: { locked: true } },
  { value: 'unverified', label: 'Address not verified', filter: { verified: false } },
  { value: 'never', label: 'Never logged in', filter: { loggedIn: false } },
];
const sorts: readonly { value: string; label: string; sort: FindPeopleQueryVariables['sort'] }[] = [
  { value: '', label: 'Name', sort: { by: 'NAME', direction: 'ASCENDING' } },
  { value: 'email', label: 'E-mail address', sort: { by: 'EMAIL', direction: 'ASCENDING' } },
  { value: 'login', label: 'Last login, latest first', sort: { by: 'LAST_LOGIN_AT', direction: 'DESCENDING' } },
  { value: 'created', label: 'Created, latest first', sort: { by: 'CREATED_AT', direction: 'DESCENDING' } },
];
const start = { after: undefined, before: undefined };

/** The people, found by name or address, or by what they lack. */
export function PeoplePage() {
  const { kind, tenantName } = useOperator();
  const { query, set } = useQueryString();
  const [search, setSearch] = useState(query.search ?? '');
  const [tenant, setTenant] = useState(query.tenant ?? '');
  return (
    <Page title="People" lead={kind === 'USER' ? `The members of ${tenantName ?? 'your tenant'}.` : 'Everybody who can log in.'}>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          set({ search: search.trim(), tenant: tenant.trim(), ...start });
        }}
      >
        <TextField label="Name or address" kind="search" value={search} onValue={setSearch} />
        {kind === 'USER' ? null : <TextField label="Tenant id" value={tenant} onValue={setTenant} />}
        <button type="submit">Find</button>
        <Choice label="Show" value={query.group ?? ''} options={groups} onValue={(group) => set({ group, ...start })} />
        <Choice label="Order" value={query.sort ?? ''} options={sorts} onValue={(sort) => set({ sort, ...start })} />
      </form>
      <Found />
    </Page>
  );
}

function Found() {
  const { query } = useQueryString();
  const asked = useQuery({
    query: FindPeopleDocument,
    variables: {
      ...(query.search === undefined ? {} : { search: query.search }),
      filter: {
        ...groups.find(({ value }) => value === (query.group ?? ''))?.filter,
        ...(query.tenant === undefined ? {} : { tenantId: query.tenant }),
      },
      sort: (sorts.find(({ value }) => value === query.sort) ?? sorts[0])?.sort ?? null,
      ...usePageArguments(),
    },
  });
  return (
    <Answer query={asked}>
      {({ users }) => (
        <>
          <p class="muted" role="status">
            {formatCount(users.totalCount ?? users.nodes.length, 'person', 'people')}
          </p>
          <Table
            caption="People"
            empty="Nobody fits. Change the conditions above."
            rows={users.nodes}
            keyOf={({ restId }) => restId}
            columns={[
              {
                title: 'Person',
                cell: ({ restId, name, email }) => (
                  <>
                    <a href={personPath(restId)}>{name}</a>
                    {name === email ? null : <small>{email}</small>}
                  </>
                ),
              },
              { title: 'Second factor', cell: (user) => (user.mfaEnrolled ? 'Enrolled' : <span class="tag warn">None</span>) },
              { title: 'State', cell: (user) => <State {...user} /> },
              { title: 'Last login', cell: ({ lastLoginAt }) => formatTime(lastLoginAt) },
            ]}
          />
          <Pager label="Pages of people" ends={users.pageInfo} />
        </>
      )}
    </Answer>
  );
}

/** What is unusual about an account. */
export function State({ locked, verified, mfaBypass }: { locked: boolean; verified: boolean; mfaBypass: boolean }) {
  if (!locked && verified && !mfaBypass) return <>Active</>;
  return (
    <span class="tags">
      {locked ? <span class="tag bad">Locked</span> : null}
      {verified ? null : <span class="tag warn">Not verified</span>}
      {mfaBypass ? <span class="tag warn">Exempt</span> : null}
    </span>
  );
}
