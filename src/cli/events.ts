import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { eventKinds } from '../domain/audit/event.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand, wholeNumber } from './command.ts';
import type { EventFilter, TrailEvent } from './documents/events.ts';
import { readEvents } from './documents/events.ts';
import { Unreachable } from './failure.ts';
import { words } from './output.ts';
import { personNamed } from './person.ts';
import type { Column } from './table.ts';
import type { Tail } from './tail.ts';
import { openTail } from './tail.ts';

/** How long a follower waits before it looks again. */
const pauseMilliseconds = 1_000;

interface TailOptions {
  kind?: readonly string[];
  user?: string;
  last: number;
  follow?: boolean;
}

/** The widths are fixed, because the table goes on. The reason stands last, because it may be long. */
const columns: readonly Column<TrailEvent>[] = [
  { title: 'time (UTC)', of: ({ occurredAt }) => occurredAt.replace('T', ' ').replace('Z', ''), least: 23 },
  {
    title: 'what happened',
    of: ({ kind }) => (/FAILED|REFUSED|REUSED|LOCKED$/.test(kind) ? { text: words(kind), style: 'red' } : words(kind)),
    least: 25,
  },
  { title: 'user', of: ({ user, userId }) => user?.email ?? userId ?? '-', least: 25 },
  { title: 'tenant', of: ({ tenantId }) => tenantId ?? '-', least: 12 },
  { title: 'address', of: ({ address }) => address || '-', least: 12 },
  { title: 'reason', of: ({ reason, mfaStrategy }) => [mfaStrategy === null ? '' : words(mfaStrategy), reason ?? ''].filter(Boolean).join(': ') },
];

/** Reads kinds that are separated by commas. */
function readKinds(text: string, earlier: readonly string[] = []): readonly string[] {
  const kinds = text.split(',');
  if (!kinds.every((kind) => eventKinds.some((known) => known === kind))) {
    throw new InvalidArgumentError('`sallyport events tail --help` lists the kinds.');
  }
  return [...earlier, ...kinds];
}

/** Prints what is added, for as long as the process lives. While the server is away, it is asked again. */
async function follow({ output }: Tools, tail: Tail, print: (events: readonly TrailEvent[]) => void): Promise<never> {
  let away = false;
  for (;;) {
    await sleep(pauseMilliseconds);
    try {
      for await (const events of tail.more()) print(events);
      if (away) output.note('The server answers again.');
      away = false;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (!away) output.note(`${error.message} It is asked again every second.`);
      away = true;
    }
  }
}

/** Adds the commands about the audit trail. */
export function addEventCommands(program: Command, surroundings: Surroundings): void {
  const events = program.command('events').description('the audit trail');

  serverCommand<TailOptions>(
    events,
    surroundings,
    { name: 'tail', description: 'show the last events of the audit trail, with --json one a line', inTenant: true },
    async (tools, _args, { kind, user, last, follow: goesOn }) => {
      const { client, output, tenantId } = tools;
      // Events of a user stay after the user is deleted, and only the id finds them then.
      const userId = user?.includes('@') ? (await personNamed(client, user, tenantId)).restId : user;
      const filter: EventFilter = { ...(kind === undefined ? {} : { kinds: kind }), ...(userId === undefined ? {} : { userId }) };
      const tail = await openTail(async (place, from) => {
        const variables = { ...place, filter: { ...filter, ...(from === null ? {} : { occurredFrom: from }) } };
        return (await client.ask(readEvents, variables)).mfaEvents;
      }, last);

      let titles = true;
      const print = (some: readonly TrailEvent[]): void => {
        if (output.json) for (const event of some) output.document(event);
        else output.table(columns, some, { titles });
        titles = false;
      };
      if (tail.last.length > 0) print(tail.last);
      else if (!goesOn) output.note('There are no such events.');
      if (goesOn) await follow(tools, tail, print);
    },
  )
    .addOption(new Option('--kind <KIND,…>', 'only events of these kinds; can be given several times').argParser(readKinds))
    .option('--user <id-or-email>', 'only events about this user')
    .option('--last <number>', 'how many of the last events to show', wholeNumber('--last', 0), 20)
    .option('-f, --follow', 'go on, and show each event that is added')
    .addHelpText('after', `\nKinds of events:\n${linesOf(eventKinds)}`);
}

/** Breaks a list of words into lines. */
const linesOf = (list: readonly string[]): string => list.join(', ').replace(/(.{1,100})(?:\s|$)/g, '  $1\n');
