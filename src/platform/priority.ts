import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** How much less the other threads get: a third of the time of the main thread where both want the same core. */
const niceness = 5;

/**
 * Lets the thread that answers requests go before the other threads of the process. Password hashes would otherwise keep every core
 * busy, and each request would wait for its turn among them. Only Linux has a priority for each thread, so elsewhere this does nothing.
 */
export function preferMainThread(): void {
  if (process.platform !== 'linux') return;
  try {
    const threads = readdirSync('/proc/self/task').map(Number);
    // On Linux the main thread has the number of the process (setpriority(2), "C library/kernel differences").
    for (const thread of threads) if (thread !== process.pid) setPriority(thread, niceness);
  } catch {
    // Without it requests are slower while passwords are hashed, and nothing else is different.
  }
}
