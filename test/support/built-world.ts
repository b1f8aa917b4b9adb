import { randomBytes, randomUUID } from 'node:crypto';
import { noTenantDetails } from '../../src/domain/directory/tenant.ts';
import { noGrace } from '../../src/domain/policy/policy.ts';
import type { StrategyName } from '../../src/domain/strategy-name.ts';
import { createKeyring, masterKey } from '../../src/platform/keyring.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import { createUserInTenant } from './builders.ts';
import { execute } from './database.ts';
import type { Harness } from './harness.ts';
import type { World, WorldExemption, WorldMembership, WorldPerson, WorldPolicy, WorldSwitches } from './worlds.ts';

/** A person of a world, as stored. */
export interface BuiltPerson extends WorldPerson {
  id: string;
  email: string;
  /** What the browser sends. Null if it sends nothing. */
  deviceToken: string | null;
}

/** A world, as stored. */
export interface BuiltWorld {
  tenantIds: string[];
  people: BuiltPerson[];
}

/** The keys of every harness. */
const keyring = createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom);
/** What the store keeps of a token. */
export const hashToken = (token: string): string => keyring.hashToken(token);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Credentials that can be read. Nobody has what belongs to them, so that every answer is wrong. */
const credentials: Readonly<Record<StrategyName, () => Uint8Array>> = {
  AUTHENTICATOR_APP: () => randomBytes(20),
  SMS: () => encode('+14155552671'),
  WEBAUTHN_PLATFORM: () => webAuthn(),
  WEBAUTHN_CROSS_PLATFORM: () => webAuthn(),
  EMAIL_CODE: () => encode(''),
};
const webAuthn = (): Uint8Array =>
  encode(
    JSON.stringify({
      id: randomBytes(16).toString('base64url'),
      publicKey: 'AAAA',
      transports: [],
      backupEligible: false,
      backedUp: false,
      aaguid: '',
    }),
  );

/** Gives a user an authenticator, whether or not the server could enroll it now. Without a credential it is one that nobody can answer with. */
export async function giveAuthenticator(
  { app, clock }: Harness,
  userId: string,
  strategy: StrategyName,
  credential = credentials[strategy](),
): Promise<void> {
  const row = randomUUID();
  const sealedCredential = keyring.seal(credential, { table: 'authenticators', row, column: 'sealed_credential' });
  const counts = { highWaterMark: 0, identityHash: null, createdAt: clock.now(), lastUsedAt: null };
  await app.store.authenticators.add({ id: row, userId, strategy, name: strategy, sealedCredential, ...counts });
}

/** What a membership of each state has in its row. */
const membershipFields = (state: WorldMembership, now: Date) => ({
  pending: state === 'PENDING',
  expiresAt: state === 'EXPIRED' ? now : state === 'OPEN_FOR_A_WHILE' ? new Date(now.getTime() + 1_000) : null,
});

/** Stores worlds in an app, one after the other: each replaces the settings of the environment, and has tenants and people of its own. */
export async function worldBuilder(harness: Harness): Promise<(world: World) => Promise<BuiltWorld>> {
  const { store } = harness.app;
  const { id } = await createUserInTenant(harness, 'whoever');
  const passwordHash = await store.users.passwordHash(id);
  await store.environment.updateSettings({ authStrategy: 'CODE' }, harness.clock.now());

  const ago = (seconds: number): Date => new Date(harness.clock.now().getTime() - seconds * 1000);

  /** Gives a person an exemption. */
  const exempt = async (userId: string, tenantId: string | null, state: WorldExemption): Promise<void> => {
    const exemption = { id: randomUUID(), userId, tenantId, reason: 'a lost phone', grantedBy: null, createdAt: ago(60), endedAt: null };
    const until = state === 'EXPIRED' ? ago(0) : ago(state === 'LASTS_FOR_A_WHILE' ? -1 : -600);
    await store.mfaExemptions.add({ ...exemption, until });
    if (state === 'ENDED') await store.mfaExemptions.end(exemption, ago(0));
  };

  const setOwner = async (owner: string | null, policy: WorldPolicy, switches: WorldSwitches): Promise<void> => {
    const now = harness.clock.now();
    if (policy !== null) {
      const { grace, ...fields } = policy;
      const given = grace === null ? noGrace : { graceStartsAt: ago(grace.startedAgoSeconds), graceDays: grace.days };
      await store.policies.create({ ...fields, ...given, id: randomUUID(), tenantId: owner, createdAt: now, updatedAt: now });
    }
    for (const [strategy, active] of Object.entries(switches)) {
      await store.strategySettings.set({ tenantId: owner, strategy: strategy as StrategyName, active }, now);
    }
  };

  const addTenant = async ({ policy, switches }: World['tenants'][number], place: number): Promise<string> => {
    const now = new Date(harness.clock.now().getTime() + place);
    const tenantId = randomUUID();
    const name = `Tenant ${tenantId}`;
    await store.tenants.create({ ...noTenantDetails, id: tenantId, name, metadata: '{}', isReseller: false, createdAt: now, updatedAt: now });
    await setOwner(tenantId, policy, switches);
    return tenantId;
  };

  const addPerson = async (person: WorldPerson, tenantIds: readonly string[]): Promise<BuiltPerson> => {
    const now = harness.clock.now();
    const userId = randomUUID();
    const email = `${userId}@worlds.example`;
    const tenantOf = (place: number): string => tenantIds[place] ?? '';
    const memberships = person.memberships.map(({ tenant, state }) => ({
      ...{ userId, tenantId: tenantOf(tenant), roleIds: [], createdAt: now },
      ...membershipFields(state, now),
      state,
    }));
    const user = {
      ...{ id: userId, email, emailNormalized: email, name: `Person ${userId}`, profilePictureUrl: null, phoneNumber: null, externalId: null },
      ...{ metadata: '{}', vendorMetadata: '{}', superUser: false, invisible: false, lastLoginAt: null },
      firstLoginAt: person.firstLoginAgoSeconds === null ? null : ago(person.firstLoginAgoSeconds),
      heldFactorAt: person.heldFactor ? now : null,
      exemptUntil: null,
      ...{ verified: person.verified, mfaBypass: person.mfaBypass, locked: person.locked },
      ...{ activeTenantId: tenantOf(person.active), createdAt: now, updatedAt: now },
    };
    const nowhere = { userId, tenantId: tenantOf(0), roleIds: [], createdAt: now };
    await store.users.create(user, memberships[0] ?? nowhere, passwordHash);
    if (memberships.length === 0) await store.users.removeMembership(userId, nowhere.tenantId);
    for (const membership of memberships.slice(1)) await store.users.addMembership(membership);
    for (const { tenantId, state } of memberships) if (state === 'DISABLED') await store.users.setDisabled(userId, tenantId, true);
    for (const strategy of person.authenticators) await giveAuthenticator(harness, userId, strategy);
    for (const { owner, state } of person.exemptions) await exempt(userId, owner === null ? null : tenantOf(owner), state);
    for (const { kind, count } of person.wrong) {
      // With a window that has always passed, answers can be wrong a hundred times in a row at one moment.
      const spacing = { windowSeconds: 0, gapSeconds: 0 };
      for (let made = 0; made < (count === 'FOR_GOOD' ? 100 : 5); made += 1) {
        await store.slidingWindows.charge(`check:${kind}:${userId}`, now, 'CONSECUTIVE_CAP', spacing);
      }
    }
    return { ...person, id: userId, email, deviceToken: null };
  };

  return async (world) => {
    for (const table of ['mfa_policies', 'strategy_settings']) await execute(harness, `delete from ${table}`);
    await store.environment.updateSettings({ allowNotVerifiedUsersLogin: world.allowNotVerifiedUsersLogin }, harness.clock.now());
    await setOwner(null, world.policy, world.switches);
    const tenantIds: string[] = [];
    for (const [place, tenant] of world.tenants.entries()) tenantIds.push(await addTenant(tenant, place));
    const people: BuiltPerson[] = [];
    for (const person of world.people) people.push(await addPerson(person, tenantIds));
    const tokens = people.map(() => randomBytes(32).toString('base64url'));
    for (const [place, { id: userId, device }] of people.entries()) {
      const createdAt = new Date(harness.clock.now().getTime() - device.ageSeconds * 1000);
      const tokenHash = hashToken(tokens[place] ?? '');
      await store.rememberedDevices.add({ id: randomUUID(), userId, tokenHash, name: '', createdAt, lastUsedAt: createdAt });
    }
    for (const [place, person] of people.entries()) {
      const sent = { OWN: tokens[place], OF_THE_NEXT: tokens[place + 1], UNKNOWN: randomBytes(32).toString('base64url'), NONE: undefined };
      person.deviceToken = sent[person.device.token] ?? null;
    }
    return { tenantIds, people };
  };
}
