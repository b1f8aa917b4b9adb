import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, mailedCode, password } from '../../support/builders.ts';
import { otherCode } from '../../support/first-factors.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { asUser } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const member = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  return { ...user, headers: await asUser(harness, user.email) };
};
const globalId = (id: string): string => `_${Buffer.from(`User:${id}`).toString('base64url')}`;
const viewer = async (headers: Record<string, string>) =>
  (await harness.graphql('{ viewer { email username userEmails { id email verified primary } } }', {}, headers)).data?.viewer;

describe('e-mail addresses', () => {
  test('are added, verified, made the primary one and removed by their user', async () => {
    const { id, headers, email } = await member('emails');
    const { userEmail } = await run(harness, documents.addUserEmail, { email: 'Two@emails.example' }, headers);
    expect(userEmail).toEqual({ id: expect.any(String), email: 'Two@emails.example', verified: false, primary: false });
    const code = await mailedCode(harness, 'Two@emails.example');
    const wrong = await run(harness, documents.verifyUserEmailAddress, { email: 'two@emails.example', code: otherCode(code) }, headers);
    expect(wrong).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: 4, path: ['input', 'code'] });
    const verified = await run(harness, documents.verifyUserEmailAddress, { email: 'two@emails.example', code }, headers);
    expect(verified.userEmail).toEqual({ ...userEmail, verified: true });
    const second = { ...userEmail, verified: true };
    expect(await viewer(headers)).toEqual({ email, username: null, userEmails: [{ id, email, verified: true, primary: true }, second] });

    const choose = (chosen: string) => harness.graphql(documents.setPrimaryEmail, { input: { email: chosen } }, headers);
    expect((await choose('two@emails.example')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await run(harness, documents.updateEnvironmentSettings, { allowEmailChange: true }, environment);
    expect((await choose('no@emails.example')).data?.setPrimaryEmail).toMatchObject({ __typename: 'EmailNotFoundError' });
    const { user } = await run(harness, documents.setPrimaryEmail, { email: 'two@emails.example' }, headers);
    expect(user).toMatchObject({ email: 'Two@emails.example', userEmails: [{ primary: true }, { email, verified: true, primary: false }] });
    expect(await run(harness, documents.updateEnvironmentSettings, { allowEmailChange: false }, environment)).toMatchObject({
      environmentSettings: { allowEmailChange: false },
    });

    expect(await run(harness, documents.removeUserEmail, { emailId: id }, headers)).toMatchObject({
      __typename: 'PrimaryEmailError',
      path: ['input', 'emailId'],
    });
    const removed = await run(harness, documents.removeUserEmail, { emailId: user.userEmails[1]?.id }, headers);
    expect(removed).toMatchObject({ __typename: 'RemoveUserEmailSuccess', user: { userEmails: [{ email: 'Two@emails.example' }] } });
  });

  test('are added by an environment token, which vouches for them and is told what is taken', async () => {
    const [mine, other] = [await member('by-environment'), await member('by-environment-other')];
    const add = (input: object, headers = environment) => run(harness, documents.addUserEmail, { userId: mine.id, ...input }, headers);
    expect(await add({ email: 'v@environment.example', verified: true })).toMatchObject({ userEmail: { verified: true } });
    expect(await add({ email: other.email })).toMatchObject({ __typename: 'UserExistsError', path: ['input', 'email'] });
    expect(await add({ email: 'w@environment.example' }, await asEnvironment(harness, other.tenantId))).toMatchObject({
      __typename: 'UserNotFoundError',
    });
    const vouching = await harness.graphql(documents.addUserEmail, { input: { email: 'x@environment.example', verified: true } }, mine.headers);
    expect(vouching.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const logIn = await run(harness, documents.logIn, { email: 'V@environment.example', password });
    expect(logIn).toMatchObject({ __typename: 'LogInSuccess', session: { userId: globalId(mine.id) } });
    const chosen = await run(harness, documents.setPrimaryEmail, { userId: mine.id, email: 'v@environment.example' }, environment);
    expect(chosen).toMatchObject({ user: { email: 'v@environment.example' } });
  });

  test('are seen by their user and the environment alone', async () => {
    const [mine, other] = [await member('seen'), await member('seen-other')];
    const query = 'query ($id: ID!) { user(id: $id) { username userEmails { email } } }';
    expect((await harness.graphql(query, { id: mine.id }, environment)).data).toEqual({
      user: { username: null, userEmails: [{ email: mine.email }] },
    });
    expect((await harness.graphql(query, { id: mine.id }, other.headers)).data).toEqual({ user: null });
  });
});

describe('usernames', () => {
  test('are set, logged in by and removed', async () => {
    const [mine, other] = [await member('names'), await member('names-other')];
    expect(await run(harness, documents.setUsername, { username: 'Dana' }, mine.headers)).toMatchObject({
      user: { restId: mine.id, username: 'Dana' },
    });
    expect(await run(harness, documents.setUsername, { username: 'dana' }, other.headers)).toMatchObject({ __typename: 'UsernameExistsError' });
    expect(await run(harness, documents.setUsername, { username: 'a b' }, other.headers)).toMatchObject({
      __typename: 'InvalidInputError',
      path: ['input', 'username'],
    });
    expect(await run(harness, documents.logIn, { username: 'DANA', password })).toMatchObject({ session: { userId: globalId(mine.id) } });
    expect(await run(harness, documents.logIn, { username: 'nobody', password })).toMatchObject({ __typename: 'InvalidCredentialsError' });
    expect(await run(harness, documents.logIn, { password })).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'email'] });
    expect(await run(harness, documents.removeUsername, { username: 'dana' }, other.headers)).toMatchObject({ __typename: 'UsernameNotFoundError' });
    expect(await run(harness, documents.removeUsername, { username: 'dana' }, environment)).toMatchObject({ user: { username: null } });
    const forOther = await run(harness, documents.setUsername, { userId: other.id, username: 'dana' }, environment);
    expect(forOther).toMatchObject({ user: { restId: other.id, username: 'dana' } });
  });
});
