import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { maxFactorsOfAKind } from '../../domain/authenticator/authenticator.ts';
import type { Confirmed, PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import { formatRecoveryCode, normalizeRecoveryCode } from '../../domain/recovery/recovery-code.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { factorKind } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Notifications } from '../messaging/security-notices.ts';
import type { Revoke } from '../session/revocation.ts';
import type { Authenticators } from './authenticators.ts';
import { ProofSpent } from './proof-spent.ts';

export const recoveryCodePurpose = 'recovery-code';
export const credentialPlace = (row: string) => ({ table: 'authenticators', row, column: 'sealed_credential' });

export interface Enrolled {
  authenticator: PublicAuthenticator;
  /** Shown once, at the first factor only. */
  recoveryCode: string | null;
}

export interface NewFactor extends Pick<Confirmed, 'credential' | 'advance' | 'identity'> {
  userId: string;
  strategy: StrategyName;
  name: string | null;
}

/** Who changes the factors, for the audit trail. */
export interface Changer {
  actor?: Actor;
  tenantId: string | null;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'recoveryCodes'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  authenticators: Authenticators;
  revoke: Revoke;
  notifications: Notifications;
  audit: Audit;
}

export type Factors = ReturnType<typeof createFactors>;

/** What a factor is called until its owner says otherwise. */
const defaultNames: Readonly<Record<StrategyName, string>> = {
  AUTHENTICATOR_APP: 'Authenticator app',
  WEBAUTHN_PLATFORM: 'Platform authenticator',
  WEBAUTHN_CROSS_PLATFORM: 'Security key',
  SMS: 'Phone',
  EMAIL_CODE: 'E-mail',
};

/** Refuses one factor of a kind too many. */
export function refuseTooMany(enrolled: readonly Authenticator[], strategy: StrategyName): void {
  const ofTheKind = enrolled.filter((factor) => factorKind(factor.strategy) === factorKind(strategy));
  if (ofTheKind.length >= maxFactorsOfAKind) fail('FACTOR_LIMIT_REACHED');
}

/** Adds and removes factors together with all that hangs on them. Every method is part of the caller's transaction. */
export function createFactors({ store, clock, random, keyring, authenticators, revoke, notifications, audit }: Needs) {
  const addRecoveryCode = async (userId: string): Promise<string> => {
    const code = formatRecoveryCode(random.bytes(25));
    const digest = keyring.digest(recoveryCodePurpose, normalizeRecoveryCode(code));
    await store.recoveryCodes.add({ id: random.uuid(), userId, digest, createdAt: clock.now() });
    return code;
  };

  return {
    /** Enrolls a confirmed factor; the first one brings a recovery code. Errors: `FACTOR_LIMIT_REACHED`, `CREDENTIAL_TAKEN`. */
    async add({ userId, strategy, name, credential, advance, identity }: NewFactor, { actor, tenantId, origin }: Changer): Promise<Enrolled> {
      const enrolled = await store.authenticators.ofUsers([userId]);
      refuseTooMany(enrolled, strategy);
      const id = random.uuid();
      const now = clock.now();
      const factor: Authenticator = {
        id,
        userId,
        strategy,
        name: name ?? defaultNames[strategy],
        sealedCredential: keyring.seal(credential, credentialPlace(id)),
        highWaterMark: 'step' in advance ? advance.step : 'counter' in advance ? advance.counter : 0,
        identityHash: identity === undefined ? null : keyring.hashToken(identity),
        createdAt: now,
        lastUsedAt: now,
      };
      if (!(await store.authenticators.add(factor))) fail('CREDENTIAL_TAKEN');
      const recoveryCode = enrolled.length === 0 ? await addRecoveryCode(userId) : null;
      await audit('FACTOR_ENROLLED', origin, { ...(actor === undefined ? {} : { actor }), userId, tenantId, strategy });
      await notifications.notify(userId, 'FACTOR_ADDED', strategy);
      return { authenticator: authenticators.describe(factor), recoveryCode };
    },

    /**
     * Removes these factors, or throws `ProofSpent` when one of them is gone already. With the last one goes all that stood
     * for a second factor.
     */
    async remove(userId: string, factors: readonly Authenticator[], { actor, tenantId, origin }: Changer): Promise<void> {
      for (const { id, strategy } of factors) {
        if (!(await store.authenticators.remove(id, userId))) throw new ProofSpent();
        await audit('FACTOR_REMOVED', origin, { ...(actor === undefined ? {} : { actor }), userId, tenantId, strategy, reason: id });
      }
      if ((await store.authenticators.ofUsers([userId])).length === 0) await revoke('LAST_FACTOR_REMOVED', userId);
      const strategies = new Set(factors.map((factor) => factor.strategy));
      const [only, ...others] = strategies;
      await notifications.notify(userId, 'FACTOR_REMOVED', only !== undefined && others.length === 0 ? only : null);
    },
  };
}
