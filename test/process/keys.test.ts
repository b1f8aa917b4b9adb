import { execFile } from 'node:child_process';
import { access, chmod, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { cleanUp, send, start, workingFolder } from './server.ts';

afterAll(cleanUp);

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const clientId = '6da27373-1572-444f-b3c5-ef702ce65123';
const secret = 'chosen by the operator';
const chosen = { SALLYPORT_CLIENT_ID: clientId, SALLYPORT_SECRET: secret, SALLYPORT_DEMO: '0' };

interface Ran {
  code: number;
  output: string;
}

/** Runs a command `sallyport keys` in the folder. */
const keys = (cwd: string, environment: Record<string, string>, ...words: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, ...environment };
    execFile(process.execPath, [join(dirname(inject('serverMain')), 'cli/sallyport.js'), 'keys', ...words], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
    );
  });

const fails = async (cwd: string, environment: Record<string, string>): Promise<string> => {
  const server = await start(cwd, { LOG_LEVEL: 'warn', ...environment });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.output()).not.toMatch(/node_modules|\n\s+at |hunter2/);
  return server.output();
};

describe('what keeps the server from starting is named with its place and its setting', () => {
  it('a port in use, an address that is not of this machine', async () => {
    const cwd = await workingFolder();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    expect(await fails(cwd, { PORT: String(port) })).toMatch(new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port} \\(EADDRINUSE\\).*set PORT`));
    holder.close();
    expect(await fails(cwd, { HOST: '203.0.113.1' })).toMatch(/cannot listen on 203\.0\.113\.1:0 \(EADDRNOTAVAIL\).*Set HOST/);
  });

  it('a PostgreSQL server that does not answer, without its password', async () => {
    const cwd = await workingFolder();
    const output = await fails(cwd, { DATABASE_URL: 'postgres://sally:hunter2@127.0.0.1:1/port', SALLYPORT_KEYS: key(1) });
    expect(output).toBe('PostgreSQL at 127.0.0.1:1, database "port", cannot be used: nothing answers there (ECONNREFUSED). Check DATABASE_URL.\n');
    expect(await fails(cwd, { DATABASE_URL: 'postgres://sally:hunter2@no-such-host.invalid/port', SALLYPORT_KEYS: key(1) })).toMatch(
      /no-such-host\.invalid:5432.*cannot be resolved.*DATABASE_URL/,
    );
  });

  it('a database file that is none, and a folder that cannot be used', async () => {
    const cwd = await workingFolder();
    await writeFile(join(cwd, 'text.db'), 'this is no database, but a text that is long enough to be read as one'.repeat(100));
    const withKeys = { SALLYPORT_KEYS: key(1) };
    expect(await fails(cwd, { ...withKeys, DATABASE_URL: 'file:./text.db' })).toMatch(
      /^The file .*\/text\.db is not a SQLite database\. .*DATABASE_URL.* \(SQLITE_NOTADB\)/,
    );
    expect(await fails(cwd, { ...withKeys, DATABASE_URL: 'file:./text.db/x/y.db' })).toMatch(
      /text\.db\/x\/y\.db cannot be opened\. DATABASE_URL has to name a file.* \(E\w+\)/,
    );
    await mkdir(join(cwd, 'shut'), { mode: 0o500 });
    // The user of a test machine may be root, who may write everywhere.
    const writable = await access(join(cwd, 'shut'), 2).then(
      () => true,
      () => false,
    );
    if (!writable) expect(await fails(cwd, { ...withKeys, DATABASE_URL: 'file:./shut/x.db' })).toMatch(/shut\/x\.db cannot be written.*EACCES/);
  });

  it('a key that does not fit, in the settings and in the file', async () => {
    const cwd = await workingFolder();
    await (await start(cwd, { ...chosen, SALLYPORT_KEYS: key(1) })).stop();
    expect(await fails(cwd, { SALLYPORT_KEYS: key(2) })).toMatch(
      /^master key [0-9a-f]{8} is missing: .*SALLYPORT_KEYS holds only [0-9a-f]{8}\..*DATABASE_URL/,
    );
    expect(await fails(cwd, {})).toMatch(/no file data\/keys\. Put the file back from a backup, or set SALLYPORT_KEYS/);
    expect(await readdir(join(cwd, 'data'))).not.toContain('keys');
    await writeFile(join(cwd, 'data/keys'), key(3));
    expect(await fails(cwd, {})).toMatch(/^master key [0-9a-f]{8} is missing: .*the file data\/keys holds only/);
  });

  it('production without PUBLIC_URL or SMTP_URL says what that means', async () => {
    const server = await start(await workingFolder(), { NODE_ENV: 'production', SALLYPORT_KEYS: key(1), ...chosen });
    expect(server.output()).toMatch(/"level":"warn".*PUBLIC_URL is not set, so tokens and links name http:\/\/localhost/);
    expect(server.output()).toMatch(/"level":"warn".*SMTP_URL is not set, so no e-mail is sent/);
    await server.stop();
  });
});

describe('the files of the server', () => {
  it('the key stands beside the database it opens, wherever the server is started', async () => {
    const cwd = await workingFolder();
    const elsewhere = await workingFolder();
    const environment = { ...chosen, DATABASE_URL: `file:${join(elsewhere, 'base/sallyport.db')}` };
    await (await start(cwd, environment)).stop();
    expect(await readdir(cwd)).toEqual([]);
    expect(await readdir(join(elsewhere, 'base'))).toContain('keys');
    const again = await start(await workingFolder(), environment);
    expect(await send(`${again.url}/auth/vendor`, { clientId, secret })).toMatchObject({ status: 200 });
    await again.stop();
  });

  it('keys that an earlier release made in the folder data are found for their database', async () => {
    const cwd = await workingFolder();
    const environment = { ...chosen, DATABASE_URL: 'file:./base/sallyport.db' };
    await (await start(cwd, environment)).stop();
    await mkdir(join(cwd, 'data'), { recursive: true });
    await rename(join(cwd, 'base/keys'), join(cwd, 'data/keys'));
    const again = await start(cwd, environment);
    expect(await send(`${again.url}/auth/vendor`, { clientId, secret })).toMatchObject({ status: 200 });
    await again.stop();
    expect(await readdir(join(cwd, 'base'))).not.toContain('keys');
  });

  it('database, log and key can be read by their owner alone, also those that were open to others before', async () => {
    const cwd = await workingFolder();
    const modes = async () =>
      Promise.all(
        ['keys', 'sallyport.db', 'sallyport.db-wal', 'sallyport.db-shm'].map(async (name) => (await stat(join(cwd, 'data', name))).mode & 0o777),
      );
    const first = await start(cwd, chosen);
    expect(await modes()).toEqual([0o600, 0o600, 0o600, 0o600]);
    first.signal('SIGKILL');
    await first.exited;
    for (const name of await readdir(join(cwd, 'data'))) await chmod(join(cwd, 'data', name), 0o644);
    const second = await start(cwd, chosen);
    expect(await modes()).toEqual([0o600, 0o600, 0o600, 0o600]);
    await second.stop();
  });
});

describe('sallyport keys', () => {
  it('seals everything with the next master key, after which the old one can go', async () => {
    const cwd = await workingFolder();
    await (await start(cwd, { ...chosen, SALLYPORT_KEYS: key(1) })).stop();
    const both = { SALLYPORT_KEYS: `${key(2)},${key(1)}`, LOG_LEVEL: 'silent' };
    expect(await keys(cwd, both, 'list')).toMatchObject({ code: 0, output: expect.stringMatching(/OLD +1 +1 +no\n/) });
    const resealed = await keys(cwd, both, 'reseal');
    expect(resealed).toMatchObject({ code: 0, output: expect.stringContaining('1 values were sealed') });
    expect(resealed.output).toMatch(/OLD +0 +1 +yes\n/);
    const after = await start(cwd, { SALLYPORT_KEYS: key(2) });
    expect(await send(`${after.url}/auth/vendor`, { clientId, secret })).toMatchObject({ status: 200 });
    await after.stop();
    expect((await keys(cwd, { SALLYPORT_KEYS: key(2), LOG_LEVEL: 'silent' }, 'list')).output).toMatch(/RETAINED +0 +1 /);
  });

  it('rotates the signing key and the secret', async () => {
    const cwd = await workingFolder();
    const environment = { SALLYPORT_KEYS: key(1), LOG_LEVEL: 'silent' };
    await (await start(cwd, { ...chosen, ...environment })).stop();
    const rotated = await keys(cwd, environment, 'rotate-signing-key');
    expect(rotated).toMatchObject({ code: 0, output: expect.stringMatching(/NEXT +\S+\n.*CURRENT/) });
    const added = await keys(cwd, environment, 'add-secret');
    const fresh = /Secret {2}(\S+)/.exec(added.output)?.[1] ?? '';
    expect((await keys(cwd, environment, 'add-secret')).output).toContain('has to be retired first');
    const [, oldest = ''] = /(\S+) {2}\S+\n$/.exec((await keys(cwd, environment, 'list')).output) ?? [];
    expect(await keys(cwd, environment, 'retire-secret', oldest)).toMatchObject({ code: 0 });
    const server = await start(cwd, environment);
    expect(await send(`${server.url}/auth/vendor`, { clientId, secret: fresh })).toMatchObject({ status: 200 });
    expect(await send(`${server.url}/auth/vendor`, { clientId, secret })).toMatchObject({ status: 401 });
    await server.stop();
    const database = new Database(join(cwd, 'data/sallyport.db'), { readonly: true });
    const reasons = database.prepare("select reason from audit_events where kind = 'ENVIRONMENT_UPDATED' order by at").pluck().all();
    expect(reasons).toEqual([expect.stringMatching(/^signingKey /), expect.stringMatching(/^secretAdded /), `secretRetired ${oldest}`]);
    database.close();
  });

  it('makes a master key that the server takes, and stores it nowhere', async () => {
    const cwd = await workingFolder();
    const made = JSON.parse((await keys(cwd, {}, 'new', '--json')).output) as { id: string; key: string };
    expect(await readdir(cwd)).toEqual([]);
    await (await start(cwd, { ...chosen, SALLYPORT_KEYS: made.key })).stop();
    const listed = JSON.parse((await keys(cwd, { SALLYPORT_KEYS: made.key }, 'list', '--json')).output) as {
      masterKeys: object[];
      secrets: object[];
    };
    expect(listed).toMatchObject({ masterKeys: [{ id: made.id, state: 'CURRENT' }], secrets: [{ id: expect.any(String) }] });
    expect(await keys(cwd, {}, 'new')).toMatchObject({ code: 0, output: expect.stringMatching(/^[\w-]{43}\nThis is the master key [0-9a-f]{8}\./) });
  });

  it('names what is wrong with the settings in one line, and repeats no value', async () => {
    const wrong = await keys(await workingFolder(), { DATABASE_URL: 'mysql://root:hunter2@db/x', SALLYPORT_KEYS: 'hunter2' }, 'list');
    expect(wrong).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^The settings are invalid: [^\n]*DATABASE_URL: [^\n]*SALLYPORT_KEYS: [^\n]*\n$/),
    });
    expect(wrong.output).not.toContain('hunter2');
  });

  it('tells how it is used', async () => {
    expect(await keys(await workingFolder(), {}, 'nothing')).toEqual({ code: 2, output: "Unknown command 'nothing'.\n" });
    expect(await keys(await workingFolder(), {}, 'retire-secret')).toEqual({ code: 2, output: "Missing required argument 'id'.\n" });
    expect(await keys(await workingFolder(), {})).toMatchObject({ code: 2, output: expect.stringMatching(/^Usage: sallyport keys [\s\S]*reseal/) });
  });
});
