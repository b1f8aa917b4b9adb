import autocannon from 'autocannon';
import type { Load, Times } from './load.ts';

/** Sends the load that the parent process asks for, and tells it the times. */
process.once('message', (message) => {
  const { url, requests, connections, seconds, ratePerSecond } = message as Load;
  const times: Times = {};
  const rate = ratePerSecond === undefined ? {} : { overallRate: ratePerSecond };
  const instance = autocannon({ url, requests: [...requests], connections, duration: seconds, timeout: 30, ...rate }, () => {
    process.send?.(times, () => process.exit());
  });
  instance.on('response', (_client, status, _bytes, milliseconds) => {
    times[status] = times[status] ?? [];
    times[status].push(milliseconds);
  });
});
