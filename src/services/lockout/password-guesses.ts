import type { Caller } from '../../domain/access/actor.ts';
import { maxDeviceLifeSeconds } from '../../domain/device/remembered-device.ts';
import type { User } from '../../domain/directory/user.ts';
import { RateLimited } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Guesses } from '../limits/guesses.ts';

/**
 * Wrong passwords in a row that all strangers together may send for one account before they have to wait. As many are free for the
 * known clients together, so that an account never sees more than 100 in a row (NIST SP 800-63B-4 §3.2.2).
 */
const freeInGroup = 50;
/** Seconds in which a network counts as known after a right password came from it. */
const knownForSeconds = 90 * 86_400;

/** A password that somebody sends for an address. */
export interface PasswordGuessCommand {
  /** An address, or a username. */
  email: string;
  /** The user whom it names, or null. */
  user: User | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /** Wrong passwords in a row that lock the user under the lockout policy in force. Null if no number does. */
  lockoutLimit: number | null;
}

/** A guess that may be checked now. Exactly one of its methods has to be called after the check, before anybody learns the outcome. */
export interface PasswordGuess {
  /** Counts the wrong password. Errors: `RATE_LIMITED`. */
  wrong(): Promise<void>;
  /** Ends the row of wrong passwords, and the client counts as known. Runs in the caller's transaction. Errors: `RATE_LIMITED`. */
  right(): Promise<void>;
}

interface Needs {
  store: Pick<Store, 'guesses' | 'rememberedDevices' | 'userEmails' | 'usernames'>;
  clock: Clock;
  keyring: Keyring;
  guesses: Guesses;
  /** Wrong passwords in a row that one client may send for one account before it has to wait. */
  freeFailures: number;
}

/** The service that `createPasswordGuesses` creates. */
export type PasswordGuesses = ReturnType<typeof createPasswordGuesses>;

/**
 * Creates the limit on guessing at the password of an account, which needs no lockout policy and locks nobody.
 *
 * Every client has a counter for the account: a network, or a remembered device of the user. Those that never sent the right
 * password are strangers, and share one more counter. Strangers can only use up what belongs to strangers. The owner gets in from
 * where the right password came from before, by a remembered device, and by setting a new password with a mailed link.
 *
 * The counters belong to the address or the username, whether or not somebody has it, so that the answers tell neither who is a user
 * nor which names belong to the same one. The numbers hold for each name.
 */
export function createPasswordGuesses({ store, clock, keyring, guesses, freeFailures }: Needs) {
  const accountOf = (email: string): string => guesses.accountKey('PASSWORD', normalizeEmail(email));

  /** Returns the accounts of every name that the user logs in by. */
  const accountsOf = async ({ id, email }: Pick<User, 'id' | 'email'>): Promise<string[]> => {
    const [others, names] = await together(store.userEmails.ofUsers([id]), store.usernames.ofUsers([id]));
    return [email, ...others.filter(({ verified }) => verified).map((other) => other.email), ...names.map(({ username }) => username)].map(accountOf);
  };

  return {
    /**
     * Begins a guess. Nobody waits at a locked account, because every password gets the same answer there. Its guesses are counted
     * all the same, so that the work does not differ. Errors: `RATE_LIMITED`.
     */
    async begin({ origin }: Caller, { email, user, deviceToken, lockoutLimit }: PasswordGuessCommand): Promise<PasswordGuess> {
      const now = clock.now();
      const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
      const device =
        deviceToken === null ? null : await store.rememberedDevices.find(keyring.hashToken(deviceToken), user?.id ?? '', ago(maxDeviceLifeSeconds));
      const account = accountOf(email);
      const client = device === null ? guesses.networkKey(origin) : `device:${device.id}`;
      const counts = await store.guesses.find(account, [client, 'STRANGERS', 'KNOWN']);
      const knownAt = counts.find((count) => count.client === client)?.knownAt ?? null;
      const group = device !== null || (knownAt !== null && knownAt > ago(knownForSeconds)) ? 'KNOWN' : 'STRANGERS';
      // A lockout policy locks after its own number, which must be reachable without waiting.
      const counters = [
        { account, client, freeFailures: Math.max(freeFailures, lockoutLimit ?? 0) },
        { account, client: group, freeFailures: Math.max(freeInGroup, lockoutLimit ?? 0) },
      ];
      const locked = user?.locked ?? false;
      if (!locked) guesses.refuseWaiting(counts.filter((count) => count.client === client || count.client === group));
      return {
        async wrong() {
          try {
            await guesses.chargeFailure(counters);
          } catch (error) {
            if (!(locked && error instanceof RateLimited)) throw error;
          }
        },
        right: () => guesses.recordSuccess(counters),
      };
    },

    /** Forgets all wrong passwords of the account, because its owner or an administrator acted. Runs in the caller's transaction. */
    async forgive(user: Pick<User, 'id' | 'email'>): Promise<void> {
      for (const account of await accountsOf(user)) await store.guesses.forgive(account, clock.now());
    },

    /**
     * Forgets all wrong passwords of the account and counts the client as known, because it came with a mailed link.
     * Runs in the caller's transaction.
     */
    async recognize({ origin }: Caller, user: Pick<User, 'id' | 'email'>): Promise<void> {
      for (const account of await accountsOf(user)) {
        await store.guesses.forgive(account, clock.now());
        await guesses.recordSuccess([{ account, client: guesses.networkKey(origin) }]);
      }
    },
  };
}
