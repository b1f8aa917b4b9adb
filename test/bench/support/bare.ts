import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onCore, typescript } from './program.ts';

const program = fileURLToPath(new URL('../contenders/bare-process.ts', import.meta.url));

/** Measures the bare work on the core of the servers. */
export async function bareWork(): Promise<{ hashMilliseconds: number; commitAndSignMilliseconds: number }> {
  const [command = process.execPath, ...args] = [...onCore(0), process.execPath, ...typescript, program];
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout) as { hashMilliseconds: number; commitAndSignMilliseconds: number };
}
