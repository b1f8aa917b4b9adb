import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Ending } from '../../../src/cli/failure.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { hesitant, sink } from '../../cli/streams.ts';
import type { Server } from '../server.ts';
import { cleanUp, start, workingFolder } from '../server.ts';
import type { Ran } from './command-line.ts';
import { against, chosen, sallyport } from './command-line.ts';

let cwd: string;
let server: Server;
let cli: ReturnType<typeof against>;
/** The settings of the first start, which each test begins with. */
let first: string;
beforeAll(async () => {
  cwd = await workingFolder();
  server = await start(cwd, chosen);
  cli = against(server.url);
  first = await cli.text('policy', 'export');
});
beforeEach(async () => {
  // What a document leaves out is left alone, so the switches are named that tests change.
  const document = first.replace('EMAIL_CODE: true', 'EMAIL_CODE: true\n    AUTHENTICATOR_APP: true');
  const acme = '    mfaStrategies:\n      AUTHENTICATOR_APP: true\n      EMAIL_CODE: true\n';
  expect((await within(['policy', 'apply', '-', '--yes'], `${document}${acme}`)).code).toBe(0);
});
afterAll(cleanUp);

const within = (words: readonly string[], input = ''): Promise<Ran> => sallyport(words, cli.env, cwd, input);
const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(cwd, name), text);
  return name;
};
const acmeStrategies = (...lines: string[]): string =>
  `version: 1\ntenants:\n  acme:\n    mfaStrategies:\n${lines.map((line) => `      ${line}\n`).join('')}`;
const acmePolicy = (enforce: string): string =>
  `version: 1\ntenants:\n  acme:\n    mfaPolicy:\n      enforceMfaType: ${enforce}\n      allowRememberMyDevice: true\n      mfaDeviceExpirationSeconds: 604800\n`;
const withoutEmail = acmeStrategies('EMAIL_CODE: false');
const lockingOut = acmeStrategies('AUTHENTICATOR_APP: false', 'EMAIL_CODE: false');
const relaxed = acmePolicy('DONT_FORCE');

interface PlanResult {
  applied?: boolean;
  tenantId: string | null;
  planId: string;
  withinLimits: boolean;
  steps: { tenantId: string | null; path: string[]; from: string | null; to: string }[];
  impact: { newlyLockedOutCount: number; newlyMustEnrollCount: number; totalCount: number; people: { email: string; becomes: string }[] };
}
const parsed = ({ stdout }: Ran): PlanResult => JSON.parse(stdout) as PlanResult;

describe('sallyport policy export', () => {
  it('writes the settings as a document that changes nothing if it is planned', async () => {
    expect(first).toMatch(
      /^# MFA settings of Sallyport, .*\n#.*\nversion: 1\nenvironment:\n[\s\S]*\ntenants:\n {2}acme:\n {4}mfaPolicy:\n {6}enforceMfaType: FORCE\n/,
    );
    await file('first.yaml', first);
    expect(await within(['policy', 'plan', 'first.yaml'])).toEqual({
      code: 0,
      stdout: 'There is nothing to do: the settings are as the document says.\n',
      stderr: '',
    });
  });

  it('writes a file, one tenant and JSON', async () => {
    const written = await within(['policy', 'export', '--tenant', 'acme', '-o', 'acme.yaml']);
    expect(written).toEqual({ code: 0, stdout: 'The settings of the tenant acme were written to acme.yaml.\n', stderr: '' });
    const text = await readFile(join(cwd, 'acme.yaml'), 'utf8');
    expect(text).toBe(await cli.text('policy', 'export', '--tenant', 'acme'));
    expect(text).not.toContain('environment:');
    expect(await cli.json('policy', 'export', '--tenant', 'acme')).toEqual({ tenantId: 'acme', document: text });
    expect(await within(['policy', 'export', '-o', 'all.yaml', '--json'])).toMatchObject({
      code: 0,
      stdout: '{"tenantId":null,"file":"all.yaml"}\n',
    });
  });

  it('says in one sentence why it wrote nothing, and ends wrong usage with 2', async () => {
    expect(await within(['policy', 'export', '-o', 'no/such/folder'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The file no/such/folder cannot be written (ENOENT).\n',
    });
    expect(await within(['policy', 'export', '--tenant', 'nowhere'])).toEqual({ code: 1, stdout: '', stderr: 'Tenant not found.\n' });
    expect(await within(['policy', 'export', 'first.yaml'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('sallyport policy plan', () => {
  it('ends with 2 if there are changes, and shows them and what they do to people', async () => {
    const change = `${relaxed}    mfaStrategies:\n      EMAIL_CODE: false\n    lockoutPolicy:\n      enabled: true\n      maxAttempts: 5\n`;
    const { code, stdout, stderr } = await within(['policy', 'plan', await file('change.yaml', change)]);
    expect([code, stderr]).toEqual([2, '']);
    expect(stdout).toMatch(
      /^Planned, \S+ \S+ UTC\. Nothing was changed\.\n\ntenants\.acme\n- mfaPolicy\.enforceMfaType: FORCE\n\+ mfaPolicy\.enforceMfaType: DONT_FORCE\n/,
    );
    // A setting that was never made has no former value.
    expect(stdout).toMatch(
      /\n- mfaStrategies\.EMAIL_CODE: true\n\+ mfaStrategies\.EMAIL_CODE: false\n\+ lockoutPolicy\.enabled: true\n\+ lockoutPolicy\.maxAttempts: 5\n\n/,
    );
    expect(stdout).toMatch(/\na login leads to +now +after +change\nno second factor +0 +2 +\+2\nmust enroll +2 +0 +-2\nall people +2 +2 +0\n/);
    expect(stdout).toMatch(/\npeople newly locked out +0\npeople who newly must enroll +0\nadministrators locked out +0\n/);
    expect(stdout).toMatch(/\nnow +after +because of +e-mail\n(must enroll +no second factor +environment policy +(dana|sam)@acme\.example\n){2}$/);
    expect(await within(['policy', 'plan', '-', '--tenant', 'acme'], relaxed)).toMatchObject({ code: 2, stderr: '' });
    expect(await cli.text('policy', 'export', '--tenant', 'acme')).toContain('enforceMfaType: FORCE');
  });

  it('ends with 3 if more people are concerned than the limits allow, and says by how many', async () => {
    const planned = (...flags: string[]) => within(['policy', 'plan', '-', ...flags], lockingOut);
    const over = await planned();
    expect([over.code, over.stderr]).toEqual([3, 'The plan cannot be applied: 2 people would be locked out, and --max-locked-out allows 0.\n']);
    expect(over.stdout).toMatch(/\npeople newly locked out +2\n/);
    expect((await planned('--max-locked-out', '1')).code).toBe(3);
    expect(await planned('--max-locked-out', '2')).toMatchObject({ code: 2, stderr: '' });
    expect((await within(['policy', 'apply', '-', '--yes'], relaxed)).code).toBe(0);
    const enrolling = (...flags: string[]) => within(['policy', 'plan', '-', ...flags], acmePolicy('FORCE'));
    expect(await enrolling('--max-must-enroll', '1')).toMatchObject({
      code: 3,
      stderr: 'The plan cannot be applied: 2 people would have to enroll, and --max-must-enroll allows 1.\n',
    });
    expect(await enrolling()).toMatchObject({ code: 2, stderr: '' });
  });

  it('writes one document for scripts, with the same exit codes', async () => {
    const over = await within(['policy', 'plan', '-', '--json'], lockingOut);
    expect(over.code).toBe(3);
    expect(parsed(over)).toMatchObject({
      ...{ tenantId: null, withinLimits: false, planId: expect.stringMatching(/^\S{36}$/) },
      steps: [
        { tenantId: 'acme', path: ['mfaStrategies', 'AUTHENTICATOR_APP'], from: 'true', to: 'false' },
        { tenantId: 'acme', path: ['mfaStrategies', 'EMAIL_CODE'], from: 'true', to: 'false' },
      ],
      impact: { newlyLockedOutCount: 2, newlyMustEnrollCount: 0, totalCount: 2 },
    });
    expect(
      parsed(over)
        .impact.people.map(({ email, becomes }) => `${email} ${becomes}`)
        .sort(),
    ).toEqual(['dana@acme.example LOCKED_OUT', 'sam@acme.example LOCKED_OUT']);
    const changes = await within(['policy', 'plan', '-', '--json'], withoutEmail);
    expect([changes.code, parsed(changes).steps.length]).toEqual([2, 1]);
    const nothing = await within(['policy', 'plan', '-', '--json'], first);
    expect([nothing.code, parsed(nothing).steps]).toEqual([0, []]);
  });

  it('names what is wrong with a document by file, line and column, and ends with 1', async () => {
    const bad = acmeStrategies('EMAIL_CODE: no', 'SMS: true');
    const problems = [
      '5:19: tenants.acme.mfaStrategies.EMAIL_CODE must be true or false',
      '6:7: tenants.acme.mfaStrategies.SMS cannot be switched on: SMS needs a provider: SMS_PROVIDER is not set',
    ];
    await file('bad.yaml', bad);
    for (const verb of [['plan'], ['apply', '--yes']]) {
      const of = (name: string) => ({ code: 1, stdout: '', stderr: problems.map((problem) => `${name}:${problem}\n`).join('') });
      expect(await within(['policy', ...verb, 'bad.yaml'])).toEqual(of('bad.yaml'));
      expect(await within(['policy', ...verb, '-'], bad)).toEqual(of('<stdin>'));
    }
    const { code, stdout } = await within(['policy', 'plan', 'bad.yaml', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      {
        problems: [
          { line: 5, column: 19, code: 'INVALID_INPUT' },
          { line: 6, column: 7 },
        ],
      },
    ]);
    expect(await within(['policy', 'plan', '-'], 'version: &a 1\n')).toMatchObject({ code: 1, stderr: '<stdin>:1:10: anchors are refused\n' });
    // Names are those of the document, and may command a terminal.
    expect(await within(['policy', 'plan', '-'], 'version: 1\n"\\e[2J": 1\n')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('<stdin>:2:1: �[2J '),
    });
  });

  it('acts in one tenant if it is told to, and refuses the places of others', async () => {
    const own = await within(['policy', 'plan', '-', '--tenant', 'acme', '--json'], withoutEmail);
    expect([own.code, parsed(own).tenantId]).toEqual([2, 'acme']);
    await cli.text('tenant', 'create', 'Beta', '--id', 'beta').catch(() => undefined);
    expect(await within(['policy', 'plan', '-', '--tenant', 'beta'], withoutEmail)).toEqual({
      ...{ code: 1, stdout: '', stderr: '<stdin>:3:3: tenants.acme is not for a token that names another tenant\n' },
    });
    expect(await within(['policy', 'apply', '-', '--tenant', 'nowhere', '--yes'], withoutEmail)).toEqual({
      ...{ code: 1, stdout: '', stderr: 'Tenant not found.\n' },
    });
  });

  it.each([
    ['no file', ['policy', 'plan'], "Missing required argument 'file'."],
    ['no file to apply', ['policy', 'apply'], "Missing required argument 'file'."],
    ['two files', ['policy', 'plan', 'a', 'b'], "Too many arguments for 'plan'. Expected 1 argument but got 2."],
    ['an unknown flag', ['policy', 'plan', 'a', '--sekret=hunter2'], "Unknown option '--sekret'."],
    ['a limit that is none', ['policy', 'apply', 'a', '--max-locked-out', '-1'], '--max-locked-out takes a whole number of 0 or more.'],
    ['a file that is missing', ['policy', 'plan', 'missing.yaml'], 'The file missing.yaml cannot be read (ENOENT).'],
    ['a folder', ['policy', 'plan', '.'], 'The file . cannot be read (EISDIR).'],
    ['a secret on the command line', ['policy', 'plan', 'a', '--secret', 'hunter2'], expect.stringMatching(/^A secret on the command line /)],
  ])('%s: one sentence, and 1 because 2 says that there are changes', async (_what, words, sentence) => {
    const { code, stdout, stderr } = await within(words);
    expect([code, stdout, stderr.trimEnd()]).toEqual([1, '', sentence]);
  });

  it('takes texts in UTF-8 alone', async () => {
    await writeFile(join(cwd, 'latin.yaml'), Buffer.from('version: 1 # \xff', 'latin1'));
    expect(await within(['policy', 'plan', 'latin.yaml'])).toMatchObject({ code: 1, stderr: 'The file latin.yaml is no text in UTF-8.\n' });
    expect(await within(['policy', 'plan', '-'], `\ufeff${first}`)).toMatchObject({ code: 0 });
  });

  it('ends with 1 if the server is away, or does not take the credentials or the size', async () => {
    const without = async (change: Record<string, string>, verb: string[]) => {
      const { code, stdout, stderr } = await sallyport(['policy', ...verb, '-'], { ...cli.env, ...change }, cwd, withoutEmail);
      expect(stdout).toBe('');
      return `${code} ${stderr}`;
    };
    for (const verb of [['plan'], ['apply', '--yes']]) {
      expect(await without({ SALLYPORT_URL: 'http://127.0.0.1:9' }, verb)).toMatch(/^1 No server answers at [^\n]+\n$/);
      expect(await without({ SALLYPORT_SECRET: 'hunter2' }, verb)).toMatch(/^1 The server does not accept the client id and the secret: [^\n]+\n$/);
      expect(await without({ SALLYPORT_SECRET: '' }, verb)).toBe('1 There is no secret: set SALLYPORT_SECRET, or give --secret-file.\n');
    }
    expect(await within(['policy', 'plan', '-'], `${first}#${' '.repeat(70_000)}`)).toMatchObject({
      code: 1,
      stderr: 'The server refuses the input: document must have at most 65536 characters.\n',
    });
  });

  it('lists its exit codes in its help', async () => {
    const { code, stdout } = await within(['policy', 'plan', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nExit codes, which differ from those of other commands:\n {2}0 .*\n {2}1 [\s\S]+\n {2}2 .*\n {2}3 /);
    expect((await within(['policy', 'apply', '--help'])).stdout).toMatch(/\nExit codes, .*\n {2}0 .*\n {2}1 [\s\S]+\n {2}3 /);
  });
});

describe('sallyport policy apply', () => {
  const exported = () => cli.text('policy', 'export', '--tenant', 'acme');

  it('with --yes shows the plan and makes its changes, and does nothing the second time', async () => {
    await file('relaxed.yaml', relaxed);
    const { code, stdout, stderr } = await within(['policy', 'apply', 'relaxed.yaml', '--yes']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\n- mfaPolicy\.enforceMfaType: FORCE\n\+ mfaPolicy\.enforceMfaType: DONT_FORCE\n[\s\S]+\n\n1 change was made\.\n$/);
    expect(await exported()).toContain('enforceMfaType: DONT_FORCE');
    expect((await within(['policy', 'plan', 'relaxed.yaml'])).code).toBe(0);
    expect(await within(['policy', 'apply', 'relaxed.yaml', '--yes'])).toEqual({
      ...{ code: 0, stdout: 'There is nothing to do: the settings are as the document says.\n', stderr: '' },
    });
  });

  it('writes one document for scripts that says whether anything was changed', async () => {
    const made = await within(['policy', 'apply', '-', '--yes', '--json'], withoutEmail);
    expect([made.code, parsed(made)]).toMatchObject([0, { applied: true, steps: [{ tenantId: 'acme', to: 'false' }], impact: { totalCount: 2 } }]);
    const again = await within(['policy', 'apply', '-', '--yes', '--json'], withoutEmail);
    expect([again.code, parsed(again)]).toMatchObject([0, { applied: false, steps: [] }]);
    const over = await within(['policy', 'apply', '-', '--yes', '--json'], lockingOut);
    expect([over.code, parsed(over)]).toMatchObject([3, { applied: false, withinLimits: false }]);
  });

  it('ends with 3 and changes nothing if the limits are exceeded, also with --yes', async () => {
    const before = await exported();
    const { code, stdout, stderr } = await within(['policy', 'apply', '-', '--yes'], lockingOut);
    expect([code, stderr]).toEqual([3, 'Nothing was changed: 2 people would be locked out, and --max-locked-out allows 0.\n']);
    expect(stdout).toMatch(/\npeople newly locked out +2\n/);
    expect(await exported()).toBe(before);
    expect((await within(['policy', 'apply', '-', '--yes', '--max-locked-out', '2'], lockingOut)).code).toBe(0);
    expect(await exported()).toContain('AUTHENTICATOR_APP: false');
  });

  it('refuses with one sentence where nobody can be asked and --yes is not given', async () => {
    await file('relaxed.yaml', relaxed);
    const refusedBy = async (...words: string[]) => {
      const ran = await within(['policy', 'apply', ...words], relaxed);
      expect([ran.code, ran.stdout]).toEqual([1, '']);
      return ran.stderr;
    };
    expect(await refusedBy('relaxed.yaml')).toBe('There is nobody to ask, so this command needs --yes.\n');
    expect(await refusedBy('-')).toBe('The document comes from standard input, where the answer would come from, so this command needs --yes.\n');
    expect(await refusedBy('relaxed.yaml', '--json')).toBe('With --json nobody is shown the plan, so this command needs --yes.\n');
    expect(await exported()).toContain('enforceMfaType: FORCE');
  });

  /** Applies the document at a terminal, where the answer is typed after something else has happened. */
  async function atTerminal(answer: string, meanwhile: () => Promise<unknown>) {
    const path = join(cwd, await file('asked.yaml', withoutEmail));
    const stdout = sink({ terminal: true, colors: true });
    const { stdin, stderr } = hesitant(answer, meanwhile);
    const ended = await runProgram(['policy', 'apply', path], { env: cli.env, stdin, stdout, stderr }).catch((error: Error) => error);
    return { said: ended instanceof Error ? ended.message : '', stdout: stdout.text(), stderr: stderr.text() };
  }
  const nothing = async (): Promise<void> => undefined;

  it('asks on a terminal, and makes the changes after yes alone', async () => {
    expect(await atTerminal('n', nothing)).toMatchObject({
      said: 'Nothing was changed.',
      stderr: expect.stringMatching(/Make this change\? \[y\/N\] $/),
    });
    expect(await exported()).toContain('EMAIL_CODE: true');
    const made = await atTerminal('y', nothing);
    expect(made).toMatchObject({ said: '', stdout: expect.stringMatching(/\n\n1 change was made\.\n$/) });
    expect(await exported()).toContain('EMAIL_CODE: false');
  });

  it('makes nothing of what was shown if the settings have changed before the answer', async () => {
    const change = async (): Promise<void> => expect((await within(['policy', 'apply', '-', '--yes'], relaxed)).code).toBe(0);
    expect((await atTerminal('y', change)).said).toBe(
      'Nothing was changed, because the settings have changed since the plan was made: run the command again to plan anew.',
    );
    expect(await exported()).toMatch(/enforceMfaType: DONT_FORCE[\s\S]*EMAIL_CODE: true/);
  });

  it('makes nothing of a plan that expired before the answer', async () => {
    const expire = async (): Promise<void> => {
      const database = new Database(join(cwd, 'data/sallyport.db'));
      database.exec('update mfa_plans set expires_at = 1');
      database.close();
    };
    expect((await atTerminal('y', expire)).said).toBe('Nothing was changed, because the plan has expired: run the command again to plan anew.');
    expect(await exported()).toContain('EMAIL_CODE: true');
  });

  it('paints what goes red and what comes green, where there are colors', async () => {
    const painted = async (colors: boolean) => {
      const stdout = sink({ terminal: true, colors });
      const path = join(cwd, await file('asked.yaml', withoutEmail));
      const ended = await runProgram(['policy', 'plan', path], { env: cli.env, stdin: hesitant('', nothing).stdin, stdout, stderr: sink() }).catch(
        (error) => error,
      );
      expect(ended).toBeInstanceOf(Ending);
      expect(ended.exitCode).toBe(2);
      return stdout.text();
    };
    const lines = (await painted(true)).split('\n');
    const [red, green, end] = ['\u001b[31m', '\u001b[32m', '\u001b[39m'];
    expect(lines).toContain(`${red}- mfaStrategies.EMAIL_CODE: true${end}`);
    expect(lines).toContain(`${green}+ mfaStrategies.EMAIL_CODE: false${end}`);
    expect(await painted(false)).not.toContain('\u001b');
  });
});
