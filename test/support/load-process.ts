import { setImmediate } from 'node:timers/promises';
import autocannon from 'autocannon';
import { Pool } from 'undici';
import type { Load, Loaded } from './load.ts';

/** Sends each load that the parent process asks for, and tells it the times. It ends with the parent. */
process.on('message', async (message) => {
  const load = message as Load;
  const times: Loaded['times'] = {};
  const answered = (status: number, milliseconds: number): void => {
    times[status] = times[status] ?? [];
    times[status].push(milliseconds);
  };
  const [cpuBefore, since] = [process.cpuUsage(), performance.now()];
  if (load.ratePerSecond === undefined) await sendInTurn(load, answered);
  else await sendAtRate(load, load.ratePerSecond, answered);
  const { user, system } = process.cpuUsage(cpuBefore);
  const milliseconds = performance.now() - since;
  process.send?.({ times, seconds: milliseconds / 1000, senderShare: (user + system) / 1000 / milliseconds });
});
process.once('disconnect', () => process.exit());

type Answered = (status: number, milliseconds: number) => void;

/** Sends the next request of each connection when it has its answer. */
function sendInTurn({ url, requests, connections, seconds }: Load, answered: Answered): Promise<void> {
  return new Promise((resolve) => {
    const instance = autocannon({ url, requests: [...requests], connections, duration: seconds, timeout: 30 }, () => resolve());
    instance.on('response', (_client, status, _bytes, milliseconds) => answered(status, milliseconds));
  });
}

/** What is sent in this time at first is not counted, because the code of the sender is slow until Node has compiled it. */
const sendersOwnMilliseconds = 1_000;

/**
 * Sends so many requests a second, each when it is due, and none later because an earlier one has to be waited for. Autocannon would send
 * those of a whole second at once, so that most of what is measured is their waiting for each other.
 */
async function sendAtRate({ url, requests, connections, seconds }: Load, ratePerSecond: number, answered: Answered): Promise<void> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const start = performance.now();
  const spacing = 1000 / ratePerSecond;
  const pending = new Set<Promise<void>>();
  const send = async (number: number): Promise<void> => {
    const { method = 'GET', path = '/', headers, body } = requests[number % requests.length] ?? {};
    const answer = await pool.request({ method, path, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) });
    await answer.body.dump();
    if (number * spacing >= sendersOwnMilliseconds) answered(answer.statusCode, performance.now() - start - number * spacing);
  };
  for (let number = 0; number * spacing < sendersOwnMilliseconds + seconds * 1000; ) {
    for (; number * spacing <= performance.now() - start; number += 1) {
      const sent = send(number).finally(() => pending.delete(sent));
      pending.add(sent);
    }
    await setImmediate();
  }
  await Promise.all(pending);
  await pool.close();
}
