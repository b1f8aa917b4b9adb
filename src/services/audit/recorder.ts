import type { Caller } from '../../domain/access/actor.ts';
import type { EventKind } from '../../domain/audit/event.ts';
import type { ErrorCode, EventFields } from '../../domain/errors.ts';
import { catalogue, DomainError } from '../../domain/errors.ts';
import type { Clock, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/**
 * Writes the audit trail. Every outcome of an identity operation leaves an event, success and refusal alike. These leave none:
 * reads, unless they name a tenant that is not the caller's; input no service looked at, and text that cannot be a code;
 * credentials of the caller itself, such as a missing or dead bearer, and a refresh token nobody was ever given; requests beyond
 * the limit of an address, and those of a foreign page; faults of ours, which are logged; and commands that changed nothing,
 * such as locking a locked user.
 */
export interface Audit {
  /** Writes one event. Inside `transact` it commits or vanishes together with its effect. */
  (kind: EventKind, caller: Caller, fields?: EventFields): Promise<void>;
  /**
   * Records a refusal, once however many borders it passes: under the kind the catalogue names, else under `kind`. Never called
   * inside a transaction, whose rollback would take the event with it. Anything but a `DomainError` is no refusal.
   */
  refused(error: unknown, kind: EventKind, caller: Caller): Promise<void>;
  /** Logs that a use case threw an error that its list lacks: a fault of ours, because no transport documents it. */
  unlisted(useCase: string, code: ErrorCode): void;
}

interface Needs {
  store: Pick<Store, 'events'>;
  clock: Clock;
  random: Random;
  log: Log;
}

/** The line that is logged when a use case throws an error that its list lacks; the tests fail on it. */
export const unlistedError = 'a use case threw an error that its list of errors lacks';

/** Creates the recorder; see `Audit`. */
export function createAudit({ store, clock, random, log }: Needs): Audit {
  const write = async (kind: EventKind, { actor, origin }: Caller, fields: EventFields = {}): Promise<void> => {
    await store.events.add({
      id: random.uuid(),
      at: clock.now(),
      kind,
      actorKind: actor.kind,
      actorId: actor.kind === 'USER' ? actor.userId : null,
      tenantId: fields.tenantId ?? null,
      userId: fields.userId ?? null,
      strategy: fields.strategy ?? null,
      reason: fields.reason ?? null,
      address: origin.address,
      requestId: origin.requestId,
    });
  };

  const refused = async (error: unknown, byUseCase: EventKind, caller: Caller): Promise<void> => {
    if (!(error instanceof DomainError) || error.settled) return;
    const { recorded } = catalogue[error.code];
    if (recorded === 'NEVER') return;
    error.settled = true;
    const kind = recorded === 'BY_USE_CASE' ? byUseCase : recorded;
    const tenantId = caller.actor.kind === 'NOBODY' ? null : caller.actor.tenantId;
    await write(kind, caller, { tenantId, reason: kind === error.code ? null : error.code, ...error.event });
  };

  return Object.assign(write, {
    refused,
    unlisted: (useCase: string, code: ErrorCode): void => log.error({ useCase, code }, unlistedError),
  });
}
