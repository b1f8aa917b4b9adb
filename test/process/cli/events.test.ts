import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Server } from '../server.ts';
import { cleanUp, start, workingFolder } from '../server.ts';
import { against, chosen, running } from './command-line.ts';

let cwd: string;
let server: Server;
let cli: ReturnType<typeof against>;
beforeAll(async () => {
  cwd = await workingFolder();
  server = await start(cwd, chosen);
  cli = against(server.url);
});
afterAll(cleanUp);

interface Event {
  id: string;
  kind: string;
  tenantId: string | null;
  user: { email: string } | null;
}
const parsed = (lines: readonly string[]): Event[] => lines.map((line) => JSON.parse(line) as Event);
const eventsOf = async (...words: string[]): Promise<Event[]> =>
  parsed((await cli.text('events', 'tail', ...words, '--json')).split('\n').filter((line) => line !== ''));

describe('sallyport events tail', () => {
  it('shows the last events, oldest first, with --json one a line', async () => {
    await cli.text('tenant', 'create', 'One', '--id', 'one');
    await cli.text('tenant', 'create', 'Two', '--id', 'two');
    expect((await eventsOf('--kind', 'TENANT_CREATED')).map(({ tenantId }) => tenantId)).toEqual(['acme', 'one', 'two']);
    expect((await eventsOf('--kind', 'TENANT_CREATED', '--last', '1')).map(({ tenantId }) => tenantId)).toEqual(['two']);
    expect(await cli.text('events', 'tail', '--kind', 'TENANT_CREATED', '--last', '1')).toMatch(
      /^time \(UTC\) +what happened +user +tenant +address +reason\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} +tenant created +- +two +127\.0\.0\.1\n$/,
    );
  });

  it('narrows by kinds, by a user and by a tenant', async () => {
    const kinds = new Set((await eventsOf('--kind', 'USER_CREATED,USER_VERIFIED', '--kind', 'TENANT_CREATED')).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['TENANT_CREATED', 'USER_CREATED', 'USER_VERIFIED']);
    const ofDana = await eventsOf('--user', 'dana@acme.example');
    expect(ofDana.length).toBeGreaterThan(1);
    expect(new Set(ofDana.map(({ user }) => user?.email))).toEqual(new Set(['dana@acme.example']));
    expect(new Set((await eventsOf('--tenant', 'two')).map(({ tenantId }) => tenantId))).toEqual(new Set(['two']));
    expect(await cli.run('events', 'tail', '--kind', 'USER_LOCKED')).toEqual({ code: 0, stdout: '', stderr: 'There are no such events.\n' });
    expect(await cli.run('events', 'tail', '--kind', 'NOTHING')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Option '--kind .*'NOTHING'.*\n$/),
    });
    expect((await cli.run('events', 'tail', '--help')).stdout).toContain('REFRESH_TOKEN_REUSED');
  });

  it('follows the trail over a restart of the server, and neither repeats nor skips an event', async () => {
    const tail = running(['events', 'tail', '--follow', '--json', '--last', '1', '--kind', 'TENANT_CREATED'], cli.env);
    await tail.until(() => tail.lines().length === 1);
    const create = (prefix: string) =>
      Promise.all(Array.from({ length: 8 }, (_, index) => cli.text('tenant', 'create', 'T', '--id', `${prefix}${index}`)));
    await create('before');
    await tail.until(() => tail.lines().length >= 9);
    await server.stop();
    await tail.until(() => tail.stderr().includes('asked again'));
    server = await start(cwd, { ...chosen, PORT: String(server.port) });
    await create('after');
    await tail.until(() => tail.lines().length >= 17);
    await tail.until(() => tail.stderr().includes('answers again'));
    await tail.stop();
    const names = parsed(tail.lines()).map(({ tenantId }) => tenantId);
    const expected = ['before', 'after'].flatMap((prefix) => Array.from({ length: 8 }, (_, index) => `${prefix}${index}`));
    expect(names.sort()).toEqual(['two', ...expected].sort());
  });

  it('ends quietly when nobody reads it any more', async () => {
    const sallyport = join(dirname(inject('serverMain')), 'cli/sallyport.js');
    const script = `{ "${process.execPath}" "${sallyport}" events tail; echo "code $?" >&2; } | true`;
    const ran = await new Promise<string>((resolve) => {
      execFile('sh', ['-c', script], { env: { PATH: process.env.PATH, ...cli.env } }, (_error, stdout, stderr) => resolve(stdout + stderr));
    });
    expect(ran).toBe('code 0\n');
  });
});
