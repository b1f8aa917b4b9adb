import type { EndsWithUser, Repositories } from '../store.ts';

/**
 * Every kind of credential that a user may hold: the name of a repository that can end all of a user's. A new kind does not compile
 * until it has a column below.
 */
export type CredentialKind = { [Name in keyof Repositories]: Repositories[Name] extends EndsWithUser ? Name : never }[keyof Repositories];

/**
 * What each kind is called in README and in the contracts, in the order in which the credentials end. Challenges end first: an enrollment or a login
 * that completes at this moment is then either committed, so that what it created ends with the rest, or finds its mfaToken ended.
 * The order is the same for every cause, so that two causes for the same user cannot deadlock.
 */
export const credentialKinds: Readonly<Record<CredentialKind, string>> = {
  challenges: 'open challenges',
  sessions: 'sessions',
  authenticators: 'authenticators',
  pendingEnrollments: 'pending enrollments',
  oneTimeCodes: 'one-time codes',
  userTokens: 'mailed links',
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
  /** The act, as the subject of the sentence that `whatEnds` makes. */
  act: string;
  ends: Readonly<Record<CredentialKind, Fate>>;
}

/**
 * What ends with what. Nothing else says it: the services, the contracts and README read this table, and a test checks all of its
 * cells against a real store.
 */
export const revocations: Readonly<Record<RevocationCause, Row>> = {
  // Somebody who knew the old password may have started all of these, and may have seen the secret of a pending enrollment.
  // Authenticators stay, because somebody who only reads the mail must still prove the second factor.
  PASSWORD_CHANGED: {
    title: 'password set or changed',
    act: 'Setting a password',
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
    act: 'Locking',
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
    act: 'Recovery',
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
    act: 'This reset',
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
    act: 'Removing the last authenticator',
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

/** Returns those kinds that end, or those that stay, for the cause, in the order in which they end. */
export const kindsThat = (fate: Fate, cause: RevocationCause): CredentialKind[] =>
  (Object.keys(credentialKinds) as CredentialKind[]).filter((kind) => revocations[cause].ends[kind] === fate);

const inWords = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' });

/** Returns the sentence that tells callers of an operation what it ends and what stays. */
export function whatEnds(cause: RevocationCause): string {
  const [ending, staying] = (['ENDS', 'STAYS'] as const).map((fate) => inWords.format(kindsThat(fate, cause).map((kind) => credentialKinds[kind])));
  return `${revocations[cause].act} ends the ${ending} of the user. The ${staying} stay.`;
}
