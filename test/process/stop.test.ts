import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, it } from 'vitest';
import { dial } from './dial.ts';
import { cleanUp, identity, send, start, workingFolder } from './server.ts';

afterAll(cleanUp);

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

it.concurrent('R11: under load, behind a balancer that looks at /ready, SIGTERM drops no request', async ({ expect }) => {
  const server = await start(await workingFolder(), { SHUTDOWN_DELAY_SECONDS: '2' });
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  const outcomes: string[] = [];
  let ready = true;
  const one = (path: string) =>
    new Promise<string>((resolve) => {
      const request = get({ agent, host: '127.0.0.1', port: server.port, path }, (answer) => {
        answer.resume().on('end', () => resolve(String(answer.statusCode)));
        answer.on('error', () => resolve('broken'));
      });
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  const client = async (): Promise<void> => {
    while (ready) outcomes.push(await one('/nothing'));
  };
  const balancer = async (): Promise<void> => {
    while (ready) {
      ready = (await one('/ready')) === '200';
      await sleep(100);
    }
  };
  const clients = [balancer(), ...Array.from({ length: 40 }, client)];
  await sleep(500);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  await Promise.all(clients);
  agent.destroy();
  expect(outcomes.length).toBeGreaterThan(40);
  expect([...new Set(outcomes)]).toEqual(['404']);
});

it.concurrent('R11: for the time that is set it still serves new connections while /ready refuses, and SIGINT ends that time', async ({ expect }) => {
  const cwd = await workingFolder();
  const server = await start(cwd, { SHUTDOWN_DELAY_SECONDS: '300' });
  server.signal('SIGTERM');
  await server.says(/"stopping"/);
  for (const round of [1, 2, 3]) {
    expect(await send(`${server.url}/ready`), String(round)).toMatchObject({ status: 503, body: { status: 'draining' } });
    expect(await send(`${server.url}${identity}/auth/v1/user`, JSON.parse(body))).toMatchObject({ status: 200 });
  }
  const answer = await fetch(`${server.url}/health`);
  expect(answer.headers.get('connection')).toBe('close');
  // A supervisor may send it twice.
  server.signal('SIGTERM');
  expect(await send(`${server.url}/health`)).toMatchObject({ status: 200 });
  server.signal('SIGINT');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  // The last connection to a SQLite file copies its log into the file and removes it.
  expect(await readdir(join(cwd, 'data'))).not.toContain('sallyport.db-wal');
});

it.concurrent('a mail server that never answers does not hold the stop', async ({ expect }) => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const server = await start(await workingFolder(), { SMTP_URL: `smtp://127.0.0.1:${port}` });
  const asked = once(silent, 'connection');
  const { mfaToken } = (await send(`${server.url}${identity}/auth/v1/user`, JSON.parse(body))).body as { mfaToken: string };
  await send(`${server.url}${identity}/auth/v1/user/mfa/emailcode`, { mfaToken });
  await asked;
  const since = performance.now();
  server.signal('SIGINT');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  // The timeouts of the delivery are ten seconds and more.
  expect(performance.now() - since).toBeLessThan(8_000);
  silent.close();
});
