import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { cleanUp, identity, send, start, workingFolder } from './server.ts';

afterAll(cleanUp);

const demo = { email: 'dana@acme.example', password: 'sallyport-demo' };

it.concurrent('R5: while another process has the database locked, health and reads answer at once and writes answer 503 with Retry-After', async () => {
  const cwd = await workingFolder();
  const server = await start(cwd);
  const other = new Database(join(cwd, 'data/sallyport.db'));
  other.exec('BEGIN EXCLUSIVE');
  const logins = Promise.all(
    Array.from({ length: 8 }, () =>
      fetch(`${server.url}${identity}/auth/v1/user`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(demo),
      }),
    ),
  );
  const took = async (path: string): Promise<number> => {
    const began = performance.now();
    expect((await send(`${server.url}${path}`)).status).toBe(200);
    return performance.now() - began;
  };
  for (let time = 0; time < 30; time += 1) {
    for (const path of ['/health', '/frontegg/metadata?entityName=saml', '/.well-known/jwks.json']) expect(await took(path)).toBeLessThan(3000);
    await sleep(100);
  }
  for (const answer of await logins) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toEqual({ errors: ['Service unavailable'] });
  }
  expect(other.prepare("select count(*) from audit_events where kind like '%LOGIN%' or kind like 'MFA%'").pluck().get()).toBe(0);
  other.exec('ROLLBACK');
  other.close();
  expect(await send(`${server.url}${identity}/auth/v1/user`, demo)).toMatchObject({ status: 200, body: { mfaRequired: true } });
  await server.stop();
});

it.concurrent('R5: a second server on one file ends at once and says why; the file is free as soon as the first is killed', async () => {
  const cwd = await workingFolder();
  const first = await start(cwd);
  const second = await start(cwd);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  const file = join(cwd, 'data/sallyport.db');
  expect(second.output()).toContain(`Another server uses the database file ${file} and holds ${file}.lock.`);
  expect(second.output()).toContain('DATABASE_URL');
  first.signal('SIGKILL');
  await first.exited;
  const third = await start(cwd);
  expect(await send(`${third.url}/ready`)).toMatchObject({ status: 200 });
  expect(await third.stop()).toEqual({ code: 0, signal: null });
});
