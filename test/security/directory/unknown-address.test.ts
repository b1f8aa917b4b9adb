import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, enroll, identity } from '../../support/builders.ts';
import { openHarness } from '../../support/harness.ts';
import { setCore } from '../../support/passwordless.ts';
import { givePhone } from '../../support/phones.ts';
import { createForcedUser } from '../../support/requests.ts';
import { rootFields } from '../../support/root-fields.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true }));

const wrongCode = '00000-00000-00000-00000-00000';
const field =
  (name: string, more = '') =>
  (email: string) => ({ url: '/graphql', body: { query: `mutation { ${name}(input: { email: "${email}"${more} }) { __typename } }` } });
/** Every operation that takes an address from somebody who is not logged in. */
const operations: Record<string, (email: string) => { url: string; body: object }> = {
  logIn: (email) => ({ url: `${identity}/auth/v1/user`, body: { email, password: 'not the password' } }),
  sendLoginCode: (email) => ({ url: `${identity}/auth/v1/passwordless/code/prelogin`, body: { email } }),
  sendMagicLink: (email) => ({ url: `${identity}/auth/v1/passwordless/magiclink/prelogin`, body: { email } }),
  sendLoginSmsCode: (email) => ({ url: `${identity}/auth/v1/passwordless/smscode/prelogin`, body: { email } }),
  beginPasskeyLogin: (email) => ({ url: `${identity}/auth/v1/webauthn/prelogin`, body: { email } }),
  recoverMfa: (email) => ({ url: `${identity}/auth/v1/user/mfa/recover`, body: { email, recoveryCode: wrongCode } }),
  requestActivation: (email) => ({ url: `${identity}/users/v1/activate/reset`, body: { email } }),
  resendInvitation: (email) => ({ url: `${identity}/users/v1/invitation/reset`, body: { email } }),
  requestPasswordReset: (email) => ({ url: `${identity}/users/v1/passwords/reset`, body: { email } }),
  requestPasswordResetByEmail: (email) => ({ url: `${identity}/users/v2/passwords/reset/email`, body: { email } }),
  requestPasswordResetBySms: (email) => ({ url: `${identity}/users/v2/passwords/reset/sms`, body: { email } }),
  'GraphQL logIn': field('logIn', ', password: "not the password"'),
  'GraphQL sendLoginCode': field('sendLoginCode'),
  'GraphQL sendLoginSmsCode': field('sendLoginSmsCode'),
  'GraphQL sendMagicLink': field('sendMagicLink'),
  'GraphQL beginPasskeyLogin': field('beginPasskeyLogin'),
  'GraphQL recoverMfa': field('recoverMfa', `, recoveryCode: "${wrongCode}"`),
  'GraphQL resendInvitation': field('resendInvitation'),
  'GraphQL requestPasswordReset': field('requestPasswordReset'),
  'GraphQL requestPasswordResetBySms': field('requestPasswordResetBySms'),
};

/**
 * A sign-up stores an account for a new address and a notice for a known one, so its statements differ. It hashes a password for both, which
 * takes longer than all of them.
 */
const storesAnAccount = ['signUp', 'signUpWithUsername', 'GraphQL signUp'];

/** One user of each kind for each operation, so that no limit of an account answers instead. */
const people: Record<string, (name: string) => Promise<{ email: string }>> = {
  'a user': (name) => createUserInTenant(harness, `plain-${name}`),
  'a user with an authenticator': async (name) => {
    const user = await createForcedUser(harness, `enrolled-${name}`);
    await enroll(harness, user.email);
    return user;
  },
  'a user without a password': async (name) => {
    const tenantId = await createTenant(harness, `bare-${name}`);
    return createUser(harness, tenantId, `bare-${name}@acme.example`, { password: undefined });
  },
  'a user with a phone to log in by': async (name) => {
    const user = await createUserInTenant(harness, `phone-${name}`);
    await givePhone(harness, user.id);
    return user;
  },
  'a locked user': async (name) => {
    const user = await createUserInTenant(harness, `locked-${name}`);
    await harness.send({ method: 'POST', url: `${identity}/users/v1/${user.id}/lock`, headers: await asEnvironment(harness) });
    return user;
  },
};

/** The way to log in that an operation belongs to. */
const strategyOf = (name: string): string => (name.includes('MagicLink') ? 'MagicLink' : name.includes('LoginSmsCode') ? 'SmsCode' : 'Code');
beforeAll(async () => {
  const query = 'mutation { updateEnvironmentSettings(input: { passkeysEnabled: true }) { __typename } }';
  await harness.send({ method: 'POST', url: '/graphql', headers: await asEnvironment(harness), body: { query } });
});

test('T38 the operations are all that take an address from a stranger', () => {
  const { paths } = JSON.parse(readFileSync(new URL('../../../schema/openapi.json', import.meta.url), 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string; security?: object[]; requestBody?: object }>>;
  };
  const open = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ security = [], requestBody = {} }) => security.length === 0 && JSON.stringify(requestBody).includes('"email"'));
  expect([...new Set(open.map(({ operationId }) => operationId))].filter((name) => !storesAnAccount.includes(name)).sort()).toEqual(
    Object.keys(operations)
      .filter((name) => !name.includes(' '))
      .sort(),
  );
  const named = rootFields.filter(({ kind, request }) => kind === 'mutation' && JSON.stringify(request.variables).includes('x@acme.example'));
  const closed = [
    ...['createUser', 'setMfaConfiguration', 'changeUserEmail', 'inviteUser', 'inviteUsers', 'verifyPassword', 'signUp'],
    ...['addUserEmail', 'setPrimaryEmail', 'verifyUserEmailAddress', 'importUser', 'startMigration', 'setCaptchaPolicy'],
  ];
  expect(
    named
      .map(({ name }) => `GraphQL ${name}`)
      .filter((name) => !closed.some((one) => name.endsWith(one)))
      .sort(),
  ).toEqual(
    Object.keys(operations)
      .filter((name) => name.includes(' '))
      .sort(),
  );
});

test.each(Object.keys(operations))('T38 B8 %s runs the same statements for nobody as for anybody', async (name) => {
  await setCore(harness, { authStrategy: strategyOf(name) });
  const operation = operations[name] ?? (() => ({ url: '', body: {} }));
  const plain = name.replace(/\W/g, '-').toLowerCase();
  const statementsFor = async (email: string): Promise<string[]> => {
    harness.queries.length = 0;
    const answer = await harness.send({ method: 'POST', ...operation(email) });
    expect(answer.statusCode).toBeLessThan(500);
    // The environment is also read in the background, by whoever sends a message after the answer.
    return harness.queries.filter((sql) => !sql.includes('from "environments"')).sort();
  };
  const nobody = await statementsFor(`nobody-${plain}@acme.example`);
  expect(nobody.length).toBeGreaterThan(1);
  for (const [kind, create] of Object.entries(people)) {
    const { email } = await create(plain);
    expect(await statementsFor(email), kind).toEqual(nobody);
  }
});
