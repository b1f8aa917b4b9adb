import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { Server as NetServer, Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../domain/ports.ts';
import type { Pipelining } from './pipelining.ts';
import { createPipelining } from './pipelining.ts';

/** A client has so long to send the headers of a request, also of the first one of a connection. */
const headersTimeoutMilliseconds = 10_000;
/** Twice what Node accepts, because an access token may take half of that and cookies of the same host the rest. */
const maxHeaderBytes = 32_768;
/** A client has so long to send a whole request. */
const requestTimeoutMilliseconds = 15_000;
/**
 * A connection without a request is closed after this time. Load balancers and reverse proxies keep theirs for 60 seconds, and whoever
 * closes first must not be the server: a request that is on its way then is lost. Where places become few, idle connections end earlier.
 */
const keepAliveTimeoutMilliseconds = 72_000;
/**
 * A connection on which no byte moves is cut after this time.
 * It is longer than nearly any answer takes, so only clients that do not read are meant.
 */
const silenceTimeoutMilliseconds = 20_000;
/** The same for the few requests whose answers take long, such as one that counts everybody. */
const longSilenceTimeoutMilliseconds = 600_000;
/** How often Node looks for requests that take too long. By default it does so every 30 seconds, so that the limits would be late by as much. */
const checkEveryMilliseconds = 500;
/** With more than this share of the places taken, idle connections make room for new ones. */
const fullShare = 0.95;
/** When the server stops, it listens until no client has come for this time, but looks only so often. */
const quietMilliseconds = 20;
const mostLooks = 25;
/** How many of the oldest connections are looked at for an idle one. */
const mostLookedAt = 100;
/** How often refused connections are logged at most. */
const logEveryMilliseconds = 1_000;

/** What the connections need. */
export interface ConnectionOptions {
  /** Most connections at a time. Further ones are closed at once. */
  maxConnections: number;
  log: Log;
  onClientError(error: Error & { code?: string }, socket: Socket): void;
}

/** How connections end when the server stops. */
export interface StopOptions {
  /** How long a connection without a request may stay. A client could be about to send one, and closing would reset it. */
  idleMilliseconds: number;
  /** How long requests under way may take. What is still open then is cut. */
  withinMilliseconds: number;
}

/** The listening sockets of the server and their connections. */
export interface Connections {
  /** Makes a server that handles requests by `handle`, for Fastify. */
  createServer(handle: RequestListener): Server;
  /** Listens on the other addresses of `localhost` as well. Fastify has listened on one of them. */
  listenOnLocalhost(): Promise<void>;
  /** Closes each connection after the answers to what it has sent. New ones are still accepted. */
  closeAfterAnswers(): void;
  /** Accepts no more connections, and returns when all of them are closed. Requests that were sent are answered. */
  stop(options: StopOptions): Promise<void>;
}

/** Lets the connection of a request be silent for long. With the next request it has the usual time again. */
export function allowLongSilence(socket: Socket): void {
  // A test that injects its requests has no socket.
  if (socket instanceof Socket) socket.setTimeout(longSilenceTimeoutMilliseconds);
}

/** Creates the connections, with all limits of time and number that protect the process from them. */
export function createConnections({ maxConnections, log, onClientError }: ConnectionOptions): Connections {
  const listeners: { server: Server; handle: RequestListener; pipelining: Pipelining; sockets: Set<Socket> }[] = [];
  let refused = 0;
  let accepted = 0;

  const logRefused = (): void => {
    log.warn({ connections: refused, maxConnections }, 'connections were refused, because there are too many');
    refused = 0;
  };

  const createServer: Connections['createServer'] = (handle) => {
    const pipelining = createPipelining(handle);
    const sockets = new Set<Socket>();
    const server = createHttpServer(
      {
        connectionsCheckingInterval: checkEveryMilliseconds,
        headersTimeout: headersTimeoutMilliseconds,
        maxHeaderSize: maxHeaderBytes,
        requestTimeout: requestTimeoutMilliseconds,
        keepAliveTimeout: keepAliveTimeoutMilliseconds,
      },
      pipelining.listener,
    );
    server.setTimeout(silenceTimeoutMilliseconds);
    server.on('connection', (socket: Socket) => {
      // Where few places are left, new clients get those of connections that ask for nothing, oldest first.
      if (sockets.size >= server.maxConnections * fullShare) closeOldestIdle(sockets, pipelining);
      accepted += 1;
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('clientError', (error, socket: Socket) => {
      // An answer to what cannot be read must not overtake the answers to what was sent before it.
      if (!pipelining.closeAfterAnswersOf(socket)) onClientError(error, socket);
    });
    server.on('drop', () => {
      if (refused === 0) setTimeout(logRefused, logEveryMilliseconds).unref();
      refused += 1;
    });
    // Accepting can fail, for example if the system has no descriptors left. Without a listener that would end the process.
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (server.listening) log.warn({ name: error.name, code: error.code }, 'a connection could not be accepted');
    });
    listeners.push({ server, handle, pipelining, sockets });
    for (const each of listeners) each.server.maxConnections = Math.max(1, Math.floor(maxConnections / listeners.length));
    return server;
  };

  return {
    createServer,

    async listenOnLocalhost() {
      const [first] = listeners;
      const bound = first?.server.address();
      if (first === undefined || bound === null || bound === undefined || typeof bound === 'string') return;
      const addresses = await lookup('localhost', { all: true });
      for (const host of new Set(addresses.map(({ address }) => address))) {
        if (host === bound.address) continue;
        const server = createServer(first.handle);
        server.listen({ host, port: bound.port });
        // A machine may name an address that it does not have. The first one is enough then.
        await once(server, 'listening').catch((error: NodeJS.ErrnoException) =>
          log.warn({ code: error.code }, 'an address of localhost cannot be used'),
        );
      }
    },

    closeAfterAnswers() {
      for (const { pipelining } of listeners) pipelining.closeAfterAnswers();
    },

    async stop({ idleMilliseconds, withinMilliseconds }) {
      const open = listeners.filter(({ server }) => server.listening);
      for (const { pipelining } of open) pipelining.closeAfterAnswers();
      const timers = [
        setTimeout(() => {
          for (const { sockets, pipelining } of open) for (const socket of sockets) if (pipelining.isIdle(socket)) socket.destroy();
        }, idleMilliseconds),
        setTimeout(() => {
          for (const { sockets } of open) for (const socket of sockets) socket.destroy();
        }, withinMilliseconds),
      ];
      // A connection that waits to be accepted when the server stops listening is reset. So it listens until no client comes for a
      // moment, as most come again at once when they are told that their connection closes.
      for (let look = 0; idleMilliseconds > 0 && look < mostLooks; look += 1) {
        const before = accepted;
        await sleep(quietMilliseconds);
        if (accepted === before) break;
      }
      await Promise.all(open.map(({ server }) => closed(server)));
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Closes the oldest connection without a request under way. It looks at a few of the oldest only, because it runs for every new connection. */
function closeOldestIdle(sockets: ReadonlySet<Socket>, pipelining: Pipelining): void {
  let looked = 0;
  for (const socket of sockets) {
    looked += 1;
    if (pipelining.isIdle(socket)) return void socket.destroy();
    if (looked === mostLookedAt) return;
  }
}

/**
 * Stops listening and returns when the last connection is closed. The method of `node:http` would also close idle connections, and
 * thereby reset a request that is on its way on one of them.
 */
async function closed(server: Server): Promise<void> {
  // What waits to be accepted would be reset. The event loop accepts it before it comes to the next immediate.
  await setImmediate();
  await new Promise<void>((resolve) => void NetServer.prototype.close.call(server, () => resolve()));
}
