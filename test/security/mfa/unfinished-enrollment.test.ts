import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, identity, logIn, password } from '../../support/builders.ts';
import { countOf, execute } from '../../support/database.ts';
import { dialect } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import type { OwnUser } from '../../support/self-service.ts';
import { ownUser, selfService } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { beginOwnEnrollment, offerWebAuthn, rest } from '../../support/webauthn-flows.ts';

const harness = useHarness(openInstances);
beforeAll(() => offerWebAuthn(harness));

const secretShown = async (headers: Record<string, string>): Promise<string> => (await selfService(harness, '/enroll', headers)).json().secret;

/** What takes an account out of somebody's hands while the user stays; after it the user logs in as before. */
const changes: Record<string, (user: OwnUser) => Promise<void>> = {
  'a password reset': async ({ email }) => {
    await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset`, body: { email } });
    await harness.app.outbox.flush();
    const message = harness.mail.findLast(({ to }) => to === email);
    const { userId, token } = Object.fromEntries(new URL(message !== undefined && 'link' in message ? message.link : '').searchParams);
    const body = { userId, token, password };
    expect((await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset/verify`, body })).statusCode).toBe(201);
  },
  'a lock': async ({ id }) => {
    const headers = await asEnvironment(harness);
    for (const what of ['lock', 'unlock']) {
      expect((await harness.send({ method: 'POST', url: `${identity}/users/v1/${id}/${what}`, headers })).statusCode).toBe(200);
    }
  },
};

test.each(Object.keys(changes))('T16 a secret that a stolen session was shown is not the one the user is shown after %s', async (what) => {
  const user = await ownUser(harness, `pending-${what.replace(/\W+/g, '-')}`);
  const stolen = await secretShown(user.headers);
  await beginOwnEnrollment(harness, user.headers);
  await changes[what]?.(user);
  expect(await countOf(harness, 'pending_enrollments', user.id)).toBe(0);
  expect(await countOf(harness, 'one_time_codes', user.id)).toBe(0);
  const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
  expect(await secretShown({ authorization: `Bearer ${accessToken}` })).not.toBe(stolen);
});

test('T21 a session that ends while the answer of a new key is looked at adds no factor', async () => {
  const user = await ownUser(harness, 'ended-meanwhile');
  const { options, webauthnToken } = await beginOwnEnrollment(harness, user.headers);
  const body = { webauthnToken, deviceType: 'CrossPlatform', options: createSecurityKey().create(options) };
  // The challenge is spent before the answer is looked at: that is the moment.
  const end = `begin update sessions set ended_at = created_at where user_id = old.user_id; ${dialect === 'sqlite' ? '' : 'return old; '}end`;
  if (dialect === 'postgres') await execute(harness, `create function ending() returns trigger as $$ ${end} $$ language plpgsql`);
  const act = dialect === 'sqlite' ? end : 'for each row execute function ending()';
  await execute(harness, `create trigger ending after delete on one_time_codes ${act}`);
  const answer = await rest.ownEnrollVerify(harness, user.headers, body);
  await execute(harness, dialect === 'sqlite' ? 'drop trigger ending' : 'drop function ending cascade');
  expect([answer.statusCode, answer.json()]).toEqual([401, { errors: ['Unauthorized'] }]);
  for (const table of ['authenticators', 'recovery_codes']) expect(await countOf(harness, table, user.id), table).toBe(0);
});
