import { expect, test } from 'vitest';
import { asEnvironment, identity } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { startCaptchaServer } from '../../support/captcha-server.ts';
import { everything, query } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectRefusal, faults, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const path = '/configurations/v1/captcha-policy';
const secretKey = 'a-secret-of-the-provider';
const policy = { enabled: false, siteKey: 'site', secretKey, minScore: 0.5, ignoredEmails: ['tester@acme.example'] };
const send = async (method: 'GET' | 'POST' | 'PUT', body?: object) =>
  call(harness, method, path, { headers: await asEnvironment(harness), ...(body === undefined ? {} : { body }) });

test('is unset at first, created once, replaced, and read back with its secret by the environment alone', async () => {
  const unset = refusal('Captcha policy not found');
  expectRefusal(await send('GET'), 404, unset);
  expectRefusal(await send('PUT', policy), 404, unset);
  expectRefusal(await call(harness, 'GET', `${path}/public`), 404, unset);
  const created = await send('POST', policy);
  const shown = { ...policy, id: expect.any(String), createdAt: expect.any(String), updatedAt: expect.any(String) };
  expect([created.statusCode, created.json()]).toEqual([201, shown]);
  expectRefusal(await send('POST', policy), 409, refusal('Captcha policy already exists'));
  const replaced = await send('PUT', { ...policy, siteKey: 'other', ignoredEmails: null });
  expect([replaced.statusCode, replaced.json()]).toEqual([200, { ...shown, siteKey: 'other', ignoredEmails: [], id: created.json().id }]);
  expect((await send('GET')).json()).toEqual(replaced.json());
  const open = await call(harness, 'GET', `${path}/public`);
  expect([open.statusCode, open.json()]).toEqual([200, { siteKey: 'other', enabled: false }]);
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectUsersRefused(harness, { url: `${identity}${path}` });
  expect(await query(harness, "select reason from audit_events where kind = 'CAPTCHA_POLICY_SET'")).toHaveLength(2);
});

test('the secret is sealed, stands in no event, and GraphQL never shows it', async () => {
  const environment = await asEnvironment(harness);
  const query_ =
    'mutation ($input: SetCaptchaPolicyInput!) { setCaptchaPolicy(input: $input) { __typename ... on SetCaptchaPolicySuccess { captchaPolicy { siteKey minScore ignoredEmails enabled } } ... on UserError { path } } }';
  const answer = await harness.graphql(query_, { input: policy }, environment);
  const { secretKey: _, ...open } = policy;
  expect(answer.data?.setCaptchaPolicy).toEqual({ __typename: 'SetCaptchaPolicySuccess', captchaPolicy: open });
  expect((await harness.graphql('{ captchaPolicy { siteKey enabled } }', {}, environment)).data?.captchaPolicy).toEqual({
    siteKey: 'site',
    enabled: false,
  });
  expect((await send('GET')).json()).toMatchObject(policy);
  const rows = await everything(harness);
  expect(JSON.stringify(rows)).not.toContain(secretKey);
  expect(rows.some(({ row }) => Buffer.from((row.sealed_secret_key as Uint8Array | undefined) ?? []).includes(secretKey))).toBe(false);
});

test('one that would have to be enforced is refused where nothing checks captchas', async () => {
  const refused = faults('enabled true is not supported by this server');
  for (const method of ['POST', 'PUT'] as const) expectRefusal(await send(method, { ...policy, enabled: true }), 400, refused, method);
  const query_ = 'mutation ($input: SetCaptchaPolicyInput!) { setCaptchaPolicy(input: $input) { __typename ... on UserError { path } } }';
  const answer = await harness.graphql(query_, { input: { ...policy, enabled: true } }, await asEnvironment(harness));
  expect(answer.data?.setCaptchaPolicy).toEqual({ __typename: 'InvalidInputError', path: ['input', 'enabled'] });
  expectRefusal(await send('POST', { ...policy, minScore: 1.1 }), 400, faults('minScore must not be greater than 1'));
  expectRefusal(await send('POST', { ...policy, siteKey: '' }), 400, faults('siteKey should not be empty'));
});

test('with a provider to ask it is switched on, over either transport, and anybody reads so', async () => {
  const provider = await startCaptchaServer();
  const enforcing = await openHarness({ settings: provider.settings });
  const environment = await asEnvironment(enforcing);
  const created = await call(enforcing, 'POST', path, { headers: environment, body: { ...policy, enabled: true } });
  expect([created.statusCode, created.json()]).toMatchObject([201, { ...policy, enabled: true }]);
  expect((await call(enforcing, 'GET', `${path}/public`)).json()).toEqual({ siteKey: 'site', enabled: true });
  const read = async () => (await enforcing.graphql('{ publicCaptchaPolicy { siteKey enabled } }')).data?.publicCaptchaPolicy;
  expect(await read()).toEqual({ siteKey: 'site', enabled: true });
  const set = async (enabled: boolean) => {
    const query_ = 'mutation ($input: SetCaptchaPolicyInput!) { setCaptchaPolicy(input: $input) { __typename } }';
    const { data } = await enforcing.graphql(query_, { input: { ...policy, enabled } }, environment);
    expect(data?.setCaptchaPolicy).toEqual({ __typename: 'SetCaptchaPolicySuccess' });
    return read();
  };
  expect([await set(false), await set(true)]).toMatchObject([{ enabled: false }, { enabled: true }]);
  await enforcing.close();
  await provider.close();
});

test('where none was set, a form reads null over GraphQL', async () => {
  const unset = await openHarness();
  expect((await unset.graphql('{ publicCaptchaPolicy { siteKey } }')).data).toEqual({ publicCaptchaPolicy: null });
  await unset.close();
});
