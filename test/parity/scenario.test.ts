import { beforeAll, expect, test } from 'vitest';
import { openHarness } from '../support/harness.ts';
import type { Driver } from '../support/parity/driver.ts';
import { dump } from '../support/parity/dump.ts';
import { graphqlDriver } from '../support/parity/graphql-driver.ts';
import { restDriver } from '../support/parity/rest-driver.ts';
import { tell } from '../support/parity/story.ts';
import { setPasskeys } from '../support/passkeys.ts';

/** Every refusal of the story, in the words of REST. */
const refusals = [
  'the tenant again: Tenant already exists',
  'a login before the address is verified: Email is not verified',
  'a user nobody knows is verified: User not found',
  'and once more: User already exists',
  'e-mail codes in a tenant, while the environment has them off: Strategy is not active in the environment',
  'a policy that is not there is changed: Security Policy not found. MFA is disabled',
  'the policy again: MFA Policy already exists. Try to use the Update MFA Policy API',
  'nothing of the policy is changed: Missing parameters to update',
  'the lockout policy again: Lockout policy already exists',
  'a wrong password: Incorrect email or password',
  'an unknown user: Incorrect email or password',
  'a wrong code: Invalid code',
  'the mfaToken again: Invalid MFA token',
  'a wrong mailed code: Invalid code',
  'guess 1: Invalid code',
  'guess 2: Invalid code',
  'guess 3: Invalid code',
  'guess 4: Invalid code',
  'guess 5: Invalid code',
  'the right code comes too late: Invalid MFA token',
  'a device nobody has: Device not found',
  'a refresh into a tenant of others: Forbidden',
  'the old refresh token: Unauthorized',
  'the newest one, of the session ended: Unauthorized',
  'no mail for a step-up: Invalid authentication type',
  'a wrong code for it: Invalid code',
  'a wrong code of it: Invalid code',
  'it is not removed by a wrong code: Invalid code',
  'nor is one of nobody: Device not found',
  'the last one is not: MFA is enforced, the last factor cannot be removed',
  'a wrong recovery code: Invalid recovery code',
  'the recovery code again: Invalid recovery code',
  'wrong password 1: Incorrect email or password',
  'wrong password 2: Incorrect email or password',
  'wrong password 3: Incorrect email or password',
  'wrong password 4: Incorrect email or password',
  'wrong password 5: User is locked out',
  'a login while locked: User is locked out',
  'the open challenge: Invalid MFA token',
  'a wrong one: Invalid code',
  'no second code to the same mailbox: Invalid authentication type',
  'the link again: Invalid token',
  'the session has ended: Unauthorized',
  'the old password: Incorrect email or password',
  'and once more: Invalid token',
  'a step-up without a factor: MFA is not enrolled',
  'a policy by who may not: Forbidden',
  'a strategy by a user: Forbidden',
  'a policy in the tenant of others: Forbidden',
  'a refresh after it: Unauthorized',
  'texts there, while the environment has them off: Strategy is not active in the environment',
  'a number texts are not sent to: Invalid request body',
  'another at once: Too many attempts',
  'a wrong texted code: Invalid code',
  'the texted code again: Invalid MFA token',
  'a phone beside the one enrolled: MFA is already enrolled',
  'a text to a phone nobody has: Device not found',
  'a wrong code for the login: Invalid code',
  'the code of the login before: Invalid code',
  'a wrong code for the step-up: Invalid code',
  'the phone that is there already: Invalid request body',
  'a wrong code from it: Invalid code',
  'a phone of nobody is not removed: Device not found',
  'the only phone is not: MFA is enforced, the last factor cannot be removed',
  'one made for another page: Invalid code',
  'a right one to the same options: Invalid code',
  'the key again: Invalid code',
  'a key nobody has: Device not found',
  'the answer is replayed: Invalid MFA token',
  'the answer is replayed there: Invalid code',
  'and replayed to what was asked: Invalid code',
  'an answer comes after the replayed one: Invalid code',
  'a copy of the key answers: Invalid code',
  'a key of nobody is not removed: Device not found',
  'the removed key is asked for: Device not found',
  'the first key with the token of another: Invalid code',
  'another key at a login: MFA is already enrolled',
  'the only key is not removed: MFA is enforced, the last factor cannot be removed',
  'the group again: Group already exists',
  'a role that nobody has made: Role not found',
  'somebody of nowhere in it: User not found',
  'somebody in it, from another tenant: Group not found',
  'a wrong secret is not: Invalid authentication',
  'and not exchanged any more: Invalid authentication',
  'the passkey again: Invalid code',
  'its answer is replayed: Invalid code',
  'a passkey nobody has is removed: Device not found',
];

/** Every session handed out: its tenant, and what raised it. */
const sessions = [
  'the right code: north pwd,otp,mfa',
  'a login on the remembered device: north ',
  'the mailed code: north ',
  'the device: north pwd,otp,mfa',
  'a refresh: north ',
  'a refresh into the other tenant: south ',
  'a login on the device: south ',
  'the code for it: south pwd,otp,mfa',
  'a new app: south pwd,otp,mfa',
  'the last app: south pwd,otp,mfa',
  'the app: south otp,mfa',
  'the app once more: south pwd,otp,mfa',
  'it is used: south ',
  'the texted code: west pwd,sms,mfa',
  'the code for the login: west pwd,sms,mfa',
  'the code for the step-up: west pwd,sms,mfa',
  'the key answers: west pwd,hwk,mfa',
  'the first key is made: west pwd,hwk,mfa',
  'the first key answers: west pwd,hwk,mfa',
  'a login by the link: south ',
  'the passkey logs in: south hwk,user,mfa',
];

type Story = Awaited<ReturnType<typeof dump>> & { answers: Awaited<ReturnType<typeof tell>> };

/** The story on a store of its own. */
async function toldBy(driverOf: (harness: Awaited<ReturnType<typeof openHarness>>) => Driver): Promise<Story> {
  const harness = await openHarness({ sms: true });
  try {
    await setPasskeys(harness, true);
    const answers = await tell(harness, driverOf(harness));
    // On a busy machine the last messages may still wait to be sent.
    await harness.app.outbox.flush();
    return { answers, ...(await dump(harness)) };
  } finally {
    await harness.close();
  }
}

let rest: Story;
let graphql: Story;
beforeAll(async () => {
  rest = await toldBy(restDriver);
  graphql = await toldBy(graphqlDriver);
});

test('one story told through REST and through GraphQL gets the same answers', () => {
  expect(graphql.answers).toEqual(rest.answers);
});

test('it leaves the same audit trail', () => {
  expect(graphql.events).toEqual(rest.events);
});

test('it leaves the same rows in every table', () => {
  expect(graphql.tables).toEqual(rest.tables);
});

test('the story went as meant: what was refused, and how far each session was raised', () => {
  const refused = rest.answers.flatMap(({ step, answer }) => ('refused' in answer ? [`${step}: ${answer.refused}`] : []));
  expect(refused).toEqual(refusals);
  const opened = rest.answers.flatMap(({ step, answer }) =>
    'claims' in answer ? [`${step}: ${answer.claims.tenantId} ${answer.claims.amr ?? ''}`] : [],
  );
  expect(opened).toEqual(sessions);
});

/** Steps that leave no event on either side, as `Audit` says: asking a key for a proof changes nothing, and a number may be mistyped. */
const silent = [
  'a number texts are not sent to',
  'the phone that is there already',
  'the key is asked for',
  'the key is asked for there',
  'a copy of the key is asked for',
  'the first key is asked for',
  'a passkey is begun',
  'a login by it is begun',
];

test('every other step left an event, and every refusal exactly one', () => {
  // A token the operator's calls begin with, and the lock that comes with the last wrong password, come beside.
  const beside = /kind=ENVIRONMENT_AUTHENTICATED |actor_kind=NOBODY .* kind=USER_LOCKED /;
  const left = (at: number): string[] => rest.events.filter((event) => event.includes(` at=${at} `) && !beside.test(event));
  expect(rest.answers.filter(({ at }) => left(at).length === 0).map(({ step }) => step)).toEqual(silent);
  const refused = rest.answers.filter(({ step, answer }) => answer.refused !== undefined && !silent.includes(step));
  expect(refused.filter(({ at }) => left(at).length !== 1).map(({ step, at }) => [step, left(at)])).toEqual([]);
});
