import type { Caller } from '../../domain/access/actor.ts';
import type { ImportedUser } from '../../domain/account/imported-user.ts';
import type { ReadPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { notAPhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { foldUsername, isUsername, notAUsername } from '../../domain/directory/username.ts';
import { fail } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import { readForeignHash } from '../../domain/password/foreign-hash.ts';
import type { Clock, Passwords, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import { refuseField } from '../directory/metadata.ts';
import type { NewUsers, UserDraft } from '../directory/new-users.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { Revoke } from '../session/revocation.ts';
import type { AddImportedEmails } from './imported-emails.ts';
import { importedEmailErrors } from './imported-emails.ts';

interface Needs {
  store: Pick<Store, 'authenticators' | 'tenants' | 'users' | 'userPhones' | 'usernames' | 'transact'>;
  clock: Clock;
  passwords: Pick<Passwords, 'admit' | 'keep'>;
  random: Random;
  registry: StrategyRegistry;
  readPhoneNumber: ReadPhoneNumber;
  newUsers: NewUsers;
  authenticators: Pick<Authenticators, 'addFromElsewhere'>;
  rolesForMember: RolesForMember;
  addImportedEmails: AddImportedEmails;
  revoke: Revoke;
  audit: Audit;
}

/** What importing a user is refused with. */
export const importingErrors = [...importedEmailErrors, 'TENANT_NOT_FOUND', 'ROLE_NOT_FOUND', 'USERNAME_EXISTS', 'PHONE_EXISTS'] as const;

/** A second factor that came with a user. */
interface ForeignFactor {
  strategy: StrategyName;
  credential: Uint8Array;
}

/** What was read of an imported user before the transaction, because hashing takes long. */
interface Prepared {
  draft: UserDraft;
  hash: string | null;
  factors: readonly ForeignFactor[];
  /** The number to log in by, in E.164 form. Null if none came along. */
  loginNumber: string | null;
}

/** What runs in the transaction of an import, which does nothing if one of them throws. */
export interface ImportHooks {
  /** Runs before everything else. */
  before(): Promise<void>;
  /** Runs after everything else. */
  after(user: User): Promise<void>;
}

const noHooks: ImportHooks = { before: async () => undefined, after: async () => undefined };

/** The function that `createImporting` creates. */
export type Importing = ReturnType<typeof createImporting>;

/**
 * Creates the one way to bring in a user from another system, for a single one and for many. The password hash is stored as it came, and the
 * history and the policy do not look at it. A factor counts in full. Nothing of a user who exists is overwritten, and no mail is sent.
 */
export function createImporting(needs: Needs) {
  const { store, clock, random, passwords, registry, readPhoneNumber, newUsers, authenticators, rolesForMember, addImportedEmails, revoke, audit } =
    needs;

  const factorOf = (strategy: StrategyName, given: string, field: string): ForeignFactor => {
    const credential = registry[strategy].enrollment?.fromElsewhere?.(given) ?? refuseField(field, `${field} is invalid`);
    return { strategy, credential };
  };

  const factorsOf = ({ authenticatorAppSecret, phoneNumber, phoneNumberType }: ImportedUser): ForeignFactor[] => [
    ...(authenticatorAppSecret === null ? [] : [factorOf('AUTHENTICATOR_APP', authenticatorAppSecret, 'authenticatorAppMfaSecret')]),
    ...(phoneNumber === null || phoneNumberType === 'auth' ? [] : [factorOf('SMS', phoneNumber, 'phoneNumber')]),
  ];

  /** Returns the number that the user logs in by. Without a type it is that as well as a second factor. */
  const loginNumberOf = ({ phoneNumber, phoneNumberType }: ImportedUser): string | null => {
    if (phoneNumber === null || phoneNumberType === 'mfa') return null;
    return readPhoneNumber(phoneNumber)?.e164 ?? refuseField('phoneNumber', `phoneNumber ${notAPhoneNumber}`);
  };

  const prepare = async (caller: Caller, user: ImportedUser): Promise<Prepared> => {
    const { username, passwordHash } = user;
    if (username !== null && !isUsername(username)) refuseField('username', `username ${notAUsername}`);
    const factors = factorsOf(user);
    const loginNumber = loginNumberOf(user);
    const foreign = passwordHash === null ? null : readForeignHash(passwordHash);
    const draft = await newUsers.draft(caller, { ...user, password: null, mfaBypass: false }, user.tenantId);
    return { draft, factors, loginNumber, hash: foreign === null ? null : await passwords.admit(() => passwords.keep(foreign)) };
  };

  /** Gives the user what came along, as far as nothing of the kind is there. */
  const complete = async (caller: Caller, user: User, created: boolean, { username }: ImportedUser, { hash, factors, loginNumber }: Prepared) => {
    const now = clock.now();
    if (hash !== null && (created || (await store.users.passwordHash(user.id)) === null)) {
      await store.users.setPasswordHash(user.id, hash, now);
      if (!created) await revoke('PASSWORD_CHANGED', user.id);
    }
    const held = new Set((await store.authenticators.ofUsers([user.id])).map(({ strategy }) => strategy));
    const missing = factors.filter(({ strategy }) => !held.has(strategy));
    for (const factor of missing) await authenticators.addFromElsewhere(caller, user.activeTenantId, { userId: user.id, ...factor });
    if (loginNumber !== null && (await store.userPhones.ofUsers([user.id])).length === 0) {
      const phone = { id: random.uuid(), userId: user.id, phoneNumber: loginNumber, verified: true, createdAt: now, updatedAt: now };
      if (!(await store.userPhones.add(phone))) fail('PHONE_EXISTS');
      await audit('PHONE_ADDED', caller, { userId: user.id, tenantId: user.activeTenantId, reason: `${phone.id} verified` });
    }
    const [taken] = username === null ? [] : await store.usernames.ofUsers([user.id]);
    if (username !== null && taken === undefined) {
      if (!(await store.usernames.set({ userId: user.id, username, usernameFolded: foldUsername(username), createdAt: now })))
        fail('USERNAME_EXISTS');
    }
    return missing.length > 0;
  };

  /**
   * Imports one user. The hooks run in the transaction. Errors: those of `importingErrors`.
   */
  return async (caller: Caller, given: ImportedUser, { before, after }: ImportHooks = noHooks): Promise<User> => {
    const { tenantId: inForce } = requireEnvironment(caller.actor);
    const prepared = await prepare(caller, given);
    return store.transact('SETTINGS', async () => {
      await before();
      const tenantId = await tenantNamed(store, inForce, given.tenantId);
      const roleIds = await rolesForMember(tenantId, given.roleIds);
      const known = await store.users.findByEmail(normalizeEmail(given.email));
      const membership = { tenantId, roleIds, expiresAt: null };
      const user = known ?? (await newUsers.add(caller, prepared.draft, { ...membership, verified: given.verified })) ?? fail('USER_EXISTS');
      // Who is a member already stays one: a script that is repeated changes nothing.
      if (known !== null && (await store.users.addMembership({ ...membership, userId: user.id, createdAt: clock.now() }))) {
        await audit('USER_JOINED_TENANT', caller, { userId: user.id, tenantId });
      }
      const mfa = await complete(caller, user, known === null, given, prepared);
      await addImportedEmails(caller, user, given.otherEmails);
      const reason = [given.passwordHash?.type ?? 'no password', ...(mfa ? ['mfa'] : [])].join(' ');
      await audit('USER_IMPORTED', caller, { userId: user.id, tenantId, reason });
      await after(user);
      return user;
    });
  };
}
