import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../server.ts';
import { cleanUp, identity, send, start, workingFolder } from '../server.ts';
import { against, chosen, clientId, secret } from './command-line.ts';

let server: Server;
let cli: ReturnType<typeof against>;
beforeAll(async () => {
  server = await start(await workingFolder(), chosen);
  cli = against(server.url);
});
afterAll(cleanUp);

interface Impact {
  tenantId: string | null;
  totalCount: number;
  counts: { outcome: string; before: number; after: number }[];
  people?: { email: string; was: string; becomes: string; because: string }[];
}
const changed = ({ counts }: Impact) =>
  Object.fromEntries(counts.filter(({ before, after }) => before !== after).map(({ outcome, before, after }) => [outcome, [before, after]]));

describe('sallyport policy impact', () => {
  it('tells by numbers what a change would do to a tenant', async () => {
    const text = await cli.text('policy', 'impact', '--tenant', 'acme', '--enforce', 'DONT_FORCE');
    expect(text).toMatch(
      /^The tenant acme, \S+ \S+ UTC\. Nothing was changed\.\nenforcement +FORCE now, DONT_FORCE after\ndevices remembered +for 604800 s, as now\n/,
    );
    expect(text).toMatch(/\na login leads to +now +after +change\nno second factor +0 +2 +\+2\nmust enroll +2 +0 +-2\nall people +2 +2 +0\n/);
    expect(text).toMatch(/\nadministrators locked out +0\nremembered devices voided +0\npeople who never logged in +2\n$/);
    const impact = await cli.json<Impact>('policy', 'impact', '--tenant', 'acme', '--enforce', 'DONT_FORCE');
    expect(impact).toMatchObject({ tenantId: 'acme', totalCount: 2, neverLoggedInCount: 2 });
    expect(impact).not.toHaveProperty('people');
    expect(changed(impact)).toEqual({ NO_SECOND_FACTOR: [0, 2], MUST_ENROLL: [2, 0] });
  });

  it('lists who changes and why', async () => {
    const words = ['policy', 'impact', '--tenant', 'acme', '--enforce', 'DONT_FORCE', '--people'];
    expect(await cli.text(...words)).toMatch(
      /\nnow +after +because of +e-mail\n(must enroll +no second factor +environment policy +(dana|sam)@acme\.example\n){2}$/,
    );
    const { people = [] } = await cli.json<Impact>(...words);
    expect(people.map(({ email }) => email).sort()).toEqual(['dana@acme.example', 'sam@acme.example']);
    expect(people[0]).toMatchObject({ was: 'MUST_ENROLL', becomes: 'NO_SECOND_FACTOR', because: 'ENVIRONMENT_POLICY' });
    expect(await cli.text('policy', 'impact', '--tenant', 'acme', '--enforce', 'FORCE', '--people')).toMatch(/\n\nThe login of nobody changes\.\n$/);
  });

  it('looks at the whole environment without a tenant, and at remembered devices and strategies', async () => {
    const words = ['policy', 'impact', '--remember-devices', 'off', '--strategy', 'EMAIL_CODE=off', '--strategy', 'AUTHENTICATOR_APP=off'];
    const impact = await cli.json<Impact>(...words, '--enforce', 'FORCE');
    expect(impact).toMatchObject({ tenantId: null, after: { enforceMfaType: 'FORCE', allowRememberMyDevice: false } });
    expect(changed(impact)).toEqual({ MUST_ENROLL: [2, expect.any(Number)], LOCKED_OUT: [0, expect.any(Number)] });
    expect(await cli.json('policy', 'impact', '--remember-seconds', '60')).toMatchObject({ after: { mfaDeviceExpirationSeconds: 60 } });
  });

  it('lists more people than the server gives at once, each once', async () => {
    const { token } = (await send(`${server.url}/auth/vendor`, { clientId, secret })).body as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const query = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { ... on CreateUserSuccess { user { restId } } } }';
    await cli.text('tenant', 'create', 'Many', '--id', 'many');
    const emails = Array.from({ length: 103 }, (_, number) => `p${number}@many.example`);
    for (const email of emails) {
      const { body } = await send(`${server.url}/graphql`, { query, variables: { input: { email, tenantId: 'many' } } }, headers);
      const { restId } = (body as { data: { createUser: { user: { restId: string } } } }).data.createUser.user;
      expect(await send(`${server.url}${identity}/users/v1/${restId}/verify`, {}, headers)).toMatchObject({ status: 200 });
    }
    const words = ['policy', 'impact', '--tenant', 'many', '--enforce', 'FORCE', '--people'];
    const { people = [] } = await cli.json<Impact>(...words);
    expect(people.map(({ email }) => email).sort()).toEqual(emails.sort());
    const lines = (await cli.text(...words)).split('\n');
    expect(lines.filter((line) => line.startsWith('no second factor  must enroll       tenant policy       p'))).toHaveLength(103);
    expect(lines.filter((line) => line.startsWith('now '))).toHaveLength(1);
  });

  it('names the flag that is wrong, and refuses what could not be made', async () => {
    const refused = async (...words: string[]) => {
      const { code, stdout, stderr } = await cli.run('policy', 'impact', ...words);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^[^\n]+\n$/);
      return `${code} ${stderr}`;
    };
    expect(await refused()).toMatch(/^2 There is no change to look at: give --enforce, /);
    expect(await refused('--enforce', 'MAYBE')).toMatch(
      /^2 Option '--enforce <kind>' argument 'MAYBE' is invalid\. Allowed choices are DONT_FORCE, /,
    );
    expect(await refused('--remember-devices', 'maybe')).toMatch(/^2 Option '--remember-devices <on\|off>' .* on or off\.\n$/);
    expect(await refused('--strategy', 'PIGEON=on')).toMatch(/^2 Option '--strategy <NAME=on\|off>' .* EMAIL_CODE\.\n$/);
    expect(await refused('--remember-seconds', '-1')).toMatch(/^2 --remember-seconds takes /);
    expect(await refused('--strategy', 'SMS=on')).toBe('1 The strategy cannot be switched on in this deployment.\n');
  });
});
