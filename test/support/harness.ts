import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import type { App } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/config.ts';
import { Unavailable } from '../../src/domain/errors.ts';
import type { CodeMessage, LinkMessage, Message, NoticeMessage, TextMessage } from '../../src/domain/messaging/message.ts';
import type { Delivery, KeyPair, Log, Signer } from '../../src/domain/ports.ts';
import { createCaptchaVerifier } from '../../src/platform/captcha.ts';
import type { Ports } from '../../src/platform/index.ts';
import { createKeyring, masterKey } from '../../src/platform/keyring.ts';
import { createPasswordLists } from '../../src/platform/password-lists.ts';
import { createPasswords } from '../../src/platform/passwords.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import { createSigner } from '../../src/platform/signer.ts';
import { unlistedError } from '../../src/services/audit/recorder.ts';
import { openStore } from '../../src/store/index.ts';
import { HandClock } from './clock.ts';
import { changedBehindTheBack } from './database.ts';
import { emptyFolder } from './folder.ts';
import { freshDatabase, quiet } from './postgres.ts';
import { unpublished } from './published.ts';

export type Dialect = 'sqlite' | 'postgres';
/** Of the Vitest project; a test in a project without one gets no database. */
export const dialect = process.env.TEST_DIALECT as Dialect | undefined;

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Cookie header, e.g. from `cookiesOf`. */
  cookie?: string;
  address?: string;
}

export interface Harness {
  app: App;
  clock: HandClock;
  /** Codes and links delivered so far; read after `app.outbox.flush()`. */
  mail: SentMessage[];
  /** Notices delivered so far; read after `app.outbox.flush()`. */
  notices: NoticeMessage[];
  /** Everything logged. */
  logged: object[];
  /** SQL statements run since the last `queries.length = 0`, but for those of the workers. */
  queries: string[];
  secret: string;
  config: Config;
  send(request: Request): Promise<LightMyRequestResponse>;
  /** A GraphQL operation; answers the parsed body. */
  graphql(query: string, variables?: object, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  environmentToken(): Promise<string>;
  close(): Promise<void>;
}

/** A message with something to use in it. */
export type SentMessage = CodeMessage | LinkMessage | TextMessage;

export interface GraphqlAnswer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions: { code: string; requestId?: string } & Record<string, unknown> }[];
}

export const start = new Date('2026-03-02T09:00:05.000Z');
export const clientId = '6da27373-1572-444f-b3c5-ef702ce65123';
export const secret = 'a-secret-for-tests-only';

let keyPair: Promise<KeyPair> | undefined;
const realSigner = createSigner();
const databasesWithKey = new Set<string>();
/** One RSA key for all databases of a worker, because making one takes a tenth of a second. The next ones of a database are their own. */
const signerOf = (databaseUrl: string): Signer => ({
  ...realSigner,
  generateKeyPair() {
    if (databasesWithKey.has(databaseUrl)) return realSigner.generateKeyPair();
    databasesWithKey.add(databaseUrl);
    keyPair ??= realSigner.generateKeyPair();
    return keyPair;
  },
});

export interface HarnessOptions {
  settings?: Record<string, string>;
  /** Text messages can be sent, to a few countries; they are kept in `mail` like all others. */
  sms?: boolean;
  ports?: Partial<Ports>;
  /** Opens this database instead of a new one, and leaves it in place. */
  databaseUrl?: string;
  clock?: HandClock;
}

/**
 * Statements of the workers, and of what forgets replaced tokens every ten seconds. Those that add up counts are among them, and not those that
 * count a change or read it.
 */
const ofWorkers =
  /outbox|bulk_invitation|user_migration|^select "id" from "adoption_changes" limit|^delete from "adoption_changes"|^insert into "adoption_(totals|days)"|"starts_at" <= .* order by|"next_at" <= |"until" <= |^update "refresh_tokens" set "sealed" = \S+ where \("refresh_tokens"\."sealed" is not null/;

/** A new, empty database of the dialect under test. */
export async function openDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  if (dialect === 'postgres') return freshDatabase();
  if (dialect !== 'sqlite') throw new Error('this Vitest project has no database');
  migrated ??= migratedFile();
  const content = await migrated;
  const folder = await emptyFolder();
  const file = join(folder.path, 'test.db');
  await writeFile(file, content);
  return { url: `file:${file}`, drop: folder.remove };
}

let migrated: Promise<Buffer> | undefined;
/** What a SQLite file holds after its migrations, which a worker runs once. */
async function migratedFile(): Promise<Buffer> {
  const folder = await emptyFolder();
  const file = join(folder.path, 'template.db');
  await (await openStore(`file:${file}`, { log: quiet, jitter: () => 0 })).close();
  const content = await readFile(file);
  await folder.remove();
  return content;
}

/** The whole app over a real store, with a hand clock, a list for messages and address limits out of the way. */
export async function openHarness({
  settings = {},
  sms = false,
  ports = {},
  databaseUrl,
  clock = new HandClock(start),
}: HarnessOptions = {}): Promise<Harness> {
  const database = databaseUrl === undefined ? await openDatabase() : { url: databaseUrl, drop: async () => undefined };
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    PUBLIC_URL: 'https://id.acme.example',
    SALLYPORT_CLIENT_ID: clientId,
    SALLYPORT_SECRET: secret,
    SALLYPORT_KEYS: Buffer.alloc(32, 7).toString('base64'),
    LIMIT_LOGIN_PER_MINUTE: '1000000',
    LIMIT_PASSWORD_FAILURES: '50',
    LIMIT_FACTOR_PER_MINUTE: '1000000',
    LIMIT_ENVIRONMENT_PER_SECOND: '1000000',
    ...(sms ? { SMS_COUNTRIES: 'US,DE,GB' } : {}),
    ...settings,
  });
  const mail: SentMessage[] = [];
  const notices: NoticeMessage[] = [];
  const logged: object[] = [];
  const queries: string[] = [];
  const keyring = createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom);
  const delivery = collectingDelivery(mail, notices, sms);
  const app = await createApp(config, {
    clock,
    random: nodeRandom,
    keyring,
    // However busy the machine is, these tests are not about hashes that wait for too long.
    passwords: createPasswords({ peppers: keyring, memoryKib: 64, iterations: 1, waiting: 1_000, longestWaitMilliseconds: 60_000 }),
    passwordLists: createPasswordLists({ breachedFolder: config.breachedPasswords }),
    signer: signerOf(database.url),
    delivery,
    captchaVerifier: config.captcha.verifyUrl === null ? null : createCaptchaVerifier({ url: config.captcha.verifyUrl, timeoutMilliseconds: 1_000 }),
    log: collect(logged),
    jitter: Math.random,
    developmentMail: null,
    maxConnections: 1_000,
    // The workers look for what waits by a clock of their own.
    onQuery: (sql) => void (ofWorkers.test(sql) || queries.push(sql)),
    ...ports,
  });

  const breaches = new Set<string>();
  const send = async ({ method = 'GET', url, body, headers = {}, cookie, address = '203.0.113.7' }: Request) => {
    const answer = await app.http.inject({
      method,
      url,
      remoteAddress: address,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(cookie === undefined ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const breach = unpublished({ method, url }, answer);
    if (breach !== null) breaches.add(breach);
    return answer;
  };

  return {
    app,
    clock,
    mail,
    notices,
    logged,
    queries,
    secret,
    config,
    send,
    graphql: async (query, variables = {}, headers = {}) =>
      (await send({ method: 'POST', url: '/graphql', body: { query, variables }, headers })).json(),
    environmentToken: async () => (await send({ method: 'POST', url: '/auth/vendor', body: { clientId, secret } })).json<{ token: string }>().token,
    close: async () => {
      const miscounted = changedBehindTheBack.has(database.url) ? [] : await miscounts(app, clock.now());
      await app.close();
      await database.drop();
      // Both transports publish the errors of a use case from its list, so an error outside of it is one that nobody documents.
      const unlisted = logged.filter((line) => 'message' in line && line.message === unlistedError);
      if (miscounted.length > 0) throw new Error(`counts of adoption that are wrong: ${JSON.stringify(miscounted)}`);
      if (unlisted.length > 0) throw new Error(`${unlistedError}: ${JSON.stringify(unlisted)}`);
      if (breaches.size > 0) throw new Error(`answers that no contract publishes: ${[...breaches].join('; ')}`);
    },
  };
}

/** What was counted wrongly while the test ran, whatever it did. Nothing, if the database cannot be asked any more. */
async function miscounts({ store }: App, now: Date): Promise<object[]> {
  try {
    const { items } = await store.tenants.list({}, { limit: 1_000, direction: 'forward', cursor: null });
    return await store.adoption.recount([null, ...items.map(({ id }) => id)], now);
  } catch (error) {
    if (error instanceof Unavailable) return [];
    throw error;
  }
}

/** A mail server that keeps what it gets, notices apart. Text messages are off, like in a deployment that names no provider. */
export const collectingDelivery = (mail: Message[], notices: Message[], sms = false): Delivery => ({
  email: { available: true },
  sms: sms ? { available: true } : { available: false, reason: 'SMS needs a provider' },
  send: async (message) => void (message.template === 'NOTICE' ? notices : mail).push(message),
});

function collect(lines: object[]): Log {
  const write = (level: string) => (fields: object, message: string) => void lines.push({ level, ...fields, message });
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
