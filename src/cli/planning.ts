import type { Command } from 'commander';
import { successOf } from './client.ts';
import type { Tools } from './command.ts';
import { wholeNumber } from './command.ts';
import type { Plan } from './documents/plan.ts';
import { planDocument } from './documents/plan.ts';
import { Ending } from './failure.ts';

/** How many people a plan names. */
const peopleShown = 10;

/** The exit code of a plan that concerns more people than the limits allow. */
export const exceedsLimits = 3;

/** How many people a plan may concern. */
export interface Limits {
  maxLockedOut: number;
  maxMustEnroll?: number;
}

/** Plans a document. What is wrong with it is written with its places, as compilers do, and ends the command. */
export async function plan({ client, output }: Tools, file: string, text: string, { maxLockedOut, maxMustEnroll }: Limits): Promise<Plan> {
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

const peopleIn = (number: number): string => (number === 1 ? '1 person' : `${number} people`);

/** Says which limit a plan exceeds. */
export function excessOf({ impact: { newlyLockedOutCount, newlyMustEnrollCount } }: Plan, { maxLockedOut, maxMustEnroll }: Limits): string {
  return [
    newlyLockedOutCount > maxLockedOut ? `${peopleIn(newlyLockedOutCount)} would be locked out, and --max-locked-out allows ${maxLockedOut}` : '',
    maxMustEnroll !== undefined && newlyMustEnrollCount > maxMustEnroll
      ? `${peopleIn(newlyMustEnrollCount)} would have to enroll, and --max-must-enroll allows ${maxMustEnroll}`
      : '',
  ]
    .filter(Boolean)
    .join('; ');
}

/** Adds the flags of the limits. */
export const withLimits = (command: Command): Command =>
  command
    .option('--max-locked-out <number>', 'how many people may be locked out who can log in now', wholeNumber('--max-locked-out', 0), 0)
    .option(
      '--max-must-enroll <number>',
      'how many people may have to enroll who do not have to now (else any number)',
      wholeNumber('--max-must-enroll', 0),
    );

/** What both commands say of their argument, and before their exit codes. */
export const aboutFile = `
The file is a document as \`sallyport policy export\` writes it, or a part of one.
- stands for standard input.

Exit codes, which differ from those of other commands:`;
