import type { Adoption, AdoptionCount, AdoptionPoint, TenantAdoption } from './documents/adoption.ts';
import type { Output } from './output.ts';
import { minute, words } from './output.ts';
import type { Cell, Column } from './table.ts';

/** How many characters the bar of everybody has. */
const barWidth = 20;

/** Writes a part of a whole in percent. Nobody is no part of nobody. */
const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`);

/** Draws a part of a whole, to an eighth of a character. */
function bar(part: number, whole: number): string {
  const eighths = whole === 0 ? 0 : Math.round((8 * barWidth * part) / whole);
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
}

/** Returns the day of a moment in UTC. */
const dayOf = (moment: string): string => moment.slice(0, 10);

type Counted = readonly [what: string, number: number, whole: number | null, style: 'red' | 'yellow' | null];

const numbersOf = ({ users, ...count }: AdoptionCount): Counted[] => [
  ['users', users, null, null],
  ['with a second factor', count.enrolled, users, null],
  ['with WebAuthn, which resists phishing', count.phishingResistant, users, null],
  ['with weak factors alone', count.onlyWeak, users, 'yellow'],
  ['with a recovery code', count.recoveryReady, users, null],
  ['active in the last 30 days', count.activeLast30Days, users, null],
  ['active and with a second factor', count.enrolledOfActive, count.activeLast30Days, null],
  ['exempt from the second factor', count.exempt, users, 'yellow'],
  ['locked', count.locked, users, 'red'],
];

/** Writes the counts of now, and those of the past days of the range. */
export function printAdoption(output: Output, { countedAt, now, byStrategy, series, funnel }: Adoption, tenantId: string | null): void {
  output.line(`${tenantId === null ? 'The environment' : `The tenant ${tenantId}`}, ${minute(countedAt)} UTC`);
  output.table<Counted>(
    [
      { title: '', of: ([what]) => what },
      {
        title: '',
        of: ([, number, , style]): Cell => (number > 0 && style !== null ? { text: String(number), style } : String(number)),
        right: true,
      },
      { title: '', of: ([, number, whole]) => (whole === null ? '' : share(number, whole)), right: true },
    ],
    numbersOf(now),
    { titles: false },
  );
  output.line();
  output.table(
    [
      { title: 'strategy', of: ({ strategy }) => words(strategy) },
      { title: 'users', of: ({ users }) => String(users), right: true },
      { title: '', of: ({ users }) => bar(users, now.users) },
    ],
    byStrategy,
  );
  output.line();
  output.table(
    [
      { title: 'what began in these days', of: ([what]) => what },
      { title: 'all', of: ([, all]) => String(all), right: true },
      { title: 'done', of: ([, , done]) => String(done), right: true },
      { title: 'wrong', of: ([, , , wrong]) => (wrong === null ? '' : String(wrong)), right: true },
      { title: 'given up', of: ([, , , , givenUp]) => String(givenUp), right: true },
    ],
    [
      ['logins that asked for a factor', funnel.challenged, funnel.succeeded, funnel.failed, funnel.abandoned],
      ['enrollments', funnel.enrollmentsBegun, funnel.enrollmentsConfirmed, null, funnel.enrollmentsAbandoned],
    ] as const,
  );
  output.line();
  printSeries(output, series);
}

function printSeries(output: Output, series: readonly AdoptionPoint[]): void {
  if (series.length === 0) {
    output.line('No counts were kept in these days. A server keeps those of a day once, in its first hour.');
    return;
  }
  output.table(
    [
      { title: 'day (UTC)', of: ({ dayStartsAt }) => dayOf(dayStartsAt) },
      { title: 'users', of: ({ count }) => String(count.users), right: true },
      { title: 'active', of: ({ count }) => String(count.activeLast30Days), right: true },
      { title: 'with a factor', of: ({ count }) => String(count.enrolled), right: true },
      { title: '', of: ({ count }) => share(count.enrolled, count.users), right: true },
      { title: '', of: ({ count }) => bar(count.enrolled, count.users) },
    ],
    series,
  );
}

const tenantColumns: readonly Column<TenantAdoption>[] = [
  { title: 'tenant', of: ({ tenant }) => tenant?.restId ?? '(deleted)' },
  { title: 'users', of: ({ count }) => String(count.users), right: true },
  { title: 'active', of: ({ count }) => String(count.activeLast30Days), right: true },
  { title: 'with a factor', of: ({ count }) => String(count.enrolled), right: true },
  { title: '', of: ({ count }) => share(count.enrolled, count.users), right: true },
  { title: 'weak alone', of: ({ count }) => String(count.onlyWeak), right: true },
  { title: 'exempt', of: ({ count }) => String(count.exempt), right: true },
  { title: 'name', of: ({ tenant }) => tenant?.name ?? '' },
];

/** Writes the tenants that have users. */
export function printTenants(output: Output, tenants: readonly TenantAdoption[]): void {
  if (tenants.length === 0) return;
  output.line();
  output.table(tenantColumns, tenants);
}
