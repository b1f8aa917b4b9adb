import type { Page, Result } from './document.ts';
import { document, errorFields } from './document.ts';

/** A user in lists. */
export interface ListedUser {
  restId: string;
  email: string;
  name: string;
  locked: boolean;
  verified: boolean;
  mfaBypass: boolean;
  mfaEnrolled: boolean;
  lastLoginAt: string | null;
}
const listed = 'restId email name locked verified mfaBypass mfaEnrolled lastLoginAt';

/** A user with everything that support asks about. */
export interface ShownUser extends ListedUser {
  username: string | null;
  createdAt: string;
  recoveryCodesRemaining: number;
  userEmails: readonly { email: string; verified: boolean }[];
  memberships: readonly {
    pending: boolean;
    disabled: boolean;
    expiresAt: string | null;
    tenant: { restId: string; name: string } | null;
    roles: readonly { key: string }[];
  }[];
  authenticators: readonly { restId: string; strategy: string; label: string; createdAt: string; lastUsedAt: string | null }[];
  rememberedDevices: readonly { restId: string; name: string; honored: boolean; createdAt: string; expiresAt: string }[];
  mfaGrace: { endsAt: string } | null;
  mfaExemptions: readonly { restId: string; reason: string | null; lastsUntil: string | null; tenant: { restId: string } | null }[];
}

/** Says who a user is, which is all that a command needs to act on one. */
export interface NamedUser {
  restId: string;
  email: string;
}

/** One page of the users whose name or address contains a text. */
export const findUsers = document<
  { users: Page<ListedUser> },
  { search: string; first: number; after: string | null }
>(`query FindUsers($search: String!, $first: Int, $after: String) {
  users(search: $search, first: $first, after: $after) {
    nodes { ${listed} }
    pageInfo { hasNextPage endCursor }
  }
}`);

/** Finds a user by the address. */
export const userByEmail = document<{ users: { nodes: readonly NamedUser[] } }, { email: string }>(`query UserByEmail($email: EmailAddress!) {
  users(filter: { email: $email }, first: 1) { nodes { restId email } }
}`);

/** Finds a user by the id. */
export const userById = document<{ user: NamedUser | null }, { id: string }>(`query UserById($id: ID!) {
  user(id: $id) { restId email }
}`);

/** Reads everything about a user. */
export const showUser = document<{ user: ShownUser | null }, { id: string }>(`query ShowUser($id: ID!) {
  user(id: $id) {
    ${listed} username createdAt recoveryCodesRemaining
    userEmails { email verified }
    memberships { pending disabled expiresAt tenant { restId name } roles { key } }
    authenticators { restId strategy label createdAt lastUsedAt }
    rememberedDevices { restId name honored createdAt expiresAt }
    mfaGrace { endsAt }
    mfaExemptions { restId reason lastsUntil tenant { restId } }
  }
}`);

/** What a login leads to, and the rules that it looks at. */
export interface Explanation {
  outcome: string;
  sentence: string;
  steps: readonly { rule: string; applied: boolean; decisive: boolean; note: string }[];
}

/** Explains a login. */
export const explainMfa = document<
  { explainMfa: Explanation | null },
  { userId: string; firstFactor: string }
>(`query Explain($userId: ID!, $firstFactor: FirstFactor) {
  explainMfa(userId: $userId, firstFactor: $firstFactor) {
    outcome sentence
    steps { rule applied decisive note }
  }
}`);

interface OnUser {
  input: { userId: string };
}

/** Removes all authenticators of a user. */
export const resetUserMfa = document<{ resetUserMfa: Result<{ user: NamedUser }> }, OnUser>(`mutation Unenroll($input: ResetUserMfaInput!) {
  resetUserMfa(input: $input) {${errorFields}
    ... on ResetUserMfaSuccess { user { restId email } }
  }
}`);

/** Unlocks a user. */
export const unlockUser = document<{ unlockUser: Result<{ user: NamedUser }> }, OnUser>(`mutation Unlock($input: UnlockUserInput!) {
  unlockUser(input: $input) {${errorFields}
    ... on UnlockUserSuccess { user { restId email } }
  }
}`);

/** Deletes a user. */
export const deleteUser = document<{ deleteUser: Result<{ deletedUserId: string }> }, OnUser>(`mutation Delete($input: DeleteUserInput!) {
  deleteUser(input: $input) {${errorFields}
    ... on DeleteUserSuccess { deletedUserId }
  }
}`);
