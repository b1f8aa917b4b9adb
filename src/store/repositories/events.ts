import type { EventRepository } from '../../domain/event/event.ts';
import type { Access } from './access.ts';

export function eventRepository({ engine, tables: { auditEvents } }: Access): EventRepository {
  return {
    async add(event) {
      await engine.run((db) => db.insert(auditEvents).values(event));
    },
  };
}
