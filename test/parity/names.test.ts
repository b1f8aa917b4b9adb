import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, identity } from '../support/builders.ts';
import { documents, run } from '../support/graphql-documents.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness();
const send = async (method: 'POST' | 'PUT', url: string, body: object) => harness.send({ method, url, headers: await asEnvironment(harness), body });
const ask = async (document: string, input: object) => run(harness, document, input, await asEnvironment(harness));

/** Names of which a person sees nothing, or reads something else than is written. */
const nameless = {
  'a blank': ' ',
  'blanks of other kinds': '\u00a0\u2009\u3000',
  'zero-width spaces': '\u200b\ufeff',
  'characters that turn the reading order': '\u2066\u2069',
  'a Hangul filler': '\u3164',
  'an empty Braille pattern': '\u2800',
  'an accent alone': '\u0301',
  'a control character': '\u0007',
  'two lines': 'Dana\nRoe',
  'a line separator': 'Dana\u2028Roe',
  'a text that is read backwards': 'Dana\u202eeoR',
};
const visible = ['Dana', 'Zoë', '漢字', 'دانا\u200cرو', '👩\u200d🚀', '☃', '-'];

/** Every place that takes the name of something. */
const places: Record<string, (name: string, index: number) => Promise<boolean>> = {
  'a tenant over REST': async (name) => taken(await send('POST', '/tenants/resources/tenants/v1', { name })),
  'a tenant over GraphQL': async (name) => given(await ask(documents.createTenant, { name })),
  'a new user over REST': async (name, index) =>
    taken(await send('POST', `${identity}/vendor-only/users/v1`, { name, email: `rest-${index}@acme.example`, tenantId: await tenant() })),
  'a new user over GraphQL': async (name, index) =>
    given(await ask(documents.createUser, { name, email: `graphql-${index}@acme.example`, tenantId: await tenant() })),
  'a user over REST': async (name) => taken(await send('PUT', `${identity}/users/v1/${(await user()).id}`, { name })),
  'a user over GraphQL': async (name) => given(await ask(documents.updateUser, { userId: (await user()).id, name })),
  'the issuer over REST': async (serviceName) =>
    taken(await send('POST', `${identity}/configurations/v1/mfa`, { authenticationApp: { active: true, serviceName } })),
  'the issuer over GraphQL': async (serviceName) =>
    given(await ask(documents.setMfaConfiguration, { authenticatorApp: { active: true, serviceName } })),
  'an authenticator over GraphQL': async (name) =>
    given(await ask(documents.renameAuthenticator, { userId: (await user()).id, deviceId: 'none', name })),
};

let tenantMade: Promise<string> | undefined;
const tenant = () => (tenantMade ??= createTenant(harness, 'names'));
let userMade: ReturnType<typeof createUser> | undefined;
const user = async () => (userMade ??= createUser(harness, await tenant(), 'named@acme.example'));

function taken({ statusCode, body }: { statusCode: number; body: string }): boolean {
  expect([200, 201, 400], body).toContain(statusCode);
  return statusCode !== 400;
}
/** Whether the name was taken. A device that does not exist is looked for only after that. */
const given = (answer: { __typename: string }): boolean => answer.__typename !== 'InvalidInputError';

describe.each(Object.entries(places))('the name of %s', (_, take) => {
  test('is one that a person sees', async () => {
    for (const [index, name] of visible.entries()) expect(await take(name, index), name).toBe(true);
  });
  test('and never one that shows nothing or is read otherwise than it is written', async () => {
    for (const [what, name] of Object.entries(nameless)) expect(await take(name, 0), what).toBe(false);
  });
});
