import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAdoptionCommands } from './adoption.ts';
import type { Surroundings } from './command.ts';
import { addDemoCommands } from './demo.ts';
import { addEventCommands } from './events.ts';
import { Failure, UsageError } from './failure.ts';
import { addHostedLoginCommands } from './hosted-login.ts';
import { addKeyCommands } from './keys.ts';
import { addPolicyCommands } from './policy.ts';
import { addRedirectUriCommands } from './redirect-uri.ts';
import { addServeCommand } from './serve.ts';
import { addTenantCommands } from './tenant.ts';
import { addUserCommands } from './user.ts';

const footer = `
The server and the credentials:
  SALLYPORT_URL, SALLYPORT_CLIENT_ID and SALLYPORT_SECRET, or the flags of each
  command. There is no flag for the secret, because other processes see flags;
  --secret-file names a file that holds it.

Exit codes:
  0  the command was carried out
  1  it was not: the server refused it, was not reached, or found nothing, or
     you answered no
  2  it was not written as its help says
  \`policy plan\` and \`policy apply\` have codes of their own, which their help
  lists.
`;

/** Commands whose exit code 2 says something else, or would be taken for that. Their wrong usage ends with 1. */
const withOwnCodes = ['plan', 'apply'];

/** Returns the version that package.json names. What is built lies as deep as the sources. */
const versionOfPackage = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** Returns the commands below one that do something, so that the help of the whole shows all of them at once. */
const leavesOf = (command: Command): Command[] => command.commands.flatMap((one) => (one.commands.length === 0 ? [one] : leavesOf(one)));

/** Returns the words of a command after `sallyport`. */
const pathOf = (command: Command): string => (command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim());

/** Makes the command line with all its commands. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('sallyport')
    .description('Sallyport, a gateway for multi-factor authentication: the server, and what an operator does with it.')
    .version(versionOfPackage(), '--version', 'show the version')
    .helpOption('-h, --help', 'show this help, or that of a command')
    .helpCommand(false)
    .configureHelp({
      visibleCommands: leavesOf,
      subcommandTerm: (command) => `${pathOf(command)} ${command.usage().replace('[options]', '').trim()}`.trim(),
    })
    .addHelpText('after', footer)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
      // The error is thrown as well, and whoever catches it says it.
      outputError: () => undefined,
    });
  addServeCommand(program);
  addPolicyCommands(program, surroundings);
  addAdoptionCommands(program, surroundings);
  addUserCommands(program, surroundings);
  addTenantCommands(program, surroundings);
  addHostedLoginCommands(program, surroundings);
  addRedirectUriCommands(program, surroundings);
  addEventCommands(program, surroundings);
  addKeyCommands(program, surroundings);
  addDemoCommands(program, surroundings);
  return program;
}

/** Carries out a command. Throws a `Failure` if it was not done. */
export async function runProgram(words: readonly string[], surroundings: Surroundings): Promise<void> {
  try {
    await run(words, surroundings);
  } catch (error) {
    const [noun, verb = ''] = words;
    throw error instanceof UsageError && noun === 'policy' && withOwnCodes.includes(verb) ? new Failure(error.message) : error;
  }
}

async function run(words: readonly string[], surroundings: Surroundings): Promise<void> {
  if (words.some((word) => /^--(client-)?secret(=|$)/.test(word))) {
    throw new UsageError('A secret on the command line can be seen by other processes: set SALLYPORT_SECRET, or give --secret-file.');
  }
  try {
    await createProgram(surroundings).parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version' || error.message === '(outputHelp)') {
      if (error.exitCode === 0) return;
      throw new UsageError('');
    }
    throw new UsageError(sentenceOf(error));
  }
}

/** Makes one sentence of what commander says. The value behind a flag is left out, because it may be a secret. */
function sentenceOf({ message }: CommanderError): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/^(unknown option '[^=']*)=[\s\S]*?'(?=\n|$)/, "$1'")
    .replace(/\s*\n\s*/g, ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?)]$/.test(text) ? '' : '.'}`;
}
