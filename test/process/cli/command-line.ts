import { execFile, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, inject } from 'vitest';

export const clientId = '6da27373-1572-444f-b3c5-ef702ce65123';
export const secret = 'chosen by the operator';
/** Settings of a server whose credentials are these. */
export const chosen = { SALLYPORT_CLIENT_ID: clientId, SALLYPORT_SECRET: secret, LOG_LEVEL: 'silent' };

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

const main = (): string => join(dirname(inject('serverMain')), 'cli/sallyport.js');

/** What no output may have in it: commands for terminals, places in files, and the secret. */
function expectClean({ stdout, stderr }: Ran): void {
  const all = stdout + stderr;
  expect(all).not.toMatch(/[^\n\P{Cc}]|\n\s+at |node_modules|file:\/\//u);
  expect(all).not.toContain(secret);
}

/** Runs a command with these variables and no others, without a terminal, and with a text on standard input. */
export const sallyport = (words: readonly string[], env: Record<string, string> = {}, cwd = process.cwd(), input = ''): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const { stdin } = execFile(process.execPath, [main(), ...words], { cwd, env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) => {
      const ran = { code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr };
      try {
        expectClean(ran);
        resolve(ran);
      } catch (unclean) {
        reject(unclean);
      }
    });
    // A command that reads nothing may have ended before.
    stdin?.on('error', () => undefined);
    stdin?.end(input);
  });

/** Runs commands against a server. */
export const against = (url: string) => {
  const env = { SALLYPORT_URL: url, SALLYPORT_CLIENT_ID: clientId, SALLYPORT_SECRET: secret };
  const run = (...words: string[]): Promise<Ran> => sallyport(words, env);
  return {
    env,
    run,
    /** Runs a command that succeeds, and returns what it printed. */
    async text(...words: string[]): Promise<string> {
      const ran = await run(...words);
      expect(ran, words.join(' ')).toMatchObject({ code: 0, stderr: '' });
      return ran.stdout;
    },
    /** Runs a command with `--json` that succeeds, and returns the one document that it printed. */
    async json<T>(...words: string[]): Promise<T> {
      const ran = await run(...words, '--json');
      expect(ran, words.join(' ')).toMatchObject({ code: 0, stderr: '' });
      return JSON.parse(ran.stdout) as T;
    },
  };
};

/** Starts a command that goes on, and hands over its lines as they come. */
export function running(words: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [main(), ...words], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  let changed = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    changed();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    changed();
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    lines: () => stdout.split('\n').filter((line) => line !== ''),
    stderr: () => stderr,
    /** Waits until what was written meets the condition. */
    async until(condition: () => boolean): Promise<void> {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
