import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

export interface Line {
  socket: Socket;
  received(): string;
  until(pattern: RegExp): Promise<void>;
}

/** A connection whose every byte the test decides. */
export async function dial(port: number): Promise<Line> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  // The server may cut it off; that is what some of these tests wait for.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return {
    socket,
    received: () => text,
    until: async (pattern) => {
      while (!pattern.test(text)) {
        if (socket.closed) throw new Error(`closed before ${pattern}: ${text}`);
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      }
    },
  };
}
