import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { inject } from 'vitest';
import { emptyFolder } from '../support/folder.ts';

const leftovers: (() => unknown)[] = [];

/** Ends what is still running and removes what was made; for `afterAll`. */
export async function cleanUp(): Promise<void> {
  for (const remove of leftovers.splice(0).reverse()) await remove();
}

/** An empty working directory, until `cleanUp`. */
export async function workingFolder(): Promise<string> {
  const folder = await emptyFolder();
  leftovers.push(folder.remove);
  return folder.path;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Server {
  /** Empty when it ended before it served. */
  url: string;
  port: number;
  pid: number;
  /** Everything written so far, to both streams. */
  output(): string;
  /** Waits until something was written. */
  says(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  exited: Promise<Exit>;
  /** SIGTERM, and how it ended. */
  stop(): Promise<Exit>;
}

/** Starts the built server in a folder with these variables and no others; answers once it serves or has ended. */
export async function start(cwd: string, environment: Record<string, string> = {}): Promise<Server> {
  const env = { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'info', ...environment };
  const child: ChildProcess = spawn(process.execPath, [inject('serverMain')], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let ended = false;
  let changed = (): void => undefined;
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    changed();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true;
      changed();
      resolve({ code, signal });
    });
  });
  leftovers.push(() => child.kill('SIGKILL'));

  const until = async (done: () => boolean): Promise<void> => {
    while (!done() && !ended) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
  const serving = /serves at (http:\/\/[^\s:]+:(\d+))/;
  await until(() => serving.test(output));
  const [, url = '', port = '0'] = serving.exec(output) ?? [];
  const signal = (name: NodeJS.Signals): void => void child.kill(name);
  return {
    url,
    port: Number(port),
    pid: child.pid ?? 0,
    output: () => output,
    says: async (pattern) => {
      await until(() => pattern.test(output));
      if (!pattern.test(output)) throw new Error(`ended without saying ${pattern}:\n${output}`);
    },
    signal,
    exited,
    stop: () => {
      signal('SIGTERM');
      return exited;
    },
  };
}

export const identity = '/frontegg/identity/resources';

/** A JSON request; the parsed answer under `body`, the text where it is none. */
export async function send(
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown; text: string }> {
  const answer = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await answer.text();
  try {
    return { status: answer.status, text, body: JSON.parse(text) };
  } catch {
    return { status: answer.status, text, body: text };
  }
}
