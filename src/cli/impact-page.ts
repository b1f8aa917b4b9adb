import type { Impact, ImpactCounts, PersonImpact } from './documents/policy.ts';
import type { Output } from './output.ts';
import { minute, words } from './output.ts';
import type { Cell, Column } from './table.ts';

const styles: Readonly<Record<string, 'red' | 'yellow'>> = { LOCKED_OUT: 'red', MUST_ENROLL: 'yellow' };
const outcome = (name: string): Cell => {
  const style = styles[name];
  return style === undefined ? words(name) : { text: words(name), style };
};

const signed = (number: number): string => (number > 0 ? `+${number}` : String(number));

/** Says a setting before and after, or once if it stays. */
const turned = (before: string, after: string): string => (before === after ? `${after}, as now` : `${before} now, ${after} after`);

/** Writes what a change of the policy does to everybody by numbers. */
export function printImpact(output: Output, impact: Impact, tenantId: string | null): void {
  const { before, after, simulatedAt } = impact;
  output.line(`${tenantId === null ? 'The environment' : `The tenant ${tenantId}`}, ${minute(simulatedAt)} UTC. Nothing was changed.`);
  output.table(
    [
      { title: '', of: ([name]): Cell => ({ text: name, style: 'dim' }) },
      { title: '', of: ([, value]) => value },
    ],
    [
      ['enforcement', turned(before.enforceMfaType, after.enforceMfaType)],
      ['devices remembered', turned(rememberedIn(before), rememberedIn(after))],
    ] as const,
    { titles: false },
  );
  output.line();
  printCounts(output, impact);
}

/** A number of people or devices, and the color that it has if it is not 0. */
type Concerned = readonly [what: string, number: number, style: 'red' | 'yellow' | null];

/** Writes what logins lead to before and after a change, and how many people and devices it concerns: first those that are given. */
export function printCounts(output: Output, impact: ImpactCounts, concerned: readonly Concerned[] = []): void {
  const { counts, totalCount } = impact;
  output.table(
    [
      { title: 'a login leads to', of: (row): Cell => outcome(row.outcome) },
      { title: 'now', of: (row) => String(row.before), right: true },
      { title: 'after', of: (row) => String(row.after), right: true },
      { title: 'change', of: (row) => signed(row.after - row.before), right: true },
    ],
    [...counts.filter((row) => row.before + row.after > 0), { outcome: 'ALL_PEOPLE', before: totalCount, after: totalCount }],
  );
  output.line();
  output.table(
    [
      { title: '', of: ([name]): Cell => name },
      { title: '', of: ([, number, style]): Cell => (number > 0 && style !== null ? { text: String(number), style } : String(number)), right: true },
    ],
    [
      ...concerned,
      ['administrators locked out', impact.administratorsLockedOutCount, 'red'],
      ['remembered devices voided', impact.rememberedDevicesVoidedCount, 'yellow'],
      ['people who never logged in', impact.neverLoggedInCount, null],
    ] satisfies Concerned[],
    { titles: false },
  );
}

const rememberedIn = ({ allowRememberMyDevice, mfaDeviceExpirationSeconds }: Impact['before']): string =>
  allowRememberMyDevice ? `for ${mfaDeviceExpirationSeconds} s` : 'never';

const personColumns: readonly Column<PersonImpact>[] = [
  { title: 'now', of: ({ was }) => outcome(was), least: 16 },
  { title: 'after', of: ({ becomes }) => outcome(becomes), least: 16 },
  { title: 'because of', of: ({ because }) => words(because), least: 18 },
  { title: 'e-mail', of: ({ node }) => node.email },
];

/** Writes the people whose login changes, page by page. The address stands last, so that the pages stand below each other. */
export async function printPeople(output: Output, pages: AsyncIterable<readonly PersonImpact[]>): Promise<void> {
  let titles = true;
  for await (const people of pages) {
    if (people.length === 0) continue;
    if (titles) output.line();
    output.table(personColumns, people, { titles });
    titles = false;
  }
  if (!titles) return;
  output.line();
  output.line('The login of nobody changes.');
}
