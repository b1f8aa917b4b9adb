import type { Origin } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import type { Strategy } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Sessions, SignedSession } from '../session/sessions.ts';
import type { SecondFactor } from './gate.ts';

/** Token of a device just remembered, shown once. */
export interface RememberedDeviceToken {
  token: string;
  lifetimeSeconds: number;
}

export interface CompletedLogin<T> {
  session: SignedSession;
  rememberedDevice: RememberedDeviceToken | null;
  applied: T;
}

interface Needs {
  store: Pick<Store, 'challenges' | 'devices' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  attempts: Attempts;
  secondFactor: SecondFactor;
  sessions: Sessions;
  audit: Audit;
}

export type LoginCompletion = ReturnType<typeof createLoginCompletion>;

const firstFactorAmr: Readonly<Record<FirstFactor, readonly string[]>> = { PASSWORD: ['pwd'], EMAIL_CODE: ['otp'], ENTERPRISE_SSO: [] };

/**
 * The end of every second factor: challenge, proof, budget, session and audit trail move in one transaction or not at all.
 * A login opens a session, a step-up raises the one it was asked for.
 */
export function createLoginCompletion({ store, clock, random, keyring, attempts, secondFactor, sessions, audit }: Needs) {
  const remember = async (challenge: LoginChallenge, origin: Origin): Promise<RememberedDeviceToken | null> => {
    const { rememberSeconds } = await secondFactor.situationOf(challenge.userId, challenge.tenantId, challenge.firstFactor);
    if (rememberSeconds === 0) return null;
    const now = clock.now();
    const token = random.token();
    const name = origin.userAgent.slice(0, 200);
    await store.devices.add({
      id: random.uuid(),
      userId: challenge.userId,
      tokenHash: keyring.hashToken(token),
      name,
      createdAt: now,
      lastUsedAt: now,
    });
    await audit('DEVICE_REMEMBERED', origin, { userId: challenge.userId, tenantId: challenge.tenantId });
    return { token, lifetimeSeconds: rememberSeconds };
  };

  /**
   * Spends the challenge and opens or raises the session; `apply` spends the proof and throws `ProofSpent` when somebody else did.
   * User, tenant and policy count as of now, not as of the login. Errors: `CHALLENGE_EXPIRED`, `ACCOUNT_LOCKED`.
   */
  return async function complete<T>(login: {
    challenge: LoginChallenge;
    strategy: Strategy;
    /** What the factor proved, where that is more than its strategy says. */
    amr?: readonly string[] | undefined;
    rememberDevice: boolean;
    origin: Origin;
    apply: (now: Date) => Promise<T>;
  }): Promise<CompletedLogin<T>> {
    const { challenge, strategy, origin } = login;
    const now = clock.now();
    const { sessionId } = challenge;
    // A mailbox is no proof of presence: it completes a login and never raises a session (NIST 800-63B-4 §3.1.3.1).
    if (challenge.purpose === 'STEP_UP' && !strategy.satisfiesMfa) fail('STRATEGY_INACTIVE');
    const amr = [...new Set([...firstFactorAmr[challenge.firstFactor], ...(login.amr ?? strategy.amr), ...(strategy.satisfiesMfa ? ['mfa'] : [])])];
    const facts = { userId: challenge.userId, tenantId: challenge.tenantId, strategy: strategy.name };
    const done = await audit.refusals('MFA_FAILED', origin, facts, () =>
      store.transact(async () => {
        // First of all guards: of several racers exactly one gets the row.
        if (!(await store.challenges.consume(challenge.id, now))) fail('CHALLENGE_EXPIRED');
        const applied = await login.apply(now);
        await attempts.reset(challenge.userId, strategy.name);
        const [user] = await store.users.findMany([challenge.userId]);
        if (user === undefined) fail('CHALLENGE_EXPIRED');
        const { tenantId, firstFactor } = challenge;
        await audit('MFA_SUCCEEDED', origin, { userId: user.id, tenantId, strategy: strategy.name });
        if (sessionId !== null)
          return { applied, rememberedDevice: null, opened: await sessions.stepUp({ actor: nobody, origin }, { sessionId, amr }) };
        const rememberedDevice = login.rememberDevice ? await remember(challenge, origin) : null;
        const opening = { user, tenantId, firstFactor, amr, secondFactorAt: now, goneAs: 'CHALLENGE_EXPIRED' } as const;
        const opened = await sessions.open({ actor: nobody, origin }, opening);
        return { applied, rememberedDevice, opened };
      }),
    );
    const session = await sessions.sign(done.opened, strategy.satisfiesMfa ? { amr, at: now } : null);
    return { session, rememberedDevice: done.rememberedDevice, applied: done.applied };
  };
}
