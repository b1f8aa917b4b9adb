import { expect, test } from 'vitest';
import { logIn, mfaTokenFor, password, setPolicy, totp } from '../support/builders.ts';
import { documents, run } from '../support/graphql-documents.ts';
import { clientId } from '../support/harness.ts';
import { addApp, ownUser } from '../support/self-service.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness();

test('the cookie of REST and the token of GraphQL are one thing: each serves on the other side, and ends there', async () => {
  const deviceCookie = `fe_device_${clientId.replaceAll('-', '')}`;
  const user = await ownUser(harness, 'both-sides');
  const secret = await addApp(harness, user.headers);
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true }, user.tenantId);

  const body = { value: totp(harness, secret), mfaToken: await mfaTokenFor(harness, user.email), rememberDevice: true };
  const rest = await harness.send({ method: 'POST', url: '/identity/resources/auth/v1/user/mfa/verify', body });
  const cookie = rest.cookies.find(({ name }) => name === deviceCookie)?.value ?? '';
  harness.clock.advance({ seconds: 60 });
  const input = { mfaToken: await mfaTokenFor(harness, user.email), code: totp(harness, secret), rememberDevice: true };
  const { token } = (await run(harness, documents.verifyApp, input)).rememberedDevice;

  const overRest = async (value: string): Promise<boolean> => (await logIn(harness, user.email, `${deviceCookie}=${value}`)).json().mfaRequired;
  const overGraphql = async (deviceToken: string): Promise<string> =>
    (await run(harness, documents.logIn, { email: user.email, password, deviceToken })).__typename;
  for (const value of [cookie, token]) {
    expect(await overRest(value)).toBe(false);
    expect(await overGraphql(value)).toBe('LogInSuccess');
  }
  await run(harness, documents.revokeAllRememberedDevices, {}, user.headers);
  for (const value of [cookie, token]) {
    expect(await overRest(value)).toBe(true);
    expect(await overGraphql(value)).toBe('MfaChallenge');
  }
});
