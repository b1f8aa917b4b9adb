import { password } from '../../builders.ts';
import { anotherCode, textedCode } from '../../sms.ts';
import type { Outcome } from '../driver.ts';
import type { Teller } from './teller.ts';

const west = { tenantId: 'west' };
const finn = { email: 'finn@acme.example', password };
/** Mobile numbers, in a country the harness sends to and in one it does not. */
const [first, second, abroad] = ['+447400123456', '+447400123457', '+33612345678'];

/** Whoever has to have a factor enrolls a phone, logs in by it and adds another; answers the session all that ended in. */
export async function phones({ harness, driver, step, text, factors, challenged }: Teller): Promise<{ userId: string; accessToken: string }> {
  // A number gets one text in half a minute.
  const send = (name: string, outcome: () => Promise<Outcome>): Promise<Outcome> => {
    harness.clock.advance({ seconds: 30 });
    return step(name, outcome);
  };
  /** What came by text, and what it goes back with. */
  const textIn = async (sent: Outcome, number: string) => ({ codeToken: text(sent.codeToken), code: await textedCode(harness, number) });

  await step('a tenant of phones', () => driver.createTenant(west.tenantId));
  const userId = text((await step('a user there', () => driver.createUser({ ...finn, ...west }))).userId);
  await step('whose address is verified', () => driver.verifyUser(userId));
  await step('a second factor is demanded there', () => driver.upsertPolicy(west, { enforce: 'Force' }));
  // Else a login over REST shows an app at once, and so begins to enroll it.
  await step('no apps there', () => driver.setStrategy(west, 'AuthenticatorApp', false));
  await step('texts there, while the environment has them off', () => driver.setStrategy(west, 'SMS', true));
  await step('texts', () => driver.setStrategy({}, 'SMS', true));

  // The first phone, at a login that waits for one.
  const enrolling = await challenged('a login leads to a phone', finn);
  await step('a number texts are not sent to', () => driver.textToEnroll({ mfaToken: enrolling, phoneNumber: abroad }));
  const shown = await step('a text to the phone', () => driver.textToEnroll({ mfaToken: enrolling, phoneNumber: first }));
  await step('another at once', () => driver.textToEnroll({ mfaToken: enrolling, phoneNumber: first }));
  const confirmation = { ...(await textIn(shown, first)), mfaToken: enrolling };
  await step('a wrong texted code', () => driver.enrollPhone({ ...confirmation, code: anotherCode(confirmation.code) }));
  await step('the texted code', () => driver.enrollPhone(confirmation));
  await step('the texted code again', () => driver.enrollPhone(confirmation));

  // The next login is by text.
  const mfaToken = await challenged('a login by phone', finn);
  await step('a phone beside the one enrolled', () => driver.textToEnroll({ mfaToken, phoneNumber: second }));
  await step('a text to a phone nobody has', () => driver.textTo({ mfaToken, deviceId: 'nobodys' }));
  const [firstId = ''] = await factors(userId);
  const sent = await send('a text for the login', () => driver.textTo({ mfaToken, deviceId: firstId }));
  const login = { ...(await textIn(sent, first)), mfaToken, deviceId: firstId };
  await step('a wrong code for the login', () => driver.verifyText({ ...login, code: anotherCode(login.code) }));
  const inside = text((await step('the code for the login', () => driver.verifyText(login))).session?.accessToken);
  const late = await challenged('another login by phone', finn);
  await step('the code of the login before', () => driver.verifyText({ ...login, mfaToken: late }));

  // Raised by text, the session takes a second phone, and gives it back.
  const raising = text((await step('a step-up by phone', () => driver.stepUp(inside))).mfaToken);
  const asked = await send('a text for the step-up', () => driver.textTo({ mfaToken: raising, deviceId: firstId }));
  const proof = { ...(await textIn(asked, first)), mfaToken: raising, deviceId: firstId };
  await step('a wrong code for the step-up', () => driver.verifyText({ ...proof, code: anotherCode(proof.code) }));
  const accessToken = text((await step('the code for the step-up', () => driver.verifyText(proof))).session?.accessToken);
  await step('the phone that is there already', () => driver.textToAdd(accessToken, first));
  const more = await textIn(await send('a text to a second phone', () => driver.textToAdd(accessToken, second)), second);
  await step('a wrong code from it', () => driver.addPhone(accessToken, { ...more, code: anotherCode(more.code) }));
  await step('the code from it', () => driver.addPhone(accessToken, more));
  const secondId = text((await factors(userId))[1]);
  await step('a phone of nobody is not removed', () => driver.removePhone(accessToken, 'nobodys'));
  await step('the second phone is removed', () => driver.removePhone(accessToken, secondId));
  await step('the only phone is not', () => driver.removePhone(accessToken, firstId));
  return { userId, accessToken };
}
