import { expect, test } from 'vitest';
import { lastRefusalsKept, refusalsPerHour } from '../../../src/services/audit/refusal-limit.ts';
import { createUserInTenant, enroll, identity, mfaTokenFor, wrongTotp } from '../../support/builders.ts';
import { audited, query } from '../../support/database.ts';
import { clientId } from '../../support/harness.ts';
import { createForcedUser, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const hour = 3600;

async function times(count: number, run: (index: number) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 50) await Promise.all(Array.from({ length: Math.min(50, count - done) }, (_, index) => run(done + index)));
}
const wrongPassword = (email: string) =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password: 'not the password' } });
/** A recovery code of the right form, of which only five are looked at. */
const wrongCode = (email: string) =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/recover`, body: { email, recoveryCode: '00000-00000-00000-00000-00000' } });
const countOfKind = async (kind: string): Promise<number> => (await query(harness, 'select id from audit_events where kind = $1', [kind])).length;

test('strangers cannot fill the database with refusals that concern nobody, from however many addresses', async () => {
  const guess = (index: number) =>
    harness.send({ method: 'POST', url: '/auth/vendor', body: { clientId, secret: 'wrong' }, address: `198.51.${index >> 8}.${index & 255}` });
  await times(refusalsPerHour.ofNobody + 100, guess);
  const most = refusalsPerHour.ofNobody + lastRefusalsKept;
  expect(await countOfKind('ENVIRONMENT_AUTHENTICATION_FAILED')).toBe(most);
  // The last ones are there, and the first ones as well.
  const newest = await query(harness, 'select address from audit_events where address = $1', [
    `198.51.${(refusalsPerHour.ofNobody + 99) >> 8}.${(refusalsPerHour.ofNobody + 99) & 255}`,
  ]);
  expect(newest).toHaveLength(1);
  expect(await query(harness, 'select address from audit_events where address = $1', ['198.51.0.0'])).toHaveLength(1);
  harness.clock.advance({ seconds: hour });
  await guess(0);
  expect(await countOfKind('ENVIRONMENT_AUTHENTICATION_FAILED')).toBe(most + 1);
}, 120_000);

test('nor with those about one user, while those of another kind or about other users are recorded as ever', async () => {
  const user = await createUserInTenant(harness, 'flooded');
  await times(refusalsPerHour.ofUser + 60, () => wrongCode(user.email));
  expect(await audited(harness, user.id, 'RECOVERY_FAILED', 'ATTEMPTS_EXHAUSTED')).toBe(refusalsPerHour.ofUser + lastRefusalsKept);
  const other = await createForcedUser(harness, 'beside');
  const { secret } = await enroll(harness, other.email);
  expect((await wrongPassword(other.email)).statusCode).toBe(401);
  expect(await audited(harness, other.id, 'LOGIN_FAILED')).toBe(1);
  const mfaToken = await mfaTokenFor(harness, other.email);
  expect((await verifyApp(harness, mfaToken, wrongTotp(harness, secret))).statusCode).toBe(400);
  expect(await audited(harness, other.id, 'MFA_FAILED', 'INVALID_CODE')).toBe(1);
}, 120_000);

test('T38 beyond the limit a refusal runs as many statements as before, for a user and for nobody', async () => {
  const user = await createUserInTenant(harness, 'counted');
  const statementsOf = async (email: string): Promise<number> => {
    harness.queries.length = 0;
    await wrongCode(email);
    return harness.queries.length;
  };
  // From the sixth try on each of them is refused alike.
  for (const email of [user.email, 'nobody@acme.example']) await times(5, () => wrongCode(email));
  const before = [await statementsOf(user.email), await statementsOf('nobody@acme.example')];
  await times(refusalsPerHour.ofUser + 60, () => wrongCode(user.email));
  await times(refusalsPerHour.ofNobody + 60, () => wrongCode('nobody@acme.example'));
  expect([await statementsOf(user.email), await statementsOf('nobody@acme.example')]).toEqual(before);
}, 120_000);
