import type { Actor, Origin } from '../domain/actor.ts';
import type { Pace } from '../domain/budget/budget.ts';
import type { Quota } from '../domain/budget/quota.ts';
import { fail, RateLimited } from '../domain/errors.ts';
import { networkOf } from '../domain/network.ts';
import { PhoneNumber } from '../domain/phone/phone-number.ts';
import type { Clock, Delivery, Keyring } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { Begun } from '../domain/strategy.ts';
import { sends } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { OneTimeCodes } from './one-time-codes.ts';
import type { Outbox } from './outbox.ts';

/** A text costs money and disturbs somebody: never two in quick succession, whoever asks. */
const gapSeconds = 30;
const userPace: Pace = { windowSeconds: 900, gapSeconds };
/** However many accounts name the number. */
const numberPace: Pace = { windowSeconds: 3600, gapSeconds };

export interface SmsLimits {
  /** Texts one client address may cause an hour, and the users of one tenant a day. */
  addressPerHour: number;
  tenantPerDay: number;
}

/** Whom a code is for, and what it counts for alone. */
export interface SmsPurpose {
  actor?: Actor;
  userId: string;
  tenantId: string;
  /** As `codeOwner` spells it. */
  owner: string;
  origin: Origin;
}

export interface SentSmsCode {
  otcToken: string;
  expiresAt: Date;
  /** Masked. */
  phoneNumber: string;
}

interface Needs {
  store: Pick<Store, 'budgets' | 'quotas' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  delivery: Delivery;
  codes: OneTimeCodes;
  outbox: Outbox;
  audit: Audit;
  limits: SmsLimits;
}

export type SmsCodes = ReturnType<typeof createSmsCodes>;

/** Sends codes to phones, within limits that keep a stranger from spending the operator's money or anybody's patience. */
export function createSmsCodes({ store, clock, keyring, delivery, codes, outbox, audit, limits }: Needs) {
  const addressQuota: Quota = { limit: limits.addressPerHour, windowSeconds: 3600 };
  const tenantQuota: Quota = { limit: limits.tenantPerDay, windowSeconds: 86_400 };

  /** Until when each limit refuses, the narrowest first: what one of them refuses is charged to none of the wider ones. */
  const refusals = ({ userId, tenantId, origin }: SmsPurpose, number: string, now: Date) => [
    { reason: 'USER_LIMIT', until: () => pacedUntil(sends(userId, 'SMS'), userPace, now) },
    // A digest: the table of budgets must not become a list of numbers.
    { reason: 'NUMBER_LIMIT', until: () => pacedUntil(`send:SMS:${keyring.digest('sms-number', number)}`, numberPace, now) },
    { reason: 'ADDRESS_LIMIT', until: () => store.quotas.take(`sms:address:${networkOf(origin.address)}`, addressQuota, now) },
    { reason: 'TENANT_LIMIT', until: () => store.quotas.take(`sms:tenant:${tenantId}`, tenantQuota, now) },
  ];

  const pacedUntil = async (key: string, pace: Pace, now: Date): Promise<Date | null> => {
    const charged = await store.budgets.charge(key, now, 'NO_CAP', pace);
    return charged.allowed ? null : (charged.freeAt ?? now);
  };

  /** Each charge commits by itself: no rollback gives a text back. */
  const charge = async (purpose: SmsPurpose, number: string): Promise<void> => {
    const now = clock.now();
    for (const { reason, until } of refusals(purpose, number, now)) {
      const freeAt = await until();
      if (freeAt === null) continue;
      await audit('MFA_FAILED', purpose.origin, { ...factsOf(purpose), reason });
      throw new RateLimited(Math.max(1, Math.ceil((freeAt.getTime() - now.getTime()) / 1000)));
    }
  };

  return {
    /** Refuses where no text can be sent at all. Errors: `SMS_UNAVAILABLE`. */
    requireProvider(): void {
      if (!delivery.sms.available) fail('SMS_UNAVAILABLE', delivery.sms.reason);
    },

    /**
     * Keeps what a strategy began and queues its message; a code sent before for the same purpose is void. The answer does
     * not wait for the provider: a text it refuses for good ends as an event, `MESSAGE_GIVEN_UP`. Errors: `RATE_LIMITED`.
     */
    async send(purpose: SmsPurpose, { keep, deliver }: Begun, lifetimeSeconds: number): Promise<SentSmsCode> {
      if (deliver === undefined) fail('INTERNAL', 'a code for a phone came without a message');
      await charge(purpose, deliver.to);
      const { actor: _, ...cause } = { ...factsOf(purpose), origin: purpose.origin };
      const issued = await store.transact(async () => {
        const code = await codes.issue({ owner: purpose.owner, userId: purpose.userId, strategy: 'SMS' }, keep, lifetimeSeconds);
        await outbox.add(deliver, { ...cause, origin: { address: purpose.origin.address, requestId: purpose.origin.requestId } });
        await audit('CODE_SENT', purpose.origin, factsOf(purpose));
        return code;
      });
      outbox.wake();
      return { otcToken: issued.token, expiresAt: issued.expiresAt, phoneNumber: PhoneNumber.read(deliver.to)?.masked ?? '' };
    },
  };
}

const factsOf = ({ actor, userId, tenantId }: SmsPurpose) => ({
  ...(actor === undefined ? {} : { actor }),
  userId,
  tenantId,
  strategy: 'SMS' as const,
});
