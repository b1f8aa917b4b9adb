import { masterKeyFileOf } from '../app.ts';
import { readConfig } from '../config/config.ts';
import { DomainError, InvalidInput } from '../domain/errors.ts';
import { startFailure } from '../domain/fault.ts';
import type { KeyTools } from '../key-tools.ts';
import { openKeyTools } from '../key-tools.ts';
import { openPorts } from '../platform/index.ts';

// Shows and changes the keys and secrets of the database that the settings name.
const usage = `usage: npm run keys -- <command>
  list                 the master keys, signing keys and secrets in use, by id and date
  reseal               seal everything with the first master key, so that older ones can be removed from SALLYPORT_KEYS
  rotate-signing-key   publish the next signing key; it signs ten minutes later
  add-secret           make a further client secret valid, and print it once
  retire-secret <id>   end the validity of a client secret`;

const print = (...lines: string[]): boolean => process.stdout.write(`${lines.join('\n')}\n`);

const list = async (tools: KeyTools): Promise<void> => {
  const { masterKeys, signingKeys, secrets } = await tools.list();
  print(
    'Master keys',
    ...masterKeys.map(
      ({ id, state, sealedValues, digests, removable }) =>
        `  ${id}  ${state.padEnd(8)}  ${sealedValues} sealed values, ${digests} digests${removable ? ', can be removed' : ''}`,
    ),
    'Signing keys',
    ...signingKeys.map(
      ({ id, state, signsFrom, publishedUntil }) =>
        `  ${id}  ${state.padEnd(8)}  signs from ${signsFrom.toISOString()}${publishedUntil === null ? '' : `, published until ${publishedUntil.toISOString()}`}`,
    ),
    'Client secrets',
    ...secrets.map(({ id, createdAt }) => `  ${id}  valid since ${createdAt.toISOString()}`),
  );
  if (masterKeys.some(({ state, sealedValues }) => state === 'MISSING' && sealedValues > 0)) process.exitCode = 1;
};

const commands: Readonly<Record<string, (tools: KeyTools, argument: string) => Promise<void>>> = {
  list,
  async reseal(tools) {
    const { resealed, unreadable } = await tools.reseal();
    print(`${resealed} values were sealed with the current master key.`);
    if (unreadable > 0) {
      print(`${unreadable} values are sealed with a master key that is not set, and stay as they are.`);
      process.exitCode = 1;
    }
    await list(tools);
  },
  async 'rotate-signing-key'(tools) {
    await tools.rotateSigningKey();
    await list(tools);
  },
  async 'add-secret'(tools) {
    const { secret } = await tools.addSecret();
    print(`Secret  ${secret}   (shown only this once)`);
  },
  async 'retire-secret'(tools, id) {
    await tools.retireSecret(id);
    await list(tools);
  },
};

async function main([name = '', argument = '', ...rest]: readonly string[]): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined || rest.length > 0 || (name === 'retire-secret') !== (argument !== '')) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
    return;
  }
  const config = readConfig(process.env);
  const tools = await openKeyTools(config, await openPorts(config, masterKeyFileOf(config)));
  try {
    await command(tools, argument);
  } finally {
    await tools.close();
  }
}

/** Returns why a command was not carried out, in the words that a transport would answer. */
function refusalOf(error: unknown): string {
  if (error instanceof InvalidInput) return error.issues.map(({ message }) => message).join('\n');
  return error instanceof DomainError ? error.message : startFailure(error);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${refusalOf(error)}\n`);
  process.exitCode = 1;
});
