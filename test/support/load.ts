import { spawn } from 'node:child_process';
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

/** The answers to a load. */
export interface Loaded {
  /** The times of all answers in milliseconds, by status. */
  times: Record<string, number[]>;
  /** How long the load took. */
  seconds: number;
  /** The share of one core that the sender itself took. With nearly a whole one it is the sender that was measured. */
  senderShare: number;
}

const program = fileURLToPath(new URL('./load-process.ts', import.meta.url));

/**
 * Sends requests from a process of its own, so that whoever measures does not wait behind those who send. `launcher` is a command
 * that runs it, such as one that keeps it on a core.
 */
export function load(options: Load, launcher: readonly string[] = []): Promise<Loaded> {
  const [command = process.execPath, ...args] = [...launcher, process.execPath, '--import', 'tsx', program];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (loaded) => resolve(loaded as Loaded));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The load ended with ${code} before it was done.`)));
    child.send(options);
  });
}
