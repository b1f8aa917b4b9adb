import { PNG } from 'pngjs';
import { expect } from 'vitest';
import { asEnvironment, createTenant, createUser, enroll, expectStatus, identity, setPolicy, setStrategy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { allowInvitations } from '../../support/invitation-links.ts';
import { beginRegistration, setPasskeys } from '../../support/passkeys.ts';
import { asUser, call, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { addPhone } from '../../support/sms.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { beginOwnEnrollment, offerWebAuthn, rest } from '../../support/webauthn-flows.ts';

/** Who has an account here. Their tenants are what their names say, or Acme, which enforces a second factor. */
export const people = {
  /** Has an authenticator app, a phone and a security key. */
  ada: 'ada@acme.example',
  /** Is a member of three tenants, none of which asks for a second factor. */
  grace: 'grace@harbour.example',
} as const;

/** What browsers with a window call themselves. */
export const userAgents = {
  computer: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  phone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
} as const;

/** Fills a server with what its pages show. Returns the secret in the authenticator app of Ada. */
export async function fillWorld(harness: Harness): Promise<string> {
  const headers = await asEnvironment(harness);
  await createTenant(harness, 'acme', 'Acme');
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 }, 'acme');
  for (const strategy of ['SMS', 'EmailCode']) await setStrategy(harness, strategy, true);
  await offerWebAuthn(harness);
  await configure(harness, { allowSignups: true });
  await call(harness, 'POST', '/configurations/v1/lockout-policy', { headers, body: { enabled: true, maxAttempts: 2 } });

  const ada = await createUser(harness, 'acme', people.ada, { name: 'Ada Lovell' });
  const { secret, accessToken } = await enroll(harness, people.ada);
  await addPhone(harness, { accessToken, number: '' }, '+447400123456');
  const own = { authorization: `Bearer ${accessToken}` };
  await addKey(harness, own);
  const listed = (await call(harness, 'GET', '/users/v1/mfa/devices', { headers: own })).json<Record<string, { id: string }[]>>();
  for (const [kind, name] of [
    ['authenticators', 'Work phone'],
    ['webauthn', 'Blue key'],
  ] as const) {
    const renamed = await run(harness, documents.renameAuthenticator, { deviceId: listed[kind]?.[0]?.id, name }, own);
    expect(renamed).toMatchObject({ authenticator: { label: name } });
  }

  await setPasskeys(harness, true);
  for (const [transport, name] of [
    ['internal', 'Work laptop'],
    ['usb', 'Green key'],
  ] as const) {
    harness.clock.advance({ seconds: 1 });
    const made = createSecurityKey({ transport }).create(await beginRegistration(harness, own), { origin: harness.config.publicUrl });
    expect(await run(harness, documents.registerPasskey, { credential: made, name }, own)).toMatchObject({ passkey: { name } });
  }
  await setPasskeys(harness, false);
  const createdAt = harness.clock.now();
  for (const [token, userAgent] of Object.entries({ computer: userAgents.computer, phone: userAgents.phone })) {
    const device = { id: `device-${token}`, userId: ada.id, tokenHash: token, name: userAgent };
    await harness.app.store.rememberedDevices.add({ ...device, createdAt, lastUsedAt: createdAt });
  }
  await allowInvitations(harness);

  await createTenant(harness, 'harbour', 'Harbour Coffee');
  await createUser(harness, 'harbour', people.grace, { name: 'Grace Hale' });
  for (const [id, name] of [
    ['lighthouse', 'Lighthouse Books'],
    ['meadow', 'Meadow Tools'],
  ] as const) {
    await joinTenant(harness, people.grace, await createTenant(harness, id, name), { skipInviteEmail: true });
  }
  return secret;
}

/** Changes core settings of the environment. */
export async function configure(harness: Harness, body: object): Promise<void> {
  const headers = await asEnvironment(harness);
  expectStatus(await harness.send({ method: 'POST', url: `${identity}/configurations/v1`, headers, body }), 201);
}

async function addKey(harness: Harness, headers: Record<string, string>): Promise<void> {
  const { options, webauthnToken } = await beginOwnEnrollment(harness, headers);
  const answer = createSecurityKey().create(options, { origin: harness.config.publicUrl });
  expectStatus(await rest.ownEnrollVerify(harness, headers, { webauthnToken, deviceType: 'CrossPlatform', options: answer }), 200);
}

/** Somebody of Acme who has not enrolled anything. */
export async function newcomer(harness: Harness, name: string): Promise<string> {
  return (await createUser(harness, 'acme', `${name}@acme.example`)).email;
}

/** Has the new user of an operator activate the account by a mailed link. Returns the address. */
export async function awaitsActivation(harness: Harness, name: string): Promise<string> {
  const email = `${name}@acme.example`;
  await joinTenant(harness, email, 'acme');
  return email;
}

/** Has somebody who has an account invited by a colleague of another tenant. Returns the address. */
export async function awaitsInvitation(harness: Harness, name: string): Promise<string> {
  const host = await createUser(harness, 'harbour', `host-of-${name}@harbour.example`, { roleIds: [roleIds.admin] });
  const email = await newcomer(harness, name);
  expectStatus(await call(harness, 'POST', '/users/v2', { headers: await asUser(harness, host.email), body: { email, roleIds: [] } }), 201);
  return email;
}

/** Lets passwords expire after ten hours, or not at all. */
export async function rotatePasswords(harness: Harness, isActive: boolean): Promise<void> {
  const body = { isActive, rotationPeriod: 600, notificationPeriod: 60 };
  expectStatus(await call(harness, 'POST', '/configurations/v1/password-rotation', { headers: await asEnvironment(harness), body }), 200);
}

/** Says how the pages look: by a name and links, or also by a color and a logo. */
export async function brand(harness: Harness, look: { primaryColor: string | null; logo: string | null }): Promise<void> {
  const branding = { name: 'Acme Cloud', supportUrl: 'https://acme.example/help', privacyUrl: 'https://acme.example/privacy', ...look };
  const query = 'mutation ($input: UpdateHostedLoginInput!) { updateHostedLogin(input: $input) { __typename } }';
  const { data } = await harness.graphql(query, { input: { branding } }, await asEnvironment(harness));
  expect(data).toEqual({ updateHostedLogin: { __typename: 'UpdateHostedLoginSuccess' } });
}

/** Draws a logo: three bars that grow, in the color of the operator, on nothing. */
export function drawnLogo(): string {
  const image = new PNG({ width: 120, height: 96 });
  for (let y = 0; y < image.height; y += 1) {
    for (let x = 0; x < image.width; x += 1) {
      const bar = Math.floor(x / 40);
      const inside = x % 40 < 28 && y >= image.height - 32 * (bar + 1);
      image.data.set(inside ? [0x8a, 0x2f, 0x6b, 255] : [0, 0, 0, 0], (y * image.width + x) * 4);
    }
  }
  return `data:image/png;base64,${PNG.sync.write(image).toString('base64')}`;
}
