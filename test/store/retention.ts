import { describe, expect, test } from 'vitest';
import type { PurgedTable } from '../../src/domain/retention.ts';
import { purgedTables } from '../../src/domain/retention.ts';
import type { Store } from '../../src/domain/store.ts';
import type { Open } from './fixtures.ts';
import {
  addApiToken,
  addBulkInvitation,
  addChallenge,
  addPerson,
  addSession,
  addUserMigration,
  at,
  codeOf,
  interactionOf,
  linkOf,
  newId,
  noteOf,
  race,
} from './fixtures.ts';

/** Adds a row that ended at the given time. */
type AddEnded = (store: Store, end: Date) => Promise<unknown>;

const before = (end: Date, seconds: number): Date => new Date(end.getTime() - seconds * 1000);
const endedSession: AddEnded = async (store, end) => store.sessions.end((await addSession(store)).session.id, end);
const failedMigration: AddEnded = async (store, end) => {
  const { rows } = await addUserMigration(store, 1);
  await store.userMigrations.fail(rows[0], new Uint8Array(1), end);
};
const migratedMigration: AddEnded = async (store, end) => {
  const { rows } = await addUserMigration(store, 1);
  await store.userMigrations.settle(rows[0]);
  await store.userMigrations.complete(rows[0], newId(), end);
};
/** What has to be purged before rows of a table go. */
const goesBefore: Partial<Record<PurgedTable, PurgedTable>> = { sessions: 'refreshTokens', userMigrations: 'userMigrationRows' };
const message = () => ({ id: newId(), channel: 'EMAIL' as const, userId: null, sealed: new Uint8Array(1), attempts: 0, createdAt: at(0) });
const kept = async (store: Store) => ({ id: newId(), userId: (await addPerson(store)).user.id, sealed: new Uint8Array(1), createdAt: at(0) });

/** For each way in which a row of the table can end, how it does. */
const ways: Record<PurgedTable, readonly AddEnded[]> = {
  oneTimeCodes: [
    async (store, expiresAt) =>
      store.oneTimeCodes.replace({
        ...(await kept(store)),
        ...{ tokenHash: newId(), owner: newId(), strategy: 'EMAIL_CODE', enrollmentTenantId: null, expiresAt },
      }),
  ],
  passkeyCeremonies: [
    (store, expiresAt) => store.passkeyCeremonies.keep({ id: newId(), ownerHash: newId(), sealed: new Uint8Array(1), createdAt: at(0), expiresAt }),
  ],
  pendingEnrollments: [
    async (store, expiresAt) =>
      store.pendingEnrollments.keep({ ...(await kept(store)), owner: newId(), strategy: 'AUTHENTICATOR_APP', tenantId: null, expiresAt }, at(0)),
  ],
  challenges: [(store, expiresAt) => addChallenge(store, { expiresAt })],
  mfaExemptions: [
    async (store, end) => {
      const exemption = { id: newId(), userId: (await addPerson(store)).user.id, tenantId: null, reason: 'a lost phone', grantedBy: null };
      await store.mfaExemptions.add({ ...exemption, createdAt: at(0), until: at(90), endedAt: null });
      await store.mfaExemptions.end(exemption, end);
    },
  ],
  interactions: [(store, expiresAt) => store.interactions.add(interactionOf({ expiresAt }))],
  accountNotes: [async (store, expiresAt) => store.accountNotes.keep(await noteOf(store, { expiresAt }))],
  authorizationCodes: [async (store, expiresAt) => store.authorizationCodes.add(codeOf((await addSession(store)).session, { expiresAt }))],
  mfaPlans: [
    (store, expiresAt) =>
      store.mfaPlans.add({
        ...{ id: newId(), tenantId: null, document: 'version: 1', baseRevision: '', withinLimits: true },
        ...{ createdAt: at(0), expiresAt, appliedAt: null },
      }),
  ],
  userTokens: [
    (store, expiresAt) =>
      store.userTokens.replace({
        ...{ id: newId(), purpose: 'LOGIN_CODE', subject: newId(), userId: null, tenantId: null, tokenHash: newId(), codeDigest: null, attempts: 0 },
        ...{ createdAt: at(0), expiresAt },
      }),
  ],
  apiTokenRefreshes: [
    async (store, expiresAt) =>
      store.apiTokens.addRefresh({ tokenHash: newId(), apiTokenId: (await addApiToken(store)).id, createdAt: at(0), expiresAt }, 100),
  ],
  apiTokens: [(store, expiresAt) => addApiToken(store, { expiresAt })],
  refreshTokens: [(store, expiresAt) => addSession(store, { expiresAt }), endedSession],
  sessions: [(store, expiresAt) => addSession(store, { expiresAt }), endedSession],
  slidingWindows: [
    (store, end) => store.slidingWindows.charge(newId(), before(end, 900), 'NO_CAP'),
    (store, end) => store.slidingWindows.charge(newId(), before(end, 3630), 'NO_CAP', { windowSeconds: 3600, gapSeconds: 30 }),
  ],
  fixedWindows: [(store, openedAt) => store.fixedWindows.take(newId(), { limit: 1, windowSeconds: 60 }, openedAt)],
  guesses: [(store, lastAt) => store.guesses.chargeFailure({ account: newId(), client: newId() }, 5, lastAt)],
  rememberedDevices: [
    async (store, createdAt) => {
      const { user } = await addPerson(store);
      await store.rememberedDevices.add({ id: newId(), userId: user.id, tokenHash: newId(), name: 'a browser', createdAt, lastUsedAt: at(90) });
    },
  ],
  outbox: [
    async (store, end) => {
      const entry = message();
      await store.outbox.add(entry);
      await store.outbox.markSent(entry.id, end);
    },
    async (store, end) => {
      const entry = message();
      await store.outbox.add(entry);
      await store.outbox.markFailed(entry.id, null, end);
    },
  ],
  invitationLinks: [
    async (store, expiresAt) => {
      const { tenant } = await addPerson(store);
      await store.invitationLinks.replace(linkOf({ tenantId: tenant.id, expiresAt }));
    },
  ],
  bulkInvitationEntries: [
    async (store, end) => {
      const { entries } = await addBulkInvitation(store, 2);
      await store.bulkInvitations.refuse(entries[0], new Uint8Array(1), end);
    },
  ],
  bulkInvitations: [
    async (store, end) => {
      const { entries } = await addBulkInvitation(store, 1);
      await store.bulkInvitations.settle(entries[0], end);
    },
  ],
  userMigrationRows: [failedMigration, migratedMigration],
  userMigrations: [failedMigration, migratedMigration],
  auditEvents: [
    (store, end) =>
      store.events.add({
        ...{ id: newId(), at: end, kind: 'LOGIN_FAILED', actorKind: 'NOBODY', actorId: null, tenantId: null, userId: null },
        ...{ strategy: null, reason: null, address: '192.0.2.1', requestId: newId() },
      }),
  ],
  // They end with a day and not at any moment, so they have tests of their own in `adoption.ts`.
  adoptionDays: [],
  adoptionPoints: [],
};

const allWays = purgedTables.flatMap((table) => ways[table].map((add, index) => ({ table, add, way: index + 1 })));
const never = new Date('9000-01-01T00:00:00Z');

/** What the removal of rows that have ended promises. */
export function retentionContract(open: Open): void {
  describe('purging', () => {
    /** Runs the test on a store of its own, because a purge takes from the whole table. */
    const alone = async (run: (store: Store, purge: (table: PurgedTable, before: Date, limit?: number) => Promise<number>) => Promise<void>) => {
      const store = await open();
      try {
        await run(store, async (table, end, limit = 100) => {
          const first = goesBefore[table];
          if (first !== undefined) await store.purge(first, end, 100);
          return store.purge(table, end, limit);
        });
      } finally {
        await store.close();
      }
    };

    test.each(allWays)('$table, way $way to end: what ended before goes, no more than the limit at once, and nothing else', ({ table, add }) =>
      alone(async (store, purge) => {
        for (const end of [19.999, 11, 20, 12, 21]) await add(store, at(end));
        expect(await purge(table, at(10))).toBe(0);
        expect(await purge(table, at(20), 2)).toBe(2);
        expect(await purge(table, at(20), 2)).toBe(1);
        expect(await purge(table, at(20), 2)).toBe(0);
        expect(await purge(table, at(20.001))).toBe(1);
        expect(await purge(table, at(21.001))).toBe(1);
      }),
    );

    test.each(allWays)('$table, way $way to end: instances that purge at once do not fail, and take each row once', ({ table, add }) =>
      alone(async (store, purge) => {
        for (let added = 0; added < 20; added += 1) await add(store, at(added));
        const first = goesBefore[table];
        if (first !== undefined) await store.purge(first, at(20), 100);
        let removed = 0;
        for (let round = 0; round < 5; round += 1) removed += (await race(4, () => purge(table, at(20), 3))).reduce((sum, count) => sum + count, 0);
        expect(removed).toBe(20);
        expect(await purge(table, never)).toBe(0);
      }),
    );

    test('a session with refresh tokens is left until they are gone, so that no statement removes thousands of rows', () =>
      alone(async (store) => {
        const { session } = await addSession(store, { expiresAt: at(10) });
        for (let added = 0; added < 5; added += 1) {
          await store.sessions.addRefreshToken({
            tokenHash: newId(),
            sessionId: session.id,
            chainId: null,
            forApplication: false,
            createdAt: at(added),
            supersededAt: at(added),
            sealed: null,
          });
        }
        expect(await store.purge('refreshTokens', at(20), 4)).toBe(4);
        expect(await store.purge('sessions', at(20), 4)).toBe(0);
        expect(await store.purge('refreshTokens', at(20), 4)).toBe(2);
        expect(await store.purge('sessions', at(20), 4)).toBe(1);
      }));

    test('the users of a migration stay until it has ended for as long as it is kept, and go before it', () =>
      alone(async (store) => {
        const { added, rows } = await addUserMigration(store, 2);
        const [first, second = first] = rows;
        await store.userMigrations.fail(first, new Uint8Array(1), at(1));
        expect(await store.purge('userMigrationRows', at(20), 100)).toBe(0);
        await store.userMigrations.fail(second, new Uint8Array(1), at(10));
        expect(await store.purge('userMigrationRows', at(10), 100)).toBe(0);
        expect(await store.purge('userMigrationRows', at(11), 1)).toBe(1);
        expect(await store.purge('userMigrations', at(11), 100)).toBe(0);
        expect(await store.purge('userMigrationRows', at(11), 100)).toBe(1);
        expect(await store.purge('userMigrations', at(11), 100)).toBe(1);
        expect(await store.userMigrations.findMany([added.id])).toEqual([]);
      }));

    test('what has no end stays for ever: a message that waits, a session that lives, and a count of consecutive failures', () =>
      alone(async (store) => {
        const entry = message();
        await store.outbox.add(entry);
        const { session, tokenHash } = await addSession(store, { expiresAt: never });
        const key = newId();
        for (let charged = 0; charged < 5; charged += 1) await store.slidingWindows.charge(key, at(charged), 'CONSECUTIVE_CAP');
        for (const table of purgedTables) expect(await store.purge(table, new Date(never.getTime() - 1), 100), table).toBe(0);
        expect(await store.outbox.claimDue('EMAIL', at(1), at(61), 10)).toMatchObject([{ id: entry.id }]);
        expect(await store.sessions.find(session.id, at(1))).toEqual(session);
        expect(await store.sessions.findRefreshToken(tokenHash, at(1))).not.toBeNull();
        let allowed = 5;
        for (let later = 1; later <= 200; later += 1) {
          if ((await store.slidingWindows.charge(key, at(later * 10_000), 'CONSECUTIVE_CAP')).allowed) allowed += 1;
        }
        expect(allowed).toBe(100);
      }));
  });
}
