import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What to send, and how fast. */
export interface Load {
  url: string;
  /** Sent in turn. */
  requests: readonly { method: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string }[];
  connections: number;
  seconds: number;
  /**
   * Requests a second over all connections, evenly spaced, whether or not earlier ones were answered. Without it each connection sends
   * its next request when it has the answer.
   */
  ratePerSecond?: number;
}

/** The answers to a load. */
export interface Loaded {
  /** The times of all answers in milliseconds, by status. At a rate each is counted from when the request was due. */
  times: Record<string, number[]>;
  /** How long the load took. */
  seconds: number;
  /** The share of one core that the sender itself took. With nearly a whole one it is the sender that was measured. At a rate it is always one. */
  senderShare: number;
}

const program = fileURLToPath(new URL('./load-process.ts', import.meta.url));

/** Senders that have nothing to do, by their launchers. A sender that has run for a while is as fast as it gets, and a new one takes a second to start. */
const idle = new Map<string, ChildProcess[]>();

/**
 * Sends requests from a process of its own, so that whoever measures does not wait behind those who send. `launcher` is a command
 * that runs it, such as one that keeps it on a core.
 */
export async function load(options: Load, launcher: readonly string[] = []): Promise<Loaded> {
  const key = launcher.join(' ');
  const sender = idle.get(key)?.pop() ?? startSender(launcher);
  const loaded = await new Promise<Loaded>((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`The load ended with ${code} before it was done.`));
    sender.once('exit', ended);
    sender.once('message', (message) => {
      sender.off('exit', ended);
      resolve(message as Loaded);
    });
    // A sender that waits does not keep this process alive, but one that works does.
    sender.channel?.ref();
    sender.send(options);
  });
  idle.set(key, [...(idle.get(key) ?? []), sender]);
  sender.channel?.unref();
  return loaded;
}

function startSender(launcher: readonly string[]): ChildProcess {
  const [command = process.execPath, ...args] = [...launcher, process.execPath, '--import', 'tsx', program];
  const sender = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  sender.unref();
  return sender;
}
