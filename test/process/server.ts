import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = fileURLToPath(new URL('../..', import.meta.url));

const leftovers: (() => unknown)[] = [];

/** Ends what is still running and removes what was made; for `afterAll`. */
export async function cleanUp(): Promise<void> {
  for (const remove of leftovers.splice(0).reverse()) await remove();
}

/** The sources compiled as a release is, in a folder of its own; answers what `npm start` runs. Types are the check's business, not this one's. */
export async function buildServer(): Promise<string> {
  const folder = join(project, 'node_modules/.cache', `sallyport-test-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  leftovers.push(() => rm(folder, { recursive: true, force: true }));
  // Modules as in the project, and the migrations as far from `dist` as they are there.
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await symlink(join(project, 'drizzle'), join(folder, 'drizzle'), 'dir');
  const compiler = join(project, 'node_modules/typescript/bin/tsc');
  const flags = ['-p', join(project, 'tsconfig.build.json'), '--noCheck', '--outDir', join(folder, 'dist')];
  await promisify(execFile)(process.execPath, [compiler, ...flags]);
  return join(folder, 'dist/main.js');
}

/** An empty working directory. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-process-'));
  leftovers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Server {
  /** Empty when it ended before it served. */
  url: string;
  port: number;
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
export async function start(main: string, cwd: string, environment: Record<string, string> = {}): Promise<Server> {
  const env = { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'info', ...environment };
  const child: ChildProcess = spawn(process.execPath, [main], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
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
