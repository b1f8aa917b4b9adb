import type { Actor, Origin } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import type { AuditEvent, EventKind } from '../../domain/audit/event.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

export interface EventFields extends Partial<Pick<AuditEvent, 'tenantId' | 'userId' | 'strategy' | 'reason'>> {
  actor?: Actor;
  /** The refusal the event tells, where `reason` is not its code. */
  refusal?: ErrorCode;
}

/**
 * Writes one event of the audit trail; inside `transact` it commits or vanishes with its effect.
 *
 * Every outcome of an identity operation leaves an event, success and refusal alike. Silent are: reads, unless they name a
 * tenant that is not the caller's; input no service looked at, and text that cannot be a code; credentials of the caller
 * itself, so a missing or dead bearer, and a refresh token nobody was ever given; requests beyond the limit of an address,
 * and those of a foreign page that are refused for it; faults of ours, which are logged; and what changed nothing, such as
 * locking a locked user or ending a session that has ended.
 */
export interface Audit {
  (kind: EventKind, origin: Origin, facts?: EventFields): Promise<void>;
  /**
   * Runs an operation, never inside a transaction: a refusal that left no event of its own leaves one of this kind, after the
   * rollback that it caused. The operation adds to `known` what it learns on the way.
   */
  refusals<T>(kind: EventKind, origin: Origin, known: EventFields, run: () => Promise<T>): Promise<T>;
  /** The last resort, for transports: a change that was refused and left no event yet leaves `REQUEST_REFUSED`. */
  refused(error: unknown, origin: Origin, actor: Actor): Promise<void>;
}

/** Refusals that leave no event, wherever they come from; codes that were looked at are recorded by who looked. */
const silent: readonly ErrorCode[] = ['INVALID_INPUT', 'INVALID_CODE', 'BAD_REQUEST', 'UNAUTHENTICATED', 'UNAVAILABLE', 'INTERNAL'];
/** What services record where it is an outcome; from a transport it is a limit of an address, a header or a cookie that is not there. */
const silentFromTransports: readonly ErrorCode[] = [
  ...silent,
  'RATE_LIMITED',
  'SESSION_EXPIRED',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'TENANT_HEADER_INVALID',
  'TENANT_HEADER_REQUIRED',
  'USER_HEADER_REQUIRED',
];

export function createAudit({ store, clock, random }: { store: Pick<Store, 'events'>; clock: Clock; random: Random }): Audit {
  /** What each request has told so far: an event with the code of a refusal is that refusal's. */
  const told = new WeakMap<Origin, Set<string>>();

  const write = async (kind: EventKind, origin: Origin, { actor = nobody, ...facts }: EventFields = {}): Promise<void> => {
    told.set(origin, (told.get(origin) ?? new Set()).add(facts.refusal ?? facts.reason ?? kind));
    await store.events.add({
      id: random.uuid(),
      at: clock.now(),
      kind,
      actorKind: actor.kind,
      actorId: actor.kind === 'USER' ? actor.userId : null,
      tenantId: facts.tenantId ?? null,
      userId: facts.userId ?? null,
      strategy: facts.strategy ?? null,
      reason: facts.reason ?? null,
      address: origin.address,
      requestId: origin.requestId,
    });
  };

  return Object.assign(write, {
    async refusals<T>(kind: EventKind, origin: Origin, known: EventFields, run: () => Promise<T>): Promise<T> {
      try {
        return await run();
      } catch (error) {
        if (error instanceof DomainError && !silent.includes(error.code) && !told.get(origin)?.has(error.code)) {
          await write(kind, origin, { ...known, reason: error.code });
        }
        throw error;
      }
    },

    async refused(error: unknown, origin: Origin, actor: Actor): Promise<void> {
      if (!(error instanceof DomainError) || silentFromTransports.includes(error.code)) return;
      // One GraphQL document may be refused the same thing twice: each refusal takes its event away.
      if (told.get(origin)?.delete(error.code)) return;
      // A foreign page: no limit counts these, and anybody can send any number of them.
      if (error.code === 'FORBIDDEN' && actor.kind === 'NOBODY') return;
      const tenantId = actor.kind === 'NOBODY' ? null : actor.tenantId;
      await write('REQUEST_REFUSED', origin, { actor, tenantId, reason: error.code });
      told.get(origin)?.delete(error.code);
    },
  });
}
