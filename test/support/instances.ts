import type { NoticeMessage } from '../../src/domain/messaging/message.ts';
import type { Log } from '../../src/domain/ports.ts';
import { HandClock } from './clock.ts';
import type { Harness, HarnessOptions, SentMessage } from './harness.ts';
import { collectingDelivery, dialect, openDatabase, openHarness, start } from './harness.ts';

/**
 * All the instances a deployment may have: two on PostgreSQL, whose requests take turns, and the one that SQLite allows.
 * They share database, clock, mailbox and log, and look like one harness.
 */
export async function openInstances(options: HarnessOptions = {}): Promise<Harness> {
  const database = options.databaseUrl === undefined ? await openDatabase() : { url: options.databaseUrl, drop: async () => undefined };
  const clock = options.clock ?? new HandClock(start);
  const mail: SentMessage[] = [];
  const notices: NoticeMessage[] = [];
  const logged: object[] = [];
  const delivery = collectingDelivery(mail, notices, options.sms);
  const log: Log = { info: collect(logged), warn: collect(logged), error: collect(logged) };
  const open = () => openHarness({ ...options, databaseUrl: database.url, clock, ports: { delivery, log, ...options.ports } });
  const first = await open();
  const all = dialect === 'postgres' ? [first, await open()] : [first];
  let turn = 0;
  return {
    ...first,
    mail,
    notices,
    logged,
    // Either instance may have claimed the message.
    app: { ...first.app, outbox: { ...first.app.outbox, flush: async () => void (await Promise.all(all.map(({ app }) => app.outbox.flush()))) } },
    send: (request) => {
      turn = (turn + 1) % all.length;
      return (all[turn] ?? first).send(request);
    },
    close: async () => {
      for (const instance of all) await instance.close();
      await database.drop();
    },
  };
}

const collect =
  (lines: object[]) =>
  (fields: object, message: string): void =>
    void lines.push({ ...fields, message });
