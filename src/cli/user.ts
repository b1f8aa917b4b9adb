import type { Command } from 'commander';
import { Option } from 'commander';
import { firstFactors } from '../domain/session/first-factor.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand, wholeNumber } from './command.ts';
import type { ListedUser } from './documents/user.ts';
import { explainMfa, findUsers, showUser } from './documents/user.ts';
import { Failure } from './failure.ts';
import { minute, words } from './output.ts';
import { pagesOf } from './pages.ts';
import { personNamed } from './person.ts';
import type { Cell, Column } from './table.ts';
import { addUserActions } from './user-actions.ts';
import { printUser, stateOf } from './user-page.ts';

const columns: readonly Column<ListedUser>[] = [
  { title: 'e-mail', of: ({ email }) => email },
  { title: 'name', of: ({ name }) => name },
  { title: 'state', of: stateOf },
  { title: 'factor', of: ({ mfaEnrolled }) => (mfaEnrolled ? 'yes' : 'no') },
  { title: 'last login (UTC)', of: ({ lastLoginAt }) => minute(lastLoginAt) },
  { title: 'id', of: ({ restId }) => restId },
];

async function explain({ client, output, tenantId }: Tools, named: string, firstFactor: string): Promise<void> {
  const { restId } = await personNamed(client, named, tenantId);
  const { explainMfa: explanation } = await client.ask(explainMfa, { userId: restId, firstFactor });
  if (explanation === null) throw new Failure(`The login of ${named} cannot be explained: the user is in no tenant that these credentials see.`);
  if (output.json) return output.document(explanation);
  output.line(explanation.sentence);
  output.line();
  output.table(
    [
      { title: '', of: ({ decisive }): Cell => (decisive ? { text: '→', style: 'bold' } : '') },
      { title: 'rule', of: ({ rule }) => words(rule) },
      { title: 'applied', of: ({ applied }) => (applied ? 'yes' : 'no') },
      { title: 'what was found', of: ({ decisive, note }): Cell => (decisive ? { text: note, style: 'bold' } : note) },
    ],
    explanation.steps,
  );
}

/** Adds the commands about users. */
export function addUserCommands(program: Command, surroundings: Surroundings): void {
  const user = program.command('user').description('the users, and why their logins end as they do');

  serverCommand<{ limit: number }>(
    user,
    surroundings,
    { name: 'find <text>', description: 'list the users whose name or address contains a text', inTenant: true },
    async ({ client, output }, [search = ''], { limit }) => {
      const { items, more } = await pagesOf(limit, async (page) => (await client.ask(findUsers, { search, ...page })).users);
      if (output.json) return output.document({ users: items, hasMore: more });
      if (items.length === 0) return output.note('No user has this text in the name or the address.');
      output.table(columns, items);
      if (more) output.note(`There are more users than these ${items.length}: raise --limit.`);
    },
  ).option('--limit <number>', 'how many at most', wholeNumber('--limit', 1), 50);

  serverCommand(
    user,
    surroundings,
    { name: 'show <id-or-email>', description: 'show everything about a user that support asks about', inTenant: true },
    async ({ client, output, tenantId }, [named = '']) => {
      const { restId } = await personNamed(client, named, tenantId);
      const { user: shown } = await client.ask(showUser, { id: restId });
      if (shown === null) throw new Failure(`There is no user ${named} any more.`);
      if (output.json) output.document(shown);
      else printUser(output, shown);
    },
  );

  serverCommand<{ firstFactor: string }>(
    user,
    surroundings,
    { name: 'explain <id-or-email>', description: 'say what a login of this user leads to, and why', inTenant: true },
    (tools, [named = ''], { firstFactor }) => explain(tools, named, firstFactor),
  ).addOption(new Option('--first-factor <kind>', 'how the login proves its first factor').choices(firstFactors).default('PASSWORD'));

  addUserActions(user, surroundings);
}
