import type { Caller } from '../../domain/access/actor.ts';
import type { Strategy } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import type { Clock } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import type { DeviceRecognition, RememberedDeviceToken } from '../device/recognition.ts';
import type { Joining } from '../invitation/joining.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Sessions, SignedSession } from '../session/sessions.ts';
import type { LoginGate } from './gate.ts';
import type { SessionOpening } from './opening.ts';
import { requireOpened, soonExpired } from './opening.ts';

/** A login whose second factor was proven: its tokens, and the token of the remembered device if there is one. */
export interface CompletedLogin {
  session: SignedSession;
  rememberedDevice: RememberedDeviceToken | null;
}

/** What a login is completed with. */
export interface LoginCompletionCommand<T> {
  challenge: LoginChallenge;
  strategy: Strategy;
  /** RFC 8176 values that the factor proved, if they differ from those of its strategy. */
  amr?: readonly string[] | undefined;
  rememberDevice: boolean;
  /** Spends the proof inside the transaction. Throws if another call has spent it. */
  apply: (now: Date) => Promise<T>;
}

interface Needs {
  store: Pick<Store, 'challenges' | 'users' | 'transact'>;
  clock: Clock;
  attempts: Attempts;
  gate: LoginGate;
  sessions: Sessions;
  openSession: SessionOpening;
  deviceRecognition: DeviceRecognition;
  joining: Pick<Joining, 'wake'>;
  audit: Audit;
}

/** The function that `createLoginCompletion` creates. */
export type LoginCompletion = ReturnType<typeof createLoginCompletion>;

/**
 * RFC 8176 values that each first factor proves. Whether the key of a passkey is in hardware is known while it is checked, and no challenge
 * remembers it. None is named then, because the wrong one would promise too much.
 */
const firstFactorAmr: Readonly<Record<FirstFactor, readonly string[]>> = {
  PASSWORD: ['pwd'],
  EMAIL_CODE: ['otp'],
  SMS_CODE: ['sms'],
  ENTERPRISE_SSO: [],
  PASSKEY: [],
  VERIFIED_PASSKEY: [],
};

/**
 * Creates the function that completes every second factor. Challenge, proof, attempts, session and audit trail change in one
 * transaction.
 */
export function createLoginCompletion({ store, clock, attempts, gate, sessions, openSession, deviceRecognition, joining, audit }: Needs) {
  const consume = async (id: string, now: Date): Promise<void> => {
    if (!(await store.challenges.consume(id, now))) fail('CHALLENGE_EXPIRED');
  };

  /** Remembers the device if the policy as of now allows it. */
  const remember = async (caller: Caller, { userId, tenantId }: LoginChallenge): Promise<RememberedDeviceToken | null> => {
    const rememberSeconds = await gate.rememberSecondsOf(userId);
    return rememberSeconds > 0 ? deviceRecognition.remember(caller, { userId, tenantId, lifetimeSeconds: rememberSeconds }) : null;
  };

  /**
   * Spends the challenge and opens the session of a login, or steps up the session of a step-up. User, tenant and policy count as
   * they are now, not as they were at the first factor. Errors: `CHALLENGE_EXPIRED`, `ACCOUNT_LOCKED`, `STRATEGY_INACTIVE`, `PASSWORD_EXPIRED`, and
   * those of `apply`.
   */
  return async function completeLogin<T>(caller: Caller, login: LoginCompletionCommand<T>): Promise<CompletedLogin & { applied: T }> {
    const { challenge, strategy } = login;
    const { userId, tenantId, firstFactor, sessionId, invitationLinkId } = challenge;
    const now = clock.now();
    // A code by e-mail completes a login but does not satisfy MFA, so it cannot step up a session (NIST 800-63B-4 §3.1.3.1).
    if (challenge.purpose === 'STEP_UP' && !strategy.satisfiesMfa) fail('STRATEGY_INACTIVE');
    const amr = [...new Set([...firstFactorAmr[firstFactor], ...(login.amr ?? strategy.amr), ...(strategy.satisfiesMfa ? ['mfa'] : [])])];
    const done = await store.transact({ user: userId }, async () => {
      // All guards and reads travel together. The first guard comes first, and if any refuses, everything is rolled back.
      const [, applied, , , opening, rememberedDevice] = await together(
        consume(challenge.id, now),
        login.apply(now),
        attempts.reset(userId, strategy.name),
        audit('MFA_SUCCEEDED', caller, { userId, tenantId, strategy: strategy.name }),
        sessionId === null
          ? openSession(caller, { userId, tenantId, firstFactor, amr, secondFactorAt: now, goneAs: 'CHALLENGE_EXPIRED', invitationLinkId })
          : sessions.stepUp(caller, { sessionId, userId, amr }).then((opened) => ({ opened, age: null })),
        sessionId === null && login.rememberDevice ? remember(caller, challenge) : Promise.resolve(null),
      );
      return { applied, rememberedDevice, opening };
    });
    if (invitationLinkId !== null) joining.wake();
    const { opened, age } = requireOpened(done.opening, tenantId);
    const session = { ...(await sessions.sign(opened, strategy.satisfiesMfa ? { amr, at: now } : null)), passwordAge: soonExpired(age) };
    return { session, rememberedDevice: done.rememberedDevice, applied: done.applied };
  };
}
