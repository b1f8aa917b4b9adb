import type { Clock } from '../../domain/ports.ts';
import type { EndsWithUser, Repositories, Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

/** Every kind of credential a user may hold: a repository that can end all of a user's. A new one does not compile until it has a column below. */
export type CredentialKind = { [Name in keyof Repositories]: Repositories[Name] extends EndsWithUser ? Name : never }[keyof Repositories];

/**
 * What the columns of the table are called, in the order in which they end. Challenges end first, so that an enrollment or a login
 * that is being completed at this moment is either done, and its outcome ends with the rest, or finds its mfaToken ended. One
 * order for every cause also keeps two of them, for the same user at once, from waiting for each other.
 */
export const credentialKinds: Readonly<Record<CredentialKind, string>> = {
  challenges: 'open challenges: logins and step-ups under way',
  sessions: 'sessions and their tokens',
  authenticators: 'authenticators',
  pendingEnrollments: 'pending enrollments',
  oneTimeCodes: 'codes sent and WebAuthn challenges',
  userTokens: 'mailed links and login codes',
  rememberedDevices: 'remembered devices',
  recoveryCodes: 'recovery codes',
};

export const revocationCauses = ['PASSWORD_CHANGED', 'ACCOUNT_LOCKED', 'RECOVERY_USED', 'MFA_RESET', 'LAST_FACTOR_REMOVED'] as const;
export type RevocationCause = (typeof revocationCauses)[number];

/** Whether a credential ends with the cause of a row or outlives it. */
export type Fate = 'ENDS' | 'STAYS';

interface Row {
  /** What happened, as README calls it. */
  title: string;
  ends: Readonly<Record<CredentialKind, Fate>>;
}

/**
 * What ends with what: the one place that says it. Both the services and README read this table, and a test sweeps all of its
 * cells over a real store.
 */
export const revocations: Readonly<Record<RevocationCause, Row>> = {
  // Whoever knew the old password may have begun all of these, and seen the secret of an enrollment. The factors stay: whoever
  // reads the mail must still prove the second one.
  PASSWORD_CHANGED: {
    title: 'password set or changed',
    ends: {
      challenges: 'ENDS',
      sessions: 'ENDS',
      authenticators: 'STAYS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      userTokens: 'ENDS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'STAYS',
    },
  },
  // Everything the account was trusted with ends, so that unlocking revives nothing. What the person holds stays: with it
  // the user logs in again after the unlock.
  ACCOUNT_LOCKED: {
    title: 'account locked',
    ends: {
      challenges: 'ENDS',
      sessions: 'ENDS',
      authenticators: 'STAYS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      userTokens: 'ENDS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'STAYS',
    },
  },
  // Sessions end as well, because a stolen device may hold one. A mailed link belongs to the password, which recovery does not touch.
  RECOVERY_USED: {
    title: 'recovery code used',
    ends: {
      challenges: 'ENDS',
      sessions: 'ENDS',
      authenticators: 'ENDS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      userTokens: 'STAYS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'ENDS',
    },
  },
  // Sessions stay, because the contract's reset does not end them; an administrator who wants that locks the user. Enrollments
  // begun end, because whoever holds the lost device may know the secret of one.
  MFA_RESET: {
    title: 'MFA reset by an administrator',
    ends: {
      challenges: 'ENDS',
      sessions: 'STAYS',
      authenticators: 'ENDS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      userTokens: 'STAYS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'ENDS',
    },
  },
  // With the last factor goes all that stood for one. Sessions stay: the user who removed it goes on.
  LAST_FACTOR_REMOVED: {
    title: 'last authenticator removed',
    ends: {
      challenges: 'ENDS',
      sessions: 'STAYS',
      authenticators: 'ENDS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      userTokens: 'STAYS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'ENDS',
    },
  },
};

interface Needs {
  store: Pick<Store, CredentialKind>;
  clock: Clock;
}

/**
 * Part of the caller's transaction. Ends what the table says of the cause for this user, in the order of `credentialKinds`; tells
 * nobody and writes no event. Answers the strategies of the factors that were removed.
 */
export type Revoke = (cause: RevocationCause, userId: string) => Promise<StrategyName[]>;

/** Creates the one way to end credentials of a user by more than one kind; see `Revoke`. */
export const createRevocation =
  ({ store, clock }: Needs): Revoke =>
  async (cause, userId) => {
    const now = clock.now();
    const removed: StrategyName[] = [];
    for (const kind of Object.keys(credentialKinds) as CredentialKind[]) {
      if (revocations[cause].ends[kind] === 'STAYS') continue;
      if (kind === 'authenticators') removed.push(...(await store.authenticators.endAllOf(userId)));
      else await store[kind].endAllOf(userId, now);
    }
    return removed;
  };
