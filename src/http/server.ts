import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import type { Actor, Origin } from '../domain/access/actor.ts';
import { nobody } from '../domain/access/actor.ts';
import type { DomainError } from '../domain/errors.ts';
import type { Clock, Log, Random } from '../domain/ports.ts';
import type { AddressLimitSettings } from './address-limits.ts';
import { createAddressLimits } from './address-limits.ts';
import type { AllowedMethods } from './allowed-methods.ts';
import { collectAllowedMethods } from './allowed-methods.ts';
import { createClientAddresses } from './client-address.ts';
import { createClientErrorHandler } from './client-errors.ts';
import type { Connections } from './connections.ts';
import { allowLongSilence, createConnections } from './connections.ts';
import { asDomainError } from './errors.ts';
import { acceptJsonOnly } from './json.ts';
import { acceptLargeBodies, bodyLimitBytes } from './large-bodies.ts';
import { refuseUnderPressure } from './pressure.ts';
import { securityHeaders } from './security-headers.ts';
import type { UnavailableLog } from './unavailable-log.ts';
import { refuseMalformedUrls } from './url.ts';
import { addVaryBy } from './vary.ts';

/** What the HTTP server needs. */
export interface ServerOptions {
  log: Log;
  unavailable: UnavailableLog;
  clock: Clock;
  random: Random;
  trustProxy: readonly string[];
  corsOrigins: readonly string[];
  addressLimits: AddressLimitSettings;
  /** Most connections at a time. */
  maxConnections: number;
  /** Event loop delay in milliseconds above which requests are refused with 503. 0 switches this off. */
  maxEventLoopDelayMilliseconds: number;
  actorOf(headers: FastifyRequest['headers'], origin: Origin): Promise<Actor>;
  /** Returns the URL that routes are declared for, of one that a client sent. */
  routeUrl(url: string): string;
}

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
  const { log, clock, random, maxConnections } = options;
  const connections = createConnections({ maxConnections, log, onClientError: createClientErrorHandler(random) });
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    trustProxy: options.trustProxy.length === 0 ? false : [...options.trustProxy],
    genReqId: () => random.uuid(),
    serverFactory: connections.createServer,
    // The connections have a handler of their own. Without this one Fastify would add its default.
    clientErrorHandler: () => undefined,
    // While the server shuts down, requests on open connections are still served. `/ready` tells load balancers to go elsewhere.
    return503OnClosing: false,
    logger: false,
    rewriteUrl: ({ url = '/' }) => options.routeUrl(url),
    frameworkErrors: (error, request, reply) => answerHostError(error, request, reply),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    // HEAD is served wherever GET is (RFC 9110 §9.3.2).
    exposeHeadRoutes: true,
  });
  acceptJsonOnly(app);
  acceptLargeBodies(app);
  addVaryBy(app);
  const addressOf = createClientAddresses(options.trustProxy);
  const takeFromAddress = createAddressLimits(options.addressLimits, { clock, random });
  // This hook comes before those of all plugins, because whatever refuses a request later reads the call to answer it. So it sets the
  // value before anybody can read the null, which the type therefore does not have.
  app.decorateRequest('call', null as unknown as FastifyRequest['call']);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders);
    reply.header('frontegg-trace-id', request.id);
    reply.header('cache-control', 'no-store');
    let actor: Promise<Actor> | undefined;
    let known: Actor | null = null;
    const userAgent = (request.headers['user-agent'] ?? '').slice(0, 512);
    const origin: Origin = { transport: 'REST', address: addressOf(request.raw), userAgent, requestId: request.id };
    const findActor = async (): Promise<Actor> => {
      known = await options.actorOf(request.headers, origin);
      return known;
    };
    const actorOfRequest = () => (actor ??= findActor());
    request.call = {
      origin,
      actor: actorOfRequest,
      knownActor: () => known,
      caller: async () => ({ actor: await actorOfRequest(), origin }),
      stranger: { actor: nobody, origin },
      mayTakeLong: () => allowLongSilence(request.raw.socket),
      takeFromAddress: async (limit) => takeFromAddress(origin.address, limit),
      operation: undefined,
      countedAsUnavailable: false,
    };
    done();
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
  if (options.maxEventLoopDelayMilliseconds > 0) refuseUnderPressure(app, options.maxEventLoopDelayMilliseconds);
  refuseMalformedUrls(app);

  app.addHook('onResponse', (request, reply, done) => {
    done();
    if (request.call.countedAsUnavailable) return;
    // The URL is not logged, because the query string of one route contains an mfaToken.
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        operation: request.call.operation,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        address: request.call.origin.address.text,
      },
      'request',
    );
  });
  app.decorate('allowedMethods', collectAllowedMethods(app));
  app.decorate('asDomainError', (error: unknown, request: FastifyRequest) => asDomainError(error, request.call, options));
  app.decorate('connections', connections);
  app.decorate('secondsFromNow', (seconds: number) => new Date(clock.now().getTime() + seconds * 1000));
  return app;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Converts anything thrown to an error of the catalogue. Unknown errors are logged once and become `INTERNAL`. */
    asDomainError(error: unknown, request: FastifyRequest): DomainError;
    /** Tells by which methods a path is served. */
    allowedMethods: AllowedMethods;
    /** The listening sockets and their connections. */
    connections: Connections;
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
