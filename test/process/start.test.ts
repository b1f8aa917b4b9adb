import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { cleanUp, identity, send, start, workingFolder } from './server.ts';

afterAll(cleanUp);

const credentials = (output: string) => ({
  clientId: /Client id +(\S+)/.exec(output)?.[1] ?? '',
  secret: /Secret +(\S+)/.exec(output)?.[1] ?? '',
});
const demo = { email: 'dana@acme.example', password: 'sallyport-demo' };

/** Opens a page as somebody who clicks on a link: `fetch` would say that a script asks. Cookies are kept on the way. */
async function visit(url: string, cookie: string): Promise<{ status: number; text: string }> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { accept: 'text/html', cookie } }, resolve).on('error', reject);
  });
  const { statusCode: status = 0, headers } = answer;
  const body = await text(answer);
  const added = (headers['set-cookie'] ?? []).map((each) => each.split(';')[0]);
  return headers.location === undefined ? { status, text: body } : visit(new URL(headers.location, url).href, [cookie, ...added].join('; '));
}

it('a first start in an empty folder prints what a stranger needs, and every printed thing works', async () => {
  const cwd = await workingFolder();
  const server = await start(cwd);
  const output = server.output();

  const { clientId, secret } = credentials(output);
  expect(await send(`${server.url}/auth/vendor`, { clientId, secret })).toMatchObject({ status: 200, body: { expiresIn: 1800 } });
  expect(output.split(secret)).toHaveLength(2);
  expect(output).toContain('shown only this once');

  const startPage = /Start page +(\S+)/.exec(output)?.[1] ?? '';
  const entered = await fetch(startPage, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await send(new URL(entered.headers.get('location') ?? '', startPage).href, undefined, { accept: 'text/html', cookie });
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<html') });
  const links = [...page.text.matchAll(/<a href="(\/[^"]+)"/g)].map(([, path]) => path);
  expect(links).toEqual(expect.arrayContaining(['/graphiql', '/dev/outbox', '/readme', '/openapi.json']));
  for (const link of links) {
    expect(await visit(`${server.url}${link}`, cookie), link).toMatchObject({ status: 200, text: expect.stringMatching(/\S/) });
  }

  for (const email of ['dana@acme.example', 'sam@acme.example']) expect(output).toMatch(new RegExp(`Demo users .*${email}`));
  const curl = output.split('\n').find((line) => line.startsWith('curl ')) ?? '';
  const [, url = '', body = ''] = /^curl -s (\S+) -H 'content-type: application\/json' -d '(.+)'$/.exec(curl) ?? [];
  expect(await send(url, JSON.parse(body))).toMatchObject({ status: 200, body: { mfaRequired: true, mfaEnrolled: false } });
  // Where the machine has curl: the line itself, as a shell reads it.
  const outbox = /E-mail +(curl .+)/.exec(output)?.[1] ?? '';
  const read = await promisify(execFile)('sh', ['-c', `command -v curl >/dev/null || exit 0; ${outbox}`], { cwd });
  if (read.stdout !== '') expect(JSON.parse(read.stdout)).toHaveProperty('messages');
  const pasted = await promisify(execFile)('sh', ['-c', `command -v curl >/dev/null || exit 0; ${curl}`]);
  if (pasted.stdout !== '') expect(JSON.parse(pasted.stdout)).toMatchObject({ mfaRequired: true });

  expect(await send(`${server.url}/health`)).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await send(`${server.url}/ready`)).toMatchObject({ status: 200, body: { status: 'ready' } });
  expect((await stat(join(cwd, 'data/keys'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(cwd, 'data'))).mode & 0o777).toBe(0o700);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

it('sessions outlive a restart, and the second start prints no secret and seeds nothing', async () => {
  const cwd = await workingFolder();
  const first = await start(cwd);
  const { clientId, secret } = credentials(first.output());
  const { mfaToken } = (await send(`${first.url}${identity}/auth/v1/user`, demo)).body as { mfaToken: string };
  const base = `${first.url}${identity}/auth/v1/user/mfa/emailcode`;
  const { otcToken } = (await send(base, { mfaToken })).body as { otcToken: string };
  const authorization = `Bearer ${(await readFile(join(cwd, 'data/developer-key'), 'utf8')).trim()}`;
  const mail = async () => (await send(`${first.url}/dev/outbox`, undefined, { authorization })).text;
  await expect.poll(mail, { timeout: 5_000 }).toContain('Your login code is');
  const code = /Your login code is (\d{6})/.exec(await mail())?.[1];
  const verified = await send(`${base}/verify`, { otcToken, code, mfaToken });
  expect(verified.status, verified.text).toBe(201);
  const { accessToken, refreshToken } = verified.body as { accessToken: string; refreshToken: string };
  const waiting = (await send(`${first.url}${identity}/auth/v1/user`, demo)).body as { mfaToken: string; secret: string };
  expect(await first.stop()).toEqual({ code: 0, signal: null });

  const second = await start(cwd);
  expect(second.output()).toContain('Start page');
  expect(second.output()).not.toMatch(/Secret|Client id|Demo users/);
  expect(await send(`${second.url}/auth/vendor`, { clientId, secret })).toMatchObject({ status: 200 });
  const bearer = { authorization: `Bearer ${accessToken}` };
  expect(await send(`${second.url}${identity}/users/v2/me`, undefined, bearer)).toMatchObject({ status: 200, body: { email: demo.email } });
  const cookie = `fe_refresh_${clientId.replace('-', '')}=${refreshToken}`;
  const refreshed = await send(`${second.url}${identity}/auth/v1/user/token/refresh`, {}, { cookie });
  expect(refreshed, refreshed.text).toMatchObject({ status: 200, body: { mfaRequired: false } });
  // A login that waited for its second factor goes on, with the secret already shown.
  const again = await send(`${second.url}${identity}/auth/v1/user/mfa/authenticator/enroll`, { mfaToken: waiting.mfaToken });
  expect(again, again.text).toMatchObject({ status: 201, body: { secret: waiting.secret } });
  await second.stop();
});

it('R17 a file written by a newer release is refused, in words, and left as it is', async () => {
  const cwd = await workingFolder();
  await (await start(cwd)).stop();
  const database = new Database(join(cwd, 'data/sallyport.db'));
  const newest = 4_000_000_000_000;
  database.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('from the future', newest);
  database.close();

  const refused = await start(cwd);
  expect(await refused.exited).toEqual({ code: 1, signal: null });
  expect(refused.output().trim()).toBe(
    'The database was written by a newer release of Sallyport. Start that release, or restore a backup made before the upgrade.',
  );
});

it('a port in use ends the start, but a first start has shown its secret by then', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => occupant.once('listening', resolve));
  const { port } = occupant.address() as { port: number };
  const cwd = await workingFolder();
  const failed = await start(cwd, { PORT: String(port) });
  expect(await failed.exited).toEqual({ code: 1, signal: null });
  expect(failed.output()).toContain(`The server cannot listen on 127.0.0.1:${port}`);
  expect(failed.output()).not.toContain(' at ');
  occupant.close();

  const server = await start(cwd);
  expect(await send(`${server.url}/auth/vendor`, credentials(failed.output()))).toMatchObject({ status: 200 });
  await server.stop();
});

it.runIf(process.platform === 'linux')('the thread that answers requests goes before those that hash passwords', async () => {
  const server = await start(await workingFolder());
  const priorityOf = async (thread: string): Promise<number> => {
    const fields = (await readFile(`/proc/${server.pid}/task/${thread}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
    // The nineteenth field of the file; the first two are cut off (proc(5)).
    return Number(fields[16]);
  };
  const threads = await readdir(`/proc/${server.pid}/task`);
  const others = threads.filter((thread) => thread !== String(server.pid));
  // Node computes in at least four threads of libuv.
  expect(others.length).toBeGreaterThanOrEqual(4);
  expect(await priorityOf(String(server.pid))).toBe(0);
  expect(new Set(await Promise.all(others.map(priorityOf)))).toEqual(new Set([5]));
  await server.stop();
});
