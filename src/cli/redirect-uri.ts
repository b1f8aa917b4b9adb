import type { Command } from 'commander';
import { mostRedirectUris } from '../domain/oauth/redirect-uri.ts';
import type { Client } from './client.ts';
import { successOf } from './client.ts';
import type { Surroundings } from './command.ts';
import { serverCommand } from './command.ts';
import type { ListedRedirectUri } from './documents/hosted-login.ts';
import { createRedirectUri, deleteRedirectUri, listRedirectUris } from './documents/hosted-login.ts';
import { Failure } from './failure.ts';
import { minute } from './output.ts';
import { pagesOf } from './pages.ts';
import type { Column } from './table.ts';

const columns: readonly Column<ListedRedirectUri>[] = [
  { title: 'registered (UTC)', of: ({ createdAt }) => minute(createdAt) },
  { title: 'id', of: ({ restId }) => restId },
  { title: 'URI', of: ({ uri }) => uri },
];

/** Returns all redirect URIs. A newer server may allow more of them. */
const allOf = async (client: Client): Promise<ListedRedirectUri[]> =>
  (await pagesOf(100 * mostRedirectUris, async (page) => (await client.ask(listRedirectUris, page)).redirectUris)).items;

/** Adds the commands about redirect URIs. */
export function addRedirectUriCommands(program: Command, surroundings: Surroundings): void {
  const redirectUri = program.command('redirect-uri').description('where hosted login may send browsers back');

  serverCommand(redirectUri, surroundings, { name: 'list', description: 'list the redirect URIs, oldest first' }, async ({ client, output }) => {
    const redirectUris = await allOf(client);
    if (output.json) return output.document({ redirectUris });
    if (redirectUris.length === 0) return output.note('No redirect URI is registered.');
    output.table(columns, redirectUris);
  });

  serverCommand(
    redirectUri,
    surroundings,
    { name: 'add <uri>', description: 'register a redirect URI; what applications present has to be the same text' },
    async ({ client, output }, [uri = '']) => {
      const { redirectUri: added } = successOf((await client.ask(createRedirectUri, { input: { uri } })).createRedirectUri);
      if (output.json) output.document(added);
      else output.line(`${added.uri} was registered.`);
    },
  );

  serverCommand<{ yes?: boolean }>(
    redirectUri,
    surroundings,
    { name: 'remove <uri-or-id>', description: 'remove a redirect URI; applications at it can sign nobody in any more' },
    async ({ client, output }, [named = ''], { yes = false }) => {
      // Where nobody can be asked, nothing is looked up either.
      output.requireAnswer(yes);
      const found = (await allOf(client)).find(({ uri, restId }) => uri === named || restId === named);
      if (found === undefined) throw new Failure('There is no such redirect URI.');
      if (!yes) await output.confirm(`Remove ${found.uri}? Applications at it can sign nobody in any more.`);
      successOf((await client.ask(deleteRedirectUri, { input: { id: found.restId } })).deleteRedirectUri);
      if (output.json) output.document(found);
      else output.line(`${found.uri} was removed.`);
    },
  ).option('--yes', 'do not ask, for scripts');
}
