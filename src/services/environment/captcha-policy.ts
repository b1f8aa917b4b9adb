import type { Caller } from '../../domain/access/actor.ts';
import type { CaptchaPolicy, CaptchaPolicyFields, StoredCaptchaPolicy } from '../../domain/environment/captcha-policy.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { CaptchaVerifier, Clock, Keyring, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'captchaPolicy' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  /** Null if nothing could check a captcha. */
  captchaVerifier: CaptchaVerifier | null;
  audit: Audit;
}

/** Errors of each use case. */
export const captchaPolicyErrors = {
  create: ['INVALID_INPUT', 'CAPTCHA_POLICY_EXISTS'],
  update: ['INVALID_INPUT', 'CAPTCHA_POLICY_NOT_FOUND'],
  upsert: ['INVALID_INPUT'],
  find: ['CAPTCHA_POLICY_NOT_FOUND'],
  findPublic: ['CAPTCHA_POLICY_NOT_FOUND'],
} as const;

/** There is one row, so its place is a fixed one. */
const place = { table: 'captcha_policies', row: 'captcha-policy', column: 'sealed_secret_key' };

/** Returns the secret of a stored policy, to ask the provider by. */
export const captchaSecretOf = (keyring: Pick<Keyring, 'open'>, { sealedSecretKey }: Pick<StoredCaptchaPolicy, 'sealedSecretKey'>): string =>
  new TextDecoder().decode(keyring.open(sealedSecretKey, place));

/**
 * Tells the operator at the start if a policy is switched on that this deployment cannot enforce, or not on its own pages. Everything that
 * it stands before is refused then. The server starts all the same, because the policy is switched off through it.
 */
export async function warnOfCaptcha(
  { store, log }: { store: Pick<Store, 'captchaPolicy'>; log: Log },
  { verified, onPages }: { verified: boolean; onPages: boolean },
): Promise<void> {
  if ((await store.captchaPolicy.find())?.enabled !== true) return;
  if (!verified) {
    const text = 'The captcha policy is switched on and CAPTCHA_VERIFY_URL is not set, so logins, sign-ups and requests for messages are refused';
    log.error({ setting: 'CAPTCHA_VERIFY_URL' }, text);
  } else if (!onPages) {
    const text = 'The captcha policy is switched on and CAPTCHA_SCRIPT_URL is not set, so the pages of hosted login refuse to log anybody in';
    log.warn({ setting: 'CAPTCHA_SCRIPT_URL' }, text);
  }
}

/** Creates the service that keeps the captcha policy. `services/login/captcha.ts` enforces it. */
export function createCaptchaPolicy({ store, clock, random, keyring, captchaVerifier, audit }: Needs) {
  /** Refuses a policy that this deployment could not enforce: nobody could log in under it. */
  const refuseUnenforceable = ({ enabled }: CaptchaPolicyFields): void => {
    if (enabled && captchaVerifier === null) {
      throw new InvalidInput([{ path: ['enabled'], message: 'enabled true is not supported by this server' }]);
    }
  };
  const sealed = ({ secretKey, ...fields }: CaptchaPolicyFields) => ({
    ...fields,
    sealedSecretKey: keyring.seal(new TextEncoder().encode(secretKey), place),
    updatedAt: clock.now(),
  });
  const opened = ({ sealedSecretKey, ...policy }: StoredCaptchaPolicy): CaptchaPolicy => ({
    ...policy,
    secretKey: captchaSecretOf(keyring, { sealedSecretKey }),
  });
  const existing = async (): Promise<StoredCaptchaPolicy> => (await store.captchaPolicy.find()) ?? fail('CAPTCHA_POLICY_NOT_FOUND');

  const create = async (caller: Caller, fields: CaptchaPolicyFields): Promise<boolean> => {
    const created = await store.captchaPolicy.create({ ...sealed(fields), id: random.uuid(), createdAt: clock.now() });
    if (created) await audit('CAPTCHA_POLICY_SET', caller, { reason: 'created' });
    return created;
  };
  const replace = async (caller: Caller, fields: CaptchaPolicyFields): Promise<boolean> => {
    const replaced = await store.captchaPolicy.replace(sealed(fields));
    if (replaced) await audit('CAPTCHA_POLICY_SET', caller, { reason: 'updated' });
    return replaced;
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', captchaPolicyErrors, {
      /** Stores the policy where there is none. */
      async create(caller: Caller, fields: CaptchaPolicyFields): Promise<CaptchaPolicy> {
        requireEnvironment(caller.actor);
        refuseUnenforceable(fields);
        return store.transact('SETTINGS', async () => {
          if (!(await create(caller, fields))) fail('CAPTCHA_POLICY_EXISTS');
          return opened(await existing());
        });
      },

      /** Replaces the policy that is there. */
      async update(caller: Caller, fields: CaptchaPolicyFields): Promise<CaptchaPolicy> {
        requireEnvironment(caller.actor);
        refuseUnenforceable(fields);
        return store.transact('SETTINGS', async () => {
          if (!(await replace(caller, fields))) fail('CAPTCHA_POLICY_NOT_FOUND');
          return opened(await existing());
        });
      },

      /** Stores the policy, whether or not there is one. */
      async upsert(caller: Caller, fields: CaptchaPolicyFields): Promise<CaptchaPolicy> {
        requireEnvironment(caller.actor);
        refuseUnenforceable(fields);
        return store.transact('SETTINGS', async () => {
          if (!(await replace(caller, fields))) await create(caller, fields);
          return opened((await store.captchaPolicy.find()) ?? fail('INTERNAL', 'the captcha policy was not stored'));
        });
      },

      /** Returns the policy with its secret, because clients compare it with what they sent. */
      async find({ actor }: Caller): Promise<CaptchaPolicy> {
        requireEnvironment(actor);
        return opened(await existing());
      },

      /** Returns what a login form needs. Anybody may read it. */
      async findPublic(_caller: Caller): Promise<Pick<CaptchaPolicy, 'siteKey' | 'enabled'>> {
        const { siteKey, enabled } = await existing();
        return { siteKey, enabled };
      },
    }),

    ...reads(audit, {
      /** Returns what a login form needs. Null while there is no policy. Anybody may read it. */
      async forForms(_caller: Caller): Promise<Pick<CaptchaPolicy, 'siteKey' | 'enabled'> | null> {
        const policy = await store.captchaPolicy.find();
        return policy === null ? null : { siteKey: policy.siteKey, enabled: policy.enabled };
      },

      /** Returns the policy without its secret. Null if there is none. */
      async withoutSecret({ actor }: Caller): Promise<Omit<CaptchaPolicy, 'secretKey'> | null> {
        requireEnvironment(actor);
        return store.captchaPolicy.find();
      },
    }),
  };
}
