import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Client } from './client.ts';
import { createClient } from './client.ts';
import { Failure, UsageError } from './failure.ts';
import type { Output, Streams } from './output.ts';
import { createOutput } from './output.ts';

/** What the process gives to a command. */
export interface Surroundings extends Streams {
  env: Readonly<Record<string, string | undefined>>;
}

/** What a command works with. */
export interface Tools {
  client: Client;
  output: Output;
  /** The tenant of `--tenant`. */
  tenantId: string | null;
}

interface ServerOptions {
  url?: string;
  clientId?: string;
  secretFile?: string;
  tenant?: string;
  json?: boolean;
}

const defaultUrl = 'http://127.0.0.1:4000';
const serverGroup = 'Server:';
const grouped = (flags: string, description: string): Option => new Option(flags, description).helpGroup(serverGroup);

/** Adds `--json`, which every command has that answers something. */
export const withJson = (command: Command): Command => command.option('--json', 'write the result as JSON, for scripts');

/** Makes the output of a command that asks no server. */
export const outputOf = (surroundings: Surroundings, { json = false }: { json?: boolean }): Output => createOutput(surroundings, { json });

/**
 * Adds a command that asks a server. `act` gets the arguments, the options and what it works with. The default one of its parent is meant
 * if none is named.
 */
export function serverCommand<Options extends object>(
  parent: Command,
  surroundings: Surroundings,
  { name, description, inTenant = false, isDefault = false }: { name: string; description: string; inTenant?: boolean; isDefault?: boolean },
  act: (tools: Tools, args: readonly string[], options: Options) => Promise<void>,
): Command {
  const command = withJson(parent.command(name, { isDefault }).description(description))
    .addOption(grouped('--url <url>', `where the server is (SALLYPORT_URL, else ${defaultUrl})`))
    .addOption(grouped('--client-id <id>', 'client id of the environment (SALLYPORT_CLIENT_ID)'))
    .addOption(grouped('--secret-file <path>', 'file that holds the secret of the environment (else SALLYPORT_SECRET)'));
  if (inTenant) command.addOption(grouped('--tenant <id>', 'act in this tenant instead of the whole environment'));
  return command.action(async (...given: unknown[]) => {
    const options = command.opts<Options & ServerOptions>();
    const tenantId = options.tenant ?? null;
    const args = given.slice(0, command.registeredArguments.length).filter((value): value is string => typeof value === 'string');
    const { url, clientId, secret } = await connectionOf(options, surroundings.env);
    await act({ client: createClient({ url, clientId, secret, tenantId }), output: outputOf(surroundings, options), tenantId }, args, options);
  });
}

/** Finds the server and the credentials. A flag goes before a variable, and an empty variable counts as none. */
async function connectionOf(
  { url, clientId, secretFile }: ServerOptions,
  env: Surroundings['env'],
): Promise<{ url: URL; clientId: string; secret: string }> {
  const id = clientId ?? env.SALLYPORT_CLIENT_ID;
  if (!id) throw new UsageError('There is no client id: set SALLYPORT_CLIENT_ID, or give --client-id.');
  const secret = secretFile === undefined ? env.SALLYPORT_SECRET : await secretIn(secretFile);
  if (!secret) throw new UsageError('There is no secret: set SALLYPORT_SECRET, or give --secret-file.');
  return { url: urlOf(url ?? (env.SALLYPORT_URL || defaultUrl)), clientId: id, secret };
}

async function secretIn(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason';
    throw new Failure(`The file of --secret-file cannot be read (${code}).`);
  }
}

/** Reads the URL. A refused one is not repeated, because it may have a password in it. */
function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UsageError(`The URL of --url or SALLYPORT_URL has to be like ${defaultUrl}, without a user, a password or a query.`);
  }
  return url;
}

/** Reads a whole number that may not be smaller than `least`. The message names the flag. */
export const wholeNumber =
  (flag: string, least: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d{1,9}$/.test(text) || number < least) throw new UsageError(`${flag} takes a whole number of ${least} or more.`);
    return number;
  };
