import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What to send, and how fast. */
export interface Load {
  url: string;
  /** Sent in turn. */
  requests: readonly { method: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string }[];
  connections: number;
  seconds: number;
  /** Requests a second over all connections. Without it each connection sends its next request when it has the answer. */
  ratePerSecond?: number;
}

/** The times of all answers in milliseconds, by status. */
export type Times = Record<string, number[]>;

const program = fileURLToPath(new URL('./load-process.ts', import.meta.url));

/** Sends requests from a process of its own, so that whoever measures does not wait behind those who send. */
export function load(options: Load): Promise<Times> {
  const child = fork(program, { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    child.once('message', (times) => resolve(times as Times));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The load ended with ${code} before it was done.`)));
    child.send(options);
  });
}
