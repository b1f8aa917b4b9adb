import { fail } from '../../domain/errors.ts';
import type { PasswordFault } from '../../domain/password/faults.ts';
import { PasswordRefused, personalWords, policyFaults } from '../../domain/password/faults.ts';
import type { NewPassword, NewPasswords } from '../../domain/password/new-password.ts';
import type { PasswordLists, Passwords } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { PasswordPolicies } from './policies.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'users' | 'passwordHistory'>;
  passwords: Passwords;
  lists: PasswordLists;
  policies: Pick<PasswordPolicies, 'policyFor' | 'historySizeFor' | 'tenantsOf'>;
  audit: Audit;
}

/** Creates the one way from a new password to a hash: everything that sets a password asks it, whoever sets it. */
export function createNewPasswords({ store, passwords, lists, policies, audit }: Needs): NewPasswords {
  /** Tells whether the user has the password now or had it before. It runs one check after the other, so that it takes one place among the hashes. */
  const isReused = async (userId: string, password: string, historySize: number): Promise<boolean> => {
    if (historySize === 0) return false;
    const current = await store.users.passwordHash(userId);
    const former = await store.passwordHistory.lastOf(userId, historySize - 1);
    // A hash of another system is not looked at: how it was chosen is not known here.
    const hashes = current === null || passwords.isForeign(current) ? former : [current, ...former];
    for (const hash of hashes) if (await passwords.verify(hash, password)) return true;
    return false;
  };

  const faultsOf = async ({ password, owner, userId, tenantIds }: NewPassword): Promise<PasswordFault[]> => {
    const tenants = tenantIds ?? (userId === null ? [] : await policies.tenantsOf(userId));
    const environment = (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');
    const policy = await policies.policyFor(tenants);
    const faults = policyFaults(password, policy, personalWords(owner, environment.name));
    // What the policy refuses is hashed by nobody.
    if (faults.length > 0) return faults;
    if (await lists.isCommon(password)) return [{ code: 'COMMON' }];
    if (policy.blockPwnedPasswords && (await lists.isBreached?.(password))) return [{ code: 'BREACHED' }];
    const reused = userId !== null && (await isReused(userId, password, await policies.historySizeFor(tenants)));
    return reused ? [{ code: 'REUSED' }] : [];
  };

  return {
    async accept(caller, wanted) {
      const faults = await faultsOf(wanted);
      const [first] = faults;
      if (first !== undefined) {
        const reason = first.code === 'BREACHED' ? 'breached' : first.code === 'REUSED' ? 'reused' : 'weak';
        await audit('PASSWORD_REFUSED', caller, { userId: wanted.userId, reason });
        throw new PasswordRefused(faults, wanted.field ?? 'password');
      }
      return passwords.hash(wanted.password);
    },
  };
}
