import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, enroll, identity, mailedCode, mfaTokenFor, password, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { secret as environmentSecret } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, loggedIn, otcTokenFor, refresh, verifyApp, verifyMail } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const allFields = 'id occurredAt kind actorKind actorId userId tenantId mfaStrategy reason address requestId';

/** Every event of the server, as a reader gets it. */
async function everyEvent(): Promise<string[]> {
  const headers = await asEnvironment(harness);
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const query = `query ($after: String) { mfaEvents(first: 100, after: $after) { nodes { ${allFields} } pageInfo { hasNextPage endCursor } } }`;
    const answer = await harness.send({ method: 'POST', url: '/graphql', headers, body: { query, variables: { after } } });
    const { nodes, pageInfo } = answer.json().data.mfaEvents;
    found.push(...nodes.map((node: object) => JSON.stringify(node)));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

test('T47 no event holds a secret, a token, a code, a password or an address of a user, whatever was done', async () => {
  const given: string[] = [password, environmentSecret, await harness.environmentToken()];
  const codes: string[] = [];
  const user = await createForcedUser(harness, 'event-secrets', { allowRememberMyDevice: true });
  given.push(user.email, (await loggedIn(harness, user.email)).secret);
  const app = await enroll(harness, user.email);
  given.push(app.secret, app.recoveryCode, app.accessToken, app.refreshToken, (await refresh(harness, app.refreshToken)).json().refreshToken);

  const mfaToken = await mfaTokenFor(harness, user.email);
  const [wrong, right] = [wrongTotp(harness, app.secret), totp(harness, app.secret)];
  await verifyApp(harness, mfaToken, wrong);
  const verified = await verifyApp(harness, mfaToken, right, { rememberDevice: true });
  given.push(mfaToken, ...verified.cookies.map(({ value }) => value), verified.json().accessToken);
  const mailing = await mfaTokenFor(harness, user.email);
  const otcToken = await otcTokenFor(harness, mailing);
  const mailed = await mailedCode(harness, user.email);
  await verifyMail(harness, { mfaToken: mailing, otcToken, code: mailed });
  given.push(mailing, otcToken);
  codes.push(wrong, right, mailed);

  const headers = await asEnvironment(harness);
  const post = (url: string, body?: object) => harness.send({ method: 'POST', url, headers, ...(body === undefined ? {} : { body }) });
  await post(`${identity}/configurations/v1/lockout-policy`, { enabled: true, maxAttempts: 2 });
  for (let tries = 0; tries < 3; tries += 1) await post(`${identity}/auth/v1/user`, { email: user.email, password: 'a wrong password given' });
  await post(`${identity}/users/v1/${user.id}/unlock`);
  await post(`${identity}/users/v1/${user.id}/lock`);
  await post(`${identity}/vendor-only/users/v1/${user.id}/mfa/unenroll`);
  await post('/auth/vendor', { clientId: 'x', secret: 'a wrong secret given' });
  given.push('a wrong password given', 'a wrong secret given');

  const events = await everyEvent();
  const kinds = new Set(events.map((event) => JSON.parse(event).kind));
  for (const kind of [
    'MFA_FAILED',
    'MFA_SUCCEEDED',
    'CODE_SENT',
    'DEVICE_REMEMBERED',
    'USER_LOCKED',
    'USER_UNLOCKED',
    'MFA_RESET',
    'LOCKOUT_POLICY_CREATED',
  ]) {
    expect(kinds, kind).toContain(kind);
  }
  expect(given.filter((text) => typeof text !== 'string' || text.length < 8)).toEqual([]);
  const text = events.join('\n').toLowerCase();
  expect(given.filter((secret) => text.includes(secret.toLowerCase()))).toEqual([]);
  // Ids and instants may hold six digits by chance; a reason may not.
  const reasons = events.map((event) => String(JSON.parse(event).reason)).join('\n');
  expect(codes.filter((code) => reasons.includes(code))).toEqual([]);
});
