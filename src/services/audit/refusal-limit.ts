import type { AuditEvent } from '../../domain/audit/event.ts';
import type { Log } from '../../domain/ports.ts';

const hourMilliseconds = 3_600_000;

/** How many refusals of one kind and reason the trail keeps of each hour. */
export const refusalsPerHour = {
  /** About one user. The limits of guesses allow far fewer codes to be checked, so every checked code has its event. */
  ofUser: 200,
  /** About no user, all together. */
  ofNobody: 1_000,
} as const;
/** How many of the refusals beyond that number are kept: the last ones. */
export const lastRefusalsKept = 16;
/** Users that are counted by themselves in one hour. Refusals about further users count as about nobody, so that memory is bounded. */
const countedUsers = 10_000;

/** An event to store: a new one, or one that takes the place of an earlier event. */
export interface Placed {
  event: AuditEvent;
  replaces: boolean;
}

/**
 * Creates the function that says where the refusal of a caller without credentials is stored. Anybody can cause any number of these,
 * from many addresses, so beyond a number each takes the place of an earlier one. It still costs one statement that writes: if none
 * were run, the time would tell which accounts are being attacked, and which addresses have an account.
 */
export function createRefusalLimit(log: Log): (event: AuditEvent) => Placed {
  let hour = 0;
  let logged = false;
  const counts = new Map<string, { count: number; last: string[] }>();

  return (event) => {
    const current = Math.floor(event.at.getTime() / hourMilliseconds);
    if (current !== hour) {
      hour = current;
      logged = false;
      counts.clear();
    }
    const ofAll = `${event.kind} ${event.reason}`;
    const own = `${ofAll} ${event.userId}`;
    const counted = event.userId !== null && (counts.has(own) || counts.size < countedUsers);
    const key = counted ? own : ofAll;
    const limit = counted ? refusalsPerHour.ofUser : refusalsPerHour.ofNobody;

    const seen = counts.get(key) ?? { count: 0, last: [] };
    counts.set(key, seen);
    const beyond = seen.count - limit;
    seen.count += 1;
    if (beyond < 0) return { event, replaces: false };
    if (!logged) log.warn({ kind: event.kind, reason: event.reason }, 'the audit trail keeps only the last of further refusals of this hour');
    logged = true;
    const place = beyond % lastRefusalsKept;
    const taken = seen.last[place];
    seen.last[place] = taken ?? event.id;
    return taken === undefined ? { event, replaces: false } : { event: { ...event, id: taken }, replaces: true };
  };
}
