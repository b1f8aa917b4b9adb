import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Ending } from '../../src/cli/failure.ts';
import { runProgram } from '../../src/cli/program.ts';
import { emptyFolder } from '../support/folder.ts';
import { sink, typist } from './streams.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that takes a while, and answers each operation by its name as told. */
async function stub(answers: Record<string, (variables: { input: Record<string, unknown> }) => object>) {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { query, variables } = JSON.parse(text) as { query: string; variables: { input: Record<string, unknown> } };
    const [, name = ''] = /^(?:query|mutation) (\w+)/.exec(query) ?? [];
    if (name === 'Authenticate') {
      return response.end(JSON.stringify({ data: { authenticateEnvironment: { __typename: 'AuthenticateEnvironmentSuccess', accessToken: '1' } } }));
    }
    await sleep(250);
    return response.end(JSON.stringify({ data: answers[name]?.(variables) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const env = { SALLYPORT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SALLYPORT_CLIENT_ID: 'id', SALLYPORT_SECRET: 's' };
  return async (...words: string[]) => {
    const [stdout, stderr] = [sink(), sink({ terminal: true })];
    const ended = await runProgram(words, { env, stdin: typist('y'), stdout, stderr }).then(
      () => null,
      (error: Ending) => error,
    );
    return { code: ended?.exitCode ?? 0, stdout: stdout.text(), stderr: stderr.text() };
  };
}

async function file(text: string): Promise<string> {
  const folder = await emptyFolder();
  closers.push(folder.remove);
  const path = join(folder.path, 'policy.yaml');
  await writeFile(path, text);
  return path;
}

const step = { tenant: null, path: ['mfaPolicy', 'enforceMfaType'], from: 'FORCE', to: '' };
const person = (number: number) => ({
  was: 'NEW_OUTCOME',
  becomes: 'MUST_ENROLL',
  because: 'NEW_RULE',
  node: { restId: String(number), email: `p${number}@a.example` },
});
const impact = {
  ...{ simulatedAt: '2026-03-02T09:00:00.000Z', totalCount: 42, newlyLockedOutCount: 0, newlyMustEnrollCount: 42 },
  ...{ administratorsLockedOutCount: 0, rememberedDevicesVoidedCount: 0, neverLoggedInCount: 0 },
  counts: [{ outcome: 'NEW_OUTCOME', before: 42, after: 0 }],
  people: { totalCount: 42, edges: Array.from({ length: 10 }, (_, number) => person(number)) },
};
const plan = { id: 'plan', baseRevision: '', expiresAt: '', withinLimits: true, steps: [step], impact };
const planned = () => ({ planMfaConfiguration: { __typename: 'PlanMfaConfigurationSuccess', plan } });

describe('what takes long', () => {
  it('moves on a terminal while a document is planned and applied', async () => {
    const applied = () => ({ applyMfaConfiguration: { __typename: 'ApplyMfaConfigurationSuccess', steps: [step] } });
    const run = await stub({ Plan: planned, Apply: applied });
    const { code, stdout, stderr } = await run('policy', 'apply', await file('version: 1\n'));
    expect([code, stdout.split('\n').at(-2)]).toEqual([0, '1 change was made.']);
    expect(stderr).toMatch(/Simulating logins … 0 s [\s\S]+\[y\/N\] [\s\S]*Making the changes … 0 s /);
  });

  it('moves on a terminal while counts are compared, part by part, with every part asked for once', async () => {
    const asked: unknown[] = [];
    const difference = { tenant: { restId: 'a' }, name: 'ENROLLED', dayStartsAt: '2026-03-01T00:00:00.000Z', counted: 2, actual: 1 };
    const parts: Record<string, object> = {
      null: { tenants: 1000, differences: [], next: 'm' },
      m: { tenants: 7, differences: [difference], next: null },
    };
    const run = await stub({
      Recount({ input }) {
        asked.push(input.after);
        return { recountMfaAdoption: { __typename: 'RecountMfaAdoptionSuccess', ...parts[String(input.after)] } };
      },
    });
    const { code, stdout, stderr } = await run('adoption', 'recount');
    expect([code, asked]).toEqual([0, [null, 'm']]);
    expect(stdout).toMatch(
      /^tenant +what +last login \(UTC\) +counted +actual\na +enrolled +2026-03-01 +2 +1\n\nThe environment and 1007 tenants: 1 count was mended\.\n$/,
    );
    expect(stderr).toMatch(/Counting … 0 s [\s\S]+Counting, after 1000 tenants … 0 s /);
  });
});

it('a plan shows the first people and how many there are, and says what a newer server has added in its words', async () => {
  const run = await stub({ Plan: planned });
  const { code, stdout } = await run('policy', 'plan', await file('version: 1\n'));
  expect(code).toBe(2);
  expect(stdout).toContain('\n- mfaPolicy.enforceMfaType: FORCE\n+ mfaPolicy.enforceMfaType: ""\n');
  expect(stdout).toMatch(/\nnew outcome +42 +0 +-42\n/);
  expect(stdout).toMatch(/\nnew outcome +must enroll +new rule +p9@a\.example\n… and 32 more\n$/);
});
