import type { Origin } from '../../domain/access/actor.ts';
import type { TokenPurpose } from '../../domain/account/user-token.ts';
import { RateLimited } from '../../domain/errors.ts';
import type { FixedWindow } from '../../domain/limits/fixed-window.ts';
import type { Spacing } from '../../domain/limits/sliding-window.ts';
import { textSpacing } from '../../domain/limits/sliding-window.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { sendKey } from './attempts.ts';

/** Limits on texts that the operator sets. */
export interface TextLimits {
  /** Texts that one client address may cause in an hour. */
  addressPerHour: number;
  /** Texts that the users of one tenant may cause in a day. */
  tenantPerDay: number;
}

interface Needs {
  store: Pick<Store, 'slidingWindows' | 'fixedWindows'>;
  clock: Clock;
  keyring: Keyring;
  textLimits: TextLimits;
}

/** The recipient of a text. */
export interface TextTo {
  /** In the format E.164. */
  number: string;
  /** True if this is a phone that the user has proven. */
  enrolled: boolean;
}

/** Whom a text is for, and what for. */
export interface TextAbout {
  userId: string;
  tenantId: string;
  /**
   * `SMS` if the user asks for the text in a session or after a first factor. The other purposes are those of texts that strangers can cause by
   * naming the user. They have windows of their own, so that nobody uses up those of the second factor.
   */
  purpose: 'SMS' | Extract<TokenPurpose, 'SMS_LOGIN_CODE' | 'PASSWORD_RESET_CODE'>;
}

/** Charges one text to a number. The event of a refusal names the limit that refused. Errors: `RATE_LIMITED`. */
export type TakeText = (about: TextAbout, to: TextTo, origin: Origin) => Promise<void>;

/** Creates the function that limits texts, so that strangers can neither spend the operator's money nor disturb people. */
export function createTextLimits({ store, clock, keyring, textLimits }: Needs): TakeText {
  const addressWindow: FixedWindow = { limit: textLimits.addressPerHour, windowSeconds: 3600 };
  const tenantWindow: FixedWindow = { limit: textLimits.tenantPerDay, windowSeconds: 86_400 };

  /** Charges one text in a sliding window. Returns null if it was free, or when the next one is. */
  const takeSpaced = async (key: string, spacing: Spacing, now: Date): Promise<Date | null> => {
    const charged = await store.slidingWindows.charge(key, now, 'NO_CAP', spacing);
    return charged.allowed ? null : (charged.freeAt ?? now);
  };

  // The key contains a digest, so that the table does not become a list of numbers. The window of an enrolled phone belongs to its
  // user alone. Otherwise strangers who name the number could use it up, and the user could not log in any more.
  const numberKey = ({ userId, purpose }: TextAbout, { number, enrolled }: TextTo): string =>
    `send:${purpose}:${keyring.digest('sms-number', enrolled ? `${userId} ${number}` : number)}`;

  // Each charge commits by itself, so that no rollback gives a text back.
  return async (about, to, origin) => {
    const now = clock.now();
    // The narrowest limit comes first, so that what it refuses is not charged to the wider ones.
    const limits = [
      { reason: 'USER_LIMIT', until: () => takeSpaced(sendKey(about.userId, about.purpose), textSpacing.user, now) },
      { reason: 'NUMBER_LIMIT', until: () => takeSpaced(numberKey(about, to), textSpacing.number, now) },
      { reason: 'ADDRESS_LIMIT', until: () => store.fixedWindows.take(`sms:address:${origin.address.network}`, addressWindow, now) },
      { reason: 'TENANT_LIMIT', until: () => store.fixedWindows.take(`sms:tenant:${about.tenantId}`, tenantWindow, now) },
    ];
    for (const { reason, until } of limits) {
      const freeAt = await until();
      if (freeAt === null) continue;
      throw RateLimited.until(freeAt, now).about({ reason });
    }
  };
}
