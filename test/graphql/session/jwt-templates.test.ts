import { decodeJwt } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, logIn } from '../../support/builders.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const template = 'id key name description lifetimeSeconds claims { name value }';
const rules = 'rules { conditions { attribute operator values negated } template }';
const mutate = async (name: string, input: object, fields: string) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Success { ${fields} } ... on UserError { code path } } }`;
  const answer = await harness.graphql(query, { input }, environment);
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.[name] as Record<string, unknown>;
};
const claims = ['aud', 'exp', 'iat', 'iss'].map((name) => ({ name, value: 'x' }));
const input = {
  key: 'gold',
  name: 'Gold',
  lifetimeSeconds: 120,
  claims: [...claims, { name: 'plan', value: 'gold {{user.email}}' }, { name: 'sub', value: 'x' }],
};

test('a template is created, changed, used by a rule, and deleted once no rule names it', async () => {
  const { jwtTemplate } = await mutate('createJwtTemplate', input, `jwtTemplate { ${template} }`);
  expect(jwtTemplate).toEqual({ ...input, id: expect.any(String), description: null });
  const { id } = jwtTemplate as { id: string };
  const changed = await mutate('updateJwtTemplate', { id, description: 'For those who pay' }, `jwtTemplate { ${template} }`);
  expect(changed.jwtTemplate).toEqual({ ...input, id, description: 'For those who pay' });
  const conditions = [{ attribute: 'USER_EMAIL', operator: 'ENDS_WITH', values: ['@acme.example'], negated: false }];
  const set = await mutate('setJwtTemplateTargeting', { rules: [{ conditions, template: 'gold' }] }, `jwtTemplateTargeting { ${rules} }`);
  expect(set.jwtTemplateTargeting).toEqual({ rules: [{ conditions, template: 'gold' }] });
  const read = await harness.graphql(`{ jwtTemplates { key } jwtTemplateTargeting { ${rules} } }`, {}, environment);
  expect(read.data).toEqual({ jwtTemplates: [{ key: 'gold' }], jwtTemplateTargeting: set.jwtTemplateTargeting });
  const { email } = await createUserInTenant(harness, 'jwt-graphql');
  const token = decodeJwt((await logIn(harness, email)).json<{ accessToken: string }>().accessToken);
  expect([token.plan, Number(token.exp) - Number(token.iat)]).toEqual([`gold ${email}`, 120]);
  expect(await mutate('deleteJwtTemplate', { id }, 'deletedId')).toMatchObject({ __typename: 'JwtTemplateInUseError', path: ['input', 'id'] });
  await mutate('setJwtTemplateTargeting', { rules: [] }, 'jwtTemplateTargeting { id }');
  expect(await mutate('deleteJwtTemplate', { id }, 'deletedId')).toEqual({ __typename: 'DeleteJwtTemplateSuccess', deletedId: id });
});

test('refusals: a key that is taken, a template or a claim that is not there, bounds, null', async () => {
  await mutate('createJwtTemplate', { ...input, key: 'taken' }, 'jwtTemplate { id }');
  expect(await mutate('createJwtTemplate', { ...input, key: 'taken' }, 'jwtTemplate { id }')).toMatchObject({
    ...{ __typename: 'JwtTemplateExistsError', path: ['input', 'key'] },
  });
  for (const name of ['updateJwtTemplate', 'deleteJwtTemplate']) {
    const fields = name === 'deleteJwtTemplate' ? 'deletedId' : 'jwtTemplate { id }';
    expect(await mutate(name, { id: 'nothing' }, fields)).toMatchObject({ __typename: 'JwtTemplateNotFoundError' });
  }
  for (const [change, path] of [
    [{ claims: [] }, ['input', 'claims']],
    [{ lifetimeSeconds: 9 }, ['input', 'lifetimeSeconds']],
    [{ key: '' }, ['input', 'key']],
    [{ description: null }, ['input', 'description']],
  ] as const) {
    const refused = await mutate('createJwtTemplate', { ...input, ...change }, 'jwtTemplate { id }');
    expect(refused, JSON.stringify(change)).toMatchObject({ __typename: 'InvalidInputError', path });
  }
  const unknown = await mutate('setJwtTemplateTargeting', { rules: [{ conditions: [], template: 'nothing' }] }, 'jwtTemplateTargeting { id }');
  expect(unknown).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'rules'] });
});
