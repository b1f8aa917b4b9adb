import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Answer } from '../support/http.ts';
import { jsonOf, sendTo } from '../support/http.ts';
import { totp } from '../support/story.ts';
import { installed } from './install.ts';
import type { Peer, Result } from './peer.ts';
import { peerPassword } from './peer.ts';

interface Library {
  betterAuth(options: object): { options: object };
  twoFactor(options?: object): object;
  getMigrations(options: object): Promise<{ runMigrations(): Promise<void> }>;
  toNodeHandler(auth: object): RequestListener;
}

const code = `
export { betterAuth } from 'better-auth';
export { twoFactor } from 'better-auth/plugins';
export { getMigrations } from 'better-auth/db/migration';
export { toNodeHandler } from 'better-auth/node';
`;

/** better-auth with its two-factor plugin as its documentation sets it up, on a SQLite file. */
export async function openBetterAuth(): Promise<Peer> {
  const { exports, remove } = await installed(['better-auth@1.7.25'], code);
  const { betterAuth, twoFactor, getMigrations, toNodeHandler } = (await exports()) as unknown as Library;
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-better-auth-'));
  const file = join(folder, 'auth.db');
  const database = new Database(file);
  const server = createServer((request, response) => void listener(request, response));
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
  const post = (path: string, body: object, cookie = ''): Promise<Answer> =>
    sendTo(url, { path: `/api/auth${path}`, body, headers: { origin: url, ...(cookie === '' ? {} : { cookie }) } });
  const cookiesOf = (answer: Answer): string =>
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  const resultOf = ({ status }: Answer): Result => (status === 200 ? 'accepted' : status === 401 ? 'wrong' : 'refused');
  return {
    name: 'better-auth 1.7.25',
    createUser: async (name) => {
      const email = `${name}@acme.example`;
      const cookie = cookiesOf(await post('/sign-up/email', { name, email, password: peerPassword }));
      const { totpURI, backupCodes } = jsonOf(await post('/two-factor/enable', { password: peerPassword }, cookie));
      const secret = new URL(totpURI).searchParams.get('secret') ?? '';
      const confirmed = await post('/two-factor/verify-totp', { code: totp(secret, -30) }, cookie);
      if (confirmed.status !== 200) throw new Error(`better-auth: ${confirmed.status} ${confirmed.text}`);
      return { email, secret, recoveryCode: backupCodes[0] };
    },
    begin: async ({ email }) => {
      const cookie = cookiesOf(await post('/sign-in/email', { email, password: peerPassword }));
      return {
        byCode: async (given) => resultOf(await post('/two-factor/verify-totp', { code: given }, cookie)),
        byRecoveryCode: async (given) => resultOf(await post('/two-factor/verify-backup-code', { code: given }, cookie)),
      };
    },
    wrongPassword: async (email) => (await post('/sign-in/email', { email, password: 'a wrong password' })).milliseconds,
    stored: () => readFile(file),
    close: async () => {
      server.closeAllConnections();
      server.close();
      database.close();
      await rm(folder, { recursive: true, force: true });
      await remove();
    },
  };
}
