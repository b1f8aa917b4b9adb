import type { Caller } from '../../domain/access/actor.ts';
import type { UserToken } from '../../domain/account/user-token.ts';
import { hasEnded, newToken } from '../../domain/account/user-token.ts';
import { DomainError, fail, withEventFields } from '../../domain/errors.ts';
import type { Clock, Delivery, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { UserLookup } from '../directory/user-lookup.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Guesses } from '../limits/guesses.ts';
import type { Captcha } from './captcha.ts';
import { captchaErrors } from './captcha.ts';
import type { LoginGate, LoginResult } from './gate.ts';
import type { LoginMessages, ToStranger } from './login-messages.ts';

/** A magic link that is on its way. `browserToken` shows later that the link was opened where it was asked for. */
export interface SentMagicLink {
  browserToken: string;
  expiresAt: Date;
  lifetimeSeconds: number;
}

/** The token of a magic link, and what the browser has beside it. */
export interface MagicLinkLogin {
  token: string;
  /** From the request for the link. Null if the browser has none. */
  browserToken: string | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /** The tenant to enter, by its id or its alias. Absent enters the one used last. */
  tenant?: string | null;
  /** Whether the application asks for a second factor that no policy asks for. */
  demandsFactor?: boolean;
  /** Token of a link by which the user joins a tenant when the login is complete. */
  invitationToken?: string | null;
  /** Whether the link has to have been asked for in this browser, whatever the settings say. */
  onlyHere?: boolean;
}

interface Needs {
  store: Pick<Store, 'userTokens' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  loginMessages: LoginMessages;
  userLookup: UserLookup;
  attempts: Attempts;
  captcha: Captcha;
  guesses: Pick<Guesses, 'limited'>;
  gate: LoginGate;
  memberTenants: MemberTenants;
  /** Links are built from this URL alone, because any client can send any `Host`. */
  linkUrl: string;
  audit: Audit;
}

/** Errors of each use case. */
export const magicLinkErrors = {
  send: [...captchaErrors, 'STRATEGY_INACTIVE', 'EMAIL_UNAVAILABLE', 'RATE_LIMITED'],
  logIn: [
    'STRATEGY_INACTIVE',
    'MAGIC_LINK_NOT_FOUND',
    'MAGIC_LINK_EXPIRED',
    'MAGIC_LINK_DEVICE_UNKNOWN',
    'RATE_LIMITED',
    'ACCOUNT_LOCKED',
    'EMAIL_NOT_VERIFIED',
    'INVALID_CREDENTIALS',
    'NO_STRATEGY_AVAILABLE',
  ],
} as const;

/** Purpose of the digests of browser tokens. */
const digestPurpose = 'magic-link-browser';

/** The path of the page that a magic link leads to, below the URL of links. */
export const magicLinkPath = 'login/magic-link';

/**
 * Creates the service that logs in by a link sent by e-mail as first factor. Whoever opens the link spends nothing, because programs that
 * look for viruses in mail open every link; only a login by its token does.
 */
export function createMagicLinkLogin(needs: Needs) {
  const { store, clock, random, keyring, delivery, loginMessages, userLookup, attempts, guesses, captcha, gate, memberTenants, linkUrl, audit } =
    needs;

  /** Returns the link that a token belongs to, without spending it. Wrong tokens are counted for the network of the client. */
  const present = ({ origin }: Caller, kept: UserToken | null): Promise<UserToken & { userId: string }> =>
    guesses.limited({ purpose: 'MAGIC_LINK', account: kept?.userId ?? '', origin, wrongBy: 'MAGIC_LINK_NOT_FOUND' }, async () => {
      if (kept?.userId == null) return fail('MAGIC_LINK_NOT_FOUND');
      return hasEnded(kept, clock.now()) ? fail('MAGIC_LINK_EXPIRED') : { ...kept, userId: kept.userId };
    });

  return useCases(audit, 'LOGIN_FAILED', magicLinkErrors, {
    /**
     * Sends a link to the address of the user. An earlier link becomes invalid. The answer does not reveal whether there is a user, and takes
     * as long in any case.
     */
    async send(caller: Caller, { named, captchaToken }: ToStranger): Promise<SentMagicLink> {
      const [settings, captchaPolicy] = await together(loginMessages.requireStrategy('MAGIC_LINK'), captcha.dueFor(caller, named));
      const { passwordlessLifetimeSeconds: lifetimeSeconds } = settings;
      if (!delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
      await captcha.check(caller, captchaPolicy, captchaToken);
      const { subject, reachable } = await userLookup.findToLogIn(named);
      await withEventFields({ userId: reachable?.id ?? null }, () => attempts.takeAnonymousSend('MAGIC_LINK', subject));
      const [id, token, browserToken] = [random.uuid(), random.token(), random.token()];
      const link = `${linkUrl}/${magicLinkPath}?${new URLSearchParams({ token })}`;
      const codeDigest = keyring.digest(digestPurpose, `${id}:${browserToken}`);
      const made = { id, purpose: 'MAGIC_LINK', subject, userId: reachable?.id ?? null, tokenHash: keyring.hashToken(token), codeDigest } as const;
      const kept = newToken(made, clock.now(), lifetimeSeconds);
      const message = { template: 'MAGIC_LINK', to: reachable?.email ?? subject, link, lifetimeSeconds } as const;
      await loginMessages.queue(caller, { token: kept, message, strategy: null });
      return { browserToken, expiresAt: kept.expiresAt, lifetimeSeconds };
    },

    /** Logs in by the token of a link, once. A link that the browser may not use stays unspent. */
    async logIn(caller: Caller, login: MagicLinkLogin): Promise<LoginResult> {
      const { token, browserToken, deviceToken, tenant = null, demandsFactor = false, onlyHere = false, invitationToken = null } = login;
      const { forceSameDeviceOnAuth } = await loginMessages.requireStrategy('MAGIC_LINK');
      const kept = await store.userTokens.find('MAGIC_LINK', keyring.hashToken(token));
      return withEventFields({ userId: kept?.userId ?? null }, async () => {
        const { id, userId, codeDigest } = await present(caller, kept);
        const isKnown = keyring.matches(digestPurpose, `${id}:${browserToken ?? ''}`, codeDigest ?? '');
        if ((forceSameDeviceOnAuth || onlyHere) && !isKnown) fail('MAGIC_LINK_DEVICE_UNKNOWN');
        const user = await store.transact({ user: userId }, async () => {
          const admitted = await loginMessages.admit(caller, userId, new DomainError('MAGIC_LINK_NOT_FOUND'));
          return (await store.userTokens.spend(id, clock.now())) ? admitted : fail('MAGIC_LINK_NOT_FOUND');
        });
        const tenantId = await memberTenants.toEnter(user.id, tenant);
        return gate.completeFirstFactor(caller, {
          ...{ user, tenantId, firstFactor: 'EMAIL_CODE', amr: ['otp'], deviceToken, demandsFactor, invitationToken },
        });
      });
    },
  });
}
