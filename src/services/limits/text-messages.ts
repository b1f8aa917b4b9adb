import type { Origin } from '../../domain/access/actor.ts';
import { RateLimited } from '../../domain/errors.ts';
import type { FixedWindow } from '../../domain/limits/fixed-window.ts';
import { networkOf } from '../../domain/limits/network.ts';
import type { Spacing } from '../../domain/limits/sliding-window.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { sendKey } from './attempts.ts';

/** A text costs money and disturbs somebody: never two in quick succession, whoever asks. */
const gapSeconds = 30;
const userSpacing: Spacing = { windowSeconds: 900, gapSeconds };
/** However many accounts name the number; for whoever has proven to hold it apart from all others. */
const numberSpacing: Spacing = { windowSeconds: 3600, gapSeconds };

export interface TextLimits {
  /** Texts one client address may cause an hour, and the users of one tenant a day. */
  addressPerHour: number;
  tenantPerDay: number;
}

interface Needs {
  store: Pick<Store, 'slidingWindows' | 'fixedWindows'>;
  clock: Clock;
  keyring: Keyring;
  textLimits: TextLimits;
}

/** Where a text goes: E.164, and whether that is an enrolled phone of the user's. */
export interface TextTo {
  number: string;
  enrolled: boolean;
}

/** Charges one text to a number. Errors: `RATE_LIMITED`; its event names the limit that refused. */
export type TakeText = (about: { userId: string; tenantId: string }, to: TextTo, origin: Origin) => Promise<void>;

/** Limits that keep a stranger from spending the operator's money or anybody's patience. */
export function createTextLimits({ store, clock, keyring, textLimits }: Needs): TakeText {
  const addressWindow: FixedWindow = { limit: textLimits.addressPerHour, windowSeconds: 3600 };
  const tenantWindow: FixedWindow = { limit: textLimits.tenantPerDay, windowSeconds: 86_400 };

  const takeSpaced = async (key: string, spacing: Spacing, now: Date): Promise<Date | null> => {
    const charged = await store.slidingWindows.charge(key, now, 'NO_CAP', spacing);
    return charged.allowed ? null : (charged.freeAt ?? now);
  };

  // A digest: the table of budgets must not become a list of numbers. Strangers who name somebody's number use up their own
  // budget for it and not the holder's, who could not log in any more.
  const numberKey = (userId: string, { number, enrolled }: TextTo): string =>
    `send:SMS:${keyring.digest('sms-number', enrolled ? `${userId} ${number}` : number)}`;

  // Each charge commits by itself: no rollback gives a text back.
  return async (about, to, origin) => {
    const now = clock.now();
    // The narrowest first: what one of them refuses is charged to none of the wider ones.
    const limits = [
      { reason: 'USER_LIMIT', until: () => takeSpaced(sendKey(about.userId, 'SMS'), userSpacing, now) },
      { reason: 'NUMBER_LIMIT', until: () => takeSpaced(numberKey(about.userId, to), numberSpacing, now) },
      { reason: 'ADDRESS_LIMIT', until: () => store.fixedWindows.take(`sms:address:${networkOf(origin.address)}`, addressWindow, now) },
      { reason: 'TENANT_LIMIT', until: () => store.fixedWindows.take(`sms:tenant:${about.tenantId}`, tenantWindow, now) },
    ];
    for (const { reason, until } of limits) {
      const freeAt = await until();
      if (freeAt === null) continue;
      throw new RateLimited(Math.max(1, Math.ceil((freeAt.getTime() - now.getTime()) / 1000))).about({ reason });
    }
  };
}
