import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import type { Actor, Origin } from '../domain/access/actor.ts';
import { nobody } from '../domain/access/actor.ts';
import type { DomainError } from '../domain/errors.ts';
import { Unavailable } from '../domain/errors.ts';
import type { Clock, Log, Random } from '../domain/ports.ts';
import type { AddressLimitSettings } from './address-limits.ts';
import { createAddressLimits } from './address-limits.ts';
import { createClientErrorHandler } from './client-errors.ts';
import { asDomainError } from './errors.ts';
import { acceptJsonOnly } from './json.ts';

/** What the HTTP server needs. */
export interface ServerOptions {
  log: Log;
  clock: Clock;
  random: Random;
  trustProxy: readonly string[];
  corsOrigins: readonly string[];
  addressLimits: AddressLimitSettings;
  /** Event loop delay in milliseconds above which requests are refused with 503. 0 switches this off. */
  maxEventLoopDelayMilliseconds: number;
  actorOf(headers: FastifyRequest['headers'], origin: Origin): Promise<Actor>;
}

/** The longest request body that is accepted. */
export const bodyLimitBytes = 65_536;

/** Request headers that browsers may send. Frontegg's clients use all of them. */
const requestHeaders = [
  'Content-Type',
  'Authorization',
  'x-access-token',
  'frontegg-tenant-id',
  'frontegg-user-id',
  'frontegg-vendor-host',
  'frontegg-environment-id',
  'frontegg-application-id',
  'frontegg-requested-application-id',
  'frontegg-login-alias',
  'frontegg-scoped-tenant',
  'frontegg-source',
  'x-frontegg-framework',
  'x-frontegg-sdk',
  'x-frontegg-middleware',
  'x-frontegg-forwarded-for',
  'x-frontegg-headers-verifier',
  'frontegg-vendor-id',
];

/** Makes the HTTP server that both transports use, with its limits, headers, JSON parser, request ids and the call of each request. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, clock, random } = options;
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    genReqId: () => random.uuid(),
    clientErrorHandler: createClientErrorHandler(random),
    requestTimeout: 15_000,
    keepAliveTimeout: 5_000,
    // Twice what Node accepts, because an access token may take half of that and cookies of the same host the rest.
    http: { headersTimeout: 10_000, maxHeaderSize: 32_768 },
    // While the server shuts down, requests on open connections are still served. `/ready` tells load balancers to go elsewhere.
    return503OnClosing: false,
    logger: false,
    frameworkErrors: (error, request, reply) => answerHostError(error, request, reply),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
  });
  acceptJsonOnly(app);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(cors, {
    origin: [...options.corsOrigins],
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders: requestHeaders,
    exposedHeaders: ['frontegg-trace-id', 'Retry-After', 'X-Rate-Limit-Reset'],
    strictPreflight: false,
  });
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  if (options.maxEventLoopDelayMilliseconds > 0) {
    await app.register(underPressure, {
      maxEventLoopDelay: options.maxEventLoopDelayMilliseconds,
      pressureHandler: () => {
        throw new Unavailable('event loop delay');
      },
    });
  }

  const takeFromAddress = createAddressLimits(app, options.addressLimits);
  // The hook below sets the value before any other code can read it.
  app.decorateRequest('call', null as unknown as FastifyRequest['call']);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('frontegg-trace-id', request.id);
    reply.header('cache-control', 'no-store');
    let actor: Promise<Actor> | undefined;
    const userAgent = (request.headers['user-agent'] ?? '').slice(0, 512);
    const origin: Origin = { transport: 'REST', address: request.ip, userAgent, requestId: request.id };
    const actorOfRequest = () => (actor ??= options.actorOf(request.headers, origin));
    request.call = {
      origin,
      actor: actorOfRequest,
      caller: async () => ({ actor: await actorOfRequest(), origin }),
      stranger: { actor: nobody, origin },
      takeFromAddress: (limit) => takeFromAddress(request, limit),
    };
  });
  app.addHook('onResponse', async (request, reply) => {
    // The URL is not logged, because the query string of one route contains an mfaToken.
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        address: request.ip,
      },
      'request',
    );
  });
  app.decorate('asDomainError', (error: unknown, request: FastifyRequest) => asDomainError(error, request.id, log));
  app.decorate('secondsFromNow', (seconds: number) => new Date(clock.now().getTime() + seconds * 1000));
  return app;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Converts anything thrown to an error of the catalogue. Unknown errors are logged once and become `INTERNAL`. */
    asDomainError(error: unknown, request: FastifyRequest): DomainError;
    /** Returns the time in so many seconds. */
    secondsFromNow(seconds: number): Date;
  }
}

/** Answers requests that never reach a route, such as those with a malformed URL. */
function answerHostError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 400;
  void reply
    .code(status)
    .header('frontegg-trace-id', request.id)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json; charset=utf-8')
    .send('{"errors":["Bad request"]}');
}
