import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { asEnvironment, createUserInTenant } from '../../support/builders.ts';
import { mutation } from '../../support/graphql-documents.ts';
import { asUser } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const fields = 'id restId uri createdAt';
const documents = {
  create: mutation('createRedirectUri', `redirectUri { ${fields} }`).replace(
    '... on InvalidInputError',
    '... on RedirectUriInvalidError { reason }\n... on InvalidInputError',
  ),
  remove: mutation('deleteRedirectUri', 'deletedRedirectUriId'),
};
type Answer = Record<string, unknown> & { redirectUri: { id: string; restId: string; uri: string } };
async function run(name: 'create' | 'remove', input: object): Promise<Answer> {
  const answer = await harness.graphql(documents[name], { input }, await asEnvironment(harness));
  expect(answer.errors).toBeUndefined();
  return Object.values(answer.data ?? {})[0] as Answer;
}
const ask = async (query: string, headers?: Record<string, string>) => harness.graphql(query, {}, headers ?? (await asEnvironment(harness)));

test('redirect URIs are registered, paged oldest first, found again by their global ids, and deleted', async () => {
  const created: Answer['redirectUri'][] = [];
  for (const uri of ['https://b.example/', 'https://a.example/', 'com.acme.app:/callback']) {
    const answer = await run('create', { uri });
    expect(answer).toMatchObject({ __typename: 'CreateRedirectUriSuccess', redirectUri: { uri } });
    created.push(answer.redirectUri);
    harness.clock.advance({ seconds: 1 });
  }
  const [first, second, third] = created;
  const page = (await ask(`{ redirectUris(first: 2) { totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`)).data?.redirectUris as {
    pageInfo: { endCursor: string };
  };
  expect(page).toMatchObject({ totalCount: 3, nodes: [first, second], pageInfo: { hasNextPage: true } });
  const next = await ask(`{ redirectUris(first: 2, after: "${page.pageInfo.endCursor}") { nodes { ${fields} } pageInfo { hasNextPage } } }`);
  expect(next.data?.redirectUris).toEqual({ nodes: [third], pageInfo: { hasNextPage: false } });
  expect((await ask(`{ node(id: "${first?.id}") { ... on RedirectUri { ${fields} } } }`)).data?.node).toEqual(first);

  expect(await run('remove', { id: first?.id })).toEqual({ __typename: 'DeleteRedirectUriSuccess', deletedRedirectUriId: first?.id });
  expect(await run('remove', { id: second?.restId })).toMatchObject({ __typename: 'DeleteRedirectUriSuccess' });
  expect((await ask(`{ node(id: "${first?.id}") { id } }`)).data?.node).toBeNull();
  expect((await ask('{ redirectUris { nodes { uri } } }')).data?.redirectUris).toEqual({ nodes: [{ uri: third?.uri }] });
});

test('what is there already, what cannot be registered and what is not there is said in an error of its own', async () => {
  await run('create', { uri: 'https://twice.example/' });
  expect(await run('create', { uri: 'https://twice.example/' })).toEqual({
    __typename: 'RedirectUriExistsError',
    code: 'REDIRECT_URI_EXISTS',
    message: 'The redirect URI is registered already.',
    path: ['input', 'uri'],
  });
  expect(await run('create', { uri: 'https://*.example/' })).toEqual({
    __typename: 'RedirectUriInvalidError',
    code: 'REDIRECT_URI_INVALID',
    message: 'The redirect URI cannot be registered.',
    path: ['input', 'uri'],
    reason: 'must not have a *, because URIs are compared as a whole and no part of one is read as a pattern',
  });
  expect(await run('remove', { id: randomUUID() })).toMatchObject({ __typename: 'RedirectUriNotFoundError', path: ['input', 'id'] });
  expect(await run('create', { uri: '' })).toMatchObject({ __typename: 'InvalidInputError' });
});

test('the hundredth is the last', async () => {
  const { redirectUris } = harness.app.store;
  for (let number = await redirectUris.count(); number < 100; number += 1) {
    await redirectUris.add({ id: randomUUID(), uri: `https://${number}.example/`, createdAt: harness.clock.now() });
  }
  expect(await run('create', { uri: 'https://more.example/' })).toMatchObject({ __typename: 'RedirectUriLimitReachedError' });
});

test('a user reads none of them, in a list or as a node', async () => {
  const [known] = await harness.app.store.redirectUris.all();
  const id = `_${Buffer.from(`RedirectUri:${known?.id}`).toString('base64url')}`;
  const user = await asUser(harness, (await createUserInTenant(harness, 'no-reader')).email);
  expect((await ask(`{ node(id: "${id}") { id } }`)).data?.node).toMatchObject({ id });
  expect((await ask(`{ node(id: "${id}") { id } }`, user)).data?.node ?? null).toBeNull();
  expect((await ask('{ redirectUris { nodes { uri } } }', user)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});
