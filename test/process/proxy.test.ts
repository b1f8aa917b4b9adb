import { readFile, stat } from 'node:fs/promises';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cleanUp, identity, send, start, workingFolder } from './server.ts';

const proxies: Server[] = [];
afterAll(async () => {
  for (const proxy of proxies) proxy.close();
  await cleanUp();
});

/** A proxy on this machine. nginx sends the name of the upstream, no address and no other header, unless it is told to. */
async function proxyTo(port: number, headersOf: (headers: IncomingHttpHeaders) => object = () => ({})): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, host: `127.0.0.1:${port}`, ...headersOf(incoming.headers) };
    const upstream = request({ port, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(upstream);
  }).listen(0, '127.0.0.1');
  proxies.push(proxy);
  await new Promise((resolve) => proxy.once('listening', resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

it('T42 behind a proxy on the same machine a server without NODE_ENV gives visitors no token and no message', async () => {
  const cwd = await workingFolder();
  const server = await start(cwd);
  await send(`${server.url}${identity}/users/v1/passwords/reset`, { email: 'dana@acme.example' });
  const key = (await readFile(join(cwd, 'data/developer-key'), 'utf8')).trim();
  expect((await stat(join(cwd, 'data/developer-key'))).mode & 0o777).toBe(0o600);
  const mail = async () => (await send(`${server.url}/dev/outbox`, undefined, { authorization: `Bearer ${key}` })).text;
  await expect.poll(mail, { timeout: 5_000 }).toContain('/oauth/account/reset-password');

  const silent = await proxyTo(server.port);
  const usual = await proxyTo(server.port, () => ({ 'x-real-ip': '203.0.113.7', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }));
  for (const url of [silent, usual]) {
    for (const path of ['/', '/graphiql', '/dev/outbox', '/graphql']) {
      const answer = await send(`${url}${path}`, undefined, { accept: 'text/html' });
      expect([401, 403, 404, 405], path).toContain(answer.status);
      expect(answer.text, path).not.toMatch(/eyJ|reset-password/);
    }
  }
  await send(`${usual}/health`);
  expect(server.output().match(/a request came through a proxy/g)).toHaveLength(1);

  const link = /Start page +(\S+)/.exec(server.output())?.[1] ?? '';
  const entered = await fetch(link, { redirect: 'manual' });
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await send(`${server.url}/graphiql`, undefined, { cookie })).text).toContain('Bearer eyJ');
  await server.stop();
});

it.each([{ PUBLIC_URL: 'https://id.acme.example' }, { HOST: '0.0.0.0' }])(
  'T42 with %j nothing is seeded, no page is for developers, no mail is in the log, and one line says so',
  async (environment) => {
    const cwd = await workingFolder();
    const server = await start(cwd, environment as Record<string, string>);
    const url = `http://127.0.0.1:${server.port}`;
    const login = await send(`${url}${identity}/auth/v1/user`, { email: 'dana@acme.example', password: 'sallyport-demo' });
    expect(login.status).toBe(401);
    for (const path of ['/', '/graphiql', '/dev/outbox', '/schema.graphql']) expect(await send(`${url}${path}`), path).toMatchObject({ status: 404 });
    expect(server.output()).not.toMatch(/Start page|GraphiQL +http|Demo users|dev\/outbox/);
    const warnings = server.output().match(/"level":"warn".*/g) ?? [];
    expect(warnings).toEqual([expect.stringContaining('HOST or PUBLIC_URL is not of this machine')]);
    await server.stop();
  },
);

it('T42 demo users that are asked for where others can reach the server stop the start', async () => {
  const server = await start(await workingFolder(), { HOST: '0.0.0.0', SALLYPORT_DEMO: '1' });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.output()).toContain('SALLYPORT_DEMO: must not be 1 in production, or where HOST or PUBLIC_URL is not of this machine');
});
