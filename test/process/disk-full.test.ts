import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { cleanUp, identity, send, start, workingFolder } from './server.ts';

afterAll(cleanUp);

const canLimit = spawnSync('prlimit', ['--version']).status === 0;
/** Lets the process write no file any further, as a full disk would, or write again. */
const limitFiles = (pid: number, bytes: '0' | 'unlimited'): void => {
  expect(spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]).status).toBe(0);
};

it.runIf(canLimit)('R3: on a full disk writes answer 503, reads and tokens go on, /ready says so, and all recovers without a restart', async () => {
  const cwd = await workingFolder();
  const environment = { SALLYPORT_CLIENT_ID: '6da27373-1572-444f-b3c5-ef702ce65123', SALLYPORT_SECRET: 'a-secret-for-tests-only' };
  const server = await start(cwd, environment);
  const credentials = { clientId: environment.SALLYPORT_CLIENT_ID, secret: environment.SALLYPORT_SECRET };
  const { token } = (await send(`${server.url}/auth/vendor`, credentials)).body as { token: string };
  const bearer = { authorization: `Bearer ${token}` };
  const ready = async () => (await send(`${server.url}/ready`)).status;
  const create = (tenantId: string) =>
    fetch(`${server.url}/tenants/resources/tenants/v1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer },
      body: JSON.stringify({ tenantId, name: tenantId }),
    });
  const acknowledged: string[] = [];
  const write = async (tenantId: string): Promise<Response> => {
    const answer = await create(tenantId);
    if (answer.status === 201) acknowledged.push(tenantId);
    return answer;
  };
  expect((await write('before')).status).toBe(201);

  limitFiles(server.pid, '0');
  for (const tenantId of ['full-1', 'full-2']) {
    const refused = await write(tenantId);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toEqual({ errors: ['Service unavailable'] });
  }
  await expect.poll(ready, { timeout: 10_000 }).toBe(503);
  expect(await send(`${server.url}/health`)).toMatchObject({ status: 200 });
  expect(await send(`${server.url}${identity}/configurations/v1/mfa`, undefined, bearer)).toMatchObject({ status: 200 });
  expect(await send(`${server.url}/.well-known/jwks.json`)).toMatchObject({ status: 200 });

  limitFiles(server.pid, 'unlimited');
  await expect.poll(ready, { timeout: 10_000 }).toBe(200);
  expect((await write('after')).status).toBe(201);
  server.signal('SIGKILL');
  await server.exited;
  const file = new Database(join(cwd, 'data/sallyport.db'));
  const stored = file.prepare("select id from tenants where id <> 'acme' order by id").pluck().all();
  expect(stored).toEqual([...acknowledged].sort());
  expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
  file.close();
});
