import type { Caller } from '../../domain/access/actor.ts';
import type { AuditEvent, EventKind } from '../../domain/audit/event.ts';
import { refusalKinds } from '../../domain/audit/event.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import type { EventFields } from '../../domain/errors.ts';
import { DomainError, recordedAs } from '../../domain/errors.ts';
import type { Clock, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { createRefusalLimit } from './refusal-limit.ts';

/**
 * Writes the audit trail. Every outcome of an identity operation leaves an event, whether it succeeds or is refused. There is no
 * event for:
 * - reads, unless they name a tenant that is not the caller's;
 * - input that no service looked at, and text that cannot be a code;
 * - bad credentials of the caller itself, such as a missing or expired bearer token, or a refresh token that never existed;
 * - requests beyond the limit of a client address, and requests of a foreign page;
 * - faults of the server, which are logged;
 * - commands that change nothing, such as locking a locked user.
 * Of many alike refusals of callers without credentials only a number is kept of each hour (`refusal-limit.ts`).
 */
export interface Audit {
  /** Writes one event. Inside `transact` it is committed or rolled back together with its effect. */
  (kind: EventKind, caller: Caller, fields?: EventFields): Promise<void>;
  /**
   * Records a refusal under the kind that the catalogue names for its code, or else under `kind`. It is recorded only once, even if
   * several functions pass it on. Must not be called inside a transaction, because the rollback would remove the event. Errors
   * other than `DomainError` are no refusals and are not recorded.
   */
  refused(error: unknown, kind: EventKind, caller: Caller): Promise<void>;
  /**
   * Logs that a use case threw an error that is missing from its list. That is a fault of the server, because no transport
   * documents the error.
   */
  unlisted(useCase: string, code: ErrorCode): void;
}

interface Needs {
  store: Pick<Store, 'events'>;
  clock: Clock;
  random: Random;
  log: Log;
}

/** Log text for an error that is missing from the list of its use case. The tests fail if it is logged. */
export const unlistedError = 'a use case threw an error that is missing from its list';

/** Creates the recorder of the audit trail. */
export function createAudit({ store, clock, random, log }: Needs): Audit {
  const placeRefusal = createRefusalLimit(log);
  const write = async (kind: EventKind, { actor, origin }: Caller, fields: EventFields = {}): Promise<void> => {
    const event: AuditEvent = {
      id: random.uuid(),
      at: clock.now(),
      kind,
      actorKind: actor.kind,
      actorId: actor.kind === 'USER' ? actor.userId : actor.kind === 'API_TOKEN' ? actor.tokenId : null,
      tenantId: fields.tenantId ?? null,
      userId: fields.userId ?? null,
      strategy: fields.strategy ?? null,
      reason: fields.reason ?? null,
      address: origin.address.text,
      requestId: origin.requestId,
    };
    if (actor.kind !== 'NOBODY' || !refusalKinds.has(kind)) return store.events.add(event);
    const placed = placeRefusal(event);
    await (placed.replaces ? store.events.replace(placed.event) : store.events.add(placed.event));
  };

  const refused = async (error: unknown, byUseCase: EventKind, caller: Caller): Promise<void> => {
    const recorded = recordedAs(error);
    if (recorded === null || !(error instanceof DomainError)) return;
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
