import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { NotRun } from '../claim.ts';

const find = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

function install(debianPackage: string): boolean {
  if (!find('apt-get')) return false;
  const root = process.getuid?.() === 0 ? [] : find('sudo') ? ['sudo', '-n'] : null;
  if (root === null) return false;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', debianPackage],
  ]) {
    const [program = '', ...rest] = [...root, 'apt-get', ...args];
    if (spawnSync(program, rest, { env: environment, stdio: 'ignore' }).status !== 0) return false;
  }
  return true;
}

/** Makes sure that a program is there, by its Debian package if need be. */
export function needProgram(program: string, debianPackage = program): void {
  if (find(program) || (install(debianPackage) && find(program))) return;
  throw new NotRun(`This needs the program ${program}. Install the package ${debianPackage} and run it again.`);
}

const fakeTimeLibraries = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`);

/** The library that gives a process a clock of its own. */
export function fakeTimeLibrary(): string {
  const found = () => fakeTimeLibraries.find((path) => existsSync(path));
  const path = found() ?? (install('libfaketime') ? found() : undefined);
  if (path === undefined) throw new NotRun('This needs libfaketime. Install the package libfaketime and run it again.');
  return path;
}
