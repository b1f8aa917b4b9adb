import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config/config.ts';
import type { Log } from './domain/ports.ts';
import type { Store } from './domain/store.ts';
import { mountGraphql } from './graphql/mount.ts';
import { createActorResolver } from './http/actor.ts';
import { consolePath, mountConsole } from './http/console.ts';
import { createCookies } from './http/cookies.ts';
import { createDeveloperAccess, warnOfProxies } from './http/developer-access.ts';
import { registerDevelopmentMail } from './http/development-mail.ts';
import { isDirect } from './http/direct-request.ts';
import { registerHealth } from './http/health.ts';
import { createInteractionCookies } from './http/interaction-cookies.ts';
import { registerDocuments } from './http/pages/documents.ts';
import { sendClosedPage } from './http/pages/page.ts';
import type { StartLink } from './http/pages/start-page.ts';
import { registerStartPage } from './http/pages/start-page.ts';
import { createServer } from './http/server.ts';
import { createUnavailableLog } from './http/unavailable-log.ts';
import { mountOauth } from './oauth/mount.ts';
import { mountPages } from './pages/mount.ts';
import type { Ports } from './platform/index.ts';
import type { MasterKeyFile } from './platform/master-key-file.ts';
import { createPhoneReader } from './platform/sms/reachable.ts';
import { answerErrors } from './rest/errors.ts';
import { mountRest } from './rest/mount.ts';
import { underPublishedPrefix } from './rest/prefixes.ts';
import { renewEmailKeys } from './services/directory/email-keys.ts';
import { bootstrapEnvironment } from './services/environment/bootstrap.ts';
import { warnOfCaptcha } from './services/environment/captcha-policy.ts';
import type { Reseal } from './services/environment/reseal.ts';
import { createReseal } from './services/environment/reseal.ts';
import type { SigningKeys } from './services/environment/signing-keys.ts';
import { createSigningKeys } from './services/environment/signing-keys.ts';
import type { Services } from './services/index.ts';
import { createServices } from './services/index.ts';
import type { Outbox } from './services/messaging/outbox.ts';
import { bootstrapHostedLogin } from './services/oauth/bootstrap.ts';
import type { Worker } from './services/worker.ts';
import { databaseFileOf, openStore } from './store/index.ts';
import { createStrategies } from './strategies/index.ts';
import { createPasskeyVerifier } from './strategies/webauthn/passkeys.ts';

/** Clients that may wait to be accepted. Of more than that, some would try again only after seconds. */
const backlog = 4_096;
/** How long requests under way may take when the server stops. */
const drainMilliseconds = 10_000;

/** What the start page of a developer leads to. What this server does not serve is left out there. */
const startLinks: readonly StartLink[] = [
  { path: '/graphiql', name: 'GraphiQL', text: 'Run the GraphQL API in the browser. The tabs lead from the policy to a verified second factor.' },
  { path: '/oauth/account', name: 'Account page', text: 'Sign in on the pages of hosted login, as one of the demo users, and look at the account.' },
  { path: '/console', name: 'Console', text: 'Look at users, policies and events, and change them.' },
  { path: '/dev/outbox', name: 'E-mail', text: 'Read the e-mail that was kept instead of sent, with its codes and links.' },
  { path: '/readme', name: 'README', text: 'Read what Sallyport does, how its APIs are used, and its settings.' },
  { path: '/openapi.json', name: 'OpenAPI', text: 'The REST paths as an OpenAPI document.' },
  { path: '/schema.graphql', name: 'GraphQL schema', text: 'The GraphQL API as a schema with descriptions.' },
  { path: '/errors', name: 'Errors', text: 'All errors of both APIs, and what to do about each.' },
  { path: '/contributing', name: 'Contributing', text: 'How the code is arranged, tested and extended.' },
];

/** A server that is ready to listen, and what its process needs to control it. */
export interface App {
  http: FastifyInstance;
  services: Services;
  outbox: Outbox;
  bulkInvitations: Worker;
  migrations: Worker;
  adoption: Worker;
  enforcement: Worker;
  /** The workers whose next turn a test does not wait for. */
  cleanup: { run(): Promise<void> };
  signingKeys: SigningKeys;
  reseal: Reseal;
  store: Store;
  clientId: string;
  /** The environment's secret. Null unless this start created the environment. */
  newSecret: string | null;
  /** Path of GraphiQL, in development with the key that admits one browser. Null if nobody may use GraphiQL. */
  graphiqlPath: string | null;
  /** Path of the start page for the developer, with the key that admits one browser. Null outside of development. */
  startPath: string | null;
  /** Path of the console. Null if it is switched off. */
  consolePath: string | null;
  /** Listens at the address of the settings. */
  listen(): Promise<void>;
  /** Makes `/ready` refuse, so that load balancers send requests elsewhere, and closes each connection after its next answer. */
  drain(): void;
  /** Waits for requests under way, then closes everything. `idleMilliseconds` is how long connections without a request may stay. */
  close(options?: { idleMilliseconds: number }): Promise<void>;
}

/** Creates the whole server. Everything outside of the process is reached through `ports`. */
export async function createApp(config: Config, ports: Ports): Promise<App> {
  const { log, jitter, onQuery } = ports;
  const options = { log, jitter, poolSize: config.databasePoolSize, ...(onQuery === undefined ? {} : { onQuery }) };
  const store = await openStore(config.databaseUrl, options);
  try {
    return await wire(config, ports, store);
  } catch (error) {
    // A start that failed must not keep the database file from the next one.
    await store.close();
    throw error;
  }
}

async function wire(config: Config, ports: Ports, store: Store): Promise<App> {
  const { clock, random, keyring, passwords, passwordLists, signer, delivery, captchaVerifier, log } = ports;
  const reseal = createReseal({ store, clock, keyring, log });
  const signingKeys = createSigningKeys({ store, clock, keyring, signer });
  await reseal.load(ports.keySource ?? 'SALLYPORT_KEYS');
  const { identity, secret, configured } = await bootstrapEnvironment({ store, clock, random, keyring, signingKeys }, config.environment);
  if (configured === 'ADDED') log.warn({}, 'SALLYPORT_SECRET is a new secret. It is valid now, and the one before stays valid until it is retired.');
  if (configured === 'RETIRED')
    log.warn({}, 'SALLYPORT_SECRET is a secret that was retired, so it is not valid. Set it to a valid one, or leave it out.');
  const { activeAtFirst, optionalUris, ...hostedLogin } = config.hostedLogin;
  await bootstrapHostedLogin({ store, clock, log }, { activeAtFirst, development: optionalUris });
  await warnOfCaptcha({ store, log }, { verified: captchaVerifier !== null, onPages: config.captcha.scriptUrl !== null });
  await renewEmailKeys({ store, log });

  const readPhoneNumber = createPhoneReader(config.sms.countries);
  const registry = createStrategies({
    ...{ random, keyring, relyingParty: config.relyingParty, readPhoneNumber },
    channels: { EMAIL: delivery.email, SMS: delivery.sms },
  });

  const { services, outbox, bulkInvitations, migrations, adoption, enforcement, cleanup, issueEnvironmentToken } = createServices({
    passkeyVerifier: createPasskeyVerifier({ relyingParty: config.relyingParty, random }),
    ...{ store, clock, random, keyring, passwords, passwordLists, signer, delivery, captchaVerifier, log, identity, registry, readPhoneNumber },
    ...{ signingKeys, reseal },
    settings: {
      publicUrl: config.publicUrl,
      linkUrl: config.linkUrl,
      relyingParty: config.relyingParty,
      strictStepUp: config.strictStepUp,
      strictPasskeys: config.strictPasskeys,
      textLimits: { addressPerHour: config.limits.smsPerAddressPerHour, tenantPerDay: config.limits.smsPerTenantPerDay },
      auditRetentionDays: config.audit.retentionDays,
      freePasswordFailures: config.limits.passwordFailures,
      hostedLogin: { development: optionalUris, production: config.production, ...hostedLogin },
    },
  });

  let draining = false;
  const unavailable = createUnavailableLog(log);
  const http = await createServer({
    log,
    unavailable,
    clock,
    random,
    trustProxy: config.server.trustProxy,
    corsOrigins: config.server.corsOrigins,
    addressLimits: config.limits,
    maxConnections: ports.maxConnections,
    maxEventLoopDelayMilliseconds: config.production ? 1_000 : 0,
    actorOf: createActorResolver(services),
    routeUrl: underPublishedPrefix,
  });
  answerErrors(http);
  registerHealth(http, { ping: store.ping, draining: () => draining, log });
  const developer = config.development ? createDeveloperAccess({ random, clock }) : null;
  if (developer !== null) {
    warnOfProxies(http, log);
    registerStartPage(http, developer, startLinks);
    registerDocuments(http, developer);
  }
  if (developer !== null && ports.developmentMail !== null) await registerDevelopmentMail(http, ports.developmentMail, developer);
  const cookies = createCookies({ clientId: identity.clientId, environment: services.environment, corsOrigins: config.server.corsOrigins });
  const interactionCookies = createInteractionCookies({ random });
  const { publicUrl, homeUrl, captcha } = config;
  const pages = await mountPages(http, { services, cookies, interactionCookies, clock, random, publicUrl, homeUrl, captcha });
  await mountOauth(http, {
    ...{ services, cookies, interactionCookies, pages },
    publicUrl: config.publicUrl,
    corsOrigins: config.server.corsOrigins,
  });
  await mountRest(http, { services, cookies, publicUrl: config.publicUrl, corsOrigins: config.server.corsOrigins });

  const graphiql = {
    open: config.graphiql === 'EVERYBODY',
    visitor: developer?.visitor ?? (() => 'STRANGER' as const),
    turnAway: sendClosedPage,
    developerStart: async () => {
      const { items } = await store.users.list({}, { limit: 1, direction: 'forward', cursor: null });
      return { headers: { authorization: `Bearer ${(await issueEnvironmentToken()).token}` }, userId: items[0]?.id ?? null };
    },
  };
  await mountGraphql(http, {
    ...{ services, log, unavailable },
    mayIntrospect: (request) => graphiql.open || (config.graphiql === 'DEVELOPERS' && isDirect(request)),
    graphiql: config.graphiql === 'NOBODY' ? null : graphiql,
  });

  if (config.console) await mountConsole(http, { developmentMail: developer !== null && ports.developmentMail !== null });

  outbox.start();
  bulkInvitations.start();
  migrations.start();
  adoption.start();
  enforcement.start();
  await cleanup.start();
  signingKeys.start(log);
  reseal.start();
  return {
    http,
    services,
    outbox,
    bulkInvitations,
    migrations,
    adoption,
    enforcement,
    cleanup,
    signingKeys,
    reseal,
    store,
    clientId: identity.clientId,
    newSecret: secret,
    graphiqlPath: config.graphiql === 'NOBODY' ? null : `/graphiql${developer?.linkQuery ?? ''}`,
    startPath: developer === null ? null : `/${developer.linkQuery}`,
    consolePath: config.console ? consolePath : null,
    listen: async () => {
      const { host, port } = config.server;
      await http.listen({ host, port, backlog });
      if (host === 'localhost') await http.connections.listenOnLocalhost();
    },
    drain: () => {
      draining = true;
      http.connections.closeAfterAnswers();
    },
    close: async ({ idleMilliseconds } = { idleMilliseconds: 0 }) => {
      draining = true;
      signingKeys.stop();
      await http.connections.stop({ idleMilliseconds, withinMilliseconds: drainMilliseconds });
      await http.close();
      unavailable.flush();
      await cleanup.stop();
      await bulkInvitations.stop();
      await migrations.stop();
      await adoption.stop();
      await enforcement.stop();
      await outbox.stop();
      await reseal.stop();
      await store.close();
    },
  };
}

/** Returns where the master keys are kept if the settings have none: beside the database, or in the folder `data` if it is no file. */
export function masterKeyFileOf({ databaseUrl }: Config): MasterKeyFile {
  const olderPath = join('data', 'keys');
  const database = databaseFileOf(databaseUrl);
  return {
    path: database === null ? olderPath : join(dirname(database), 'keys'),
    olderPath,
    async hasSealedValues() {
      if (databaseUrl === ':memory:') return false;
      const store = await openStore(databaseUrl, { log: silent, jitter: () => 0 });
      try {
        return (await store.signingKeys.list()).length > 0;
      } finally {
        await store.close();
      }
    },
  };
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
