import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { Authenticator } from '../../src/domain/authenticator/authenticator.ts';
import type { Tenant } from '../../src/domain/directory/tenant.ts';
import { noTenantDetails } from '../../src/domain/directory/tenant.ts';
import type { User } from '../../src/domain/directory/user.ts';
import type { Environment } from '../../src/domain/environment/environment.ts';
import { defaultMfaConfiguration } from '../../src/domain/environment/environment.ts';
import type { InvitationLink } from '../../src/domain/invitation/invitation-link.ts';
import type { LoginChallenge } from '../../src/domain/login/challenge.ts';
import { normalizeEmail } from '../../src/domain/messaging/email-address.ts';
import type { AccountNote } from '../../src/domain/oauth/account-note.ts';
import type { AuthorizationCode } from '../../src/domain/oauth/authorization-code.ts';
import type { Interaction } from '../../src/domain/oauth/interaction.ts';
import type { Session } from '../../src/domain/session/session.ts';
import type { Store } from '../../src/domain/store.ts';
import type { ApiToken } from '../../src/domain/token/api-token.ts';
import { roleIds } from '../support/role-ids.ts';

export type Open = () => Promise<Store>;

const epoch = Date.UTC(2026, 4, 1, 12, 0, 0, 123);

/** An instant so many seconds after the start of every test's time; it has milliseconds, so that losing them shows. */
export const at = (seconds: number): Date => new Date(epoch + seconds * 1000);

export const newId = (): string => randomUUID();

/** One store for the tests of a `describe`; each test makes rows of its own. */
export function useStore(open: Open): () => Store {
  let store: Store | undefined;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store?.close());
  return () => {
    if (store === undefined) throw new Error('no store is open');
    return store;
  };
}

/** A promise settled by the test, to hold one party until another has come so far. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let settle: { resolve: (value: T) => void; reject: (reason: unknown) => void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('a promise runs its executor at once');
  return { promise, ...settle };
}

/** How many of `answers` are as wanted. */
export const countOf = <T>(answers: readonly T[], wanted: (answer: T) => boolean): number => answers.filter(wanted).length;

/** Starts `work` so many times before waiting for any. */
export const race = <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)));

export const tenantOf = (change: Partial<Tenant> = {}): Tenant => ({
  ...noTenantDetails,
  id: newId(),
  name: 'Acme',
  metadata: '{}',
  isReseller: false,
  createdAt: at(0),
  updatedAt: at(0),
  ...change,
});

export function userOf(activeTenantId: string, change: Partial<User> = {}): User {
  const id = change.id ?? newId();
  const email = change.email ?? `Person-${id}@Example.com`;
  return {
    id,
    email,
    emailNormalized: normalizeEmail(email),
    name: 'Person',
    profilePictureUrl: null,
    phoneNumber: null,
    externalId: null,
    metadata: '{}',
    vendorMetadata: '{}',
    verified: false,
    mfaBypass: false,
    locked: false,
    superUser: false,
    invisible: false,
    activeTenantId,
    createdAt: at(0),
    updatedAt: at(0),
    lastLoginAt: null,
    firstLoginAt: null,
    heldFactorAt: null,
    exemptUntil: null,
    ...change,
  };
}

/** A tenant with one user in it. */
export async function addPerson(store: Store, change: Partial<User> = {}): Promise<{ user: User; tenant: Tenant }> {
  const tenant = tenantOf();
  const user = userOf(tenant.id, change);
  await store.tenants.create(tenant);
  await store.users.create(user, { userId: user.id, tenantId: tenant.id, roleIds: [roleIds.readOnly], createdAt: at(0) }, 'a hash');
  return { user, tenant };
}

export async function addChallenge(store: Store, change: Partial<LoginChallenge> = {}): Promise<LoginChallenge> {
  const { user, tenant } = await addPerson(store);
  const challenge: LoginChallenge = {
    id: newId(),
    tokenHash: newId(),
    userId: user.id,
    tenantId: tenant.id,
    purpose: 'LOGIN',
    firstFactor: 'PASSWORD',
    sessionId: null,
    invitationLinkId: null,
    attempts: 0,
    createdAt: at(0),
    expiresAt: at(600),
    ...change,
  };
  await store.challenges.add(challenge);
  return challenge;
}

export async function addAuthenticator(store: Store, change: Partial<Authenticator> = {}): Promise<Authenticator> {
  const authenticator: Authenticator = {
    id: newId(),
    userId: change.userId ?? (await addPerson(store)).user.id,
    strategy: 'AUTHENTICATOR_APP',
    name: 'Phone',
    sealedCredential: new Uint8Array([0, 1, 254, 255]),
    highWaterMark: 100,
    identityHash: null,
    createdAt: at(0),
    lastUsedAt: null,
    ...change,
  };
  await store.authenticators.add(authenticator);
  return authenticator;
}

export async function addSession(store: Store, change: Partial<Session> = {}): Promise<{ session: Session; tokenHash: string }> {
  const { user, tenant } = await addPerson(store);
  const tokenHash = newId();
  const session: Session = {
    id: newId(),
    userId: user.id,
    tenantId: tenant.id,
    firstFactor: 'PASSWORD',
    amr: ['pwd', 'otp', 'mfa'],
    secondFactorAt: at(1),
    mailboxProvenAt: null,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    address: '203.0.113.7',
    createdAt: at(0),
    expiresAt: at(86_400),
    ...change,
  };
  await store.sessions.add(session, tokenHash);
  return { session, tokenHash };
}

/** An interaction that waits for its person to sign in. */
export const interactionOf = (change: Partial<Interaction> = {}): Interaction => ({
  ...{ id: newId(), tokenHash: newId(), step: 'SIGN_IN', userId: null, sessionId: null, proof: null, sealed: null },
  request: {
    ...{ clientId: 'client', redirectUri: 'https://app.example/callback', scope: 'openid', state: null, nonce: null, codeChallenge: null },
    ...{
      prompt: null,
      asksForFactor: false,
      maxAgeSeconds: null,
      tenant: null,
      loginHint: null,
      locales: null,
      isOwn: false,
      mfaToken: null,
      namesOtherWay: false,
    },
  },
  ...{ createdAt: at(0), expiresAt: at(3_600) },
  ...change,
});

/** A note of the account page, in a session of its own unless one is given. */
export async function noteOf(store: Store, change: Partial<AccountNote> = {}): Promise<AccountNote> {
  const sessionId = change.sessionId ?? (await addSession(store)).session.id;
  return { id: newId(), sessionId, sealed: Uint8Array.of(1, 2), expiresAt: at(600), ...change };
}

/** An authorization code of the session that was not exchanged yet. */
export const codeOf = ({ id, userId, tenantId }: Session, change: Partial<AuthorizationCode> = {}): AuthorizationCode => ({
  ...{ id: newId(), codeHash: newId(), userId, tenantId, sessionId: id, clientId: 'client', redirectUri: 'https://app.example/callback' },
  ...{ codeChallenge: null, nonce: null, scope: 'openid', proof: null, signedInAt: null, createdAt: at(0), expiresAt: at(60) },
  ...{ spentAt: null, chainIds: [] },
  ...change,
});

/** A link to the tenant, which works for an hour. */
export const linkOf = ({ tenantId, ...change }: Partial<InvitationLink> & Pick<InvitationLink, 'tenantId'>): InvitationLink => ({
  ...{ id: newId(), tenantId, userId: null, tokenHash: newId(), sealedToken: Uint8Array.of(1, 2), roleIds: [], byEnvironment: false },
  ...{ notifiesOwner: false, createdAt: at(0), expiresAt: at(3_600), ...change },
});

/** Adds a bulk invitation with this many entries, which all wait. */
export async function addBulkInvitation(store: Store, total: number) {
  const tenant = tenantOf();
  await store.tenants.create(tenant);
  const origin = { address: { text: '192.0.2.1', network: '192.0.2.1' }, userAgent: 'a browser', requestId: newId() };
  const added = { id: newId(), tenantId: tenant.id, inviter: { user: null, origin }, createdAt: at(0) };
  const entryOf = (number: number) => ({ id: newId(), bulkInvitationId: added.id, number, sealed: Uint8Array.of(number) });
  const entries = [entryOf(0), ...Array.from({ length: total - 1 }, (_, index) => entryOf(index + 1))] as const;
  await store.bulkInvitations.add(added, entries);
  return { added, entries };
}

/** Adds a migration with this many users, who all wait. */
export async function addUserMigration(store: Store, total: number, tenantId: string | null = null) {
  const origin = { address: { text: '192.0.2.1', network: '192.0.2.1' }, userAgent: 'a program', requestId: newId() };
  const added = { id: newId(), tenantId, origin, createdAt: at(0) };
  const rowOf = (number: number) => ({ id: newId(), migrationId: added.id, number, sealed: Uint8Array.of(number, 1) });
  const rows = [rowOf(0), ...Array.from({ length: total - 1 }, (_, index) => rowOf(index + 1))] as const;
  await store.userMigrations.add(added, rows);
  return { added, rows };
}

/** An API token of a tenant, or of a user if one is given. */
export const apiTokenOf = (tenantId: string, change: Partial<ApiToken> = {}): ApiToken => ({
  ...{ id: newId(), kind: 'CLIENT_CREDENTIALS', tenantId, userId: null, createdByUserId: null, secretDigest: 'k1:digest', description: 'a script' },
  ...{ metadata: '{}', roleIds: [], permissionIds: [], createdAt: at(0), expiresAt: null },
  ...change,
});

/** Adds an API token of a tenant that was made for it. */
export async function addApiToken(store: Store, change: Partial<ApiToken> = {}): Promise<ApiToken> {
  const tenant = tenantOf();
  await store.tenants.create(tenant);
  const token = apiTokenOf(tenant.id, change);
  await store.apiTokens.add(token);
  return token;
}

/** The environment of a deployment, with settings that are not the defaults. */
export const environmentOf = (): Environment => ({
  id: newId(),
  name: 'Production',
  clientId: newId(),
  secretDigest: 'k1:digest',
  accessTokenLifetimeSeconds: 86_400,
  refreshTokenLifetimeSeconds: 2_592_000,
  cookieSameSite: 'STRICT',
  authStrategy: 'CODE',
  passwordlessLifetimeSeconds: 600,
  forceSameDeviceOnAuth: true,
  addRolesToJwt: false,
  addPermissionsToJwt: false,
  allowTenantInvitations: true,
  temporaryUsers: true,
  allowSignups: true,
  allowNotVerifiedUsersLogin: true,
  forcePermissions: true,
  allowEmailChange: false,
  apiTokensEnabled: true,
  machineToMachineAuthStrategy: 'ACCESS_TOKEN',
  allowOverridePasswordComplexity: false,
  allowOverridePasswordExpiration: true,
  allowOverrideEnforcePasswordHistory: false,
  passkeysEnabled: true,
  jwtTargeting: null,
  groupsEnabled: false,
  groupRolesEnabled: false,
  mfaConfiguration: defaultMfaConfiguration('Production'),
  createdAt: at(0),
  updatedAt: at(0),
});
