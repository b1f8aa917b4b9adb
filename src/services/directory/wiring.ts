import { createAddressCodes } from './address-codes.ts';
import { createApplications } from './applications.ts';
import { createMailboxCodes } from './mailbox-codes.ts';
import { createMemberships } from './memberships.ts';
import { createPrimaryEmailChange } from './primary-email.ts';
import { createTenants } from './tenants.ts';
import { createUserEmail } from './user-email.ts';
import { createUserEmails } from './user-emails.ts';
import { createUserLists } from './user-lists.ts';
import { createUserPhones } from './user-phones.ts';
import { createUserRoles } from './user-roles.ts';
import { createUserSessions } from './user-sessions.ts';
import { createUsernames } from './usernames.ts';

/** What is created here, and what one of the services needs of it. */
interface Made {
  addressCodes: ReturnType<typeof createAddressCodes>;
  changePrimaryEmail: ReturnType<typeof createPrimaryEmailChange>;
}

/** What each of the services needs, all of it together. */
type Needs = Parameters<typeof createAddressCodes>[0] &
  Parameters<typeof createApplications>[0] &
  Omit<Parameters<typeof createMailboxCodes>[0], keyof Made> &
  Parameters<typeof createMemberships>[0] &
  Parameters<typeof createPrimaryEmailChange>[0] &
  Parameters<typeof createTenants>[0] &
  Omit<Parameters<typeof createUserEmail>[0], keyof Made> &
  Omit<Parameters<typeof createUserEmails>[0], keyof Made> &
  Parameters<typeof createUserLists>[0] &
  Parameters<typeof createUserPhones>[0] &
  Parameters<typeof createUserRoles>[0] &
  Parameters<typeof createUserSessions>[0] &
  Parameters<typeof createUsernames>[0];

/** Creates the services of tenants, and of what belongs to users beside their credentials. No other service needs one of them. */
export function createDirectoryServices(given: Needs) {
  const needs = { ...given, addressCodes: createAddressCodes(given), changePrimaryEmail: createPrimaryEmailChange(given) };
  return {
    tenants: createTenants(needs),
    userEmail: createUserEmail(needs),
    userEmails: createUserEmails(needs),
    userPhones: createUserPhones(needs),
    mailboxCodes: createMailboxCodes(needs),
    usernames: createUsernames(needs),
    userLists: createUserLists(needs),
    userSessions: createUserSessions(needs),
    memberships: createMemberships(needs),
    userRoles: createUserRoles(needs),
    applications: createApplications(needs),
  };
}
