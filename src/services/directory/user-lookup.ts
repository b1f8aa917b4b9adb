import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { User } from '../../domain/directory/user.ts';
import { nobodysId } from '../../domain/directory/user.ts';
import { loginPhoneOf } from '../../domain/directory/user-phone.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { TextRecipient } from './phone-codes.ts';

/** A user as named by a caller who is not logged in. `email` is an address, or a username. */
export type UserName = { email: string } | { userId: string };

/** A user as named by a caller who is not logged in, or the number of the phone that the user logs in by. */
export type PhoneOwnerName = UserName | { phoneNumber: string };

/**
 * Returns the user whom a login names: by the primary address, by another one that is verified, or by the username. A text without an `@`
 * is a username. It is one statement in any case, so that the time reveals nothing. `normalizeEmail` folds both alike.
 */
export function findByLoginName({ users }: Pick<Store, 'users'>, name: string): Promise<User | null> {
  const key = normalizeEmail(name);
  return key.includes('@') ? users.findByEmail(key) : users.findByUsername(key);
}

/** What the lookup of a named user returns. */
export interface LookedUpUser {
  /** Rate-limit key: the user's id, or a digest of the input if no user has this id or this primary address. */
  subject: string;
  /** The user, if messages may go to its address. Null if no user matches, and for an unverified or locked user. */
  reachable: User | null;
}

/** The service that `createUserLookup` creates. */
export type UserLookup = ReturnType<typeof createUserLookup>;

/**
 * Creates the lookup of users that strangers name. An unknown user costs the same work and the same charges as a known one, so that
 * the answer does not reveal which it was.
 */
export const createUserLookup = ({ store, keyring }: { store: Pick<Store, 'users' | 'userPhones'>; keyring: Keyring }) => {
  /** Returns the user, and the rate-limit key. There is a key even if no user matches. */
  const lookUp = async (named: UserName): Promise<{ subject: string; user: User | null }> => {
    const user = 'email' in named ? await findByLoginName(store, named.email) : ((await store.users.findMany([named.userId]))[0] ?? null);
    // A digest, so that the input of strangers does not make the database a list of addresses.
    const digest = keyring.digest('subject', 'email' in named ? `email:${normalizeEmail(named.email)}` : `id:${named.userId}`);
    // Other addresses and the username have counters of their own. With a common one, a limit that was reached under one name would tell
    // that another one belongs to the same user.
    const namedByOther = 'email' in named && user?.emailNormalized !== normalizeEmail(named.email);
    return { subject: user === null || namedByOther ? digest : user.id, user };
  };

  /** Returns who has verified the number, and the rate-limit key. There is a key even if nobody has. */
  const lookUpByPhone = async (given: string): Promise<{ subject: string; user: User | null; number: string | null }> => {
    const number = PhoneNumber.read(given)?.e164 ?? null;
    const taken = await store.userPhones.findVerified(number ?? '');
    const [user] = await store.users.findMany([taken?.userId ?? nobodysId]);
    return { subject: keyring.digest('subject', `phone:${number ?? given}`), user: user ?? null, number };
  };

  return {
    /** Returns the user, if messages may go to a verified address, and the rate-limit key. */
    async find(name: UserName): Promise<LookedUpUser> {
      const { subject, user } = await lookUp(name);
      return { subject, reachable: user?.verified && !user.locked ? user : null };
    },

    /**
     * Does the same for messages to log in by, which also reach an address that is not verified, if the user has no password. Nobody else can
     * have got into such an account before the person who reads the mail.
     */
    async findToLogIn(name: UserName): Promise<LookedUpUser> {
      const { subject, user } = await lookUp(name);
      const passwordHash = await store.users.passwordHash(user?.id ?? nobodysId);
      return { subject, reachable: user !== null && !user.locked && (user.verified || passwordHash === null) ? user : null };
    },

    /**
     * Returns the user with the phone to log in by, if texts may go there, and the rate-limit key. A user who is named by a number has to log in
     * by this number: a text never goes to another one than the person has named.
     */
    async findToText(name: PhoneOwnerName): Promise<TextRecipient> {
      const { subject, user, number } = 'phoneNumber' in name ? await lookUpByPhone(name.phoneNumber) : { ...(await lookUp(name)), number: null };
      const phone = loginPhoneOf(await store.userPhones.ofUsers([user?.id ?? nobodysId]));
      const isNamed = number === null || phone?.phoneNumber === number;
      return { subject, reachable: user === null || user.locked || phone === null || !isNamed ? null : { user, phone } };
    },
  };
};
