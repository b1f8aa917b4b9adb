import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { mutation } from '../../support/graphql-documents.ts';
import { dataUri, jpeg, png } from '../../support/pictures.ts';
import { expectRefusal, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

/** Sets the branding, and returns the URL of the logo. */
async function brand(branding: object): Promise<string | null> {
  const document = mutation('updateHostedLogin', 'hostedLogin { branding { logoUrl } }');
  const answer = await harness.graphql(document, { input: { branding } }, await asEnvironment(harness));
  return (answer.data as { updateHostedLogin: { hostedLogin: { branding: { logoUrl: string | null } } } }).updateHostedLogin.hostedLogin.branding
    .logoUrl;
}
const vendor = async () => (await harness.send({ url: '/vendors/public' })).json();
const pathOf = (url: string | null): string => new URL(url ?? '').pathname;

test('a login box learns the name and the logo of the pages, and without them the name of the environment alone', async () => {
  expect(await vendor()).toEqual({ name: 'Sallyport', logo: '', icon: '', whiteLabelMode: true });
  const url = await brand({ name: 'Acme & Söhne', logo: dataUri(png) });
  expect(url).toMatch(/^https:\/\/id\.acme\.example\/oauth\/account\/logo\/[0-9a-f-]{36}$/);
  expect(await vendor()).toEqual({ name: 'Acme & Söhne', logo: url, icon: '', whiteLabelMode: true });
  await brand({ name: null, logo: null });
  expect(await vendor()).toEqual({ name: 'Sallyport', logo: '', icon: '', whiteLabelMode: true });
});

test('the logo is served to everybody as the picture that its bytes are, for good, and shown by other sites', async () => {
  // Whoever sends it calls it something else.
  const path = pathOf(await brand({ logo: dataUri(jpeg, 'text/html') }));
  for (const prefix of ['', '/frontegg']) {
    const answer = await harness.send({ url: `${prefix}${path}` });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.equals(jpeg)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  }
});

test('another logo has another address, and the old one is gone; the same logo keeps its address', async () => {
  const first = pathOf(await brand({ logo: dataUri(png) }));
  expect(pathOf(await brand({ logo: dataUri(png) }))).toBe(first);
  const second = pathOf(await brand({ logo: dataUri(jpeg) }));
  expect(second).not.toBe(first);
  expectRefusal(await harness.send({ url: first }), 404, refusal('Logo not found', 'ER-00004'));
  expect((await harness.send({ url: second })).statusCode).toBe(200);
  expectRefusal(await harness.send({ url: `/oauth/account/logo/${randomUUID()}` }), 404, refusal('Logo not found', 'ER-00004'));
});
