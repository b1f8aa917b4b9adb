import type { Command } from 'commander';
import type { KeyTools } from '../key-tools.ts';
import type { Surroundings } from './command.ts';
import { outputOf, withJson } from './command.ts';
import { printKeys } from './keys-page.ts';
import type { Output } from './output.ts';

interface KeyCommand {
  name: string;
  description: string;
  act(tools: KeyTools, output: Output, argument: string): Promise<void>;
}

/** Shows all keys and secrets. The exit code is 1 if a master key is missing that something is sealed with. */
async function list(tools: KeyTools, output: Output): Promise<void> {
  const keys = await tools.list();
  if (output.json) output.document(keys);
  else printKeys(output, keys);
  if (keys.masterKeys.some(({ state, sealedValues }) => state === 'MISSING' && sealedValues > 0)) process.exitCode = 1;
}

const commands: readonly KeyCommand[] = [
  { name: 'list', description: 'list the master keys, signing keys and secrets in use, by id and date', act: list },
  {
    name: 'reseal',
    description: 'seal everything with the first master key, so that older ones can be removed from SALLYPORT_KEYS',
    async act(tools, output) {
      const { resealed, unreadable } = await tools.reseal();
      output.note(`${resealed} values were sealed with the current master key.`);
      if (unreadable > 0) {
        output.note(`${unreadable} values are sealed with a master key that is not set, and stay as they are.`);
        process.exitCode = 1;
      }
      await list(tools, output);
    },
  },
  {
    name: 'rotate-signing-key',
    description: 'publish the next signing key; it signs ten minutes later',
    async act(tools, output) {
      await tools.rotateSigningKey();
      await list(tools, output);
    },
  },
  {
    name: 'add-secret',
    description: 'make a further client secret valid, and print it once',
    async act(tools, output) {
      const { secret } = await tools.addSecret();
      if (output.json) output.document({ secret });
      else output.line(`Secret  ${secret}   (shown only this once)`);
    },
  },
  {
    name: 'retire-secret <id>',
    description: 'end the validity of a client secret',
    async act(tools, output, id) {
      await tools.retireSecret(id);
      await list(tools, output);
    },
  },
];

/** Adds the commands that work on the database itself, because they need the master keys. */
export function addKeyCommands(program: Command, surroundings: Surroundings): void {
  const keys = program.command('keys').description('the keys and secrets of the database that the settings name, with or without a server');

  withJson(keys.command('new').description('make a master key for SALLYPORT_KEYS, and store it nowhere')).action(
    async (options: { json?: boolean }) => {
      const { newMasterKey } = await import('../key-tools.ts');
      const output = outputOf(surroundings, options);
      const key = newMasterKey();
      if (output.json) output.document(key);
      else {
        output.line(key.key);
        output.note(`This is the master key ${key.id}. It is shown only this once.`);
      }
    },
  );

  for (const { name, description, act } of commands) {
    const command = withJson(keys.command(name).description(description));
    command.action(async (argument: unknown) => {
      const { withKeyTools } = await import('./key-database.ts');
      const output = outputOf(surroundings, command.opts());
      await withKeyTools(surroundings.env, (tools) => act(tools, output, typeof argument === 'string' ? argument : ''));
    });
  }
}
