import type { Caller, Origin, UserActor } from '../../domain/access/actor.ts';
import { credentialLock } from '../../domain/authenticator/authenticator.ts';
import { fail, InvalidCode, withEventFields } from '../../domain/errors.ts';
import type { NewPasskey, PasskeyVerifier } from '../../domain/passkey/ceremony.ts';
import type { Passkey, PasskeyDeviceType, PublicPasskey } from '../../domain/passkey/passkey.ts';
import { defaultPasskeyName, maxPasskeys } from '../../domain/passkey/passkey.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import type { PasskeyKeeping } from './keeping.ts';
import type { Passkeys } from './passkeys.ts';
import { credentialPlace } from './passkeys.ts';

/** The options for the browser, and until when it may answer. */
export interface StartedRegistration {
  /** For `navigator.credentials.create`, in the JSON form of WebAuthn §5.1. */
  options: object;
  expiresAt: Date;
}

/** What the browser has made. */
export interface RegisterPasskey {
  /** In the JSON form of WebAuthn §5.1. */
  answer: unknown;
  /** Null for what the browser reports of the authenticator. */
  deviceType: PasskeyDeviceType | null;
  /** Null for the default name. */
  name: string | null;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'passkeys' | 'transact' | 'users'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passkeyVerifier: Pick<PasskeyVerifier, 'beginRegistration' | 'register'>;
  passkeys: Pick<Passkeys, 'describe' | 'open' | 'requireSwitchedOn'>;
  keeping: PasskeyKeeping;
  sessions: Pick<Sessions, 'requireLivingSession'>;
  recentFactor: RecentFactor;
  mailboxProof: Pick<MailboxProof, 'requireMailboxProof'>;
  notices: SecurityNotices;
  audit: Audit;
}

const allowed = ['STRATEGY_INACTIVE', 'STEP_UP_REQUIRED', 'MAILBOX_PROOF_REQUIRED', 'PASSKEY_LIMIT_REACHED'] as const;

/** Errors of each use case. */
export const passkeyRegistrationErrors = {
  begin: allowed,
  register: [...allowed, 'INVALID_CODE', 'CREDENTIAL_TAKEN'],
} as const;

/**
 * Creates the service that registers passkeys. A passkey that verifies its user proves two factors at once, so registering one asks for all that
 * enrolling a second factor asks for.
 */
export function createPasskeyRegistration(needs: Needs) {
  const { store, clock, random, keyring, passkeyVerifier, passkeys, keeping, sessions, recentFactor, mailboxProof, notices, audit } = needs;

  /** Returns the user who may register a passkey now. */
  const requireAllowed = async (caller: Caller): Promise<UserActor> => {
    const user = requireUser(caller.actor);
    await recentFactor.requireRecentFactor(caller);
    await passkeys.requireSwitchedOn();
    await mailboxProof.requireMailboxProof(caller.actor);
    return user;
  };

  const refuseTooMany = (held: readonly Passkey[]): void => {
    if (held.length >= maxPasskeys) fail('PASSKEY_LIMIT_REACHED');
  };

  /** Adds the passkey, unless one of anybody, or an authenticator, has its credential. Runs in the caller's transaction. */
  const addUnlessTaken = (passkey: Passkey): Promise<boolean> =>
    store.transact(credentialLock(passkey.credentialHash), async () => {
      if (await store.authenticators.hasIdentity(passkey.credentialHash)) return false;
      return store.passkeys.add(passkey);
    });

  const newPasskey = (userId: string, { userAgent }: Origin, command: RegisterPasskey, checked: NewPasskey): Passkey => {
    const id = random.uuid();
    const deviceType = command.deviceType ?? (checked.builtIn ? 'PLATFORM' : 'CROSS_PLATFORM');
    return {
      ...{ id, userId, name: command.name ?? defaultPasskeyName(deviceType, userAgent), deviceType, signCount: checked.signCount },
      sealedCredential: keyring.seal(checked.credential, credentialPlace(id)),
      credentialHash: keyring.hashToken(checked.identity),
      ...{ createdAt: clock.now(), lastUsedAt: null },
    };
  };

  return useCases(audit, 'REQUEST_REFUSED', passkeyRegistrationErrors, {
    /** Starts a registration in the session of the caller. An earlier one of the session becomes invalid. */
    async begin(caller: Caller): Promise<StartedRegistration> {
      const { userId, tenantId, sessionId } = await requireAllowed(caller);
      return withEventFields({ userId, tenantId }, async () => {
        const [user] = await store.users.findMany([userId]);
        const held = await store.passkeys.ofUsers([userId]);
        refuseTooMany(held);
        const { keep, options } = await passkeyVerifier.beginRegistration(user ?? fail('UNAUTHENTICATED'), held.map(passkeys.open));
        return { options, expiresAt: await keeping.keep({ sessionId }, keep) };
      });
    },

    /** Registers what the browser has made for the registration that this session has started. One answer counts, right or wrong. */
    async register(caller: Caller, command: RegisterPasskey): Promise<PublicPasskey> {
      const { userId, tenantId, sessionId } = await requireAllowed(caller);
      return withEventFields({ userId, tenantId }, async () => {
        const started = await keeping.take({ sessionId });
        const checked = started === null ? null : await passkeyVerifier.register(started, command.answer);
        if (!checked?.ok) throw new InvalidCode(null, 'credential');
        const passkey = newPasskey(userId, caller.origin, command, checked);
        await store.transact({ user: userId }, async () => {
          await sessions.requireLivingSession(caller.actor);
          await mailboxProof.requireMailboxProof(caller.actor);
          refuseTooMany(await store.passkeys.ofUsers([userId]));
          if (!(await addUnlessTaken(passkey))) fail('CREDENTIAL_TAKEN');
          await audit('PASSKEY_ADDED', caller, { userId, tenantId, reason: passkey.id });
          await notices.notify(caller, userId, 'PASSKEY_ADDED');
        });
        notices.wake();
        return passkeys.describe(passkey);
      });
    },
  });
}
