import { hash } from 'node:crypto';
import type { Clock, Random } from '../domain/ports.ts';

/** How many requests a network may send in each window. A window opens with the first request. */
export interface RequestRate {
  max: number;
  windowMilliseconds: number;
}

/** Counts a request of a network. Returns null if it is free, or the milliseconds until the next one is. */
export type CountRequest = (network: string) => number | null;

interface Window {
  used: number;
  endsAt: number;
}

/** Most networks that are counted one by one. The others share a fixed number of windows. */
export const countedNetworks = 10_000;
const sharedWindows = 16_384;

/**
 * Makes a counter of requests in bounded memory (about two megabytes when full) that forgets no window before its end. A cache that
 * dropped its oldest entries would let an attacker who can use many networks buy a new budget with requests of other networks.
 *
 * Once `countedNetworks` windows are open, further networks are counted in shared windows, chosen by a hash. Under such a flood a
 * newcomer may be refused for requests of others, but nobody gets more than the limit. The hash has a secret key, so that nobody can
 * aim at the window of somebody else.
 */
export function createRequestCounter({ max, windowMilliseconds }: RequestRate, { clock, random }: { clock: Clock; random: Random }): CountRequest {
  // A window is added at the end when it opens. All windows are equally long, so those that ended are at the front.
  const own = new Map<string, Window>();
  const shared: (Window | undefined)[] = [];
  const hashKey = random.token();

  const isOpen = (window: Window | undefined, now: number): window is Window =>
    // A clock that was set back must not keep a window open for longer than its length.
    window !== undefined && now < window.endsAt && window.endsAt - now <= windowMilliseconds;

  const forgetEnded = (now: number): void => {
    for (const [network, window] of own) {
      if (isOpen(window, now)) return;
      own.delete(network);
    }
  };

  const placeOf = (network: string): number => hash('sha256', hashKey + network, 'buffer').readUInt32LE() % sharedWindows;

  const windowOf = (network: string, now: number): Window => {
    const known = own.get(network);
    if (isOpen(known, now)) return known;
    own.delete(network);
    forgetEnded(now);
    const place = placeOf(network);
    const common = shared[place];
    // A network that was counted in a shared window takes that count along once there is room for a window of its own.
    const window = isOpen(common, now) ? common : { used: 0, endsAt: now + windowMilliseconds };
    if (own.size >= countedNetworks) {
      shared[place] = window;
      return window;
    }
    const taken = { ...window };
    own.set(network, taken);
    return taken;
  };

  return (network) => {
    const now = clock.now().getTime();
    const window = windowOf(network, now);
    if (window.used >= max) return window.endsAt - now;
    window.used += 1;
    return null;
  };
}
