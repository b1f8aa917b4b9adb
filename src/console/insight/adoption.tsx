import { useQuery } from '@urql/preact';
import type { AdoptionInterval, AdoptionQuery } from '../documents.ts';
import { AdoptionDocument } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { Bars } from '../parts/bars.tsx';
import { Choice } from '../parts/field.tsx';
import { formatNumber, formatShare, formatTime } from '../parts/format.ts';
import { LineChart } from '../parts/line-chart.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { useQueryString } from '../parts/query-string.ts';
import { wordsFor } from '../parts/words.ts';
import { useOperator } from '../session/operator.ts';

type Adoption = NonNullable<AdoptionQuery['mfaAdoption']>;

/** The adoption of the whole environment, or of the tenant of the session. */
export function AdoptionPage() {
  const { tenantId, tenantName } = useOperator();
  return (
    <Page
      title="Adoption"
      lead={
        tenantId === null
          ? 'How far everybody is on the way to a second factor.'
          : `How far the members of ${tenantName ?? tenantId} are on the way to a second factor.`
      }
    >
      <AdoptionOf tenantId={tenantId} />
    </Page>
  );
}

const ranges: readonly { value: string; label: string; days: number; every: AdoptionInterval }[] = [
  { value: '30', label: 'Last 30 days', days: 30, every: 'DAY' },
  { value: '90', label: 'Last 90 days', days: 90, every: 'DAY' },
  { value: '365', label: 'Last year, by week', days: 365, every: 'WEEK' },
];
const dayMilliseconds = 86_400_000;

/** The counts, the charts and the funnel of a tenant, or with null of the environment. */
export function AdoptionOf({ tenantId }: { tenantId: string | null }) {
  const { query, set } = useQueryString();
  const range = ranges.find(({ value }) => value === query.range) ?? ranges[0];
  // The time of the server counts, so the first answer tells it before a longer range is asked for.
  const [now, askNow] = useQuery({ query: AdoptionDocument, variables: { tenantId } });
  const countedAt = now.data?.mfaAdoption?.countedAt;
  const isDefault = range === undefined || range === ranges[0];
  const from = isDefault || countedAt === undefined ? null : new Date(Date.parse(countedAt) - (range.days - 1) * dayMilliseconds).toISOString();
  const [longer, askLonger] = useQuery({
    query: AdoptionDocument,
    variables: { tenantId, from, every: range?.every ?? 'DAY' },
    pause: from === null,
  });
  const state = from === null ? now : { ...longer, data: longer.data ?? now.data };
  return (
    <Answer query={[state, from === null ? askNow : askLonger]}>
      {({ mfaAdoption }) =>
        mfaAdoption === null ? (
          <Notice>There are no counts of this tenant, or you may not read them.</Notice>
        ) : (
          <>
            <Now adoption={mfaAdoption} />
            <div class="range">
              <Choice label="Range of the charts" value={range?.value ?? '30'} options={ranges} onValue={(value) => set({ range: value })} />
            </div>
            <div class="pair">
              <OverTime adoption={mfaAdoption} />
              <ByStrategy adoption={mfaAdoption} />
            </div>
            <Funnel adoption={mfaAdoption} />
          </>
        )
      }
    </Answer>
  );
}

function Now({ adoption: { now, countedAt } }: { adoption: Adoption }) {
  const tiles = [
    { name: 'People', value: now.users, note: `${formatNumber(now.activeLast30Days)} active in 30 days` },
    { name: 'With a second factor', value: now.enrolled, note: `${formatShare(now.enrolled, now.users)} of all people` },
    { name: 'Active with one', value: now.enrolledOfActive, note: `${formatShare(now.enrolledOfActive, now.activeLast30Days)} of the active people` },
    { name: 'Phishing-resistant', value: now.phishingResistant, note: `${formatShare(now.phishingResistant, now.users)} use WebAuthn` },
    { name: 'Only weak factors', value: now.onlyWeak, note: 'text message or e-mail alone' },
    { name: 'Ready to recover', value: now.recoveryReady, note: 'have an unused recovery code' },
    { name: 'Exempt', value: now.exempt, note: 'skip the second factor' },
    { name: 'Locked', value: now.locked, note: 'cannot log in' },
  ];
  return (
    <section aria-label="Now">
      <dl class="tiles">
        {tiles.map(({ name, value, note }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span class="figure">{formatNumber(value)}</span>
              <span class="muted">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="muted small">Counted {formatTime(countedAt)}</p>
    </section>
  );
}

function OverTime({ adoption: { series, now, countedAt } }: { adoption: Adoption }) {
  const moments = [
    ...series.map(({ dayStartsAt, count }) => ({ at: dayStartsAt, values: [count.users, count.enrolled, count.phishingResistant, count.onlyWeak] })),
    { at: countedAt, values: [now.users, now.enrolled, now.phishingResistant, now.onlyWeak] },
  ];
  return (
    <Section title="Over time" note={series.length === 0 ? 'Counts are kept once a day, so the first line appears tomorrow.' : undefined}>
      <LineChart label="People over time" series={['People', 'With a second factor', 'Phishing-resistant', 'Only weak factors']} moments={moments} />
    </Section>
  );
}

function ByStrategy({ adoption: { byStrategy, series, countedAt, now } }: { adoption: Adoption }) {
  const names = byStrategy.map(({ strategy }) => strategy);
  const valuesOf = (counts: Adoption['byStrategy']): number[] => names.map((name) => counts.find(({ strategy }) => strategy === name)?.users ?? 0);
  const moments = [
    ...series.map((point) => ({ at: point.dayStartsAt, values: valuesOf(point.byStrategy) })),
    { at: countedAt, values: valuesOf(byStrategy) },
  ];
  return (
    <Section title="By strategy" note="Who has several strategies counts in each.">
      <Bars
        caption="People by strategy"
        what="Strategy"
        of={now.users}
        bars={byStrategy.map(({ strategy, users }) => ({ name: wordsFor(strategy), value: users }))}
      />
      <LineChart label="Strategies over time" series={names.map(wordsFor)} moments={moments} />
    </Section>
  );
}

function Funnel({ adoption: { funnel } }: { adoption: Adoption }) {
  return (
    <Section
      title="Funnel"
      note="What became of the logins and enrollments that began in the range. Those that are still open are in none of the results."
    >
      <div class="pair plain">
        <div>
          <h3>Second factors asked for</h3>
          <Bars
            caption="Second factors asked for"
            what="Result"
            of={funnel.challenged}
            bars={[
              { name: 'Asked', value: funnel.challenged },
              { name: 'Proven', value: funnel.succeeded, tone: 'good' },
              { name: 'Only wrong answers', value: funnel.failed, tone: 'bad' },
              { name: 'No answer', value: funnel.abandoned, tone: 'warn' },
            ]}
          />
        </div>
        <div>
          <h3>Enrollments</h3>
          <Bars
            caption="Enrollments"
            what="Result"
            of={funnel.enrollmentsBegun}
            bars={[
              { name: 'Begun', value: funnel.enrollmentsBegun },
              { name: 'Confirmed', value: funnel.enrollmentsConfirmed, tone: 'good' },
              { name: 'Given up', value: funnel.enrollmentsAbandoned, tone: 'warn' },
            ]}
          />
        </div>
      </div>
    </Section>
  );
}
