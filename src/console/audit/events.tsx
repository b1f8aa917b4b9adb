import { useClient, useQuery } from '@urql/preact';
import { useState } from 'preact/hooks';
import { personPath } from '../directory/people.tsx';
import type { EventsQuery, MfaEventFilter } from '../documents.ts';
import { EventsDocument, MfaEventKind, UserIdOfEmailDocument } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { failureText } from '../parts/failure.ts';
import { Choice, TextField } from '../parts/field.tsx';
import { formatTime } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Pager, usePageArguments } from '../parts/pager.tsx';
import { useQueryString } from '../parts/query-string.ts';
import { Table } from '../parts/table.tsx';
import { wordsFor } from '../parts/words.ts';
import { permissions, useOperator } from '../session/operator.ts';

type Event = EventsQuery['mfaEvents']['nodes'][number];

/** The audit trail, newest event first, with its filters. */
export function EventsPage() {
  const { kind, tenantName } = useOperator();
  return (
    <Page
      title="Audit trail"
      lead={kind === 'USER' ? `What happened in ${tenantName ?? 'your tenant'}, newest first.` : 'What happened, newest first.'}
    >
      <Filters />
      <Trail />
    </Page>
  );
}

const kinds = Object.values(MfaEventKind)
  .map((value) => ({ value, label: wordsFor(value) }))
  .sort((one, other) => one.label.localeCompare(other.label));

function Filters() {
  const { kind: who } = useOperator();
  const client = useClient();
  const { query, set } = useQueryString();
  const [user, setUser] = useState(query.user ?? '');
  const [tenant, setTenant] = useState(query.tenant ?? '');
  const [from, setFrom] = useState(query.from ?? '');
  const [until, setUntil] = useState(query.until ?? '');
  const [problem, setProblem] = useState<string | null>(null);

  const apply = async (): Promise<void> => {
    const wanted = user.trim();
    const found = wanted.includes('@') ? await idOf(wanted) : { id: wanted };
    setProblem('problem' in found ? found.problem : null);
    if ('id' in found) set({ user: found.id, tenant: tenant.trim(), from, until, after: undefined, before: undefined });
  };
  const idOf = async (email: string): Promise<{ id: string } | { problem: string }> => {
    const { data, error } = await client.query(UserIdOfEmailDocument, { email }).toPromise();
    if (error !== undefined) return { problem: failureText(error) };
    const id = data?.users.nodes[0]?.restId;
    return id === undefined ? { problem: 'Nobody has this address.' } : { id };
  };

  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <Choice
        label="What happened"
        value={query.kind ?? ''}
        options={[{ value: '', label: 'Anything' }, ...kinds]}
        onValue={(kind) => set({ kind, after: undefined, before: undefined })}
      />
      <TextField label="Person (address or id)" value={user} error={problem} onValue={setUser} />
      {who === 'USER' ? null : <TextField label="Tenant id" value={tenant} onValue={setTenant} />}
      <TextField label="From" kind="datetime-local" value={from} onValue={setFrom} />
      <TextField label="Until" kind="datetime-local" value={until} onValue={setUntil} />
      <button type="submit">Apply</button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          for (const clear of [setUser, setTenant, setFrom, setUntil]) clear('');
          setProblem(null);
          set({ kind: undefined, user: undefined, tenant: undefined, from: undefined, until: undefined, after: undefined, before: undefined });
        }}
      >
        Clear
      </button>
    </form>
  );
}

/** Returns the moment of a field, which is in the time zone of the browser. */
const momentOf = (text: string): string | null => (Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString());

function filterOf(query: Readonly<Record<string, string | undefined>>): MfaEventFilter {
  const kind = kinds.find(({ value }) => value === query.kind)?.value;
  return {
    ...(kind === undefined ? {} : { kinds: [kind] }),
    ...(query.user === undefined ? {} : { userId: query.user }),
    ...(query.tenant === undefined ? {} : { tenantId: query.tenant }),
    ...(query.from === undefined ? {} : { occurredFrom: momentOf(query.from) }),
    ...(query.until === undefined ? {} : { occurredUntil: momentOf(query.until) }),
  };
}

function Trail() {
  const { may } = useOperator();
  const { query } = useQueryString();
  const asked = useQuery({ query: EventsDocument, variables: { filter: filterOf(query), ...usePageArguments() } });
  const person = (id: string | null, user: { email: string } | null) => {
    if (id === null) return null;
    const name = user?.email ?? id;
    return user !== null && may(permissions.readUsers) ? <a href={personPath(id)}>{name}</a> : name;
  };
  const who = (event: Event) => person(event.actorId, event.actor) ?? wordsFor(event.actorKind);
  return (
    <Answer query={asked}>
      {({ mfaEvents }) => (
        <>
          <Table
            caption="Events"
            empty="No event fits. Change the conditions above."
            rows={mfaEvents.nodes}
            keyOf={({ id }) => id}
            columns={[
              { title: 'When', cell: ({ occurredAt }) => <time dateTime={occurredAt}>{formatTime(occurredAt)}</time> },
              {
                title: 'What',
                cell: ({ kind, reason, mfaStrategy }) => (
                  <>
                    {wordsFor(kind)}
                    {reason === null && mfaStrategy === null ? null : (
                      <small>
                        {[mfaStrategy, reason].flatMap((part) => (part === null ? [] : [/^[A-Z_]+$/.test(part) ? wordsFor(part) : part])).join(' · ')}
                      </small>
                    )}
                  </>
                ),
              },
              { title: 'About', cell: ({ userId, user }) => person(userId, user) ?? '–' },
              { title: 'By', cell: who },
              { title: 'Tenant', cell: ({ tenantId }) => tenantId ?? '–' },
              { title: 'Address', cell: ({ address }) => address },
              { title: 'Request', cell: ({ requestId }) => <code>{requestId.slice(0, 8)}</code> },
            ]}
          />
          <Pager label="Pages of events" ends={mfaEvents.pageInfo} />
        </>
      )}
    </Answer>
  );
}
