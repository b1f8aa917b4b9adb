import type { Command } from 'commander';
import type { Surroundings } from './command.ts';
import { serverCommand } from './command.ts';
import { Ending } from './failure.ts';
import { readText } from './file.ts';
import { nothingToDo, printPlan, resultOf } from './plan-page.ts';
import type { Limits } from './planning.ts';
import { aboutFile, exceedsLimits, excessOf, plan, withLimits } from './planning.ts';

/** The exit code of a plan with something to do. Commands that compare end like that, so wrong usage ends with another code here. */
const hasChanges = 2;

/** Adds the command that plans a document. */
export function addPolicyPlan(policy: Command, surroundings: Surroundings): void {
  withLimits(
    serverCommand<Limits>(
      policy,
      surroundings,
      { name: 'plan <file>', description: 'tell what a document would change and what that would do to people, without making it', inTenant: true },
      async (tools, [file = ''], limits) => {
        const { output, tenantId } = tools;
        const planned = await plan(tools, file, await readText(file, surroundings.stdin), limits);
        if (output.json) output.document(resultOf(planned, tenantId));
        else if (planned.steps.length === 0) output.line(nothingToDo);
        else await printPlan(output, planned, tenantId);
        if (planned.steps.length === 0) return;
        if (planned.withinLimits) throw new Ending(hasChanges);
        output.note(`The plan cannot be applied: ${excessOf(planned, limits)}.`);
        throw new Ending(exceedsLimits);
      },
    ),
  ).addHelpText(
    'after',
    `${aboutFile}
  0  there is nothing to do
  1  it was not planned: the document has problems, the server was not reached
     or refused it, or the command was not written as its help says
  2  there are changes
  3  there are changes, and they concern more people than the limits allow
`,
  );
}
