import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import type { Request } from '../../support/harness.ts';
import { dataUri, png } from '../../support/pictures.ts';
import { userWith } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const base = '/oauth/resources/configurations/v1';
const body = { redirectUri: 'https://thief.example/' };

const operations: readonly [name: string, request: Request][] = [
  ['reading whether it is active', { url: base }],
  ['switching it on', { method: 'POST', url: `${base}/activate` }],
  ['switching it off', { method: 'POST', url: `${base}/deactivate` }],
  ['listing redirect URIs', { url: `${base}/redirect-uri` }],
  ['registering one', { method: 'POST', url: `${base}/redirect-uri`, body }],
  ['removing one', { method: 'DELETE', url: `${base}/redirect-uri/6da27373-1572-444f-b3c5-ef702ce65123` }],
];

describe.each(operations)('%s is for the environment token alone', (_, request) => {
  test('nobody else may, not even a user with every permission', async () => {
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
    await expectUsersRefused(harness, { ...request, url: `/frontegg${request.url}` });
  });
});

describe('over GraphQL it is for the environment token alone as well', () => {
  let user: Record<string, string>;
  beforeAll(async () => {
    user = (await userWith(harness, 'hosted-login-admin', 'admin')).headers;
  });

  test.each([
    '{ hostedLogin { active } }',
    '{ redirectUris { totalCount } }',
    'mutation { updateHostedLogin(input: { active: false }) { __typename } }',
    'mutation { createRedirectUri(input: { uri: "https://thief.example/" }) { __typename } }',
    'mutation { deleteRedirectUri(input: { id: "6da27373-1572-444f-b3c5-ef702ce65123" }) { __typename } }',
  ])('%s', async (document) => {
    expect((await harness.graphql(document, {}, user)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await harness.graphql(document)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

test('whatever was tried, nothing was changed', async () => {
  const headers = await asEnvironment(harness);
  expect((await harness.send({ url: base, headers })).json()).toEqual({ isActive: true });
  expect((await harness.send({ url: `${base}/redirect-uri`, headers })).json()).toEqual({ redirectUris: [] });
});

test('no picture reaches the log or the trail, and a foreign page can change nothing by a form', async () => {
  const headers = await asEnvironment(harness);
  const document = 'mutation ($input: UpdateHostedLoginInput!) { updateHostedLogin(input: $input) { __typename } }';
  await harness.graphql(document, { input: { branding: { logo: dataUri(png) } } }, headers);
  expect(JSON.stringify(harness.logged)).not.toContain(png.toString('base64').slice(0, 40));
  const { items } = await harness.app.store.events.list({ kinds: ['HOSTED_LOGIN_UPDATED'] }, { limit: 1, direction: 'forward', cursor: null });
  expect(items[0]?.reason).toBe('logo');
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' };
  const sent = await harness.send({
    method: 'POST',
    url: `${base}/redirect-uri`,
    headers: { ...headers, ...form },
    body: 'redirectUri=https%3A%2F%2Fevil.example%2F',
  });
  expect(sent.statusCode).toBe(415);
});
