import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** A server that runs as a process of its own, as it would in production. */
export interface ServerProcess {
  url: string;
  /** Of the Node process itself, also where another program started it. */
  pid: number;
  /** Everything it has written so far, to both streams. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface StartOptions {
  cwd: string;
  environment: Record<string, string>;
  /** A program that runs the server, with its arguments, such as `strace`. */
  launcher?: readonly string[];
  /** Arguments for Node, such as a limit of its memory. */
  nodeArguments?: readonly string[];
}

/** Starts the compiled server with these variables and no others. Throws what it wrote if it ends before it serves. */
export async function startServer({ cwd, environment, launcher = [], nodeArguments = [] }: StartOptions): Promise<ServerProcess> {
  if (!existsSync(main)) throw new Error('The server is not built: run `npm run build`.');
  const [program = process.execPath, ...args] = [...launcher, process.execPath, ...nodeArguments, main];
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH ?? '', PORT: '0', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: string[] = [];
  let changed = (): void => undefined;
  const collect = (chunk: Buffer): void => {
    chunks.push(chunk.toString());
    changed();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  let ended = false;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true;
      running.delete(child.pid ?? 0);
      changed();
      resolve({ code, signal });
    });
  });
  child.once('error', (error) => collect(Buffer.from(String(error))));
  running.add(child.pid ?? 0);
  const serving = /serves at (http:\/\/\S+)/;
  while (!serving.test(chunks.join('')) && !ended) {
    await new Promise<void>((resolve) => {
      changed = resolve;
    });
  }
  changed = () => undefined;
  const url = serving.exec(chunks.join(''))?.[1];
  if (url === undefined) throw new Error(`The server ended before it served:\n${chunks.join('')}`);
  return { url, pid: child.pid ?? 0, output: () => chunks.join(''), kill: (signal) => void child.kill(signal), exited };
}

/** Process ids of servers that have not ended. */
const running = new Set<number>();

/** Kills every server that a script left behind when it failed. */
export function killLeftovers(): void {
  for (const pid of running) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}
