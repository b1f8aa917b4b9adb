import type { Caller } from '../../domain/access/actor.ts';
import type { StoredCaptchaPolicy } from '../../domain/environment/captcha-policy.ts';
import { asksForCaptcha } from '../../domain/environment/captcha-policy.ts';
import { fail } from '../../domain/errors.ts';
import { DeliveryFailure } from '../../domain/messaging/message.ts';
import type { CaptchaVerdict, CaptchaVerifier, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { PhoneOwnerName } from '../directory/user-lookup.ts';
import { captchaSecretOf } from '../environment/captcha-policy.ts';

interface Needs {
  store: Pick<Store, 'captchaPolicy'>;
  keyring: Pick<Keyring, 'open'>;
  /** Null if nothing can check a captcha. */
  captchaVerifier: CaptchaVerifier | null;
}

/** The service that `createCaptcha` creates. */
export type Captcha = ReturnType<typeof createCaptcha>;

/** Errors of each use case that asks. */
export const captchaErrors = ['CAPTCHA_REQUIRED', 'CAPTCHA_FAILED', 'CAPTCHA_UNAVAILABLE'] as const;

/**
 * Creates the check of captchas. It stands before a first factor, and before whatever sends a message or makes an account for a stranger, and
 * never before a second factor. It comes before anything that depends on whether there is a user, and before anything is counted, so that it
 * tells nothing and costs no attempt.
 */
export function createCaptcha({ store, keyring, captchaVerifier }: Needs) {
  /** Returns the policy if it asks this caller, otherwise null. Whoever is signed in, and the environment itself, is no stranger. */
  const dueFor = async ({ actor }: Caller, named: PhoneOwnerName | null): Promise<StoredCaptchaPolicy | null> => {
    if (actor.kind !== 'NOBODY') return null;
    const policy = await store.captchaPolicy.find();
    const email = named !== null && 'email' in named ? named.email : null;
    return policy !== null && asksForCaptcha(policy, email) ? policy : null;
  };

  /** Asks the provider. A login never passes because the provider cannot be reached. Errors: `CAPTCHA_UNAVAILABLE`. */
  const ask = async ({ origin }: Caller, policy: StoredCaptchaPolicy, response: string): Promise<CaptchaVerdict> => {
    if (captchaVerifier === null) return fail('CAPTCHA_UNAVAILABLE', 'CAPTCHA_VERIFY_URL is not set');
    try {
      return await captchaVerifier.verify({ secretKey: captchaSecretOf(keyring, policy), response, remoteAddress: origin.address.text });
    } catch (error) {
      if (!(error instanceof DeliveryFailure)) throw error;
      return fail('CAPTCHA_UNAVAILABLE', error.message);
    }
  };

  /**
   * Refuses unless the provider accepts the token. With a policy of null it does nothing.
   * Errors: `CAPTCHA_REQUIRED`, `CAPTCHA_FAILED`, `CAPTCHA_UNAVAILABLE`.
   */
  const check = async (caller: Caller, policy: StoredCaptchaPolicy | null, token: string | null): Promise<void> => {
    if (policy === null) return;
    if (token === null || token === '') fail('CAPTCHA_REQUIRED');
    const { passed, score } = await ask(caller, policy, token);
    if (!passed || (score !== null && score < policy.minScore)) fail('CAPTCHA_FAILED');
  };

  return {
    dueFor,
    check,
    /** Refuses a stranger without an accepted captcha, in one call. `dueFor` and `check` are its halves, for whoever reads something else meanwhile. */
    async require(caller: Caller, named: PhoneOwnerName | null, token: string | null): Promise<void> {
      await check(caller, await dueFor(caller, named), token);
    },
  };
}
