import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { openStore } from '../../../src/store/index.ts';
import { sendTo } from '../../trust/support/http.ts';
import type { Amounts } from '../support/fill.ts';
import { fill } from '../support/fill.ts';
import type { Program } from '../support/program.ts';
import { startProgram } from '../support/program.ts';

export const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const clientId = '6da27373-1572-444f-b3c5-ef702ce65123';
const secret = 'chosen-by-the-benchmark';

/** Sallyport as it runs in production, logs included. Only the limits for client addresses are raised, because all requests come from one. */
export const environmentFor = (databaseUrl: string): Record<string, string> => ({
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://id.acme.example',
  SMTP_URL: 'smtp://127.0.0.1:9',
  DATABASE_URL: databaseUrl,
  SALLYPORT_KEYS: Buffer.alloc(32, 7).toString('base64'),
  SALLYPORT_CLIENT_ID: clientId,
  SALLYPORT_SECRET: secret,
  LIMIT_LOGIN_PER_MINUTE: '1000000',
  LIMIT_FACTOR_PER_MINUTE: '1000000',
  LIMIT_ENVIRONMENT_PER_SECOND: '1000000',
});

/** A folder with a filled SQLite database that servers can be started on. */
export interface FilledFolder {
  cwd: string;
  databaseUrl: string;
  databaseFile: string;
  remove(): Promise<void>;
}

/** Creates a database as the server does when it starts, and fills it. */
export async function filledFolder(amounts: Amounts, progress: (done: number, all: number) => void): Promise<FilledFolder> {
  const cwd = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  const databaseFile = join(cwd, 'sallyport.db');
  const databaseUrl = `file:${databaseFile}`;
  await (await openStore(databaseUrl, { log: pino({ level: 'silent' }), jitter: () => 0 })).close();
  await fill(databaseUrl, amounts, progress);
  return { cwd, databaseUrl, databaseFile, remove: () => rm(cwd, { recursive: true, force: true }) };
}

/** Copies a database that no server uses. */
export async function copyOf({ databaseFile }: FilledFolder): Promise<FilledFolder> {
  const cwd = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
  const file = join(cwd, 'sallyport.db');
  await copyFile(databaseFile, file);
  return { cwd, databaseFile: file, databaseUrl: `file:${file}`, remove: () => rm(cwd, { recursive: true, force: true }) };
}

export const startSallyport = (databaseUrl: string, cwd: string, settings: Record<string, string> = {}): Promise<Program> =>
  startProgram([main], { cwd, environment: { ...environmentFor(databaseUrl), ...settings } });

/** Returns the header with an environment token. */
export async function environmentHeader(url: string): Promise<{ authorization: string }> {
  const answer = await sendTo(url, { path: '/auth/vendor', body: { clientId, secret } });
  const { token } = JSON.parse(answer.text) as { token: string };
  return { authorization: `Bearer ${token}` };
}
