import type { Actor, Caller } from '../../domain/access/actor.ts';
import { noRights } from '../../domain/access/permission.ts';
import type { BulkInvitation, BulkInvitationEntry, ClaimedEntry } from '../../domain/account/bulk-invitation.ts';
import { maxInvitationAttempts, maxPeopleOfACall, maxUnderWayInTenant } from '../../domain/account/bulk-invitation.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { DomainError, InvalidInput, RateLimited, Unavailable } from '../../domain/errors.ts';
import { faultOf } from '../../domain/fault.ts';
import type { Clock, Keyring, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { TokenInUseOf } from '../access/api-token-actor.ts';
import { requirePermission, writeUsers } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { refuseField } from '../directory/metadata.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { AuthorityRules } from '../role/authority.ts';
import { createWorker } from '../worker.ts';
import type { Invite, Invited, Inviting } from './inviting.ts';
import { invitingErrors } from './inviting.ts';

/** How many seconds an entry belongs to the process that reserved it. That is longer than all entries of a batch take. */
const leaseSeconds = 60;
/** Entries that one statement reserves. */
const batchSize = 10;
/** How often to look for what another process left. What this one stores is begun at once. */
const pollMilliseconds = 10_000;
/** What a call waits for that found too many bulk invitations under way. */
const retrySeconds = 60;

/** Somebody of a bulk invitation, who comes into its tenant. */
export type BulkInvite = Omit<Invite, 'tenantId'>;

/** Somebody who was refused, and why. */
export interface RefusedInvitation {
  email: string;
  code: ErrorCode;
  /** What is wrong with the input. Null where the code says everything. */
  message: string | null;
}

/** A bulk invitation and the people who were refused so far, in the order of the call. */
export type ReportedBulkInvitation = BulkInvitation & { refusals: RefusedInvitation[] };

interface Needs {
  store: Pick<Store, 'bulkInvitations' | 'roles' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  inviting: Inviting;
  authority: AuthorityRules;
  tokenInUseOf: TokenInUseOf;
  outbox: Pick<Outbox, 'wake'>;
  audit: Audit;
  log: Log;
}

/** Errors of each use case. */
export const bulkInvitationErrors = {
  start: ['INVALID_INPUT', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
} as const;

/** Thrown in the transaction of somebody whom another process has invited or refused meanwhile. */
class AlreadySettled extends Error {}

/**
 * Creates the service that invites many people with one call. They are stored and invited one after the other after the answer, by whatever
 * process comes first, so that a call takes no minutes and a restart loses nobody. Each is invited in a transaction of its own, with the
 * rights that the caller has then, and the entry of the person ends in the same transaction, so that nobody is invited twice.
 */
export function createBulkInvitations({ store, clock, random, keyring, inviting, authority, tokenInUseOf, outbox, audit, log }: Needs) {
  const place = ({ id }: Pick<BulkInvitationEntry, 'id'>) => ({ table: 'bulk_invitation_entries', row: id, column: 'sealed' });
  const seal = (entry: Pick<BulkInvitationEntry, 'id'>, kept: BulkInvite | RefusedInvitation): Uint8Array =>
    keyring.seal(new TextEncoder().encode(JSON.stringify(kept)), place(entry));
  const unseal = <Kept extends BulkInvite | RefusedInvitation>(entry: BulkInvitationEntry): Kept =>
    JSON.parse(new TextDecoder().decode(keyring.open(entry.sealed, place(entry)))) as Kept;

  /** Returns who invited, with the rights of now. The session of a user is looked at in the transaction of each invitation. */
  const callerOf = async ({ tenantId, inviter: { user, apiTokenId, origin } }: BulkInvitation): Promise<Caller> => {
    if (apiTokenId !== undefined) {
      // One that is good for nothing any more is refused in the transaction, like a user whose session has ended.
      const gone: Actor = { kind: 'API_TOKEN', tokenId: apiTokenId, tenantId, userId: null, rights: noRights };
      return { actor: (await tokenInUseOf(apiTokenId))?.actor ?? gone, origin };
    }
    const actor: Actor =
      user === null
        ? { kind: 'ENVIRONMENT', tenantId }
        : {
            ...{ kind: 'USER', ...user, tenantId, tenantIds: [tenantId], mfaProvenAt: null, tokenMfa: null },
            rights: await store.roles.rightsOf(user.userId, tenantId),
          };
    return { actor, origin };
  };

  /** Invites one person as a use case, so that a refusal leaves the same event as that of a single invitation. */
  const { inviteOne } = useCases(
    audit,
    'REQUEST_REFUSED',
    { inviteOne: invitingErrors },
    {
      inviteOne: (caller: Caller, { entry, invite }: { entry: BulkInvitationEntry; invite: Invite }): Promise<Invited> =>
        inviting.invite(caller, invite, async () => {
          if (!(await store.bulkInvitations.settle(entry, clock.now()))) throw new AlreadySettled();
        }),
    },
  );

  const refuse = async (entry: ClaimedEntry, refusal: RefusedInvitation): Promise<void> => {
    await store.transact('NOTHING', () => store.bulkInvitations.refuse(entry, seal(entry, refusal), clock.now()));
  };

  const process = async (bulk: BulkInvitation, entry: ClaimedEntry): Promise<void> => {
    let email = '';
    try {
      const invite = unseal<BulkInvite>(entry);
      email = invite.email;
      await inviteOne(await callerOf(bulk), { entry, invite: { ...invite, tenantId: bulk.tenantId } });
    } catch (error) {
      if (error instanceof AlreadySettled) return;
      if (error instanceof DomainError && !(error instanceof Unavailable)) {
        const message = error instanceof InvalidInput ? (error.issues[0]?.message ?? null) : null;
        return refuse(entry, { email, code: error.code, message });
      }
      log.warn({ bulkInvitationId: bulk.id, number: entry.number, attempt: entry.attempts, ...faultOf(error) }, 'a person could not be invited');
      // Until the last attempt the entry stays, and is due again when its reservation ends.
      if (entry.attempts >= maxInvitationAttempts) await refuse(entry, { email, code: 'UNAVAILABLE', message: null });
    }
  };

  const worker = createWorker({
    everyMilliseconds: pollMilliseconds,
    async doSome() {
      const now = clock.now();
      const due = await store.bulkInvitations.claimDue(now, new Date(now.getTime() + leaseSeconds * 1000), batchSize);
      const bulks = new Map(
        (await store.bulkInvitations.findMany([...new Set(due.map((entry) => entry.bulkInvitationId))])).map((one) => [one.id, one]),
      );
      for (const entry of due) {
        const bulk = bulks.get(entry.bulkInvitationId);
        // Without one, its tenant was deleted meanwhile, and the entry with it.
        if (bulk !== undefined) await process(bulk, entry);
      }
      if (due.length > 0) outbox.wake();
      return due.length === batchSize;
    },
    onFailure: (error) => log.error(faultOf(error), 'bulk invitations could not be read'),
  });

  return {
    worker,
    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', bulkInvitationErrors, {
        /**
         * Stores whom to invite, and begins to do so after the answer. What is wrong with one person is reported by `findMany`, and keeps
         * nobody else from being invited.
         */
        async start(
          caller: Caller,
          { tenantId: named, people }: { tenantId: string | null; people: readonly BulkInvite[] },
        ): Promise<ReportedBulkInvitation> {
          const actor = requirePermission(caller.actor, writeUsers);
          if (people.length === 0 || people.length > maxPeopleOfACall) refuseField('users', `users must have 1 to ${maxPeopleOfACall} elements`);
          for (const person of people) inviting.refuseForbidden(caller, person);
          const id = random.uuid();
          const entries = people.map((person, number) => {
            const entry = { id: random.uuid(), bulkInvitationId: id, number };
            return { ...entry, sealed: seal(entry, person) };
          });
          const started = await authority.withAuthority(
            caller,
            writeUsers,
            async (by) => {
              const tenantId = await authority.tenantOf(by, named);
              if ((await store.bulkInvitations.countUnderWay(tenantId)) >= maxUnderWayInTenant) throw new RateLimited(retrySeconds);
              const user = actor.kind === 'USER' ? { userId: actor.userId, sessionId: actor.sessionId } : null;
              const byToken = actor.kind === 'API_TOKEN' ? { apiTokenId: actor.tokenId } : {};
              const added = { id, tenantId, inviter: { user, ...byToken, origin: caller.origin }, createdAt: clock.now() };
              await store.bulkInvitations.add(added, entries);
              return { ...added, total: entries.length, processed: 0, refused: 0, finishedAt: null, refusals: [] };
            },
            'NO_RECENT_FACTOR',
          );
          worker.wake();
          return started;
        },
      }),

      ...reads(audit, {
        /** Returns those of the tenant in force, or without one of all tenants. Whoever may invite may read them, whoever began them. */
        async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<ReportedBulkInvitation[]> {
          const { tenantId } = requirePermission(actor, writeUsers);
          const found = (await store.bulkInvitations.findMany(ids)).filter((bulk) => tenantId === null || bulk.tenantId === tenantId);
          const refused = await store.bulkInvitations.refusedOf(found.filter((bulk) => bulk.refused > 0).map((bulk) => bulk.id));
          return found.map((bulk) => ({
            ...bulk,
            refusals: refused.filter((entry) => entry.bulkInvitationId === bulk.id).map((entry) => unseal<RefusedInvitation>(entry)),
          }));
        },
      }),
    },
  };
}
