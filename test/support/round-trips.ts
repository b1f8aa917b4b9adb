import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A way to a PostgreSQL server that counts how often somebody waits for it. */
export interface CountedServer {
  url: string;
  /** Round trips so far, over all connections. */
  count(): number;
  close(): Promise<void>;
}

/**
 * Passes everything on to the server that `url` names, and counts a round trip each time the client speaks after the server did. What
 * the client sends in one go, in however many statements, costs one.
 */
export async function countRoundTrips(url: string): Promise<CountedServer> {
  const target = new URL(url);
  let trips = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    let answered = true;
    client.on('data', (bytes) => {
      if (answered) trips += 1;
      answered = false;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      answered = true;
      client.write(bytes);
    });
    client.on('end', () => upstream.end());
    upstream.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const through = new URL(url);
  [through.hostname, through.port] = ['127.0.0.1', String(address.port)];
  return {
    url: through.href,
    count: () => trips,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
