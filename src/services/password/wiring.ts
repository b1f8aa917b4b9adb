import type { Clock, PasswordLists, Passwords, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import { createPasswordAge } from './age.ts';
import { createNewPasswords } from './new-passwords.ts';
import { createPasswordPolicies } from './policies.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  passwords: Passwords;
  lists: PasswordLists;
  recentFactor: RecentFactor;
  audit: Audit;
}

/** Creates what says how passwords must be, how old they may become, and the one way from a new password to its hash. */
export function createPasswordRules({ store, clock, random, passwords, lists, recentFactor, audit }: Needs) {
  const policies = createPasswordPolicies({ store, clock, random, lists, recentFactor, audit });
  return {
    policies,
    newPasswords: createNewPasswords({ store, passwords, lists, policies, audit }),
    passwordAge: createPasswordAge({ store, clock, policies }),
  };
}
