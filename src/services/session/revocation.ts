import type { Clock } from '../../domain/ports.ts';
import type { EndsWithUser, Repositories, Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';

/**
 * Every kind of credential that a user may hold: the name of a repository that can end all of a user's. A new kind does not compile
 * until it has a column below.
 */
export type CredentialKind = { [Name in keyof Repositories]: Repositories[Name] extends EndsWithUser ? Name : never }[keyof Repositories];

/**
 * The title of each column of the table, in the order in which the credentials end. Challenges end first: an enrollment or a login
 * that completes at this moment is then either committed, so that what it created ends with the rest, or finds its mfaToken ended.
 * The order is the same for every cause, so that two causes for the same user cannot deadlock.
 */
export const credentialKinds: Readonly<Record<CredentialKind, string>> = {
  challenges: 'open challenges: logins and step-ups under way',
  sessions: 'sessions and their tokens',
  authenticators: 'authenticators',
  pendingEnrollments: 'pending enrollments',
  oneTimeCodes: 'sent codes and started WebAuthn ceremonies',
  userTokens: 'mailed links and login codes',
  rememberedDevices: 'remembered devices',
  recoveryCodes: 'recovery codes',
};

/** Everything that ends credentials of more than one kind. */
export const revocationCauses = ['PASSWORD_CHANGED', 'ACCOUNT_LOCKED', 'RECOVERY_USED', 'MFA_RESET', 'LAST_FACTOR_REMOVED'] as const;
/** One cause for which credentials end. */
export type RevocationCause = (typeof revocationCauses)[number];

/** Whether a credential ends for a cause or stays. */
export type Fate = 'ENDS' | 'STAYS';

interface Row {
  /** What happened, as README calls it. */
  title: string;
  ends: Readonly<Record<CredentialKind, Fate>>;
}

/**
 * What ends with what. Nothing else says it: the services and README read this table, and a test checks all of its cells against a
 * real store.
 */
export const revocations: Readonly<Record<RevocationCause, Row>> = {
  // Somebody who knew the old password may have started all of these, and may have seen the secret of a pending enrollment.
  // Authenticators stay, because somebody who only reads the mail must still prove the second factor.
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
  // Everything by which somebody could act as the user ends, so that unlocking revives nothing. Authenticators and recovery codes
  // stay, because the user needs them to log in after the unlock.
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
  // Sessions end as well, because a stolen device may hold one. A mailed link stays, because it belongs to the password, which
  // recovery does not touch.
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
  // Sessions stay, because the published reset does not end them; an administrator who wants that locks the user. Pending
  // enrollments end, because somebody who holds the lost device may know the secret of one.
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
  // Everything that depends on a factor ends with the last one. Sessions stay, because the user who removed it goes on working.
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
 * Ends what the table says of the cause for this user, in the order of `credentialKinds`. Returns the strategies of the
 * authenticators that were removed. Runs in the caller's transaction. The caller writes the event and notifies the user.
 */
export type Revoke = (cause: RevocationCause, userId: string) => Promise<StrategyName[]>;

/** Creates `Revoke`, the one way to end credentials of more than one kind. */
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
