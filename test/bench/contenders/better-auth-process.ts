import { mkdtempSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';

/** better-auth with its two-factor plugin as its documentation sets it up, on a SQLite file. Its module is the first argument. */
interface Library {
  betterAuth(options: object): { options: object };
  twoFactor(options?: object): object;
  getMigrations(options: object): Promise<{ runMigrations(): Promise<void> }>;
  toNodeHandler(auth: object): RequestListener;
}

const { betterAuth, twoFactor, getMigrations, toNodeHandler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as Library;
const database = new Database(join(mkdtempSync(join(tmpdir(), 'sallyport-better-auth-')), 'auth.db'));
const server = createServer((request, response) => listener(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const auth = betterAuth({
  baseURL: url,
  secret: 'a-secret-of-thirty-two-characters-or-more',
  database,
  emailAndPassword: { enabled: true },
  plugins: [twoFactor()],
  // Limits for client addresses are raised for each system, because all requests come from one.
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
});
await (await getMigrations(auth.options)).runMigrations();
const listener = toNodeHandler(auth);
process.stdout.write(`serves at ${url}\n`);
process.once('SIGTERM', () => process.exit());
