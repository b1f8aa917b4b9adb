import { useQuery } from '@urql/preact';
import { useRoute } from 'preact-iso';
import type { PersonQuery } from '../documents.ts';
import { PersonDocument } from '../documents.ts';
import { Explanation } from '../insight/explanation.tsx';
import { Answer } from '../parts/answer.tsx';
import { formatNumber, formatTime } from '../parts/format.ts';
import { Notice } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { wordsFor } from '../parts/words.ts';
import { permissions, useOperator } from '../session/operator.ts';
import { State } from './people.tsx';
import { PersonActions, RemoveAuthenticator } from './person-actions.tsx';
import { tenantPath } from './tenants.tsx';

type Person = NonNullable<PersonQuery['user']>;

/** A person: the account, the factors and the tenants, what a login leads to and why, and what an operator can do. */
export function PersonPage() {
  const id = useRoute().params.id ?? '';
  // Nothing of one person may stay when the address changes to another one.
  return <PersonView key={id} id={id} />;
}

function PersonView({ id }: { id: string }) {
  const { may } = useOperator();
  const asked = useQuery({ query: PersonDocument, variables: { id } });
  const reload = (): void => asked[1]({ requestPolicy: 'network-only' });
  const user = asked[0].data?.user;
  return (
    <Page title={user?.name ?? 'Person'} lead={user === undefined || user === null || user.name === user.email ? undefined : user.email}>
      <Answer query={asked}>
        {(data) =>
          data.user === null ? (
            <Notice>There is no such person, or you may not see them.</Notice>
          ) : (
            <>
              <Account user={data.user} />
              {may(permissions.readPolicy) ? <Explanation user={data.user} /> : null}
              <Factors user={data.user} onChanged={reload} />
              <Exemptions user={data.user} />
              <Memberships user={data.user} />
              <PersonActions user={data.user} onChanged={reload} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function Account({ user }: { user: Person }) {
  const { kind, may } = useOperator();
  return (
    <Section title="Account">
      <dl class="facts">
        <div>
          <dt>State</dt>
          <dd>
            <State {...user} />
          </dd>
        </div>
        <div>
          <dt>Second factor</dt>
          <dd>{user.mfaEnrolled ? 'Enrolled' : 'None'}</dd>
        </div>
        {user.mfaGrace === null ? null : (
          <div>
            <dt>Has to enroll by</dt>
            <dd>{formatTime(user.mfaGrace.endsAt)}</dd>
          </div>
        )}
        <div>
          <dt>Last login</dt>
          <dd>{formatTime(user.lastLoginAt)}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>{formatTime(user.createdAt)}</dd>
        </div>
        {kind === 'USER' ? null : (
          <div>
            <dt>Recovery codes left</dt>
            <dd>{formatNumber(user.recoveryCodesRemaining)}</dd>
          </div>
        )}
        <div>
          <dt>Id</dt>
          <dd>
            <code>{user.restId}</code>
          </dd>
        </div>
      </dl>
      {may(permissions.readAudits) ? (
        <p>
          <a href={`/console/events?user=${encodeURIComponent(user.restId)}`}>Events about this person</a>
        </p>
      ) : null}
    </Section>
  );
}

function Factors({ user, onChanged }: { user: Person; onChanged: () => void }) {
  const { kind } = useOperator();
  if (kind === 'USER') {
    return (
      <Section title="Factors">
        <p class="muted">Which authenticators and browsers a person has is shown to the environment alone.</p>
      </Section>
    );
  }
  return (
    <Section title="Factors">
      <Table
        caption="Authenticators"
        empty="No authenticator is enrolled."
        rows={user.authenticators}
        keyOf={({ restId }) => restId}
        columns={[
          { title: 'Authenticator', cell: ({ label }) => label },
          { title: 'Strategy', cell: ({ strategy }) => wordsFor(strategy) },
          { title: 'Enrolled', cell: ({ createdAt }) => formatTime(createdAt) },
          { title: 'Last used', cell: ({ lastUsedAt }) => formatTime(lastUsedAt) },
          { title: 'Action', cell: (authenticator) => <RemoveAuthenticator user={user} authenticator={authenticator} onChanged={onChanged} /> },
        ]}
      />
      {user.rememberedDevices.length === 0 ? null : (
        <Table
          caption="Remembered devices"
          hideCaption={false}
          rows={user.rememberedDevices}
          keyOf={({ restId }) => restId}
          columns={[
            { title: 'Remembered device', cell: ({ name }) => name },
            { title: 'Skips the second factor', cell: ({ honored }) => (honored ? 'Yes' : 'Not under the policy') },
            { title: 'Since', cell: ({ createdAt }) => formatTime(createdAt) },
            { title: 'Until', cell: ({ expiresAt }) => formatTime(expiresAt) },
          ]}
        />
      )}
    </Section>
  );
}

function Exemptions({ user }: { user: Person }) {
  return (
    <Section title="Exemptions" note="Logins that an exemption covers ask for no second factor.">
      <Table
        caption="Exemptions"
        empty="This person is not exempt."
        rows={user.mfaExemptions}
        keyOf={({ restId }) => restId}
        columns={[
          { title: 'For logins to', cell: ({ tenant }) => tenant?.name ?? 'Every tenant' },
          { title: 'Until', cell: ({ lastsUntil }) => (lastsUntil === null ? 'Without an end' : formatTime(lastsUntil)) },
          { title: 'Reason', cell: ({ reason }) => reason ?? 'The flag mfaBypass' },
        ]}
      />
    </Section>
  );
}

function Memberships({ user }: { user: Person }) {
  const { kind } = useOperator();
  const stateOf = ({ pending, disabled, expiresAt }: Person['memberships'][number]): string =>
    disabled ? 'Disabled' : pending ? 'Invited' : expiresAt === null ? 'Member' : `Member until ${formatTime(expiresAt)}`;
  return (
    <Section title="Tenants" note={kind === 'USER' ? 'You see the membership in your tenant alone.' : undefined}>
      <Table
        caption="Tenants"
        empty="This person is in no tenant."
        rows={user.memberships}
        keyOf={({ tenant }) => tenant?.restId ?? ''}
        columns={[
          {
            title: 'Tenant',
            cell: ({ tenant }) =>
              tenant === null ? 'deleted' : kind === 'USER' ? tenant.name : <a href={tenantPath(tenant.restId)}>{tenant.name}</a>,
          },
          { title: 'Roles', cell: ({ roles }) => (roles.length === 0 ? 'None' : roles.map(({ name }) => name).join(', ')) },
          { title: 'State', cell: stateOf },
        ]}
      />
    </Section>
  );
}
