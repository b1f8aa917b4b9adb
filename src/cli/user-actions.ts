import type { Command } from 'commander';
import { successOf } from './client.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand } from './command.ts';
import type { NamedUser } from './documents/user.ts';
import { deleteUser, resetUserMfa, unlockUser } from './documents/user.ts';
import { personNamed } from './person.ts';

interface Action {
  name: string;
  description: string;
  /** What is asked before. Null if nothing is lost by it. */
  question: ((user: NamedUser) => string) | null;
  act(tools: Tools, user: NamedUser): Promise<unknown>;
  done(user: NamedUser): string;
}

const actions: readonly Action[] = [
  {
    name: 'unenroll',
    description: 'remove all authenticators, remembered devices and recovery codes of a user, in all tenants',
    question: ({ email }) => `Remove all authenticators, remembered devices and recovery codes of ${email}?`,
    act: async ({ client }, { restId }) => successOf((await client.ask(resetUserMfa, { input: { userId: restId } })).resetUserMfa),
    done: ({ email }) => `All authenticators of ${email} were removed; sessions go on.`,
  },
  {
    name: 'unlock',
    description: 'unlock a user, and count wrong passwords anew',
    question: null,
    act: async ({ client }, { restId }) => successOf((await client.ask(unlockUser, { input: { userId: restId } })).unlockUser),
    done: ({ email }) => `${email} is not locked.`,
  },
  {
    name: 'delete',
    description: 'delete a user in all tenants',
    question: ({ email, restId }) => `Delete ${email} (${restId}) in all tenants? This cannot be undone.`,
    act: async ({ client }, { restId }) => successOf((await client.ask(deleteUser, { input: { userId: restId } })).deleteUser),
    done: ({ email }) => `${email} was deleted.`,
  },
];

/** Adds the commands that change a user. They act in all tenants, as the server does. */
export function addUserActions(user: Command, surroundings: Surroundings): void {
  for (const { name, description, question, act, done } of actions) {
    const command = serverCommand<{ yes?: boolean }>(
      user,
      surroundings,
      { name: `${name} <id-or-email>`, description },
      async (tools, [named = ''], { yes = false }) => {
        const { client, output } = tools;
        // Where nobody can be asked, nothing is looked up either.
        if (question !== null) output.requireAnswer(yes);
        const person = await personNamed(client, named);
        if (question !== null && !yes) await output.confirm(question(person));
        await act(tools, person);
        if (output.json) output.document(person);
        else output.line(done(person));
      },
    );
    if (question !== null) command.option('--yes', 'do not ask, for scripts');
  }
}
