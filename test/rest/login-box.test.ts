import { describe, expect, test } from 'vitest';
import { asEnvironment } from '../support/builders.ts';
import { setEmailCodeLogin } from '../support/first-factors.ts';
import { openHarness } from '../support/harness.ts';
import { call, expectRefusal, faults, refusal, unauthorized } from '../support/rest.ts';
import { useHarness } from '../support/use-harness.ts';

/** What the embedded login box asks for before anybody has logged in, by its own prefix. */
const harness = useHarness(() => openHarness({ settings: { SALLYPORT_NAME: 'Acme Accounts' } }));

const get = async (path: string, headers: Record<string, string> = {}) => harness.send({ url: `/frontegg${path}`, headers });
const identity = '/identity/resources';

describe('the boot answers', () => {
  test('in the order the box asks: each is there without a token, and says who may log in and how', async () => {
    const answers: [string, unknown][] = [
      ['/flags', {}],
      ['/metadata?entityName=adminBox', { rows: [{ configuration: {} }] }],
      ['/metadata?entityName=saml', { rows: [] }],
      ['/metadata', { rows: [] }],
      ['/vendors/public', { name: 'Acme Accounts', logo: '', icon: '', whiteLabelMode: true }],
      [
        `${identity}/configurations/v1/public`,
        {
          allowSignups: false,
          allowNotVerifiedUsersLogin: false,
          apiTokensEnabled: false,
          forcePermissions: false,
          authStrategy: 'EmailAndPassword',
          machineToMachineAuthStrategy: 'ClientCredentials',
        },
      ],
      [
        `${identity}/configurations/v1/auth/strategies/public`,
        {
          mainAuthStrategies: [{ strategy: 'EmailAndPassword' }],
          secondaryAuthStrategies: ['Code', 'MagicLink', 'SmsCode'].map((strategy) => ({ strategy, isActive: false })),
        },
      ],
      [
        `${identity}/configurations/v1/sign-up/strategies`,
        ['email', 'phoneNumber', 'username'].map((strategy) => ({ strategy, isActive: false, isRequired: false })),
      ],
      [`${identity}/sso/v2`, []],
      [`${identity}/sso/custom/v1`, { providers: [] }],
      ['/team/resources/sso/v2/configurations/public', { isActive: false }],
    ];
    for (const [path, body] of answers) {
      const answer = await get(path);
      expect([answer.statusCode, answer.json()], path).toEqual([200, body]);
      // A browser may still hold a token of last week, and the header of a tenant it left.
      const stale = await get(path, { authorization: 'Bearer stale', 'frontegg-tenant-id': 'a,b' });
      expect([stale.statusCode, stale.json()], path).toEqual([200, body]);
    }
  });

  test('the refresh that looks for a session answers 401', async () => {
    const answer = await harness.send({ method: 'POST', url: `/frontegg${identity}/auth/v1/user/token/refresh`, body: { tenantId: null } });
    expectRefusal(answer, 401, unauthorized);
  });

  test('what the box does without is nowhere, and never a fault of the server', async () => {
    const notFound = refusal('Not found', 'ER-00004');
    for (const path of ['auth/v2/user/sso/prelogin', 'auth/v1/user/saml/prelogin']) {
      const answer = await harness.send({ method: 'POST', url: `/frontegg${identity}/${path}`, body: { email: 'dana@acme.example' } });
      expectRefusal(answer, 404, notFound, path);
    }
  });

  test('public settings are those an administrator reads and sets', async () => {
    const core = async () => (await call(harness, 'GET', '/configurations/v1', { headers: await asEnvironment(harness) })).json();
    const shown = async () => (await get(`${identity}/configurations/v1/public`)).json();
    expect(await core()).toMatchObject(await shown());
    await setEmailCodeLogin(harness, true);
    expect(await shown()).toMatchObject({ authStrategy: 'Code' });
    expect(await core()).toMatchObject(await shown());
    expect((await get(`${identity}/configurations/v1/auth/strategies/public`)).json()).toEqual({
      mainAuthStrategies: [{ strategy: 'Code' }],
      secondaryAuthStrategies: [
        { strategy: 'EmailAndPassword', isActive: true },
        { strategy: 'MagicLink', isActive: false },
        { strategy: 'SmsCode', isActive: false },
      ],
    });
    await setEmailCodeLogin(harness, false);
    expect(await shown()).toMatchObject({ authStrategy: 'EmailAndPassword' });
  });

  test('nothing of the environment leaves but its name', async () => {
    const [key] = (await get('/.well-known/jwks.json')).json().keys;
    for (const path of ['/vendors/public', `${identity}/configurations/v1/public`]) {
      const { body } = await get(path);
      for (const hidden of [harness.secret, harness.app.clientId, key.kid, 'publicKey', 'jwtSecret']) expect(body).not.toContain(hidden);
    }
  });

  test('an entity asked for twice, or without end, is refused in words', async () => {
    for (const query of ['entityName=adminBox&entityName=saml', `entityName=${'x'.repeat(5000)}`]) {
      expectRefusal(await get(`/metadata?${query}`), 400, faults('entityName must be a string'));
    }
  });
});
