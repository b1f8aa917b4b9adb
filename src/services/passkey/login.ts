import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { nobodysId } from '../../domain/directory/user.ts';
import { admitsLocalLogin } from '../../domain/environment/auth-strategy.ts';
import { DomainError, fail, InvalidCode, withEventFields } from '../../domain/errors.ts';
import { storedId } from '../../domain/ids.ts';
import { admitsUnverified } from '../../domain/login/decision.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { PasskeyVerifier, ProvenPasskey } from '../../domain/passkey/ceremony.ts';
import type { Passkey } from '../../domain/passkey/passkey.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { FirstFactor } from '../../domain/session/first-factor.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { UserName } from '../directory/user-lookup.ts';
import { findByLoginName } from '../directory/user-lookup.ts';
import { chargedFor } from '../limits/give-back.ts';
import type { PasswordAttempts } from '../lockout/password-attempts.ts';
import type { Captcha } from '../login/captcha.ts';
import { captchaErrors } from '../login/captcha.ts';
import type { LoginGate, LoginResult } from '../login/gate.ts';
import type { CeremonyOwner, PasskeyKeeping } from './keeping.ts';
import type { Passkeys } from './passkeys.ts';

/** Whose passkeys may answer, and what has to come back with the answer. */
export interface BeginPasskeyLogin {
  /** Null lets the person choose among the passkeys that the authenticator has for this relying party. */
  named: UserName | null;
  /**
   * The answer to the captcha, null if the client has none. Or the secret of the browser of our own sign-in page, with which the answer of the
   * passkey comes back. That page begins by itself when it is shown, so its captcha comes together with the answer.
   */
  by: { captchaToken: string | null } | { pageToken: string };
}

/** A login by a passkey that has begun. `ceremonyToken` comes back with the answer. */
export interface StartedPasskeyLogin {
  ceremonyToken: string;
  /** For `navigator.credentials.get`, in the JSON form of WebAuthn §5.1. */
  options: object;
  expiresAt: Date;
}

/** The answer of the browser, and the login that it belongs to. */
export interface PasskeyLogin {
  /** From the beginning of the login, null if the client has none. Or the secret of our own page, and the answer to its captcha. */
  by: { ceremonyToken: string | null } | { pageToken: string; captchaToken: string | null };
  answer: unknown;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /** The tenant to enter, by its id or its alias. Absent enters the one used last. */
  tenant?: string | null;
  /** Whether the application asks for a second factor that no policy asks for. */
  demandsFactor?: boolean;
  /** Token of a link by which the user joins a tenant when the login is complete. */
  invitationToken?: string | null;
}

interface Needs {
  store: Pick<Store, 'environment' | 'passkeys' | 'transact' | 'users'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passkeyVerifier: PasskeyVerifier;
  passkeys: Pick<Passkeys, 'open' | 'requireSwitchedOn'>;
  keeping: PasskeyKeeping;
  passwordAttempts: PasswordAttempts;
  captcha: Captcha;
  gate: LoginGate;
  memberTenants: MemberTenants;
  /** Whether a passkey counts as one factor even if it verified its user. */
  strict: boolean;
  audit: Audit;
}

/** Errors of each use case. */
export const passkeyLoginErrors = {
  begin: [...captchaErrors, 'STRATEGY_INACTIVE'],
  logIn: [
    ...captchaErrors,
    'STRATEGY_INACTIVE',
    'INVALID_CODE',
    'ACCOUNT_LOCKED',
    'EMAIL_NOT_VERIFIED',
    'INVALID_CREDENTIALS',
    'NO_STRATEGY_AVAILABLE',
    'RATE_LIMITED',
  ],
} as const;

/** Returns whose ceremony an answer is for. One that our own page has begun is found by that page alone, because its captcha is still to come. */
function ownerOf(by: PasskeyLogin['by']): CeremonyOwner | null {
  if ('pageToken' in by) return { pageToken: by.pageToken };
  return by.ceremonyToken === null ? null : { loginToken: by.ceremonyToken };
}

/** Creates the service that logs in by a passkey as first factor. What follows depends on whether the passkey verified its user. */
export function createPasskeyLogin(needs: Needs) {
  const { store, clock, random, keyring, passkeyVerifier, passkeys, keeping, passwordAttempts, captcha, gate, memberTenants, strict, audit } = needs;

  /** Refuses while nobody may log in by a passkey. Errors: `STRATEGY_INACTIVE`. */
  const requireOffered = async (): Promise<void> => {
    await passkeys.requireSwitchedOn();
    const environment = await store.environment.find();
    if (environment === null || !admitsLocalLogin(environment)) fail('STRATEGY_INACTIVE');
  };

  /** Returns the id of a credential that nobody has: the same at every call for the same name, and another for every other name. */
  const decoyId = (named: UserName): string =>
    keyring.hashToken(keyring.digest('passkey-decoy', 'email' in named ? `email ${normalizeEmail(named.email)}` : `id ${storedId(named.userId)}`));

  /** Returns the ids of the passkeys of whoever is named, or a decoy. A stranger learns neither who is a user nor who has a passkey. */
  const credentialIdsOf = async (named: UserName): Promise<string[]> => {
    const user = 'email' in named ? await findByLoginName(store, named.email) : ((await store.users.findMany([storedId(named.userId)]))[0] ?? null);
    // The same statements for everybody, so that the time reveals nothing.
    const held = await store.passkeys.ofUsers([user?.id ?? nobodysId]);
    const decoy = decoyId(named);
    return held.length === 0 ? [decoy] : held.map((passkey) => passkeyVerifier.credentialIdOf(passkeys.open(passkey)));
  };

  /**
   * Checks an answer and returns what it proves. Wrong ones count for the lockout of the user whose credential they name, and the count commits
   * before the check. The lock is reported before the verdict, as for a password. Errors: `INVALID_CODE`, `ACCOUNT_LOCKED`, `RATE_LIMITED`.
   */
  const prove = async (
    caller: Caller,
    started: Uint8Array,
    holder: { passkey: Passkey; user: User } | null,
    answer: unknown,
  ): Promise<ProvenPasskey> => {
    const user = holder?.user ?? null;
    const limit = await passwordAttempts.limitFor(user);
    const email = user?.email ?? '';
    const counted = await passwordAttempts.charge(user?.locked ? null : user, { email, limit });
    const giveBack = () => passwordAttempts.giveBack(counted);
    const credential = holder === null ? null : { userId: holder.passkey.userId, credential: passkeys.open(holder.passkey) };
    const verdict = await chargedFor(() => passkeyVerifier.verify(started, credential, answer), giveBack);
    if (holder === null || counted.user === null || !verdict.ok) {
      await passwordAttempts.failed(caller, counted);
      if (user?.locked) fail('ACCOUNT_LOCKED');
      throw new InvalidCode(null, 'credential');
    }
    await store.transact({ user: holder.user.id }, async () => {
      // The signature is right but the counter has not risen, so the authenticator may have been copied (WebAuthn §6.1.1).
      if (!(await store.passkeys.advanceCounter(holder.passkey.id, verdict.signCount, clock.now()))) {
        throw new InvalidCode(null, 'credential').about({ reason: 'SIGN_COUNT_NOT_RISING' });
      }
      // It is no failure. Those by wrong passwords stay counted, because the passkey says nothing about who guesses the password.
      await giveBack();
    });
    return verdict;
  };

  return useCases(audit, 'LOGIN_FAILED', passkeyLoginErrors, {
    /** Starts a login by a passkey. The answer does not say whether there is a user of the name, or one with a passkey. */
    async begin(caller: Caller, { named, by }: BeginPasskeyLogin): Promise<StartedPasskeyLogin> {
      const [, captchaPolicy] = await together(requireOffered(), 'captchaToken' in by ? captcha.dueFor(caller, named) : Promise.resolve(null));
      if ('captchaToken' in by) await captcha.check(caller, captchaPolicy, by.captchaToken);
      const ceremonyToken = 'pageToken' in by ? by.pageToken : random.token();
      const owner: CeremonyOwner = 'pageToken' in by ? by : { loginToken: ceremonyToken };
      const { keep, options } = await passkeyVerifier.beginLogin(named === null ? [] : await credentialIdsOf(named));
      return { ceremonyToken, options, expiresAt: await keeping.keep(owner, keep) };
    },

    /** Logs in by the answer of the browser. The login that was begun is used up by one answer, right or wrong. */
    async logIn(caller: Caller, { by, answer, tenant = null, ...login }: PasskeyLogin): Promise<LoginResult> {
      const { deviceToken, demandsFactor = false, invitationToken = null } = login;
      await requireOffered();
      if ('pageToken' in by) await captcha.require(caller, null, by.captchaToken);
      const credentialHash = keyring.hashToken(passkeyVerifier.namedCredential(answer));
      const owner = ownerOf(by);
      const started = owner === null ? null : await keeping.take(owner);
      if (started === null) throw new InvalidCode(null, 'credential');
      const passkey = await store.passkeys.findByCredential(credentialHash);
      const [user] = await store.users.findMany([passkey?.userId ?? nobodysId]);
      return withEventFields({ userId: user?.id ?? null, tenantId: user?.activeTenantId ?? null }, async () => {
        const holder = passkey === null || user === undefined ? null : { passkey, user };
        const { userVerified, amr } = await prove(caller, started, holder, answer);
        const proven = holder?.user ?? fail('INTERNAL', 'a passkey of nobody was proven');
        const firstFactor: FirstFactor = userVerified && !strict ? 'VERIFIED_PASSKEY' : 'PASSKEY';
        if (!proven.verified && !admitsUnverified(firstFactor, await store.environment.find())) throw new DomainError('EMAIL_NOT_VERIFIED');
        const tenantId = await memberTenants.toEnter(proven.id, tenant);
        return gate.completeFirstFactor(caller, {
          ...{ user: proven, tenantId, firstFactor, amr: [...amr], deviceToken, demandsFactor, invitationToken },
        });
      });
    },
  });
}
