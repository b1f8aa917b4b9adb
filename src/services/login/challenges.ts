import type { StrategySettings } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import { defaultPolicyFields } from '../../domain/policy/policy.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Facts } from '../audit/recorder.ts';
import type { MfaState, SecondFactor } from './gate.ts';

/** Codes live no longer than this, whatever is configured (NIST 800-63B-4 §3.1.3.2). */
const maxCodeLifetimeSeconds = 600;

/** A living challenge with its user and everything that decides what may be done with it. */
export interface OpenChallenge extends MfaState {
  challenge: LoginChallenge;
  user: User;
}

interface Needs {
  store: Pick<Store, 'challenges' | 'environment' | 'sessions' | 'users'>;
  clock: Clock;
  keyring: Keyring;
  secondFactor: SecondFactor;
}

export type Challenges = ReturnType<typeof createChallenges>;

/** Looks up what an mfaToken stands for. */
export function createChallenges({ store, clock, keyring, secondFactor }: Needs) {
  const open = async (mfaToken: string, known: Facts = {}): Promise<OpenChallenge> => {
    const now = clock.now();
    const challenge = (await store.challenges.find(keyring.hashToken(mfaToken), now)) ?? fail('CHALLENGE_EXPIRED');
    Object.assign(known, { userId: challenge.userId, tenantId: challenge.tenantId });
    // A step-up dies with its session, before anything is charged.
    if (challenge.sessionId !== null && (await store.sessions.find(challenge.sessionId, now)) === null) fail('CHALLENGE_EXPIRED');
    const [user] = await store.users.findMany([challenge.userId]);
    if (user === undefined) fail('CHALLENGE_EXPIRED');
    if (user.locked) fail('ACCOUNT_LOCKED');
    return { challenge, user, ...(await secondFactor.situationOf(user.id, challenge.tenantId, challenge.firstFactor)) };
  };

  return {
    /** Errors: `CHALLENGE_EXPIRED` for anything but a living mfaToken, `ACCOUNT_LOCKED`. Adds to `known` whose it is, even then. */
    open,

    /** Whether a device may be remembered with this login, and for how many seconds. Costs no attempt. */
    async rememberDevice(mfaToken: string): Promise<{ allowed: boolean; expirationSeconds: number }> {
      const { challenge, policy } = await open(mfaToken);
      const expirationSeconds = policy.decidedBy === null ? defaultPolicyFields.mfaDeviceExpirationSeconds : policy.mfaDeviceExpirationSeconds;
      // A step-up is no login: a device remembered by it would outlive what was asked for.
      return { allowed: challenge.purpose === 'LOGIN' && policy.allowRememberMyDevice && expirationSeconds > 0, expirationSeconds };
    },

    /** What strategies read at each use; codes by e-mail and by text message have a life each. */
    async strategySettings(strategy: StrategyName | null = null): Promise<StrategySettings> {
      const environment = (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');
      const { authenticatorApp, email, sms } = environment.mfaConfiguration;
      return {
        serviceName: authenticatorApp.serviceName === '' ? environment.name : authenticatorApp.serviceName,
        codeLifetimeSeconds: Math.min((strategy === 'SMS' ? sms : email).tokenLifetimeSeconds, maxCodeLifetimeSeconds),
      };
    },
  };
}
