import type { Command } from 'commander';
import { successOf } from './client.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand, wholeNumber } from './command.ts';
import type { Plan, PlanStep } from './documents/plan.ts';
import { applyPlan, planDocument, readConfiguration } from './documents/plan.ts';
import { Ending, Failure, UsageError } from './failure.ts';
import { readText, writeText } from './file.ts';
import { printPlan } from './plan-page.ts';

/** How many people a plan names. `policy impact --people` lists all of them. */
const peopleShown = 10;

const exitCodes = {
  /** There is something to do. It is what `diff` and others like it tell by, so wrong usage has to be told by another code. */
  changes: 2,
  overLimit: 3,
} as const;

interface Limits {
  maxLockedOut: number;
  maxMustEnroll?: number;
}

/** Plans a document. What is wrong with it is written with its places, as compilers do, and ends the command. */
async function plan({ client, output }: Tools, file: string, text: string, { maxLockedOut, maxMustEnroll }: Limits): Promise<Plan> {
  const input = { document: text, maxLockedOut, ...(maxMustEnroll === undefined ? {} : { maxMustEnroll }) };
  const asked = client.ask(planDocument, { input, people: peopleShown }, { unlimited: true });
  const { planMfaConfiguration: result } = await output.during('Simulating logins …', asked);
  if (result.code === undefined || result.problems === undefined) return successOf(result).plan;
  if (output.json) output.document({ problems: result.problems });
  const name = file === '-' ? '<stdin>' : file;
  for (const { line, column, path, message } of result.problems) {
    output.note(`${name}:${line}:${column}: ${[path.join('.'), message].filter(Boolean).join(' ')}`);
  }
  throw new Ending(1);
}

const resultOf = ({ id: planId, steps, impact: { people, ...impact }, ...rest }: Plan, tenantId: string | null) => ({
  ...{ tenantId, planId, ...rest },
  steps: stepsOf(steps),
  impact: { ...impact, people: people.edges.map(({ node, ...change }) => ({ ...node, ...change })) },
});
const stepsOf = (steps: readonly PlanStep[]) => steps.map(({ tenant, ...step }) => ({ tenantId: tenant?.restId ?? null, ...step }));

const peopleIn = (number: number): string => (number === 1 ? '1 person' : `${number} people`);

/** Says which limit a plan exceeds. */
function excessOf({ impact: { newlyLockedOutCount, newlyMustEnrollCount } }: Plan, { maxLockedOut, maxMustEnroll }: Limits): string {
  return [
    newlyLockedOutCount > maxLockedOut ? `${peopleIn(newlyLockedOutCount)} would be locked out, and --max-locked-out allows ${maxLockedOut}` : '',
    maxMustEnroll !== undefined && newlyMustEnrollCount > maxMustEnroll
      ? `${peopleIn(newlyMustEnrollCount)} would have to enroll, and --max-must-enroll allows ${maxMustEnroll}`
      : '',
  ]
    .filter(Boolean)
    .join('; ');
}

const nothingToDo = 'There is nothing to do: the settings are as the document says.';

/** Makes the changes of a plan that was shown. */
async function make({ client, output }: Tools, { id }: Plan): Promise<readonly PlanStep[]> {
  const asked = client.ask(applyPlan, { input: { planId: id } }, { unlimited: true });
  const { applyMfaConfiguration: result } = await output.during('Making the changes …', asked);
  if (result.__typename === 'PlanStaleError' || result.__typename === 'PlanExpiredError') {
    const why = result.__typename === 'PlanStaleError' ? 'the settings have changed since the plan was made' : 'the plan has expired';
    throw new Failure(`Nothing was changed, because ${why}: run the command again to plan anew.`);
  }
  return successOf(result).steps;
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
    throw new Ending(exitCodes.overLimit);
  }
  const changes = planned.steps.length === 1 ? '1 change' : `${planned.steps.length} changes`;
  if (!yes) await output.confirm(`Make ${changes === '1 change' ? 'this change' : `these ${changes}`}?`);
  await make(tools, planned);
  tell(true);
  if (!output.json) output.line(`\n${changes} ${changes === '1 change' ? 'was' : 'were'} made.`);
}

const withLimits = (command: Command): Command =>
  command
    .option('--max-locked-out <number>', 'how many people may be locked out who can log in now', wholeNumber('--max-locked-out', 0), 0)
    .option(
      '--max-must-enroll <number>',
      'how many people may have to enroll who do not have to now (else any number)',
      wholeNumber('--max-must-enroll', 0),
    );

/** Adds the commands that write settings as a document, and change them by one. */
export function addDocumentCommands(policy: Command, surroundings: Surroundings): void {
  serverCommand<{ output?: string }>(
    policy,
    surroundings,
    { name: 'export', description: 'write all policies and MFA settings as a YAML document', inTenant: true },
    async ({ client, output, tenantId }, _args, { output: file }) => {
      const { mfaConfigurationDocument: text } = await client.ask(readConfiguration, {});
      if (file !== undefined) {
        await writeText(file, text);
        if (output.json) output.document({ tenantId, file });
        else output.line(`The settings ${tenantId === null ? 'of the environment' : `of the tenant ${tenantId}`} were written to ${file}.`);
      } else if (output.json) output.document({ tenantId, document: text });
      // It is written as it is, because it is to be read again.
      else output.painted(text.trimEnd());
    },
  ).option('-o, --output <file>', 'write the document to this file, in place of what it holds');

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
        if (planned.withinLimits) throw new Ending(exitCodes.changes);
        output.note(`The plan cannot be applied: ${excessOf(planned, limits)}.`);
        throw new Ending(exitCodes.overLimit);
      },
    ),
  ).addHelpText(
    'after',
    `
The file is a document as \`sallyport policy export\` writes it, or a part of one.
- stands for standard input.

Exit codes, which differ from those of other commands:
  0  there is nothing to do
  1  it was not planned: the document has problems, the server was not reached
     or refused it, or the command was not written as its help says
  2  there are changes
  3  there are changes, and they concern more people than the limits allow
`,
  );

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
      `
The file is a document as \`sallyport policy export\` writes it, or a part of one.
- stands for standard input.

Exit codes, which differ from those of other commands:
  0  the changes were made, or there was nothing to do
  1  nothing was changed: the document has problems, the settings changed
     meanwhile, the server was not reached or refused it, you answered no, or
     the command was not written as its help says
  3  nothing was changed, because the changes concern more people than the
     limits allow
`,
    );
}
