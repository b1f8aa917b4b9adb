import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, logIn, setPolicy, setStrategy } from '../../support/builders.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const upsert = `mutation ($input: UpsertMfaPolicyInput!) { upsertMfaPolicy(input: $input) { ... on UpsertMfaPolicySuccess { warnings } } }`;
const set = `mutation ($input: SetMfaStrategyInput!) { setMfaStrategy(input: $input) { ... on SetMfaStrategySuccess { warnings } } }`;
const join = `mutation ($input: CreateUserInput!) { createUser(input: $input) { ... on CreateUserSuccess { created } } }`;

test('a setting that would leave an enforced tenant without any strategy says so before a login fails by it', async () => {
  const tenantId = await createTenant(harness, 'narrow');
  const user = await createUser(harness, tenantId, 'narrow@acme.example');
  const headers = await asEnvironment(harness, tenantId);

  await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
  expect((await harness.graphql(upsert, { input: { enforceMfaType: 'DONT_FORCE' } }, headers)).data).toEqual({ upsertMfaPolicy: { warnings: [] } });
  const warned = { warnings: ['NO_STRATEGY_AVAILABLE'] };
  expect((await harness.graphql(upsert, { input: { enforceMfaType: 'FORCE' } }, headers)).data).toEqual({ upsertMfaPolicy: warned });
  expect((await logIn(harness, user.email)).json()).toEqual({ errors: ['No MFA strategy is available'] });

  const input = { strategy: 'AUTHENTICATOR_APP', active: true };
  expect((await harness.graphql(set, { input }, headers)).data).toEqual({ setMfaStrategy: { warnings: [] } });
  expect((await harness.graphql(set, { input: { ...input, active: false } }, headers)).data).toEqual({ setMfaStrategy: warned });
});

test('an answer that shows the rule and what it causes resolves the rule once', async () => {
  const headers = await asEnvironment(harness, await createTenant(harness, 'once'));
  const shown = '{ effectiveMfaPolicy { enforceMfaType } warnings }';
  const document = `mutation ($input: UpsertMfaPolicyInput!) { upsertMfaPolicy(input: $input) { ... on UpsertMfaPolicySuccess ${shown} } }`;
  const input = { enforceMfaType: 'FORCE' };
  await harness.graphql(document, { input }, headers);
  harness.queries.length = 0;
  const { data } = await harness.graphql(document, { input }, headers);
  expect(data).toEqual({ upsertMfaPolicy: { effectiveMfaPolicy: input, warnings: [] } });
  // The write reads the one record that it changes. What resolves the rule reads those of the environment and of the tenant.
  expect(harness.queries.filter((sql) => /^select .* from "mfa_policies" where .* or /.test(sql))).toHaveLength(1);
});

test("the environment's own record is judged by the environment's strategies", async () => {
  await setPolicy(harness, { enforceMFAType: 'Force' });
  const headers = await asEnvironment(harness);
  const input = { strategy: 'AUTHENTICATOR_APP', active: false };
  expect((await harness.graphql(set, { input }, headers)).data).toEqual({ setMfaStrategy: { warnings: ['NO_STRATEGY_AVAILABLE'] } });
  expect((await harness.graphql(set, { input: { ...input, active: true } }, headers)).data).toEqual({ setMfaStrategy: { warnings: [] } });
});

test('joining a known user to a tenant is told apart from creating one', async () => {
  const headers = await asEnvironment(harness);
  await createTenant(harness, 'first');
  await createTenant(harness, 'second');
  const input = { email: 'joins@acme.example', joinExisting: true };
  expect((await harness.graphql(join, { input: { ...input, tenantId: 'first' } }, headers)).data).toEqual({ createUser: { created: true } });
  expect((await harness.graphql(join, { input: { ...input, tenantId: 'second' } }, headers)).data).toEqual({ createUser: { created: false } });
});
