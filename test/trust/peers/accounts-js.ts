import { randomUUID } from 'node:crypto';
import { totp } from '../support/story.ts';
import { installed } from './install.ts';
import type { Peer, Result } from './peer.ts';
import { peerPassword } from './peer.ts';

interface User {
  id: string;
  deactivated: boolean;
  emails: { address: string; verified: boolean }[];
  services: Record<string, unknown>;
}

interface Library {
  AccountsServer: new (options: object, services: object) => { loginWithService(name: string, given: object, info: object): Promise<object> };
  AccountsPassword: new (
    options?: object,
  ) => { createUser(given: object): Promise<string>; twoFactor: { set(userId: string, secret: object, code: string): Promise<void> } };
}

const code = `
import server from '@accounts/server';
import password from '@accounts/password';
export const AccountsServer = server.AccountsServer ?? server.default;
export const AccountsPassword = password.AccountsPassword ?? password.default;
`;

/** As much of a store as logins by password and code need. */
function memoryStore(users: User[]) {
  const byId = async (id: string): Promise<User | null> => users.find((user) => user.id === id) ?? null;
  return {
    findUserById: byId,
    findUserByEmail: async (email: string) => users.find(({ emails }) => emails.some(({ address }) => address === email)) ?? null,
    findUserByUsername: async () => null,
    createUser: async ({ email, password }: { email: string; password: string }) => {
      const id = randomUUID();
      users.push({ id, deactivated: false, emails: [{ address: email, verified: true }], services: { password: { bcrypt: password } } });
      return id;
    },
    findPasswordHash: async (id: string) => ((await byId(id))?.services.password as { bcrypt: string } | undefined)?.bcrypt ?? null,
    setService: async (id: string, name: string, value: unknown) => {
      const user = await byId(id);
      if (user !== null) user.services[name] = value;
    },
    createSession: async () => randomUUID(),
    findSessionById: async () => null,
    findSessionByToken: async () => null,
  };
}

/** accounts-js with its password service, called as its own GraphQL resolvers call it, over a store in memory. */
export async function openAccountsJs(): Promise<Peer> {
  const packages = ['@accounts/server@0.33.1', '@accounts/password@0.32.2', '@accounts/two-factor@0.32.4', '@accounts/types@0.33.1'];
  const { exports, remove } = await installed(packages, code);
  const { AccountsServer, AccountsPassword } = (await exports()) as unknown as Library;
  const users: User[] = [];
  const password = new AccountsPassword();
  const server = new AccountsServer(
    { db: memoryStore(users), tokenSecret: 'a-secret-for-this-run-alone', ambiguousErrorMessages: true },
    { password },
  );
  const logIn = (email: string, given: string, totpCode?: string): Promise<object> =>
    server.loginWithService('password', { user: { email }, password: given, code: totpCode }, { ip: '127.0.0.1', userAgent: 'trust' });
  const result = (login: Promise<object>): Promise<Result> =>
    login.then(
      () => 'accepted',
      () => 'wrong',
    );
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return {
    name: 'accounts-js 0.33',
    createUser: async (name) => {
      const email = `${name}@acme.example`;
      const id = await password.createUser({ email, password: peerPassword });
      // The client chooses the secret, and sends it with a code.
      const secret = Array.from({ length: 32 }, () => letters[Math.floor(Math.random() * letters.length)]).join('');
      await password.twoFactor.set(id, { base32: secret }, totp(secret));
      return { email, secret, recoveryCode: null };
    },
    begin: async ({ email }) => ({
      byCode: (given) => result(logIn(email, peerPassword, given)),
      byRecoveryCode: async () => 'refused',
    }),
    wrongPassword: async (email) => {
      const since = performance.now();
      await logIn(email, 'a wrong password', '123456').catch(() => undefined);
      return performance.now() - since;
    },
    stored: async () => Buffer.from(JSON.stringify(users)),
    close: remove,
  };
}
