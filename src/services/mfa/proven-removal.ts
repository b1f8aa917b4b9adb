import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { TargetUser } from '../directory/target-user.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Proof } from './proving.ts';
import type { Refused } from './refused.ts';
import { refusalOf } from './refused.ts';
import type { Choose, FactorRemoval, RemovalProof } from './removal.ts';
import { theFactor } from './removal.ts';

/** Which factor, of whom; `userId` is for an environment token. */
export interface FactorOfUser {
  userId: string | null;
  deviceId: string;
  origin: Origin;
}

/** The factor that is to go, proven by itself. */
export interface OwnProof {
  /** Refuses what could never be an answer, which costs nothing; the check that follows is charged for. */
  read(factor: Authenticator, userId: string): () => Promise<Proof | Refused>;
}

/** Kinds the factor has to be of, and what to say where its proof is missing: one line a field. */
export interface ProvableFactor {
  kinds: readonly StrategyName[];
  missing: Readonly<Record<string, string>>;
}

interface Needs {
  users: Users;
  removal: FactorRemoval;
  attempts: Attempts;
  recentFactor: RecentFactor;
  audit: Audit;
}

export type ProvenRemoval = ReturnType<typeof createProvenRemoval>;

/** Removing one factor whose holder proves the wish by the factor itself: a text message to the phone, a touch of the key. */
export function createProvenRemoval({ users, removal, attempts, recentFactor, audit }: Needs) {
  /** Charge, check. */
  const proofOf = async ({ actor, user }: TargetUser, factor: Authenticator, proof: OwnProof, origin: Origin): Promise<RemovalProof> => {
    const { strategy } = factor;
    const check = proof.read(factor, user.id);
    const about = { actor, userId: user.id, tenantId: actor.tenantId };
    const attemptsRemaining = await audit.refusals('MFA_FAILED', origin, { ...about, strategy }, () =>
      attempts.takeCodeAttempt(user.id, strategy, null),
    );
    const found = await check();
    if (typeof found !== 'string') return { ...found, strategy };
    const refusal = refusalOf(found, strategy, attemptsRemaining);
    await audit('MFA_FAILED', origin, { ...about, strategy, reason: refusal.code });
    throw refusal;
  };

  /** Asked again inside the transaction: of two factors removed at once without proof the second is the last. */
  const unlessLast =
    (choose: Choose, missing: Readonly<Record<string, string>>): Choose =>
    (enrolled) => {
      const chosen = choose(enrolled);
      if (chosen.length < enrolled.length) return chosen;
      throw new InvalidInput(Object.entries(missing).map(([field, message]) => ({ path: [field], message: `${field} ${message}` })));
    };

  return {
    /** Begins the proof, by `begin`. Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND`, `LAST_FACTOR_ENFORCED`. */
    async begin<T>(
      asking: Actor,
      { userId, deviceId, origin }: FactorOfUser,
      { kinds }: ProvableFactor,
      begin: (subject: TargetUser, factor: Authenticator) => Promise<T>,
    ): Promise<T> {
      const subject = await targetUserOf(users, asking, userId);
      return removal.recorded(subject, origin, async () => {
        const { chosen } = await removal.chosenOf(subject, theFactor(deviceId, kinds));
        const [factor = fail('DEVICE_NOT_FOUND')] = chosen;
        return begin(subject, factor);
      });
    },

    /**
     * Removes the factor: an environment token at will, a user by the proof. Without one only while another factor stays, and
     * where the surface is held to it by a second factor proven just now. Errors: as `begin`, and `INVALID_INPUT` where the
     * proof is missing, `STEP_UP_REQUIRED`, `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`.
     */
    async remove(
      asking: Actor,
      { userId, deviceId, origin }: FactorOfUser,
      { kinds, missing }: ProvableFactor,
      proof: OwnProof | null,
    ): Promise<User> {
      const subject = await targetUserOf(users, asking, userId);
      const choose = theFactor(deviceId, kinds);
      if (subject.actor.kind === 'ENVIRONMENT') return removal.recorded(subject, origin, () => removal.remove(subject, choose, null, origin));
      if (proof === null) await recentFactor.requireRecentFactor({ actor: subject.actor, origin });
      return removal.recorded(subject, origin, async () => {
        const { chosen } = await removal.chosenOf(subject, choose);
        if (proof === null) return removal.remove(subject, unlessLast(choose, missing), null, origin);
        const [factor = fail('DEVICE_NOT_FOUND')] = chosen;
        return removal.remove(subject, choose, await proofOf(subject, factor, proof, origin), origin);
      });
    },
  };
}
