import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, it } from 'vitest';
import { dial } from './dial.ts';
import type { Server } from './server.ts';
import { cleanUp, identity, send, start, workingFolder } from './server.ts';

afterAll(cleanUp);

const production = { NODE_ENV: 'production', SALLYPORT_KEYS: Buffer.alloc(32, 3).toString('base64'), SHUTDOWN_DELAY_SECONDS: '0' };

/** So many connections that send `text` as often as they may, and never read. */
function flood({ port }: Server, count: number, text = ''): Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect(port, '127.0.0.1').pause();
    const pump = (): void => {
      while (text !== '' && !socket.destroyed && socket.writableLength < 200_000) socket.write(text);
    };
    return socket
      .on('error', () => undefined)
      .on('connect', pump)
      .on('drain', pump);
  });
}

/** The resident memory of the server in MiB. */
const residentMib = async ({ pid }: Server): Promise<number> =>
  Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

it('T43: more connections than there are descriptors end nothing: idle ones make room, and the log counts those refused', async ({ expect }) => {
  const server = await start(await workingFolder(), production, { descriptors: 400 });
  const sockets = flood(server, 600);
  await sleep(1_500);
  for (const round of [1, 2, 3]) expect(await send(`${server.url}/health`), String(round)).toMatchObject({ status: 200 });
  // Login needs the database, and a hash.
  expect(await send(`${server.url}${identity}/auth/v1/user`, { email: 'nobody@acme.example', password: 'not a password' })).toMatchObject({
    status: 401,
  });
  for (const socket of sockets) socket.destroy();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(server.output()).not.toMatch(/EMFILE|unexpected/);
});

it.runIf(process.platform === 'linux')(
  'pipelined requests whose answers are never read fill no memory, and their connections are cut',
  async ({ expect }) => {
    const server = await start(await workingFolder(), { ...production, NODE_OPTIONS: '--max-old-space-size=256' });
    const before = await residentMib(server);
    const request = 'GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n';
    const sockets = flood(server, 60, request.repeat(1_500));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve))));
    expect((await residentMib(server)) - before).toBeLessThan(300);
    expect(await send(`${server.url}/health`)).toMatchObject({ status: 200 });
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  },
);

it('requests that are sent together are all answered, in their order', async ({ expect }) => {
  const server = await start(await workingFolder());
  const line = await dial(server.port);
  const paths = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? '/health' : '/nothing'));
  line.socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  line.socket.write('GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await once(line.socket, 'close');
  const statuses = [...line.received().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual([...paths, '/last'].map((path) => (path === '/health' ? '200' : '404')));
  await server.stop();
});

it('an unreadable request behind a good one does not overtake its answer', async ({ expect }) => {
  const server = await start(await workingFolder());
  const line = await dial(server.port);
  const ended = once(line.socket, 'close');
  line.socket.write('GET /ready HTTP/1.1\r\nHost: a\r\n\r\nno http at all\r\n\r\n');
  await ended;
  expect(line.received()).toMatch(/^HTTP\/1\.1 200 /);
  await server.stop();
});

it('R13: clients that send nothing, or too slowly, are cut when the limits say, and health is answered meanwhile', async ({ expect }) => {
  const server = await start(await workingFolder());
  const post = `POST ${identity}/auth/v1/user HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
  const cases = { nothing: ['', ''], 'a slow header': ['GET / HTTP/1.1\r\n', 'x: y\r\n'], 'a slow body': [post, 'x'] };
  const idle = flood(server, 300);
  const since = performance.now();
  const lines = Object.entries(cases).map(async ([name, [first = '', drip = '']]) => {
    const { socket, received } = await dial(server.port);
    socket.write(first);
    const dripping = setInterval(() => socket.write(drip), 500);
    await once(socket, 'close');
    clearInterval(dripping);
    // By default Node looks every 30 seconds, so that each of these would live for so long.
    expect(performance.now() - since, name).toBeLessThan(25_000);
    expect(received(), name).toMatch(/^HTTP\/1\.1 408 /);
  });
  expect(await send(`${server.url}/health`)).toMatchObject({ status: 200 });
  await Promise.all(lines);
  for (const socket of idle) socket.destroy();
  await server.stop();
});
