import type { Caller } from '../../domain/access/actor.ts';
import type { MailStrategy, StrategyMail } from '../../domain/environment/mail-strategy.ts';
import { codeLifetimeBounds } from '../../domain/environment/mail-strategy.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { refuseField } from '../directory/metadata.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'transact'>;
  clock: Clock;
  audit: Audit;
}

/** Errors of each use case. */
export const mailStrategyErrors = { set: ['INVALID_INPUT'] } as const;

/** Creates the service by which the operator says whether mails that activate or invite ask for a code. */
export function createMailStrategies({ store, clock, audit }: Needs) {
  return {
    ...useCases(audit, 'REQUEST_REFUSED', mailStrategyErrors, {
      /** Sets what one kind of mail asks for. What is not given stays. Mails that were sent keep what they asked for. */
      async set(caller: Caller, { mail, change }: { mail: StrategyMail; change: Partial<MailStrategy> }): Promise<MailStrategy> {
        requireEnvironment(caller.actor);
        const { minSeconds, maxSeconds } = codeLifetimeBounds;
        const { codeLifetimeSeconds: seconds = minSeconds } = change;
        if (!Number.isInteger(seconds) || seconds < minSeconds || seconds > maxSeconds) {
          refuseField('codeLifetimeSeconds', `codeLifetimeSeconds must be between ${minSeconds} and ${maxSeconds}`);
        }
        return store.transact('SETTINGS', async () => {
          const strategy = { ...(await store.environment.mailStrategies())[mail], ...change };
          await store.environment.setMailStrategy(mail, strategy, clock.now());
          await audit('ACTIVATION_STRATEGY_SET', caller, { reason: `${mail} ${strategy.strategy}` });
          return strategy;
        });
      },
    }),

    ...reads(audit, {
      /** Returns what each kind of mail asks for. */
      async all({ actor }: Caller): Promise<Record<StrategyMail, MailStrategy>> {
        requireEnvironment(actor);
        return store.environment.mailStrategies();
      },
    }),
  };
}
