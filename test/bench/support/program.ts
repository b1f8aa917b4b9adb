import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** A program that was started for a measurement. */
export interface Program {
  url: string;
  pid: number;
  /** The time until it told its address, in milliseconds. */
  startMilliseconds: number;
  stop(): Promise<void>;
}

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0 && spawnSync('taskset', ['-c', '1', 'true']).status === 0;

/** The command that keeps a program on one core, or nothing where the machine cannot do that. Servers run on core 0, the load on core 1. */
export const onCore = (core: number): string[] => (canPin ? ['taskset', '-c', String(core)] : []);

/** Whether servers and load are on cores of their own. */
export const coresAreApart = canPin;

const keepTo = (cores: string): void => {
  if (canPin) spawnSync('taskset', ['-pc', cores, String(process.pid)]);
};

/** Keeps this process, and what it starts, on the core of the load. */
export const useLoadCore = (): void => keepTo('1');

/** Lets this process, and what it starts, run on every core. */
export const useAllCores = (): void => keepTo(`0-${cpus().length - 1}`);

/** The arguments with which Node runs a program in TypeScript, in any folder. */
export const typescript = ['--import', import.meta.resolve('tsx')];

/** Starts a program of Node with these variables and no others. It is there when it has printed its address. */
export async function startProgram(args: readonly string[], { cwd, environment = {}, pinned = true }: StartOptions = {}): Promise<Program> {
  const since = performance.now();
  const [command = process.execPath, ...more] = [...(pinned ? onCore(0) : []), process.execPath, ...args];
  const child = spawn(command, more, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env.PATH ?? '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      // What it prints later is read and dropped, as a collector of logs would read it.
      if (output === 'known') return;
      output += chunk.toString();
      const found = /serves at (http:\/\/\S+)/.exec(output)?.[1];
      if (found === undefined) return;
      output = 'known';
      resolve(found);
    });
    void exited.then(() => reject(new Error(`The program ended before it served:\n${output}`)));
  });
  const startMilliseconds = performance.now() - since;
  running.add(child.pid ?? 0);
  return {
    url,
    pid: child.pid ?? 0,
    startMilliseconds,
    stop: async () => {
      // Sallyport waits for load balancers after SIGTERM, but not after SIGINT.
      child.kill('SIGINT');
      await exited;
      running.delete(child.pid ?? 0);
    },
  };
}

interface StartOptions {
  cwd?: string;
  environment?: Record<string, string>;
  pinned?: boolean;
}

const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
});
