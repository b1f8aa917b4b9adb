import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { expectRefusal, faults, refusal, uuid } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/oauth/resources/configurations/v1/redirect-uri';
const harness = useHarness();

interface Listed {
  id: string;
  redirectUri: string;
  redirectUriPattern: string;
}

const list = async (): Promise<Listed[]> => {
  const answer = await harness.send({ url: path, headers: await asEnvironment(harness) });
  expect(answer.statusCode).toBe(200);
  return answer.json<{ redirectUris: Listed[] }>().redirectUris;
};
const add = async (redirectUri: unknown) => harness.send({ method: 'POST', url: path, headers: await asEnvironment(harness), body: { redirectUri } });
const remove = async (id: string) => harness.send({ method: 'DELETE', url: `${path}/${id}`, headers: await asEnvironment(harness) });
/** What was recorded since the test began, newest first. */
const events = async () => {
  const filter = { kinds: ['REDIRECT_URI_ADDED', 'REDIRECT_URI_REMOVED'] as const, from: began };
  const { items } = await harness.app.store.events.list(filter, { limit: 100, direction: 'forward', cursor: null });
  return items.map(({ kind, reason, actorKind }) => [kind, actorKind, reason]);
};

let began: Date;
beforeEach(async () => {
  for (const { id } of await list()) expect((await remove(id)).statusCode).toBe(200);
  harness.clock.advance({ seconds: 1 });
  began = harness.clock.now();
});

test('a redirect URI is answered and listed as it was written, oldest first, with its pattern the same', async () => {
  const uris = ['https://z.acme.example', 'https://a.acme.example/oauth/callback?x=1', 'com.acme.app://login/ios/oauth/callback'];
  const added: Listed[] = [];
  for (const uri of uris) {
    const answer = await add(uri);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ id: expect.stringMatching(uuid), redirectUri: uri, redirectUriPattern: uri });
    added.push(answer.json());
    harness.clock.advance({ seconds: 1 });
  }
  expect(await list()).toEqual(added);
});

test('the same text again is the one that is there, also from many at once, and leaves no second event', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => add('https://app.acme.example/')));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(5).fill(201));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(await list()).toEqual([answers[0]?.json()]);
  expect(await events()).toEqual([['REDIRECT_URI_ADDED', 'ENVIRONMENT', 'https://app.acme.example/']]);
  // A slash more is another text.
  expect((await add('https://app.acme.example')).json()).not.toEqual(answers[0]?.json());
  expect(await list()).toHaveLength(2);
});

test('one that is removed is gone, and removed only once', async () => {
  const { id } = (await add('https://app.acme.example/')).json<Listed>();
  harness.clock.advance({ seconds: 1 });
  const statuses = (await Promise.all([remove(id), remove(id.toUpperCase())])).map(({ statusCode }) => statusCode);
  expect(statuses.sort()).toEqual([200, 404]);
  expect(await list()).toEqual([]);
  expectRefusal(await remove(id), 404, refusal('Redirect URI not found'));
  expectRefusal(await remove(randomUUID()), 404, refusal('Redirect URI not found'));
  expect(await events()).toEqual([
    ['REDIRECT_URI_REMOVED', 'ENVIRONMENT', 'https://app.acme.example/'],
    ['REDIRECT_URI_ADDED', 'ENVIRONMENT', 'https://app.acme.example/'],
  ]);
});

describe('what cannot be registered is refused with the rule, and without the value', () => {
  test.each([
    ['https://*.acme.example/', 'Redirect URI must not have a *, because URIs are compared as a whole and no part of one is read as a pattern'],
    ['https://u@acme.example/', 'Redirect URI must not have a user name or a password'],
    ['https://acme.example/#top', 'Redirect URI must not have a fragment, unless it begins with #/ as routes of single-page apps do'],
    [`https://acme.example/${'a'.repeat(2048)}`, 'Redirect URI must have at most 2048 characters'],
  ])('%s', async (uri, text) => {
    expectRefusal(await add(uri), 400, refusal(text));
    expect(await list()).toEqual([]);
  });

  test.each([
    [undefined, 'redirectUri should not be empty'],
    [null, 'redirectUri should not be empty'],
    ['', 'redirectUri should not be empty'],
    [7, 'redirectUri must be a string'],
    [['https://acme.example/'], 'redirectUri must be a string'],
    ['https://acme.example/\0', 'redirectUri must be a string'],
  ])('%j', async (uri, text) => {
    expectRefusal(await add(uri), 400, faults(text));
  });
});

test('the hundredth is the last, however many ask at once; one that is there is answered all the same', async () => {
  for (let number = 1; number <= 95; number += 1)
    await harness.app.store.redirectUris.add({ id: randomUUID(), uri: `https://${number}.example/`, createdAt: harness.clock.now() });
  const statuses = (await Promise.all(Array.from({ length: 10 }, (_, index) => add(`https://late${index}.example/`)))).map(
    ({ statusCode }) => statusCode,
  );
  expect(statuses.sort()).toEqual([...Array(5).fill(201), ...Array(5).fill(400)]);
  expect(await list()).toHaveLength(100);
  expectRefusal(await add('https://more.example/'), 400, refusal('At most 100 redirect URIs can be registered'));
  expect((await add('https://1.example/')).statusCode).toBe(201);
});
