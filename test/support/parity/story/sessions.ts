import { wrongTotp } from '../../builders.ts';
import { documents } from '../../graphql-documents.ts';
import type { anApp } from './an-app.ts';
import type { Teller } from './teller.ts';

/** Refreshing, in another tenant too, and a step-up with what it allows. */
export async function sessions(
  { harness, driver, step, text, next, factors }: Teller,
  userId: string,
  login: { email: string; password: string },
  { secret, deviceToken, appId, refreshToken }: Awaited<ReturnType<typeof anApp>>,
): Promise<void> {
  // An old refresh token ends the session.
  const refreshed = await step('a refresh', () => driver.refresh(refreshToken));
  const moved = await step('a refresh into the other tenant', () => driver.refresh(text(refreshed.session?.refreshToken), 'south'));
  await step('a refresh into a tenant of others', () => driver.refresh(text(moved.session?.refreshToken), 'elsewhere'));
  harness.clock.advance({ seconds: 60 });
  await step('the old refresh token', () => driver.refresh(refreshToken));
  await step('the newest one, of the session ended', () => driver.refresh(text(moved.session?.refreshToken)));

  // A step-up, and what it allows.
  const plain = await step('a login on the device', () => driver.logIn({ ...login, deviceToken }));
  const mine = text(plain.session?.accessToken);
  const raising = text((await step('a step-up', () => driver.stepUp(mine))).mfaToken);
  await step('no mail for a step-up', () => driver.sendEmailCode(raising));
  await step('a wrong code for it', () => driver.verifyApp({ mfaToken: raising, code: wrongTotp(harness, secret) }));
  const raised = text((await step('the code for it', () => driver.verifyApp({ mfaToken: raising, code: next(secret) }))).session?.accessToken);
  const second = text((await step('a second app', () => driver.beginApp(raised))).secret);
  await step('a wrong code of it', () => driver.confirmApp(raised, wrongTotp(harness, second)));
  await step('its code', () => driver.confirmApp(raised, next(second)));
  const secondId = text((await factors(userId))[1]);
  await step('the second app gets a name', async () => {
    // By GraphQL in both stories: over REST an authenticator app has an id and no name.
    await harness.graphql(documents.renameAuthenticator, { input: { deviceId: secondId, name: 'Tablet' } }, { authorization: `Bearer ${raised}` });
    return {};
  });
  await step('it is not removed by a wrong code', () => driver.removeApp(raised, secondId, wrongTotp(harness, second)));
  await step('nor is one of nobody', () => driver.removeApp(raised, 'nobodys', next(second)));
  await step('it is removed', () => driver.removeApp(raised, secondId, next(second)));
  await step('the last one is not', () => driver.removeApp(raised, appId, next(secret)));
}
