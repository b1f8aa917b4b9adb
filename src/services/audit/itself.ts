import type { Caller } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';

/** Returns who the events of what the server does by itself say it was. `task` names the work. */
export const serverItself = (task: string): Caller => ({
  actor: nobody,
  origin: { address: { text: '127.0.0.1', network: '127.0.0.1' }, userAgent: task, requestId: task },
});
