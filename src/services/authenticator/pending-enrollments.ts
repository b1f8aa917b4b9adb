import type { PendingEnrollment } from '../../domain/authenticator/pending-enrollment.ts';
import type { Advance, EnrollmentShows, StrategySettings, StrategyUser, Verdict } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';
import type { StrategyRegistry } from './authenticators.ts';
import type { Changer } from './factors.ts';

export interface Shown<Name extends keyof EnrollmentShows> {
  show: EnrollmentShows[Name];
  expiresAt: Date;
}

export type Confirmation = Verdict<{ id: string; credential: Uint8Array; advance: Advance }>;

interface Needs {
  store: Pick<Store, 'enrollments' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  registry: StrategyRegistry;
  audit: Audit;
}

export type PendingEnrollments = ReturnType<typeof createPendingEnrollments>;

const pendingPlace = (row: string) => ({ table: 'pending_enrollments', row, column: 'sealed' });

/** Secrets shown but not confirmed, one for each owner and strategy: two tabs that begin at once show the same. */
export function createPendingEnrollments({ store, clock, random, keyring, registry, audit }: Needs) {
  const enrollmentOf = (name: StrategyName) => registry[name].enrollment ?? fail('STRATEGY_INACTIVE');

  return {
    /** Every call while the secret lives shows the same one. */
    async begin<Name extends keyof EnrollmentShows>(
      strategy: Name,
      { owner, user, expiresAt }: { owner: string; user: StrategyUser; expiresAt: Date },
      { origin, ...asker }: Changer,
      settings: StrategySettings,
    ): Promise<Shown<Name>> {
      const enrollment = enrollmentOf(strategy);
      const show = enrollment.show ?? fail('INTERNAL', `${strategy} shows nothing twice`);
      const now = clock.now();
      const again = async ({ id, sealed, expiresAt }: PendingEnrollment): Promise<Shown<Name>> =>
        shown(await show(keyring.open(sealed, pendingPlace(id)), user, settings), expiresAt);
      const existing = await store.enrollments.find(owner, strategy, now);
      if (existing !== null) return again(existing);
      const id = random.uuid();
      const begun = await enrollment.begin({ user, settings, enrolled: [], phoneNumber: null });
      const sealed = keyring.seal(begun.keep, pendingPlace(id));
      const inForce = await store.transact(async () => {
        const kept = await store.enrollments.keep({ id, owner, userId: user.id, strategy, sealed, createdAt: now, expiresAt }, now);
        if (kept.id === id) await audit('ENROLLMENT_BEGUN', origin, { ...asker, userId: user.id, strategy });
        return kept;
      });
      // Somebody began at the same time: both show the secret of the one that was kept.
      return inForce.id === id ? shown(begun.show, expiresAt) : again(inForce);
    },

    /** Whether `answer` confirms what was begun; nothing begun counts as wrong. Spending it is the caller's part. */
    async check(strategy: StrategyName, owner: string, answer: unknown): Promise<Confirmation> {
      const pending = await store.enrollments.find(owner, strategy, clock.now());
      if (pending === null) return { ok: false, reason: 'wrong' };
      const kept = keyring.open(pending.sealed, pendingPlace(pending.id));
      const verdict = await enrollmentOf(strategy).complete(kept, answer, clock.now());
      return verdict.ok ? { ...verdict, id: pending.id } : verdict;
    },
  };
}

/** The registry forgets which strategy shows what; `EnrollmentShows` remembers it by name. */
const shown = <Name extends keyof EnrollmentShows>(show: object, expiresAt: Date): Shown<Name> => ({
  show: show as EnrollmentShows[Name],
  expiresAt,
});
