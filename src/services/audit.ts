import type { Actor, Origin } from '../domain/actor.ts';
import { nobody } from '../domain/actor.ts';
import type { AuditEvent, EventKind } from '../domain/event/event.ts';
import type { Clock, Random } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';

export type Facts = Partial<Pick<AuditEvent, 'tenantId' | 'userId' | 'strategy' | 'reason'>> & { actor?: Actor };

/** Writes one event of the audit trail; inside `transact` it commits or vanishes with its effect. */
export type Audit = (kind: EventKind, origin: Origin, facts?: Facts) => Promise<void>;

export const createAudit =
  ({ store, clock, random }: { store: Pick<Store, 'events'>; clock: Clock; random: Random }): Audit =>
  async (kind, origin, { actor = nobody, ...facts } = {}) =>
    store.events.add({
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
