import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { RoleKey } from '../../domain/access/role.ts';
import { refuseBadPassword } from '../../domain/account/password.ts';
import type { Membership, User, UserChange } from '../../domain/directory/user.ts';
import { normalizeEmail } from '../../domain/directory/user.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Passwords, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment, requireSomebody, requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';

export interface NewUser {
  email: string;
  tenantId: string;
  name: string | null;
  password: string | null;
  roles: RoleKey[];
  phoneNumber: string | null;
  profilePictureUrl: string | null;
  externalId: string | null;
  /** JSON text of an object. */
  metadata: string | null;
  vendorMetadata: string | null;
  mfaBypass: boolean;
}

interface Needs {
  store: Pick<Store, 'tenants' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  passwords: Passwords;
  audit: Audit;
}

export type Users = ReturnType<typeof createUsers>;

/** Users of the environment and their memberships. */
export function createUsers({ store, clock, random, passwords, audit }: Needs) {
  const add = async (actor: Actor, input: NewUser, origin: Origin): Promise<User | null> => {
    refuseBadPassword(input.password);
    refuseBadMetadata('metadata', input.metadata);
    refuseBadMetadata('vendorMetadata', input.vendorMetadata);
    const passwordHash = input.password === null ? null : await passwords.hash(input.password);
    const now = clock.now();
    const user: User = {
      id: random.uuid(),
      email: input.email,
      emailNormalized: normalizeEmail(input.email),
      name: input.name ?? input.email,
      profilePictureUrl: input.profilePictureUrl,
      phoneNumber: input.phoneNumber,
      externalId: input.externalId,
      metadata: input.metadata ?? '{}',
      vendorMetadata: input.vendorMetadata ?? '{}',
      verified: false,
      mfaBypass: input.mfaBypass,
      locked: false,
      activeTenantId: input.tenantId,
      createdAt: now,
      updatedAt: now,
      lastLoginAt: null,
    };
    return store.transact(async () => {
      if ((await store.tenants.findMany([input.tenantId])).length === 0) fail('TENANT_NOT_FOUND');
      if (!(await store.users.create(user, { userId: user.id, tenantId: input.tenantId, roles: input.roles, createdAt: now }, passwordHash)))
        return null;
      await audit('USER_CREATED', origin, { actor, userId: user.id, tenantId: input.tenantId });
      return user;
    });
  };

  const findMany = async (actor: Actor, ids: readonly string[]): Promise<User[]> => {
    const somebody = requireSomebody(actor);
    if (somebody.kind === 'USER') return store.users.findMany(ids.filter((id) => id === somebody.userId));
    const users = await store.users.findMany(ids);
    if (somebody.tenantId === null) return users;
    const memberships = await store.users.memberships(users.map((user) => user.id));
    return users.filter((user) => memberships.some((membership) => membership.userId === user.id && membership.tenantId === somebody.tenantId));
  };

  return {
    /** Creates a user, unverified, in one tenant. Errors: `USER_EXISTS`, `TENANT_NOT_FOUND`, `INVALID_INPUT`. */
    async create(actor: Actor, input: NewUser, origin: Origin): Promise<User> {
      requireEnvironment(actor);
      return (await add(actor, input, origin)) ?? fail('USER_EXISTS');
    },

    /** Creates the user, or lets a known address join the tenant. Errors: `USER_EXISTS` when it is in the tenant already. */
    async createOrJoin(actor: Actor, input: NewUser, origin: Origin): Promise<{ user: User; created: boolean }> {
      requireEnvironment(actor);
      const created = (await store.users.findByEmail(normalizeEmail(input.email))) === null ? await add(actor, input, origin) : null;
      if (created !== null) return { user: created, created: true };
      return store.transact(async () => {
        if ((await store.tenants.findMany([input.tenantId])).length === 0) fail('TENANT_NOT_FOUND');
        const user = (await store.users.findByEmail(normalizeEmail(input.email))) ?? fail('UNAVAILABLE', 'user vanished while joining');
        const joined = await store.users.addMembership({ userId: user.id, tenantId: input.tenantId, roles: input.roles, createdAt: clock.now() });
        if (!joined) fail('USER_EXISTS');
        await audit('USER_JOINED_TENANT', origin, { actor, userId: user.id, tenantId: input.tenantId });
        return { user, created: false };
      });
    },

    /** Those of the ids the actor may see: a user only itself, an environment token with a tenant only its members. */
    findMany,

    /** The user behind a user token. */
    async me(actor: Actor): Promise<User> {
      const [user] = await store.users.findMany([requireUser(actor).userId]);
      return user ?? fail('UNAUTHENTICATED');
    },

    /** Memberships of each of the users, oldest first. The caller has checked who may see them. */
    async membershipsOf(userIds: readonly string[]): Promise<Membership[][]> {
      const memberships = await store.users.memberships(userIds);
      return userIds.map((userId) => memberships.filter((membership) => membership.userId === userId));
    },

    /** Users of the actor's tenant, or of the environment. */
    async list(actor: Actor, page: PageRequest): Promise<Page<User>> {
      return store.users.list(requireEnvironment(actor).tenantId, page);
    },

    async count(actor: Actor): Promise<number> {
      return store.users.count(requireEnvironment(actor).tenantId);
    },

    /**
     * Changes the fields given, keeps the others. `mfaBypass` counts from the next login on: the user is neither asked to
     * enroll nor challenged there; sessions stay as they are, and a step-up still needs a factor.
     * Errors: `NOTHING_TO_UPDATE`, `INVALID_INPUT`, `USER_NOT_FOUND`, also for a user outside the tenant the call acts in.
     */
    async update(actor: Actor, id: string, change: UserChange, origin: Origin): Promise<User> {
      const { tenantId } = requireEnvironment(actor);
      const { mfaBypass, ...facts } = change;
      refuseBadMetadata('metadata', facts.metadata ?? null);
      refuseBadMetadata('vendorMetadata', facts.vendorMetadata ?? null);
      if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
      return store.transact(async () => {
        const [before = fail('USER_NOT_FOUND')] = await findMany(actor, [id]);
        const changed = (await store.users.update(id, change, clock.now())) ?? fail('USER_NOT_FOUND');
        const about = { actor, tenantId, userId: id };
        if (Object.keys(facts).length > 0) await audit('USER_UPDATED', origin, { ...about, reason: Object.keys(facts).join(' ') });
        if (changed.mfaBypass !== before.mfaBypass) await audit('MFA_BYPASS_SET', origin, { ...about, reason: changed.mfaBypass ? 'on' : 'off' });
        return changed;
      });
    },

    /** Marks the address as verified. Errors: `USER_NOT_FOUND`, also for a user outside the tenant the call acts in. */
    async markVerified(actor: Actor, id: string, origin: Origin): Promise<User> {
      requireEnvironment(actor);
      return store.transact(async () => {
        if ((await findMany(actor, [id])).length === 0) fail('USER_NOT_FOUND');
        if (!(await store.users.markVerified(id, clock.now()))) fail('USER_NOT_FOUND');
        await audit('USER_VERIFIED', origin, { actor, userId: id });
        const [user] = await store.users.findMany([id]);
        return user ?? fail('USER_NOT_FOUND');
      });
    },
  };
}

/** Metadata ends up as an object in every token, so it has to be one. */
function refuseBadMetadata(field: string, text: string | null): void {
  if (text === null) return;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  } catch {
    // Falls through: unreadable text and text of another value get the same answer.
  }
  throw new InvalidInput([{ path: [field], message: `${field} must be a JSON object` }]);
}
