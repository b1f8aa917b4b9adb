import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterAll, it } from 'vitest';
import { cleanUp, identity, start, workingFolder } from './server.ts';

afterAll(cleanUp);

interface Line {
  socket: Socket;
  received(): string;
  until(pattern: RegExp): Promise<void>;
}

/** A connection whose every byte the test decides. */
async function dial(port: number): Promise<Line> {
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

const body = JSON.stringify({ email: 'dana@acme.example', password: 'sallyport-demo' });
const head = (length: number): string =>
  [
    `POST ${identity}/auth/v1/user HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    'Expect: 100-continue',
    '\r\n',
  ].join('\r\n');

it.concurrent('a request under way at SIGTERM is answered; later ones are turned away; the process ends with 0', async ({ expect }) => {
  const server = await start(await workingFolder());
  const underWay = await dial(server.port);
  underWay.socket.write(head(body.length));
  await underWay.until(/100 Continue/);
  const late = await dial(server.port);
  late.socket.write('GET /ready HTTP/1.1\r\nHost: localhost\r\n');

  server.signal('SIGTERM');
  await server.says(/"stopping"/);
  late.socket.write('\r\n');
  await late.until(/^HTTP\/1\.1 503 /);
  await expect
    .poll(() =>
      dial(server.port).then(
        () => 'connected',
        () => 'refused',
      ),
    )
    .toBe('refused');

  underWay.socket.write(body);
  await underWay.until(/"mfaRequired":true/);
  expect(underWay.received()).toMatch(/\r\n\r\nHTTP\/1\.1 200 /);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

it.concurrent('clients that send nothing, or never finish, hold the stop for ten seconds and no longer', async ({ expect }) => {
  const server = await start(await workingFolder());
  const silent = await dial(server.port);
  const stalled = await dial(server.port);
  stalled.socket.write(head(1_000));
  await stalled.until(/100 Continue/);
  const closed = Promise.all([once(silent.socket, 'close'), once(stalled.socket, 'close')]);

  const asked = performance.now();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - asked).toBeLessThan(15_000);
  await closed;
});

it.concurrent('an idle keep-alive connection does not hold the stop', async ({ expect }) => {
  const server = await start(await workingFolder());
  const idle = await dial(server.port);
  idle.socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await idle.until(/"ok"/);
  const underWay = await dial(server.port);
  underWay.socket.write(head(body.length));
  await underWay.until(/100 Continue/);
  const cut = once(idle.socket, 'close');
  server.signal('SIGTERM');
  await cut;
  // Had the idle one lasted until everything is cut off, this one would have ended with it.
  underWay.socket.write(body);
  await underWay.until(/"mfaRequired":true/);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});
