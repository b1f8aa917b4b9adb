import { beforeEach, describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { mutation } from '../../support/graphql-documents.ts';
import { dataUri, png } from '../../support/pictures.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const settings = 'active issuer branding { name logoUrl primaryColor supportUrl privacyUrl termsUrl }';
const nothing = { name: null, logoUrl: null, primaryColor: null, supportUrl: null, privacyUrl: null, termsUrl: null };

const read = async () => (await harness.graphql(`{ hostedLogin { ${settings} } }`, {}, await asEnvironment(harness))).data?.hostedLogin;
async function update(input: object): Promise<Record<string, unknown>> {
  const answer = await harness.graphql(mutation('updateHostedLogin', `hostedLogin { ${settings} }`), { input }, await asEnvironment(harness));
  expect(answer.errors).toBeUndefined();
  return answer.data?.updateHostedLogin as Record<string, unknown>;
}
/** The reasons of the events since the test began, newest first. */
const reasons = async () => {
  const filter = { kinds: ['HOSTED_LOGIN_UPDATED'] as const, from: began };
  const { items } = await harness.app.store.events.list(filter, { limit: 20, direction: 'forward', cursor: null });
  return items.map(({ reason }) => reason);
};

let began: Date;
beforeEach(async () => {
  await update({ active: true, branding: { name: null, logo: null, primaryColor: null, supportUrl: null, privacyUrl: null, termsUrl: null } });
  harness.clock.advance({ seconds: 1 });
  began = harness.clock.now();
});

test('the settings of a new environment have no branding, and the issuer of its tokens', async () => {
  expect(await read()).toEqual({ active: true, issuer: 'https://id.acme.example', branding: nothing });
});

test('what is given is changed and what is absent stays; null takes away; only what differs is recorded', async () => {
  const branding = { name: '<b>Acme</b>', primaryColor: '#0B57D0', supportUrl: 'https://acme.example/help' };
  expect(await update({ branding })).toEqual({
    __typename: 'UpdateHostedLoginSuccess',
    hostedLogin: { active: true, issuer: 'https://id.acme.example', branding: { ...nothing, ...branding } },
  });
  expect(await reasons()).toEqual(['name primaryColor supportUrl']);
  harness.clock.advance({ seconds: 1 });
  const more = { ...branding, name: null, privacyUrl: 'https://acme.example/privacy', termsUrl: 'https://acme.example/terms' };
  expect(await update({ active: false, branding: { ...more, logo: dataUri(png) } })).toMatchObject({
    hostedLogin: { active: false, branding: { ...more, logoUrl: expect.any(String) } },
  });
  expect((await reasons())[0]).toBe('off name privacyUrl termsUrl logo');
  const after = await read();
  expect(await update({ active: false, branding: { ...more, logo: dataUri(png) } })).toEqual({
    __typename: 'UpdateHostedLoginSuccess',
    hostedLogin: after,
  });
  expect(await reasons()).toHaveLength(2);
});

describe('a picture', () => {
  const padded = (bytes: number) => dataUri(Buffer.concat([png, Buffer.alloc(bytes - png.length)]));

  test('of the full size is taken, over the limit of other requests', async () => {
    expect(await update({ branding: { logo: padded(200_000) } })).toMatchObject({ __typename: 'UpdateHostedLoginSuccess' });
  });

  test.each([
    ['too large', padded(200_001)],
    ['a vector picture', dataUri(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml')],
    ['a vector picture that is called something else', dataUri(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))],
    ['a page', dataUri(Buffer.from('<!doctype html>'))],
    ['empty', 'data:image/png;base64,'],
    ['not in base64', `data:image/png,${encodeURIComponent(png.toString('latin1'))}`],
    ['broken', 'data:image/png;base64,iVBORw0KGgo*'],
    ['a foreign address', 'https://evil.example/logo.png'],
    ['nothing of the kind', 'logo'],
  ])('that is %s is refused', async (_, logo) => {
    const message = 'must be a PNG, JPEG or WebP picture of at most 200 kB';
    expect(await update({ branding: { logo } })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'branding', 'logo'], message }],
    });
    expect((await read()) as object).toMatchObject({ branding: { logoUrl: null } });
  });
});

test('texts that the pages cannot show safely are refused, all at once, each with its field', async () => {
  const refused = await update({
    active: false,
    branding: { name: '\u202eemca', primaryColor: '#ffff00', supportUrl: 'http://acme.example', privacyUrl: 'javascript:alert(1)', termsUrl: '' },
  });
  expect(refused.__typename).toBe('InvalidInputError');
  const issues = refused.issues as { path: string[]; message: string }[];
  expect(issues.map(({ path }) => path)).toEqual(
    ['name', 'primaryColor', 'supportUrl', 'privacyUrl', 'termsUrl'].map((field) => ['input', 'branding', field]),
  );
  for (const { message } of issues) expect(message).toMatch(/^must /);
  // Nothing of it was done.
  expect(await read()).toMatchObject({ active: true });
});

test('nothing to change is refused, and so is null where it means nothing', async () => {
  for (const input of [{}, { branding: {} }]) expect(await update(input)).toMatchObject({ __typename: 'NothingToUpdateError' });
  for (const input of [{ active: null }, { branding: null }]) expect(await update(input)).toMatchObject({ __typename: 'InvalidInputError' });
});
