import type { Command } from 'commander';
import { successOf } from './client.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand } from './command.ts';
import type { Plan } from './documents/plan.ts';
import { applyPlan } from './documents/plan.ts';
import { Ending, Failure, UsageError } from './failure.ts';
import { readText } from './file.ts';
import { nothingToDo, printPlan, resultOf } from './plan-page.ts';
import type { Limits } from './planning.ts';
import { aboutFile, exceedsLimits, excessOf, plan, withLimits } from './planning.ts';

/** Makes the changes of a plan that was shown. */
async function make({ client, output }: Tools, { id }: Plan): Promise<void> {
  const asked = client.ask(applyPlan, { input: { planId: id } }, { unlimited: true });
  const { applyMfaConfiguration: result } = await output.during('Making the changes …', asked);
  if (result.__typename === 'PlanStaleError' || result.__typename === 'PlanExpiredError') {
    const why = result.__typename === 'PlanStaleError' ? 'the settings have changed since the plan was made' : 'the plan has expired';
    throw new Failure(`Nothing was changed, because ${why}: run the command again to plan anew.`);
  }
  successOf(result);
}

async function apply(tools: Tools, file: string, limits: Limits & { yes?: boolean }, stdin: Surroundings['stdin']): Promise<void> {
  const { output, tenantId } = tools;
  const { yes = false } = limits;
  // Where nobody can be asked, nothing is planned either.
  if (!yes && file === '-')
    throw new UsageError('The document comes from standard input, where the answer would come from, so this command needs --yes.');
  if (!yes && output.json) throw new UsageError('With --json nobody is shown the plan, so this command needs --yes.');
  output.requireAnswer(yes);
  const planned = await plan(tools, file, await readText(file, stdin), limits);
  const tell = (applied: boolean): void => (output.json ? output.document({ applied, ...resultOf(planned, tenantId) }) : undefined);
  if (planned.steps.length === 0) {
    if (!output.json) output.line(nothingToDo);
    return tell(false);
  }
  if (!output.json) await printPlan(output, planned, tenantId);
  if (!planned.withinLimits) {
    tell(false);
    output.note(`Nothing was changed: ${excessOf(planned, limits)}.`);
    throw new Ending(exceedsLimits);
  }
  const changes = planned.steps.length === 1 ? '1 change' : `${planned.steps.length} changes`;
  if (!yes) await output.confirm(`Make ${changes === '1 change' ? 'this change' : `these ${changes}`}?`);
  await make(tools, planned);
  tell(true);
  if (output.json) return;
  output.line();
  output.line(`${changes} ${changes === '1 change' ? 'was' : 'were'} made.`);
}

/** Adds the command that makes the changes of a document. */
export function addPolicyApply(policy: Command, surroundings: Surroundings): void {
  withLimits(
    serverCommand<Limits & { yes?: boolean }>(
      policy,
      surroundings,
      { name: 'apply <file>', description: 'plan a document, show the plan, and make its changes, all of them or none', inTenant: true },
      (tools, [file = ''], options) => apply(tools, file, options, surroundings.stdin),
    ),
  )
    .option('--yes', 'do not ask, for scripts')
    .addHelpText(
      'after',
      `${aboutFile}
  0  the changes were made, or there was nothing to do
  1  nothing was changed: the document has problems, the settings changed
     meanwhile, the server was not reached or refused it, you answered no, or
     the command was not written as its help says
  3  nothing was changed, because the changes concern more people than the
     limits allow
`,
    );
}
