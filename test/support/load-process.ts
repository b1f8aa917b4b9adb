import autocannon from 'autocannon';
import type { Load, Loaded } from './load.ts';

/** Sends the load that the parent process asks for, and tells it the times. */
process.once('message', (message) => {
  const { url, requests, connections, seconds, ratePerSecond } = message as Load;
  const times: Loaded['times'] = {};
  const rate = ratePerSecond === undefined ? {} : { overallRate: ratePerSecond };
  const [cpuBefore, since] = [process.cpuUsage(), performance.now()];
  const instance = autocannon({ url, requests: [...requests], connections, duration: seconds, timeout: 30, ...rate }, () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    const milliseconds = performance.now() - since;
    process.send?.({ times, seconds: milliseconds / 1000, senderShare: (user + system) / 1000 / milliseconds }, () => process.exit());
  });
  instance.on('response', (_client, status, _bytes, milliseconds) => {
    times[status] = times[status] ?? [];
    times[status].push(milliseconds);
  });
});
