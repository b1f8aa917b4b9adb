import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { sink, typist } from '../../cli/streams.ts';
import type { Server } from '../server.ts';
import { cleanUp, identity, send, start, workingFolder } from '../server.ts';
import { against, chosen, clientId, sallyport, secret } from './command-line.ts';

let server: Server;
let cli: ReturnType<typeof against>;
let authorization: string;
beforeAll(async () => {
  server = await start(await workingFolder(), chosen);
  cli = against(server.url);
  const { token } = (await send(`${server.url}/auth/vendor`, { clientId, secret })).body as { token: string };
  authorization = `Bearer ${token}`;
});
afterAll(cleanUp);

const graphql = async (query: string, variables: object): Promise<Record<string, unknown>> => {
  const { body } = await send(`${server.url}/graphql`, { query, variables }, { authorization });
  return (body as { data: Record<string, unknown> }).data;
};
const createUser = async (email: string, tenantId: string, more: object = {}): Promise<string> => {
  const query = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { ... on CreateUserSuccess { user { restId } } } }';
  const { createUser: made } = await graphql(query, { input: { email, tenantId, ...more } });
  return (made as { user: { restId: string } }).user.restId;
};
/** Enrolls an authenticator app of a demo user, by the login that asks for it. */
const enroll = async (email: string): Promise<void> => {
  const login = (await send(`${server.url}${identity}/auth/v1/user`, { email, password: 'sallyport-demo' })).body as {
    mfaToken: string;
    secret: string;
  };
  const token = generateSync({ secret: login.secret });
  const body = { mfaToken: login.mfaToken, token };
  expect(await send(`${server.url}${identity}/auth/v1/user/mfa/authenticator/enroll/verify`, body)).toMatchObject({ status: 201 });
};

interface Shown {
  email: string;
  locked: boolean;
  authenticators: { strategy: string }[];
}

describe('sallyport tenant', () => {
  it('creates tenants and lists them, oldest first', async () => {
    expect(await cli.text('tenant', 'create', 'Beta Ltd', '--id', 'beta')).toBe('The tenant Beta Ltd was created, with the id beta.\n');
    expect(await cli.json('tenant', 'create', 'Gamma')).toMatchObject({ name: 'Gamma', restId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await cli.text('tenant', 'list')).toMatch(/^id +created \(UTC\) +name\nacme +\S+ \S+ +Acme\nbeta +\S+ \S+ +Beta Ltd\n\S{36} .* Gamma\n$/);
    const { tenants, hasMore } = await cli.json<{ tenants: { restId: string }[]; hasMore: boolean }>('tenant', 'list', '--limit', '2');
    expect([tenants.map(({ restId }) => restId), hasMore]).toEqual([['acme', 'beta'], true]);
  });

  it('says why a tenant was not created', async () => {
    expect(await cli.run('tenant', 'create', 'Again', '--id', 'ACME')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'A tenant with this id exists already.\n',
    });
    expect(await cli.run('tenant', 'create', '')).toEqual({ code: 1, stdout: '', stderr: 'The server refuses the input: name must not be empty.\n' });
  });
});

describe('sallyport user', () => {
  it('finds users by a part of name or address, also more than the server gives at once', async () => {
    await cli.text('tenant', 'create', 'Many', '--id', 'many');
    for (let number = 0; number < 103; number += 1) await createUser(`p${number}@many.example`, 'many');
    const { users, hasMore } = await cli.json<{ users: { email: string }[]; hasMore: boolean }>('user', 'find', '@many.', '--limit', '102');
    expect([new Set(users.map(({ email }) => email)).size, hasMore]).toEqual([102, true]);
    expect((await cli.run('user', 'find', '@many.', '--limit', '3')).stderr).toBe('There are more users than these 3: raise --limit.\n');
    expect(await cli.text('user', 'find', 'dana')).toMatch(
      /^e-mail +name +state +factor +last login \(UTC\) +id\ndana@acme\.example +Dana +active +no +never +\S{36}\n$/,
    );
    expect(await cli.json('user', 'find', 'dana', '--tenant', 'beta')).toEqual({ users: [], hasMore: false });
    expect(await cli.run('user', 'find', 'nobody at all')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^No user has/) });
  });

  it('shows a user, by address and by id, without any secret', async () => {
    const shown = await cli.text('user', 'show', 'DANA@acme.example');
    expect(shown).toMatch(/^id +\S{36}\ne-mail +dana@acme\.example\nname +Dana\nstate +active\n/);
    expect(shown).toMatch(/\nTenants\nid +name +state +roles\nacme +Acme +open +Admin\n/);
    expect(shown).toContain('\nAuthenticators: none\n');
    const id = /^id +(\S+)/.exec(shown)?.[1] ?? '';
    expect(await cli.text('user', 'show', id)).toBe(shown);
    expect(await cli.json('user', 'show', id)).toMatchObject({
      restId: id,
      email: 'dana@acme.example',
      memberships: [{ roles: [{ key: 'Admin' }] }],
    });
  });

  it('shows until when a user is exempt and why, and `mfaBypass` as an exemption without an end', async () => {
    const id = await createUser('exempt@acme.example', 'acme', { mfaBypass: true });
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const input = { userId: id, tenantId: 'acme', until, reason: 'The phone is lost.' };
    await graphql('mutation ($input: GrantMfaExemptionInput!) { grantMfaExemption(input: $input) { __typename } }', { input });
    const shown = await cli.text('user', 'show', 'exempt@acme.example');
    expect(shown).toMatch(
      /\nExemptions\nfor logins to +until \(UTC\) +reason +id\nevery tenant +without an end +mfaBypass +bypass:\S+\nacme +\S+ \S+ +The phone is lost\. +\S+\n/,
    );
  });

  it('explains a login by a sentence and the rules, one of which decides', async () => {
    const text = await cli.text('user', 'explain', 'sam@acme.example');
    expect(text).toMatch(/^Sam must enroll an authenticator or enter a code sent by e-mail, because /);
    expect(text.match(/^→ .*$/gm)).toEqual([expect.stringMatching(/^→ +tenant policy +yes +The policy of the tenant Acme forces/)]);
    const byCode = await cli.json<{ outcome: string; sentence: string }>(
      'user',
      'explain',
      'sam@acme.example',
      '--first-factor',
      'EMAIL_CODE',
      '--tenant',
      'acme',
    );
    expect(byCode).toMatchObject({ outcome: 'MUST_ENROLL', sentence: expect.not.stringContaining('code sent by e-mail') });
    expect(await cli.run('user', 'explain', 'sam@acme.example', '--tenant', 'beta')).toEqual({
      ...{ code: 1, stdout: '', stderr: 'There is no user sam@acme.example in the tenant beta.\n' },
    });
  });

  it('unenrolls, unlocks and deletes with --yes', async () => {
    await enroll('sam@acme.example');
    expect((await cli.json<Shown>('user', 'show', 'sam@acme.example')).authenticators).toMatchObject([{ strategy: 'AUTHENTICATOR_APP' }]);
    expect(await cli.text('user', 'show', 'sam@acme.example')).toMatch(/\nAuthenticators\nkind +name .*\nauthenticator app /);
    expect(await cli.text('user', 'unenroll', 'sam@acme.example', '--yes')).toMatch(/^All authenticators of sam@acme\.example were removed/);
    const { authenticators } = await cli.json<Shown>('user', 'show', 'sam@acme.example');
    expect(authenticators).toEqual([]);

    const id = await createUser('locked@acme.example', 'acme');
    await graphql('mutation ($input: LockUserInput!) { lockUser(input: $input) { __typename } }', { input: { userId: id } });
    expect(await cli.text('user', 'find', 'locked@')).toMatch(/ locked /);
    expect(await cli.text('user', 'unlock', id)).toBe('locked@acme.example is not locked.\n');
    expect(await cli.json<Shown>('user', 'show', id)).toMatchObject({ locked: false });
    expect(await cli.json('user', 'delete', id, '--yes')).toEqual({ restId: id, email: 'locked@acme.example' });
    expect(await cli.run('user', 'show', id)).toEqual({ code: 1, stdout: '', stderr: `There is no user ${id}.\n` });
  });

  it('deletes and unenrolls nobody without --yes where nobody can be asked', async () => {
    await createUser('stays@acme.example', 'acme');
    for (const action of ['delete', 'unenroll']) {
      const refused = { code: 2, stdout: '', stderr: 'There is nobody to ask, so this command needs --yes.\n' };
      expect(await cli.run('user', action, 'stays@acme.example'), action).toEqual(refused);
    }
    expect(await cli.json('user', 'show', 'stays@acme.example')).toMatchObject({ email: 'stays@acme.example' });
  });

  it('asks on a terminal, and deletes after yes alone', async () => {
    await createUser('asked@acme.example', 'acme');
    const answered = (answer: string) => {
      const stderr = sink({ terminal: true });
      const surroundings = { env: cli.env, stdin: typist(answer), stdout: sink(), stderr };
      return runProgram(['user', 'delete', 'asked@acme.example'], surroundings).then(() => stderr.text());
    };
    await expect(answered('n')).rejects.toThrow('Nothing was changed.');
    expect(await cli.json('user', 'show', 'asked@acme.example')).toMatchObject({ email: 'asked@acme.example' });
    expect(await answered('y')).toMatch(/^Delete asked@acme\.example \(\S{36}\) in all tenants\? This cannot be undone\. \[y\/N\] /);
    expect(await cli.run('user', 'show', 'asked@acme.example')).toMatchObject({ code: 1 });
  });
});

describe('sallyport hosted-login', () => {
  it('shows whether hosted login is active and how it looks, and switches it', async () => {
    expect(await cli.text('hosted-login', 'show')).toBe('hosted login  active\nissuer        http://localhost:0\n');
    const branding = { name: 'Acme', supportUrl: 'https://acme.example/help' };
    await graphql('mutation ($input: UpdateHostedLoginInput!) { updateHostedLogin(input: $input) { __typename } }', { input: { branding } });
    expect(await cli.text('hosted-login', 'deactivate')).toBe('Hosted login is inactive.\n');
    expect(await cli.text('hosted-login', 'show')).toMatch(
      /^hosted login +inactive\nissuer .*\nname +Acme\nsupport +https:\/\/acme\.example\/help\n$/,
    );
    expect(await cli.json('hosted-login', 'activate')).toMatchObject({ active: true, issuer: 'http://localhost:0', branding });
    expect(await cli.text('hosted-login', 'activate')).toBe('Hosted login is active.\n');
  });
});

describe('sallyport redirect-uri', () => {
  const uri = 'https://app.acme.example/oauth/callback';

  it('registers redirect URIs, lists them, and removes them by their text or their id', async () => {
    expect(await cli.run('redirect-uri', 'list')).toEqual({ code: 0, stdout: '', stderr: 'No redirect URI is registered.\n' });
    expect(await cli.text('redirect-uri', 'add', uri)).toBe(`${uri} was registered.\n`);
    const app = await cli.json<{ restId: string }>('redirect-uri', 'add', 'com.acme.app:/callback');
    expect(await cli.text('redirect-uri', 'list')).toMatch(
      /^registered \(UTC\) +id +URI\n\S+ \S+ +\S{36} +https:\/\/app.*\n.* com\.acme\.app:\/callback\n$/,
    );
    expect(await cli.json('redirect-uri', 'list')).toMatchObject({ redirectUris: [{ uri }, app] });
    expect(await cli.text('redirect-uri', 'remove', uri, '--yes')).toBe(`${uri} was removed.\n`);
    expect(await cli.json('redirect-uri', 'remove', app.restId, '--yes')).toEqual(app);
    expect(await cli.json('redirect-uri', 'list')).toEqual({ redirectUris: [] });
  });

  it('says which rule a URI breaks, and removes nothing that is not there, or without an answer', async () => {
    expect(await cli.run('redirect-uri', 'add', 'https://*.acme.example/')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'The redirect URI cannot be registered. It must not have a *, because URIs are compared as a whole and no part of one is read as a pattern.\n',
    });
    await cli.text('redirect-uri', 'add', uri);
    expect(await cli.run('redirect-uri', 'add', uri)).toEqual({ code: 1, stdout: '', stderr: 'The redirect URI is registered already.\n' });
    expect(await cli.run('redirect-uri', 'remove', `${uri}/`, '--yes')).toEqual({ code: 1, stdout: '', stderr: 'There is no such redirect URI.\n' });
    expect(await cli.run('redirect-uri', 'remove', uri)).toMatchObject({ code: 2, stderr: 'There is nobody to ask, so this command needs --yes.\n' });
    expect(await cli.json('redirect-uri', 'list')).toMatchObject({ redirectUris: [{ uri }] });
  });
});

describe('a command that cannot be carried out', () => {
  it.each([
    ['no such user', ['user', 'show', 'nobody@acme.example'], 1, 'There is no user nobody@acme.example.'],
    ['no such tenant', ['user', 'find', 'a', '--tenant', 'nowhere'], 1, 'Tenant not found.'],
    ['a missing argument', ['user', 'find'], 2, "Missing required argument 'text'."],
    ['too many arguments', ['user', 'find', 'a', 'b'], 2, "Too many arguments for 'find'. Expected 1 argument but got 2."],
    ['an unknown flag, without its value', ['user', 'find', 'a', '--sekret=hunter2'], 2, "Unknown option '--sekret'."],
    ['a number that is none', ['user', 'find', 'a', '--limit', 'ten'], 2, '--limit takes a whole number of 1 or more.'],
    ['an unknown command', ['user', 'fnd'], 2, "Unknown command 'fnd' (Did you mean find?)"],
    ['an empty user', ['user', 'show', ''], 2, 'An empty text names no user.'],
    [
      'a secret on the command line',
      ['tenant', 'list', '--secret', 'hunter2'],
      2,
      expect.stringMatching(/^A secret .*SALLYPORT_SECRET.*--secret-file\.$/),
    ],
  ])('%s: one sentence on standard error, and the exit code', async (_what, words, code, sentence) => {
    const { stderr, ...rest } = await cli.run(...words);
    expect(rest).toEqual({ code, stdout: '' });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr.trimEnd()).toEqual(sentence);
    expect(stderr).not.toContain('hunter2');
  });

  it('names what is wrong with the server or the credentials', async () => {
    const without = async (change: Record<string, string>) => {
      const { stderr, ...rest } = await sallyport(['tenant', 'list'], { ...cli.env, ...change });
      expect(rest.stdout).toBe('');
      return `${rest.code} ${stderr}`;
    };
    expect(await without({ SALLYPORT_SECRET: 'hunter2' })).toMatch(/^1 The server does not accept the client id and the secret: check [^\n]+\n$/);
    expect(await without({ SALLYPORT_SECRET: '' })).toBe('2 There is no secret: set SALLYPORT_SECRET, or give --secret-file.\n');
    expect(await without({ SALLYPORT_CLIENT_ID: '' })).toBe('2 There is no client id: set SALLYPORT_CLIENT_ID, or give --client-id.\n');
    expect(await without({ SALLYPORT_URL: 'http://127.0.0.1:9' })).toMatch(/^1 No server answers at http:\/\/127\.0\.0\.1:9[ :][^\n]+\n$/);
    expect(await without({ SALLYPORT_URL: `${server.url}/elsewhere` })).toMatch(
      /^1 What answers at \S+\/elsewhere\/graphql is not [^\n]+404[^\n]+\n$/,
    );
    for (const url of ['http://me:hunter2@127.0.0.1', 'http://:hunter2@127.0.0.1', 'hunter2', 'ftp://127.0.0.1/hunter2']) {
      const said = await without({ SALLYPORT_URL: url });
      expect(said).toMatch(/^2 The URL of --url or SALLYPORT_URL [^\n]+\n$/);
      expect(said).not.toContain('hunter2');
    }
  });
});

describe('the server and the credentials', () => {
  it('come from flags before variables, and the secret from a file', async () => {
    const path = join(await workingFolder(), 'secret');
    await writeFile(path, `${secret}\n`);
    const words = ['tenant', 'list', '--url', server.url, '--client-id', clientId, '--secret-file', path];
    const other = { SALLYPORT_URL: 'http://127.0.0.1:9', SALLYPORT_CLIENT_ID: 'x', SALLYPORT_SECRET: 'y' };
    for (const env of [{}, other]) expect(await sallyport(words, env as Record<string, string>)).toMatchObject({ code: 0, stderr: '' });
    const missing = await sallyport([...words.slice(0, -1), join(path, 'none')], {});
    expect(missing).toEqual({ code: 1, stdout: '', stderr: 'The file of --secret-file cannot be read (ENOTDIR).\n' });
  });

  it('are in no help', async () => {
    for (const words of [['--help'], ['user', '--help'], ['user', 'find', '--help']]) {
      const { code, stdout, stderr } = await cli.run(...words);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).not.toContain(clientId);
      expect(stdout).not.toContain(server.url);
    }
  });
});

describe('the help', () => {
  it('lists every command, the variables and the exit codes, and goes to standard error with 2 if no command was given', async () => {
    const { stdout } = await sallyport(['--help']);
    for (const command of ['serve', 'user find <text>', 'user delete <id-or-email>', 'tenant create <name>', 'keys list'])
      expect(stdout).toContain(`\n  ${command} `);
    expect(stdout).toMatch(/SALLYPORT_URL, SALLYPORT_CLIENT_ID and SALLYPORT_SECRET/);
    expect(stdout).toMatch(/Exit codes:\n {2}0 [\s\S]+\n {2}1 [\s\S]+\n {2}2 /);
    expect(await sallyport([])).toEqual({ code: 2, stdout: '', stderr: stdout });
    expect(await sallyport(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});
