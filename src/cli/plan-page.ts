import type { Plan, PlanStep } from './documents/plan.ts';
import { printCounts, printPeople } from './impact-page.ts';
import type { Output } from './output.ts';
import { minute } from './output.ts';
import type { Style } from './table.ts';
import { printable } from './table.ts';

/** Returns the beginning of the names that lead to what belongs to an owner, as a document writes it. */
const placeOf = ({ tenant }: PlanStep): string => (tenant === null ? 'environment' : `tenants.${tenant.restId}`);

const shown = (text: string): string => (text === '' ? '""' : text);

/** Writes the values that change: the former one after a minus, if the setting was ever made, and the new one after a plus. */
function printSteps(output: Output, steps: readonly PlanStep[]): void {
  const painted = (style: Style, text: string): void => output.painted(output.paint(style, printable(text)));
  for (const [index, step] of steps.entries()) {
    const { path, from, to } = step;
    const before = steps[index - 1];
    if (before === undefined || placeOf(before) !== placeOf(step)) painted('bold', placeOf(step));
    if (from !== null) painted('red', `- ${path.join('.')}: ${shown(from)}`);
    painted('green', `+ ${path.join('.')}: ${shown(to)}`);
  }
}

/** Writes what a plan changes and what that does to people: by numbers, and the first of those whose login changes. */
export async function printPlan(output: Output, { steps, impact }: Plan, tenantId: string | null): Promise<void> {
  const { people, newlyLockedOutCount, newlyMustEnrollCount } = impact;
  const where = tenantId === null ? '' : ` for the tenant ${tenantId}`;
  output.line(`Planned${where}, ${minute(impact.simulatedAt)} UTC. Nothing was changed.`);
  output.line();
  printSteps(output, steps);
  output.line();
  printCounts(output, impact, [
    ['people newly locked out', newlyLockedOutCount, 'red'],
    ['people who newly must enroll', newlyMustEnrollCount, 'yellow'],
  ]);
  await printPeople(
    output,
    (async function* () {
      yield people.edges;
    })(),
  );
  const more = (people.totalCount ?? 0) - people.edges.length;
  if (more > 0) output.line(`… and ${more} more`);
}

/** What is said of a document that changes nothing. */
export const nothingToDo = 'There is nothing to do: the settings are as the document says.';

/** Returns a plan for scripts. */
export const resultOf = ({ id: planId, steps, impact: { people, ...impact }, ...rest }: Plan, tenantId: string | null) => ({
  ...{ tenantId, planId, ...rest },
  steps: stepsOf(steps),
  impact: { ...impact, people: people.edges.map(({ node, ...change }) => ({ ...node, ...change })) },
});
const stepsOf = (steps: readonly PlanStep[]) => steps.map(({ tenant, ...step }) => ({ tenantId: tenant?.restId ?? null, ...step }));
