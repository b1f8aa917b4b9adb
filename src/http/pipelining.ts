import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Most requests of one connection that are under way at a time. */
const mostOnConnection = 32;
/** From so many requests under way on all connections, each connection gets one at a time. */
const mostPipelined = 1_000;
/** Bytes of answers that a client has not read yet. With more, its next request waits. */
const mostUnreadBytes = 65_536;
/** Most requests that wait for their turn, on all connections. They were parsed together with others, before reading could stop. */
const mostWaiting = 4_096;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Whether the client wants to keep the connection. */
  keptAlive: boolean;
}

/** The requests of one connection, oldest first. */
interface Line {
  underWay: Set<Exchange>;
  waiting: Exchange[];
}

/** The turns that requests of one connection take. */
export interface Pipelining {
  /** Handles a request as soon as its connection may have one more under way. */
  listener: RequestListener;
  /** From now on every connection is closed after the answer to its newest request. */
  closeAfterAnswers(): void;
  /** Tells whether no request of the connection is under way. */
  isIdle(socket: Socket): boolean;
  /** Lets the answers of a connection go out, then closes it. False if there are none, or none of a request that was read whole. */
  closeAfterAnswersOf(socket: Socket): boolean;
}

/**
 * Bounds what one connection can ask for at once. A client may send requests without waiting for answers (RFC 9112 §9.3.2), and
 * Node handles all of them at the same time, even if the client never reads. Here the next one waits while too many are under way
 * or too much is unread, and no more is read from the connection until then. If too many wait on all connections together, the
 * connection that sends more is cut.
 */
export function createPipelining(handle: RequestListener): Pipelining {
  const lines = new Map<Socket, Line>();
  let underWay = 0;
  let waiting = 0;
  let closing = false;

  const lineOf = (socket: Socket): Line => {
    const known = lines.get(socket);
    if (known !== undefined) return known;
    const line: Line = { underWay: new Set(), waiting: [] };
    lines.set(socket, line);
    // Node reads on after every request that is complete, whoever has paused the socket.
    socket.on('resume', () => {
      if (line.waiting.length > 0) socket.pause();
    });
    socket.once('close', () => {
      lines.delete(socket);
      underWay -= line.underWay.size;
      waiting -= line.waiting.length;
      line.underWay.clear();
      line.waiting = [];
    });
    return line;
  };

  const mayStart = (line: Line): boolean => {
    if (line.underWay.size === 0) return true;
    if (line.underWay.size >= mostOnConnection || underWay >= mostPipelined) return false;
    let unread = 0;
    for (const { response } of line.underWay) unread += response.writableLength;
    return unread < mostUnreadBytes;
  };

  const start = (line: Line, exchange: Exchange): void => {
    const { request, response } = exchange;
    response.once('close', () => {
      // False if the connection was closed first, and everything of it was counted off then.
      if (!line.underWay.delete(exchange)) return;
      underWay -= 1;
      startWaiting(line, request.socket);
    });
    handle(request, response);
  };

  const startWaiting = (line: Line, socket: Socket): void => {
    if (line.waiting.length === 0) return;
    while (mayStart(line)) {
      const next = line.waiting.shift();
      if (next === undefined) break;
      waiting -= 1;
      line.underWay.add(next);
      underWay += 1;
      start(line, next);
    }
    if (line.waiting.length === 0) socket.resume();
  };

  /** Marks the newest request that was read whole as the last one, as long as the headers of answers are not sent. */
  const settle = (line: Line, only: (exchange: Exchange) => boolean = () => true): boolean => {
    const open = [...line.underWay, ...line.waiting].filter(({ response }) => !response.headersSent);
    const last = open.filter(only).at(-1);
    for (const exchange of open) exchange.response.shouldKeepAlive = exchange !== last && exchange.keptAlive;
    return last !== undefined;
  };

  return {
    listener(request, response) {
      const { socket } = request;
      // The parser goes on with what it has read before the connection was cut.
      if (socket.destroyed) return;
      const line = lineOf(socket);
      const exchange = { request, response, keptAlive: response.shouldKeepAlive };
      const free = line.waiting.length === 0 && mayStart(line);
      if (free) {
        line.underWay.add(exchange);
        underWay += 1;
      } else {
        if (waiting >= mostWaiting) return void socket.destroy();
        line.waiting.push(exchange);
        waiting += 1;
        socket.pause();
      }
      if (closing) settle(line);
      if (free) start(line, exchange);
    },
    closeAfterAnswers() {
      closing = true;
      for (const line of lines.values()) settle(line);
    },
    isIdle: (socket) => (lines.get(socket)?.underWay.size ?? 0) === 0,
    closeAfterAnswersOf(socket) {
      const line = lines.get(socket);
      return line !== undefined && settle(line, ({ request }) => request.complete);
    },
  };
}
