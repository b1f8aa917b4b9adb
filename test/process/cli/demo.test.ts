import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { sink, typist } from '../../cli/streams.ts';
import type { Server } from '../server.ts';
import { cleanUp, identity, send, start, workingFolder } from '../server.ts';
import { against, chosen, clientId, sallyport, secret } from './command-line.ts';

afterAll(cleanUp);

const reset = (cwd: string, words: readonly string[] = ['--yes'], env: Record<string, string> = chosen) =>
  sallyport(['demo', 'reset', ...words], env, cwd);
const fresh = `The demo is as after the first start.\n  Demo users   dana@acme.example, sam@acme.example   (password sallyport-demo)\n  Client id    ${clientId}\n`;

/** The users of a database, as another program sees them. */
function usersIn(cwd: string): string[] {
  const database = new Database(join(cwd, 'data/sallyport.db'), { readonly: true, fileMustExist: true });
  const emails = database.prepare('select email from users order by email').pluck().all() as string[];
  database.close();
  return emails;
}
const demo = ['dana@acme.example', 'sam@acme.example'];

/** Both demo users log in as README shows. */
async function expectLogins(server: Server): Promise<void> {
  for (const email of demo) {
    const { body } = await send(`${server.url}${identity}/auth/v1/user`, { email, password: 'sallyport-demo' });
    expect(body).toMatchObject({ mfaRequired: true, mfaEnrolled: false, mfaStrategies: ['AuthenticatorApp', 'EmailCode'] });
  }
}

/** A folder in which a server has run and something was done with the demo, without people or tenants of its own. */
async function played(...commands: string[][]): Promise<string> {
  const cwd = await workingFolder();
  const server = await start(cwd, chosen);
  for (const words of commands) await against(server.url).text(...words);
  await server.stop();
  return cwd;
}

describe('sallyport demo reset', () => {
  it('makes the demo as the first start does, and keeps the credentials', async () => {
    const cwd = await played(['user', 'delete', 'sam@acme.example', '--yes'], ['user', 'unlock', 'dana@acme.example']);
    expect(usersIn(cwd)).toEqual(['dana@acme.example']);
    expect(await reset(cwd)).toEqual({ code: 0, stdout: fresh, stderr: '' });
    const server = await start(cwd, chosen);
    const first = await start(await workingFolder(), chosen);
    const seenIn = async ({ url }: Server) => {
      const exported = await against(url).text('policy', 'export');
      const events = await against(url).text('events', 'tail', '--last', '100', '--json');
      // Events of one moment have no order.
      return [exported, [...events.matchAll(/"kind":"(\w+)"/g)].map(([, kind]) => kind).sort()];
    };
    expect(await seenIn(server)).toEqual(await seenIn(first));
    await first.stop();
    await expectLogins(server);
    await server.stop();
  });

  it('makes a database that is not there yet, and shows its secret once unless it was chosen', async () => {
    const cwd = await workingFolder();
    const { code, stdout, stderr } = await reset(cwd, ['--yes', '--json'], {});
    expect([code, stderr]).toEqual([0, '']);
    const made = JSON.parse(stdout) as { clientId: string; secret: string };
    expect(made).toEqual({
      ...{ tenantId: 'acme', users: demo, password: 'sallyport-demo' },
      ...{ clientId: expect.stringMatching(/^\S{36}$/), secret: expect.stringMatching(/^\S{43}$/) },
    });
    expect(await reset(cwd, ['--yes'], {})).toMatchObject({ code: 0, stdout: fresh.replace(clientId, made.clientId) });
    expect((await stat(join(cwd, 'data/sallyport.db'))).mode & 0o777).toBe(0o600);
    const server = await start(cwd);
    expect(await send(`${server.url}/auth/vendor`, made)).toMatchObject({ status: 200 });
    await expectLogins(server);
    await server.stop();
    expect(await reset(await workingFolder(), ['--yes', '--json'])).toMatchObject({ code: 0, stdout: expect.not.stringContaining('"secret"') });
  });

  it('refuses while a server uses the file, and changes nothing', async () => {
    const cwd = await workingFolder();
    const server = await start(cwd, chosen);
    await against(server.url).text('user', 'delete', 'sam@acme.example', '--yes');
    const refused = 'A server uses the database file: stop it before, because only one process can use the file at a time.\n';
    for (const words of [['--yes'], ['--yes', '--force']]) expect(await reset(cwd, words)).toEqual({ code: 1, stdout: '', stderr: refused });
    expect(usersIn(cwd)).toEqual(['dana@acme.example']);
    await server.stop();
  });

  it('refuses wherever the first start makes no demo, also with --force, and does not open the database', async () => {
    const cwd = await workingFolder();
    const keys = Buffer.alloc(32, 3).toString('base64');
    const refusedBy = async (env: Record<string, string>): Promise<string> => {
      const { code, stdout, stderr } = await reset(cwd, ['--yes', '--force'], { ...chosen, ...env });
      expect([code, stdout]).toEqual([1, '']);
      return stderr;
    };
    expect(await refusedBy({ NODE_ENV: 'production', SALLYPORT_KEYS: keys })).toBe('In production there is no demo, so nothing was changed.\n');
    expect(await refusedBy({ NODE_ENV: 'production' })).toMatch(/^The settings are invalid: SALLYPORT_KEYS: is required in production/);
    const elsewhere = 'There is no demo where HOST or PUBLIC_URL is not of this machine, so nothing was changed.\n';
    for (const env of [{ HOST: '0.0.0.0' }, { PUBLIC_URL: 'https://id.example' }])
      expect(await refusedBy(env as Record<string, string>)).toBe(elsewhere);
    expect(await refusedBy({ SALLYPORT_DEMO: '0' })).toBe('SALLYPORT_DEMO switches the demo off, so nothing was changed.\n');
    expect(await refusedBy({ DATABASE_URL: ':memory:' })).toBe('A database in memory has a fresh demo after each start of the server.\n');
    await expect(stat(join(cwd, 'data'))).rejects.toThrow('ENOENT');
  });

  it('refuses a database with tenants or users that are not of the demo, unless --force is given', async () => {
    const cwd = await played(['tenant', 'create', 'Beta', '--id', 'beta']);
    const refused = 'The database has 1 tenant and 0 users that are not of the demo: give --force if all of that is to be deleted.\n';
    expect(await reset(cwd)).toEqual({ code: 1, stdout: '', stderr: refused });
    expect(await reset(cwd, ['--yes', '--force'])).toEqual({ code: 0, stdout: fresh, stderr: '' });
    expect(await reset(cwd)).toMatchObject({ code: 0 });
  });

  it('refuses a database that it has no keys for', async () => {
    const cwd = await played();
    await rename(join(cwd, 'data/keys'), join(cwd, 'keys'));
    expect(await reset(cwd, ['--yes', '--force'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The database has values that were sealed /),
    });
    const others = { ...chosen, SALLYPORT_KEYS: Buffer.alloc(32, 4).toString('base64') };
    expect(await reset(cwd, ['--yes', '--force'], others)).toMatchObject({ code: 1, stdout: '' });
    expect(usersIn(cwd)).toEqual(demo);
  });

  it('says in one sentence that PostgreSQL does not answer, without its password', async () => {
    const env = { ...chosen, SALLYPORT_KEYS: Buffer.alloc(32, 4).toString('base64'), DATABASE_URL: 'postgres://sally:hunter2@127.0.0.1:1/demo' };
    const { code, stdout, stderr } = await reset(await workingFolder(), ['--yes'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^PostgreSQL at 127\.0\.0\.1:1, database "demo", cannot be used: [^\n]+\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  it('asks on a terminal what is lost, and needs --yes elsewhere', async () => {
    const cwd = await played(['user', 'delete', 'sam@acme.example', '--yes']);
    expect(await reset(cwd, [])).toEqual({ code: 2, stdout: '', stderr: 'There is nobody to ask, so this command needs --yes.\n' });
    const env = { ...chosen, DATABASE_URL: `file:${join(cwd, 'data/sallyport.db')}` };
    const answered = async (answer: string) => {
      const [stdout, stderr] = [sink(), sink({ terminal: true })];
      await runProgram(['demo', 'reset'], { env, stdin: typist(answer), stdout, stderr });
      return [stdout.text(), stderr.text()];
    };
    await expect(answered('n')).rejects.toThrow('Nothing was changed.');
    expect(usersIn(cwd)).toEqual(['dana@acme.example']);
    expect(await answered('y')).toEqual([fresh, 'Remove everything from the database (1 tenant, 1 user, all settings and the audit trail)? [y/N] ']);
    expect(usersIn(cwd)).toEqual(demo);
  });

  it('is refused if it is not written as its help says', async () => {
    const cwd = await workingFolder();
    for (const words of [
      ['now', '--yes'],
      ['--sekret', '--yes'],
    ])
      expect(await reset(cwd, words)).toMatchObject({ code: 2, stdout: '' });
    expect(await sallyport(['demo', 'rest'], {}, cwd)).toMatchObject({ code: 2, stderr: "Unknown command 'rest' (Did you mean reset?)\n" });
    const { code, stdout } = await reset(cwd, ['--help']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/--force [\s\S]+--yes [\s\S]+It is refused in production/)]);
    expect(stdout).not.toContain(secret);
  });
});
