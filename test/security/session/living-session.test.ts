import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/access/actor.ts';
import { nobody } from '../../../src/domain/access/actor.ts';
import type { Services } from '../../../src/services/index.ts';
import { setPolicy, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { logOut } from '../../support/requests.ts';
import type { PlainSession } from '../../support/step-up.ts';
import { plainSession } from '../../support/step-up.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const origin = { transport: 'REST', address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: 'test', requestId: 'test' } as const;

interface Prepared {
  services: Services;
  caller: Caller;
  user: PlainSession;
  deviceId: string;
  /** Secret of an app whose enrollment was started in the session. */
  started: string;
  /** Id of another session of the user. */
  other: string;
}

/** Everything a user can change about factors, codes and sessions. */
const changes: readonly (readonly [name: string, change: (prepared: Prepared) => Promise<unknown>])[] = [
  [
    'adds no authenticator',
    ({ services, caller, started }) =>
      services.enrollment.complete(caller, {
        ...{ target: { userId: null }, strategy: 'AUTHENTICATOR_APP', token: null, answer: totp(harness, started), name: null },
        rememberDevice: false,
      }),
  ],
  [
    'removes no authenticator by a code',
    ({ services, caller, user, deviceId }) =>
      services.removal.remove(caller, {
        ...{ userId: null, deviceId, strategies: [] },
        proof: { by: 'CODE', strategy: 'AUTHENTICATOR_APP', answer: totp(harness, user.secret, 30) },
      }),
  ],
  [
    'switches MFA off by no code',
    ({ services, caller, user }) => services.removal.disable(caller, { userId: null, code: totp(harness, user.secret, 30) }),
  ],
  ['renames no authenticator', ({ services, caller, deviceId }) => services.factors.rename(caller, { userId: null, deviceId, name: 'Stolen' })],
  ['gets no recovery codes', ({ services, caller }) => services.recoveryCodes.generate(caller)],
  ['ends no other session', ({ services, caller }) => services.ownSessions.endOthers(caller)],
  ['ends not one session', ({ services, caller, other }) => services.ownSessions.end(caller, { id: other })],
];

test.each(changes)('T21 a session that ended between the call and its transaction %s', async (name, change) => {
  const user = await plainSession(harness, `living-${changes.findIndex(([other]) => other === name)}`);
  const { services } = harness.app;
  const caller = { actor: await services.sessions.authenticate({ actor: nobody, origin }, { token: user.accessToken }), origin };
  const { show } = await services.enrollment.begin(caller, { target: { userId: null }, strategies: ['AUTHENTICATOR_APP'] });
  const held = async () => [
    await query(harness, 'select * from authenticators where user_id = $1', [user.id]),
    await query(harness, 'select * from recovery_codes where user_id = $1', [user.id]),
    await query(harness, 'select id from sessions where user_id = $1 and ended_at is null', [user.id]),
  ];
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
  const { sessionId } = caller.actor.kind === 'USER' ? caller.actor : { sessionId: '' };
  const other = randomUUID();
  const session = await harness.app.store.sessions.find(sessionId, harness.clock.now());
  if (session !== null) await harness.app.store.sessions.add({ ...session, id: other }, randomUUID());
  await logOut(harness, user.refreshToken);
  const before = await held();
  expect(before[2]).toEqual([{ id: other }]);
  const prepared = { services, caller, user, deviceId: String(before[0]?.[0]?.id), started: show.secret, other };
  await expect(change(prepared)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await held()).toEqual(before);
});
