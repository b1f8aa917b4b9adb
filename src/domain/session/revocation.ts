import type { EndsInTenant, EndsWithUser, Repositories } from '../store.ts';

/**
 * Every kind of credential that a user may hold: the name of a repository that can end all of a user's. A new kind does not compile
 * until it has a column below.
 */
export type CredentialKind = { [Name in keyof Repositories]: Repositories[Name] extends EndsWithUser ? Name : never }[keyof Repositories];

/** Those kinds of which each credential is for one tenant. */
export type TenantCredentialKind = { [Name in CredentialKind]: Repositories[Name] extends EndsInTenant ? Name : never }[CredentialKind];

/**
 * What each kind is called in README and in the contracts, in the order in which the credentials end. Challenges end first: an enrollment or a login
 * that completes at this moment is then either committed, so that what it created ends with the rest, or finds its mfaToken ended.
 * The order is the same for every cause, so that two causes for the same user cannot deadlock.
 */
export const credentialKinds: Readonly<Record<CredentialKind, string>> = {
  challenges: 'open challenges',
  sessions: 'sessions',
  authorizationCodes: 'authorization codes',
  authenticators: 'authenticators',
  pendingEnrollments: 'pending enrollments',
  oneTimeCodes: 'one-time codes',
  passkeys: 'passkeys',
  userTokens: 'mailed links',
  invitationLinks: 'own invitation links',
  rememberedDevices: 'remembered devices',
  recoveryCodes: 'recovery codes',
  apiTokens: 'API tokens',
  outbox: 'messages that were not sent yet',
};

/** Everything that ends credentials of more than one kind. */
export const revocationCauses = [
  'PASSWORD_CHANGED',
  'OWN_PASSWORD_CHANGED',
  'EMAIL_CHANGED',
  'ACCOUNT_LOCKED',
  'RECOVERY_USED',
  'MFA_RESET',
  'LAST_FACTOR_REMOVED',
  'SESSIONS_REVOKED',
  'TENANT_LEFT',
  'USER_DELETED',
] as const;
/** One cause for which credentials end. */
export type RevocationCause = (typeof revocationCauses)[number];

/**
 * Whether the credentials of a kind end for a cause, end if they are for the one tenant concerned, end but for the session of the call, or
 * stay.
 */
export type Fate = 'ENDS' | 'ENDS_IN_TENANT' | 'OTHERS_END' | 'STAYS';

interface Row {
  /** What happened, as README calls it. */
  title: string;
  /** The act, as the subject of the sentence that `whatEnds` makes. */
  act: string;
  ends: {
    readonly [Kind in CredentialKind]: Kind extends 'sessions'
      ? Fate
      : Kind extends TenantCredentialKind
        ? Exclude<Fate, 'OTHERS_END'>
        : Exclude<Fate, 'ENDS_IN_TENANT' | 'OTHERS_END'>;
  };
}

/**
 * What ends with what. Nothing else says it: the services, the contracts and README read this table, and a test checks all of its
 * cells against a real store.
 */
export const revocations: Readonly<Record<RevocationCause, Row>> = {
  // Somebody who knew the old password may have started all of these, may have seen the secret of a pending enrollment, and may have made an
  // invitation link to come back by.
  // Authenticators stay, because somebody who only reads the mail must still prove the second factor.
  PASSWORD_CHANGED: {
    title: 'password set or changed',
    act: 'Setting a password',
    ends: {
      challenges: 'ENDS',
      sessions: 'ENDS',
      authorizationCodes: 'ENDS',
      authenticators: 'STAYS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      passkeys: 'STAYS',
      userTokens: 'ENDS',
      invitationLinks: 'ENDS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'STAYS',
      apiTokens: 'STAYS',
      outbox: 'STAYS',
    },
  },
  // As before, but whoever changes the password has just proven to know the old one, and goes on working.
  OWN_PASSWORD_CHANGED: {
    title: 'password changed by its user',
    act: 'Changing the own password',
    ends: {
      challenges: 'ENDS',
      sessions: 'OTHERS_END',
      authorizationCodes: 'ENDS',
      authenticators: 'STAYS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      userTokens: 'ENDS',
      invitationLinks: 'ENDS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'STAYS',
      passkeys: 'STAYS',
      apiTokens: 'STAYS',
      outbox: 'STAYS',
    },
  },
  // Codes and links went to the old mailbox, whose reader may be somebody else by now. Sessions stay, because the user goes on working, and
  // invitation links, because none was mailed.
  EMAIL_CHANGED: {
    title: 'primary e-mail address changed',
    act: 'Changing the primary address',
    ends: {
      challenges: 'ENDS',
      sessions: 'STAYS',
      authorizationCodes: 'STAYS',
      authenticators: 'STAYS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      passkeys: 'STAYS',
      userTokens: 'ENDS',
      invitationLinks: 'STAYS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'STAYS',
      apiTokens: 'STAYS',
      outbox: 'ENDS',
    },
  },
  // Everything by which somebody could act as the user ends, so that unlocking revives nothing. Authenticators and recovery codes
  // stay, because the user needs them to log in after the unlock. API tokens stay as well: they are refused while the user is locked, and
  // what runs by them goes on afterwards.
  ACCOUNT_LOCKED: {
    title: 'account locked',
    act: 'Locking',
    ends: {
      challenges: 'ENDS',
      sessions: 'ENDS',
      authorizationCodes: 'ENDS',
      authenticators: 'STAYS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      passkeys: 'STAYS',
      userTokens: 'ENDS',
      invitationLinks: 'ENDS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'STAYS',
      apiTokens: 'STAYS',
      outbox: 'STAYS',
    },
  },
  // Sessions end as well, because a stolen device may hold one, and so do passkeys, because it may hold these too. A mailed link stays,
  // because it belongs to the password, which recovery does not touch.
  RECOVERY_USED: {
    title: 'recovery code used',
    act: 'Recovery',
    ends: {
      challenges: 'ENDS',
      sessions: 'ENDS',
      authorizationCodes: 'ENDS',
      authenticators: 'ENDS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      passkeys: 'ENDS',
      userTokens: 'STAYS',
      invitationLinks: 'ENDS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'ENDS',
      apiTokens: 'STAYS',
      outbox: 'STAYS',
    },
  },
  // Sessions stay, because the published reset does not end them; an administrator who wants that locks the user. Pending enrollments end,
  // because somebody who holds the lost device may know the secret of one, and codes, because one may state a factor of it. Passkeys end,
  // because whoever took over the account may have added one.
  MFA_RESET: {
    title: 'MFA reset by an administrator',
    act: 'This reset',
    ends: {
      challenges: 'ENDS',
      sessions: 'STAYS',
      authorizationCodes: 'ENDS',
      authenticators: 'ENDS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      passkeys: 'ENDS',
      userTokens: 'STAYS',
      invitationLinks: 'STAYS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'ENDS',
      apiTokens: 'STAYS',
      outbox: 'STAYS',
    },
  },
  // Everything that depends on a factor ends with the last one. Sessions stay, because the user who removed it goes on working.
  LAST_FACTOR_REMOVED: {
    title: 'last authenticator removed',
    act: 'Removing the last authenticator',
    ends: {
      challenges: 'ENDS',
      sessions: 'STAYS',
      authorizationCodes: 'ENDS',
      authenticators: 'ENDS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      passkeys: 'STAYS',
      userTokens: 'STAYS',
      invitationLinks: 'STAYS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'ENDS',
      apiTokens: 'STAYS',
      outbox: 'STAYS',
    },
  },
  // Whoever still knows the password and has the factor logs in again. A remembered device is no session and is ended by itself.
  SESSIONS_REVOKED: {
    title: 'all sessions of a user ended',
    act: 'Ending all sessions',
    ends: {
      challenges: 'STAYS',
      sessions: 'ENDS',
      authorizationCodes: 'ENDS',
      authenticators: 'STAYS',
      pendingEnrollments: 'STAYS',
      oneTimeCodes: 'STAYS',
      userTokens: 'STAYS',
      invitationLinks: 'STAYS',
      rememberedDevices: 'STAYS',
      recoveryCodes: 'STAYS',
      passkeys: 'STAYS',
      apiTokens: 'STAYS',
      outbox: 'STAYS',
    },
  },
  // What belongs to the user stays, because the user may be in other tenants. A code or an enrollment belongs to a challenge or a
  // session and ends with it.
  TENANT_LEFT: {
    title: 'removed from a tenant, disabled in it, or the tenant deleted',
    act: 'Leaving a tenant',
    ends: {
      challenges: 'ENDS_IN_TENANT',
      sessions: 'ENDS_IN_TENANT',
      authorizationCodes: 'ENDS_IN_TENANT',
      authenticators: 'STAYS',
      pendingEnrollments: 'STAYS',
      oneTimeCodes: 'STAYS',
      passkeys: 'STAYS',
      userTokens: 'STAYS',
      invitationLinks: 'ENDS_IN_TENANT',
      rememberedDevices: 'STAYS',
      recoveryCodes: 'STAYS',
      apiTokens: 'ENDS_IN_TENANT',
      outbox: 'STAYS',
    },
  },
  // Nothing of the user is left but the audit trail.
  USER_DELETED: {
    title: 'user deleted',
    act: 'Deleting a user',
    ends: {
      challenges: 'ENDS',
      sessions: 'ENDS',
      authorizationCodes: 'ENDS',
      authenticators: 'ENDS',
      pendingEnrollments: 'ENDS',
      oneTimeCodes: 'ENDS',
      passkeys: 'ENDS',
      userTokens: 'ENDS',
      invitationLinks: 'ENDS',
      rememberedDevices: 'ENDS',
      recoveryCodes: 'ENDS',
      apiTokens: 'ENDS',
      outbox: 'ENDS',
    },
  },
};

/** Returns those kinds with this fate for the cause, in the order in which they end. */
export const kindsThat = (fate: Fate, cause: RevocationCause): CredentialKind[] =>
  (Object.keys(credentialKinds) as CredentialKind[]).filter((kind) => revocations[cause].ends[kind] === fate);

/** Returns those kinds that end in a tenant when somebody leaves it, in the order in which they end. */
export const kindsThatEndInTenant = (): TenantCredentialKind[] => kindsThat('ENDS_IN_TENANT', 'TENANT_LEFT') as TenantCredentialKind[];

const inWords = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' });

/** Returns the sentence that tells callers of an operation what it ends and what stays. */
export function whatEnds(cause: RevocationCause): string {
  const named = (fate: Fate): string => inWords.format(kindsThat(fate, cause).map((kind) => credentialKinds[kind]));
  const [everywhere, inTenant, others, staying] = [named('ENDS'), named('ENDS_IN_TENANT'), named('OTHERS_END'), named('STAYS')];
  const ending =
    everywhere === ''
      ? `${inTenant} of the user in that tenant`
      : `${everywhere} of the user${others === '' ? '' : `, and the ${others} but that of the call`}`;
  return `${revocations[cause].act} ends the ${ending}.${staying === '' ? '' : ` The ${staying} stay.`}`;
}
