import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { Clock, Delivery, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { PhoneCodes } from '../directory/phone-codes.ts';
import type { UserLookup } from '../directory/user-lookup.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Guesses } from '../limits/guesses.ts';
import type { TokenCodes } from '../limits/token-codes.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { Captcha } from './captcha.ts';
import { createEmailCodeLogin } from './email-code.ts';
import type { LoginGate } from './gate.ts';
import { createLoginMessages } from './login-messages.ts';
import { createMagicLinkLogin } from './magic-link.ts';
import { createSmsCodeLogin } from './sms-code.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  registry: StrategyRegistry;
  environment: EnvironmentService;
  userLookup: UserLookup;
  attempts: Attempts;
  guesses: Guesses;
  captcha: Captcha;
  gate: LoginGate;
  memberTenants: MemberTenants;
  tokenCodes: TokenCodes;
  phoneCodes: PhoneCodes;
  outbox: Outbox;
  linkUrl: string;
  audit: Audit;
}

/** Creates the services that log in by a message. */
export function createPasswordless({ environment, outbox, linkUrl, guesses, ...needs }: Needs) {
  const { store, clock, audit } = needs;
  const loginMessages = createLoginMessages({ store, clock, environment, outbox, audit });
  return {
    emailCodeLogin: createEmailCodeLogin({ ...needs, loginMessages }),
    magicLinkLogin: createMagicLinkLogin({ ...needs, loginMessages, guesses, linkUrl }),
    smsCodeLogin: createSmsCodeLogin({ ...needs, loginMessages }),
  };
}
