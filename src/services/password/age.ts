import type { PasswordAge } from '../../domain/password/effective.ts';
import { passwordAge } from '../../domain/password/effective.ts';
import type { Clock } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Store } from '../../domain/store.ts';
import type { PasswordPolicies } from './policies.ts';

interface Needs {
  store: Pick<Store, 'users'>;
  clock: Clock;
  policies: Pick<PasswordPolicies, 'rotationOf'>;
}

/**
 * Returns how long the password of a login may still be used. Null if it does not expire, or the login was none by password. It may run in an
 * open transaction.
 */
export type PasswordAgeOf = (userId: string, firstFactor: FirstFactor) => Promise<PasswordAge | null>;

/** Creates `PasswordAgeOf`. */
export const createPasswordAge =
  ({ store, clock, policies }: Needs): PasswordAgeOf =>
  async (userId, firstFactor) => {
    if (firstFactor !== 'PASSWORD') return null;
    const rotation = await policies.rotationOf(userId);
    return rotation === null ? null : passwordAge(rotation, await store.users.passwordChangedAt(userId), clock.now());
  };
