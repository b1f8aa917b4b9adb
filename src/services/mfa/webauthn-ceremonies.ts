import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { Confirmed, StrategyUser } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import { isWebAuthn, webAuthnStrategies } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import type { Changer } from '../authenticator/factors.ts';
import { credentialPlace } from '../authenticator/factors.ts';
import type { OneTimeCodes } from '../authenticator/one-time-codes.ts';
import type { Challenges } from '../login/challenges.ts';
import type { Proof } from './proving.ts';
import type { Refused } from './refused.ts';

/** Longer than a browser waits, and short enough that a page left open has to begin anew. */
const ceremonySeconds = 300;

/** A ceremony begun: the options for the browser, and the token its answer comes back with. */
export interface BegunCeremony {
  webauthnToken: string;
  /** For `navigator.credentials.create` or `.get`, in the JSON form of WebAuthn §5.1. */
  options: object;
  expiresAt: Date;
}

/** What a browser answered, and to which ceremony. */
export interface CeremonyAnswer {
  webauthnToken: string;
  /** The credential, as the browser's own JSON has it. */
  credential: unknown;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  registry: StrategyRegistry;
  challenges: Challenges;
  codes: OneTimeCodes;
  audit: Audit;
}

export type WebAuthnCeremonies = ReturnType<typeof createWebAuthnCeremonies>;

/** The two ceremonies of WebAuthn. Each challenge is for one user and purpose, and good for one answer, right or wrong. */
export function createWebAuthnCeremonies({ store, clock, keyring, registry, challenges, codes, audit }: Needs) {
  const credentialOf = ({ id, sealedCredential }: Authenticator): Uint8Array => keyring.open(sealedCredential, credentialPlace(id));

  /** Keeps what was begun; an earlier ceremony of the same owner dies. Who begins to enroll is told in the trail. */
  const issue = async (
    about: { owner: string; userId: string; strategy: WebAuthnStrategy },
    begun: { keep: Uint8Array; show: object },
    asker: Changer | null,
  ): Promise<BegunCeremony> => {
    const { token, expiresAt } = await store.transact(async () => {
      if (asker !== null) {
        const { origin, ...by } = asker;
        await audit('ENROLLMENT_BEGUN', origin, { ...by, userId: about.userId, strategy: about.strategy });
      }
      return codes.issue(about, begun.keep, ceremonySeconds);
    });
    return { webauthnToken: token, options: begun.show, expiresAt };
  };

  /**
   * What the token stands for. It is spent before anything is verified, so that an answer that failed, or a hundred at
   * once, cannot use the challenge again.
   */
  const take = async (webauthnToken: string, owner: string, strategies: readonly WebAuthnStrategy[]): Promise<Uint8Array | Refused> => {
    let found: Awaited<ReturnType<OneTimeCodes['find']>> = 'WRONG';
    for (const strategy of strategies) if (found === 'WRONG') found = await codes.find(webauthnToken, owner, strategy);
    if (typeof found === 'string') return found;
    return (await codes.spend(found.id)) ? found.begun : 'WRONG';
  };

  return {
    /** Throws `InvalidCode` on what could never be an answer; nothing is charged for that, and no challenge spent. */
    readAnswer: (strategy: WebAuthnStrategy, credential: unknown): unknown => registry[strategy].readAnswer(credential),

    /** Begins to make a credential: of the one strategy given, or of whichever of several the person takes. */
    async beginEnrollment(
      { owner, user }: { owner: string; user: StrategyUser },
      strategies: readonly WebAuthnStrategy[],
      enrolled: readonly Authenticator[],
      asker: Changer,
    ): Promise<BegunCeremony> {
      const [strategy = fail('STRATEGY_INACTIVE'), ...others] = strategies;
      const enrollment = registry[strategy].enrollment ?? fail('STRATEGY_INACTIVE');
      const begun = await enrollment.begin({
        user,
        settings: await challenges.strategySettings(),
        enrolled: enrolled.filter((factor) => isWebAuthn(factor.strategy)).map(credentialOf),
        phoneNumber: null,
        anyAttachment: others.length > 0,
      });
      return issue({ owner, userId: user.id, strategy }, begun, asker);
    },

    /** The credential made, or why there is none. */
    async confirm(strategy: WebAuthnStrategy, owner: string, webauthnToken: string, answer: unknown): Promise<Confirmed | Refused> {
      // One begun for either kind of authenticator is kept under the other.
      const begun = await take(webauthnToken, owner, [strategy, ...webAuthnStrategies.filter((other) => other !== strategy)]);
      if (typeof begun === 'string') return begun;
      const enrollment = registry[strategy].enrollment ?? fail('STRATEGY_INACTIVE');
      const verdict = await enrollment.complete(begun, answer, clock.now());
      return verdict.ok ? verdict : 'WRONG';
    },

    /** Begins to prove this very factor. */
    async beginProof(
      { owner, user }: { owner: string; user: StrategyUser },
      factor: Authenticator & { strategy: WebAuthnStrategy },
    ): Promise<BegunCeremony> {
      const challenge = registry[factor.strategy].challenge ?? fail('STRATEGY_INACTIVE');
      const begun = await challenge.begin({ user, settings: await challenges.strategySettings(), credential: credentialOf(factor) });
      return issue({ owner, userId: user.id, strategy: factor.strategy }, begun, null);
    },

    /** The proof of this factor, or why there is none. */
    async prove(
      factor: Authenticator & { strategy: WebAuthnStrategy },
      owner: string,
      webauthnToken: string,
      answer: unknown,
    ): Promise<Proof | Refused> {
      const begun = await take(webauthnToken, owner, [factor.strategy]);
      if (typeof begun === 'string') return begun;
      const verdict = await registry[factor.strategy].verify({ credential: credentialOf(factor), begun }, answer, clock.now());
      if (!verdict.ok || !('counter' in verdict.advance)) return 'WRONG';
      const { counter } = verdict.advance;
      return {
        spend: (now) => store.authenticators.advanceCounter(factor.id, counter, now),
        amr: verdict.amr,
        // The signature is right, but the counter is not: there may be two of this authenticator (WebAuthn §6.1.1).
        whenSpent: 'SIGN_COUNT_NOT_RISING',
      };
    },
  };
}

/** The WebAuthn authenticator of that id among these, whichever kind it is. */
export function webAuthnFactor(enrolled: readonly Authenticator[], deviceId: string): (Authenticator & { strategy: WebAuthnStrategy }) | null {
  for (const factor of enrolled) {
    const { id, strategy } = factor;
    if (id === deviceId && isWebAuthn(strategy)) return { ...factor, strategy };
  }
  return null;
}
