import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from './config/config.ts';
import type { Store } from './domain/store.ts';
import { mountGraphql } from './graphql/mount.ts';
import { createActorResolver } from './http/actor.ts';
import { registerDevelopmentMail } from './http/development-mail.ts';
import { registerHealth } from './http/health.ts';
import { isLocalRequest } from './http/local-request.ts';
import { createServer } from './http/server.ts';
import type { Ports } from './platform/index.ts';
import { createCookies } from './rest/cookies.ts';
import { answerErrors } from './rest/errors.ts';
import { mountRest } from './rest/mount.ts';
import { bootstrapEnvironment } from './services/environment/bootstrap.ts';
import type { Services } from './services/index.ts';
import { createServices } from './services/index.ts';
import type { Outbox } from './services/messaging/outbox.ts';
import { openStore } from './store/index.ts';
import { createStrategies } from './strategies/index.ts';

/** A server that is ready to listen, and what its process needs to control it. */
export interface App {
  http: FastifyInstance;
  services: Services;
  outbox: Outbox;
  store: Store;
  clientId: string;
  /** The environment's secret. Null unless this start created the environment. */
  newSecret: string | null;
  /** Makes `/ready` refuse, so that load balancers send requests elsewhere. */
  drain(): void;
  /** Waits for requests under way, then closes everything. */
  close(): Promise<void>;
}

/** Creates the whole server. Everything outside of the process is reached through `ports`. */
export async function createApp(config: Config, ports: Ports): Promise<App> {
  const { clock, random, keyring, passwords, signer, delivery, log, jitter } = ports;
  const { onQuery } = ports;
  const store = await openStore(config.databaseUrl, {
    log,
    jitter,
    poolSize: config.databasePoolSize,
    ...(onQuery === undefined ? {} : { onQuery }),
  });
  const { identity, secret } = await bootstrapEnvironment({ store, clock, random, keyring, signer }, config.environment);

  const registry = createStrategies({
    ...{ random, keyring, relyingParty: config.relyingParty, smsCountries: config.sms.countries },
    channels: { EMAIL: delivery.email, SMS: delivery.sms },
  });

  const { services, outbox, cleanup, issueEnvironmentToken } = createServices({
    ...{ store, clock, random, keyring, passwords, signer, delivery, log, identity, registry },
    settings: {
      publicUrl: config.publicUrl,
      relyingParty: config.relyingParty,
      strictStepUp: config.strictStepUp,
      textLimits: { addressPerHour: config.limits.smsPerAddressPerHour, tenantPerDay: config.limits.smsPerTenantPerDay },
      auditRetentionDays: config.audit.retentionDays,
    },
  });

  let draining = false;
  const http = await createServer({
    log,
    clock,
    random,
    trustProxy: config.server.trustProxy,
    corsOrigins: config.server.corsOrigins,
    addressLimits: config.limits,
    maxEventLoopDelayMilliseconds: config.production ? 1_000 : 0,
    actorOf: createActorResolver(services),
  });
  answerErrors(http);
  registerHealth(http, { ping: store.ping, draining: () => draining, log });
  if (ports.developmentMail !== null) registerDevelopmentMail(http, ports.developmentMail);
  const cookies = createCookies({ clientId: identity.clientId, environment: services.environment });
  await mountRest(http, { services, cookies, publicUrl: config.publicUrl, corsOrigins: config.server.corsOrigins });

  const prefilledHeaders = async (request: FastifyRequest): Promise<Record<string, string>> =>
    config.production || !isLocalRequest(request) ? {} : { authorization: `Bearer ${(await issueEnvironmentToken()).token}` };
  await mountGraphql(http, { services, log, introspection: config.graphiql, graphiql: config.graphiql ? { prefilledHeaders } : null });

  outbox.start();
  cleanup.start();
  return {
    http,
    services,
    outbox,
    store,
    clientId: identity.clientId,
    newSecret: secret,
    drain: () => {
      draining = true;
    },
    close: async () => {
      draining = true;
      cleanup.stop();
      await http.close();
      await outbox.stop();
      await store.close();
    },
  };
}
