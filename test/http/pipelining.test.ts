import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Pipelining } from '../../src/http/pipelining.ts';
import { createPipelining } from '../../src/http/pipelining.ts';

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
}

const open: { server: Server; client: Socket }[] = [];
afterEach(() => {
  for (const { server, client } of open.splice(0)) {
    client.destroy();
    server.close();
    server.closeAllConnections();
  }
});

/** A server whose requests the test answers itself, and a client of it that reads. */
async function serve(): Promise<{ asked: Asked[]; client: Socket; pipelining: Pipelining; received: () => string; server: Server }> {
  const asked: Asked[] = [];
  const pipelining = createPipelining((request, response) => void asked.push({ request, response }));
  const server = createServer(pipelining.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  let text = '';
  client.on('data', (chunk) => {
    text += chunk.toString();
  });
  client.on('error', () => undefined);
  open.push({ server, client });
  return { asked, client, pipelining, received: () => text, server };
}

/** Also a reset closes. */
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => void socket.once('close', () => resolve()));
const get = (path: string | number): string => `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const bodies = (text: string): string[] => [...text.matchAll(/\r\n\r\n(\/\d+)/g)].map(([, body = '']) => body);

it('of the requests that one connection sends together 32 are under way, the others wait, and all are answered in order', async () => {
  const { asked, client, received } = await serve();
  client.write(numbers(200).map(get).join(''));
  await expect.poll(() => asked.length).toBe(32);
  let most = 0;
  let answered = 0;
  while (answered < 200) {
    await expect.poll(() => asked.length).toBeGreaterThan(answered);
    most = Math.max(most, asked.length - answered);
    const next = asked[answered];
    next?.response.end(next.request.url);
    answered += 1;
  }
  expect(most).toBe(32);
  await expect.poll(() => bodies(received())).toEqual(numbers(200).map((index) => `/${index}`));
});

it('a client that does not read its answers gets no further ones made', async () => {
  const { asked, client } = await serve();
  client.pause();
  client.write(numbers(20).map(get).join(''));
  await expect.poll(() => asked.length).toBe(20);
  // More than the buffers of the system take.
  for (const { response } of asked) response.end(Buffer.alloc(4_000_000));
  client.write(numbers(1_000).map(get).join(''));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked.length).toBe(20);
});

it('while it waits nothing more is read, and a connection that made thousands wait is cut', async () => {
  const { asked, client, server } = await serve();
  const sent = closed(client);
  const shortest = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  for (let index = 0; index < 40; index += 1) client.write(shortest.repeat(2_000));
  await expect.poll(() => asked.length).toBe(32);
  // The first connection holds a part of the waiting ones; others of its kind take the rest, and the last is cut.
  const { port } = server.address() as AddressInfo;
  const others = numbers(6).map(() => connect(port, '127.0.0.1'));
  const cut = Promise.race([...others.map((other) => closed(other)), sent]);
  for (const other of others) {
    other.on('error', () => undefined);
    other.write(shortest.repeat(2_500));
  }
  await cut;
  for (const other of others) other.destroy();
});

it('a connection that closes gives back what it held', async () => {
  const { asked, client, server } = await serve();
  client.write(numbers(100).map(get).join(''));
  await expect.poll(() => asked.length).toBe(32);
  client.destroy();
  const next = connect((server.address() as AddressInfo).port, '127.0.0.1');
  next.write(get('next'));
  await expect.poll(() => asked.at(-1)?.request.url).toBe('/next');
  next.destroy();
});

it('at the stop the answer to the newest request closes the connection, and those before it do not', async () => {
  const { asked, client, pipelining, received } = await serve();
  client.write(get(0) + get(1));
  await expect.poll(() => asked.length).toBe(2);
  pipelining.closeAfterAnswers();
  client.write(get(2));
  await expect.poll(() => asked.length).toBe(3);
  const ended = once(client, 'end');
  for (const { request, response } of [...asked].reverse()) response.end(request.url);
  await ended;
  expect(bodies(received())).toEqual(['/0', '/1', '/2']);
  expect([...received().matchAll(/connection: ([\w-]+)/gi)].map(([, word]) => word)).toEqual(['keep-alive', 'keep-alive', 'close']);
});
