import type { Caller } from '../../domain/access/actor.ts';
import type { EnvironmentSettings } from '../../domain/environment/environment.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import { effectiveHistorySize, effectivePolicy, effectiveRotation, filledIn } from '../../domain/password/effective.ts';
import type {
  PasswordHistoryFields,
  PasswordHistoryPolicy,
  PasswordPolicyFields,
  PasswordRotation,
  PasswordRotationFields,
  PasswordTests,
  StoredPasswordFields,
} from '../../domain/password/policy.ts';
import { defaultPasswordFields, defaultRotationFields, noTests, nothingSet } from '../../domain/password/policy.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, PasswordLists, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import {
  readPasswordExpiration,
  readSecurityPolicy,
  requirePermission,
  requireSomebody,
  writePasswordExpiration,
  writeSecurityPolicy,
} from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { settingsRecord } from '../policy/settings-record.ts';
import type { RecentFactor } from '../session/recent-factor.ts';

/** Tests to switch on or off. Those that are not named stay as they are. */
export type GivenTests = Partial<PasswordTests>;

/** The fields of a policy that a caller gives. */
export type GivenPolicy = Partial<Omit<PasswordPolicyFields, 'optionalTests' | 'requiredTests'>> & {
  optionalTests?: GivenTests;
  requiredTests?: GivenTests;
};

interface Needs {
  store: Pick<Store, 'environment' | 'users' | 'passwordPolicies' | 'passwordHistoryPolicies' | 'passwordRotations' | 'transact'>;
  clock: Clock;
  random: Random;
  lists: PasswordLists;
  recentFactor: RecentFactor;
  audit: Audit;
}

/** The service that `createPasswordPolicies` creates. */
export type PasswordPolicies = ReturnType<typeof createPasswordPolicies>;

/** Errors of each use case. */
export const passwordPolicyErrors = {
  setPolicy: ['INVALID_INPUT', 'STEP_UP_REQUIRED'],
  createHistory: ['PASSWORD_HISTORY_POLICY_EXISTS', 'STEP_UP_REQUIRED'],
  updateHistory: ['NOTHING_TO_UPDATE', 'PASSWORD_HISTORY_POLICY_NOT_FOUND', 'STEP_UP_REQUIRED'],
  setHistory: ['STEP_UP_REQUIRED'],
  setRotation: ['STEP_UP_REQUIRED'],
} as const;

/** The setting that lets tenants have a record of each kind. */
type Override = keyof EnvironmentSettings &
  ('allowOverridePasswordComplexity' | 'allowOverridePasswordExpiration' | 'allowOverrideEnforcePasswordHistory');

/**
 * Creates the service that writes and resolves the settings of passwords: for each of three kinds one record for the environment and at most
 * one for each tenant. Records of tenants are written, and count, only while the environment lets tenants have them.
 */
export function createPasswordPolicies({ store, clock, random, lists, recentFactor, audit }: Needs) {
  const record = settingsRecord<StoredPasswordFields>({
    ...{ store, clock, random, audit },
    repository: store.passwordPolicies,
    events: { created: 'PASSWORD_POLICY_SET', updated: 'PASSWORD_POLICY_SET' },
    errors: { exists: 'INTERNAL', notFound: 'INTERNAL' },
    describe: (fields) => `${fields.minLength ?? ''}..${fields.maxLength ?? ''} characters`,
  });
  const history = settingsRecord<PasswordHistoryFields>({
    ...{ store, clock, random, audit },
    repository: store.passwordHistoryPolicies,
    events: { created: 'PASSWORD_HISTORY_POLICY_SET', updated: 'PASSWORD_HISTORY_POLICY_SET' },
    errors: { exists: 'PASSWORD_HISTORY_POLICY_EXISTS', notFound: 'PASSWORD_HISTORY_POLICY_NOT_FOUND' },
    describe: ({ enabled, historySize }) => `${enabled ? 'on' : 'off'}, ${historySize} passwords`,
  });
  const rotation = settingsRecord<PasswordRotationFields>({
    ...{ store, clock, random, audit },
    repository: store.passwordRotations,
    events: { created: 'PASSWORD_ROTATION_SET', updated: 'PASSWORD_ROTATION_SET' },
    errors: { exists: 'INTERNAL', notFound: 'PASSWORD_ROTATION_NOT_FOUND' },
    describe: ({ isActive, rotationPeriodMinutes }) => `${isActive ? 'on' : 'off'}, ${rotationPeriodMinutes} minutes`,
  });

  const settings = async () => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  /** Refuses a record of a tenant while tenants may have none. Runs in the transaction of the write. Errors: `FORBIDDEN`. */
  const requireOverride = async (owner: SettingsOwner, override: Override): Promise<void> => {
    if (owner !== null && !(await settings())[override]) fail('FORBIDDEN');
  };

  /**
   * Runs a write of the record that the caller acts on. A user needs a recent second factor, because a session that was left open must not
   * weaken what passwords have to be. Errors: `FORBIDDEN`, `STEP_UP_REQUIRED`, and those of `write`.
   */
  const writing = async <T>(caller: Caller, permission: string, override: Override, write: (owner: SettingsOwner) => Promise<T>): Promise<T> => {
    const { tenantId: owner } = requirePermission(caller.actor, permission);
    await recentFactor.requireRecentFactor(caller);
    return store.transact('SETTINGS', async () => {
      await requireOverride(owner, override);
      return write(owner);
    });
  };

  /** Returns the owners whose records count for the tenants: without the permission to have one, tenants have none. */
  const ownersOf = (tenantIds: readonly string[], allowed: boolean): SettingsOwner[] => [null, ...(allowed ? tenantIds : [])];

  /** Returns what passwords of a member of all these tenants must be. It may run in an open transaction. */
  const policyFor = async (tenantIds: readonly string[]): Promise<PasswordPolicyFields> => {
    const { allowOverridePasswordComplexity: allowed } = await settings();
    const records = await store.passwordPolicies.findMany(ownersOf(tenantIds, allowed));
    const environment = records.find(({ tenantId }) => tenantId === null) ?? null;
    return effectivePolicy(
      environment,
      records.filter(({ tenantId }) => tenantId !== null),
    );
  };

  /** Returns how many passwords of a member of the tenants are refused. It may run in an open transaction. */
  const historySizeFor = async (tenantIds: readonly string[]): Promise<number> => {
    const { allowOverrideEnforcePasswordHistory: allowed } = await settings();
    return effectiveHistorySize(await store.passwordHistoryPolicies.findMany(ownersOf(tenantIds, allowed)), tenantIds);
  };

  /** Returns the tenants that the user can enter. */
  const tenantsOf = async (userId: string): Promise<string[]> =>
    (await store.users.openMemberships(userId, clock.now())).map(({ tenantId }) => tenantId);

  /** Returns the rotation in force for a user, or null. It may run in an open transaction. */
  const rotationOf = async (userId: string): Promise<PasswordRotation | null> => {
    // Every login waits for this. Unless tenants have records of their own, all of it is one round trip.
    const [{ allowOverridePasswordExpiration: allowed }, ofEnvironment, tenantIds] = await together(
      settings(),
      store.passwordRotations.findMany([null]),
      tenantsOf(userId),
    );
    return effectiveRotation(allowed ? [...ofEnvironment, ...(await store.passwordRotations.findMany(tenantIds))] : ofEnvironment);
  };

  /** Returns the record of the owner with the values that hold where it says nothing. */
  const resolved = async (owner: SettingsOwner): Promise<PasswordPolicyFields> => {
    const records = await store.passwordPolicies.findMany(owner === null ? [null] : [null, owner]);
    const of = (one: SettingsOwner) => records.find(({ tenantId }) => tenantId === one) ?? null;
    const environment = filledIn(of(null), defaultPasswordFields);
    return owner === null ? environment : filledIn(of(owner), environment);
  };

  /** Adds the given tests to those that were set before. */
  const merged = (before: PasswordTests | null | undefined, given: GivenTests | undefined): PasswordTests | undefined =>
    given === undefined ? undefined : { ...noTests, ...before, ...given };

  return {
    policyFor,
    historySizeFor,
    rotationOf,
    tenantsOf,

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', passwordPolicyErrors, {
        /** Changes the given fields of the policy, and inside the two objects the given tests. */
        async setPolicy(
          caller: Caller,
          { fields: { optionalTests, requiredTests, ...given } }: { fields: GivenPolicy },
        ): Promise<PasswordPolicyFields> {
          if (given.blockPwnedPasswords && lists.isBreached === null) {
            throw new InvalidInput([{ path: ['blockPwnedPasswords'], message: 'blockPwnedPasswords true is not supported by this server' }]);
          }
          return writing(caller, writeSecurityPolicy, 'allowOverridePasswordComplexity', async (owner) => {
            const before = await record.find(owner);
            const tests = {
              optionalTests: merged(before?.optionalTests, optionalTests),
              requiredTests: merged(before?.requiredTests, requiredTests),
            };
            const fields: Partial<StoredPasswordFields> = Object.fromEntries(
              Object.entries({ ...given, ...tests }).filter(([, value]) => value !== undefined),
            );
            await record.upsert(caller, owner, fields, nothingSet);
            const after = await resolved(owner);
            if (after.minLength > after.maxLength) {
              const message = 'maxLength must not be less than minLength';
              throw new InvalidInput([{ path: ['maxLength'], message }]);
            }
            return after;
          });
        },

        /** Creates the rule about earlier passwords. */
        createHistory: (caller: Caller, { fields }: { fields: PasswordHistoryFields }): Promise<PasswordHistoryPolicy> =>
          writing(caller, writeSecurityPolicy, 'allowOverrideEnforcePasswordHistory', (owner) => history.create(caller, owner, fields)),

        /** Changes the rule about earlier passwords. */
        updateHistory: (caller: Caller, { fields }: { fields: PasswordHistoryFields }): Promise<PasswordHistoryPolicy> =>
          writing(caller, writeSecurityPolicy, 'allowOverrideEnforcePasswordHistory', (owner) => history.update(caller, owner, fields)),

        /** Changes the rule about earlier passwords or creates it. */
        setHistory: async (caller: Caller, { fields }: { fields: PasswordHistoryFields }): Promise<PasswordHistoryPolicy> => {
          const change = (owner: SettingsOwner) => history.upsert(caller, owner, fields, fields);
          return (await writing(caller, writeSecurityPolicy, 'allowOverrideEnforcePasswordHistory', change)).policy;
        },

        /** Changes the given fields of the rotation, or creates it with the defaults for the others. */
        setRotation: async (caller: Caller, { fields }: { fields: Partial<PasswordRotationFields> }): Promise<PasswordRotation> => {
          const change = (owner: SettingsOwner) => rotation.upsert(caller, owner, fields, defaultRotationFields);
          return (await writing(caller, writePasswordExpiration, 'allowOverridePasswordExpiration', change)).policy;
        },
      }),

      ...reads(audit, {
        /** Returns the policy of the owner that the caller acts on, with the values of the environment and the defaults where nothing is set. */
        find: async ({ actor }: Caller): Promise<PasswordPolicyFields> => resolved(requirePermission(actor, readSecurityPolicy).tenantId),

        /** Returns the rule about earlier passwords of the owner that the caller acts on, or null. */
        findHistory: async ({ actor }: Caller): Promise<PasswordHistoryPolicy | null> =>
          history.find(requirePermission(actor, readSecurityPolicy).tenantId),

        /** Returns the rule about earlier passwords of the environment, or null. Everybody who is signed in may read it. */
        async findEnvironmentsHistory({ actor }: Caller): Promise<PasswordHistoryPolicy | null> {
          requireSomebody(actor);
          return history.find(null);
        },

        /** Returns the rotation of the owner that the caller acts on, or null. */
        findRotation: async ({ actor }: Caller): Promise<PasswordRotation | null> =>
          rotation.find(requirePermission(actor, readPasswordExpiration).tenantId),

        /** Returns the rotation of the environment, or null. */
        async findEnvironmentsRotation({ actor }: Caller): Promise<PasswordRotation | null> {
          requirePermission(actor, readPasswordExpiration);
          return rotation.find(null);
        },

        /**
         * Returns what a new password of the user must be. Anybody may ask, because a page for a new password shows it before anybody has
         * logged in. Without a user, and for one who does not exist, it is what the environment asks for.
         */
        effectiveOf: async (_caller: Caller, { userId }: { userId: string | null }): Promise<PasswordPolicyFields> => {
          const { forbiddenWords: _, ...shown } = await policyFor(userId === null ? [] : await tenantsOf(userId));
          return { ...shown, forbiddenWords: [] };
        },

        /** Returns what a new password must be in the tenant that the caller acts in, with the words that are forbidden. */
        async effective({ actor }: Caller): Promise<PasswordPolicyFields> {
          const { tenantId } = requirePermission(actor, readSecurityPolicy);
          return policyFor(tenantId === null ? [] : [tenantId]);
        },
      }),
    },
  };
}
