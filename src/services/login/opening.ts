import type { Caller } from '../../domain/access/actor.ts';
import type { ExpiredPassword } from '../../domain/errors.ts';
import { fail, PasswordExpired } from '../../domain/errors.ts';
import type { PasswordAge } from '../../domain/password/effective.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Joining } from '../invitation/joining.ts';
import type { PasswordAgeOf } from '../password/age.ts';
import type { OpenedSession, OpenSession, Sessions } from '../session/sessions.ts';

/** A link to a page for a new password that was just made. */
interface IssuedReset {
  token: string;
  expiresAt: Date;
}

interface Needs {
  store: Pick<Store, 'users'>;
  sessions: Pick<Sessions, 'open' | 'holderOfNew'>;
  passwordAge: PasswordAgeOf;
  joining: Pick<Joining, 'join'>;
  /** Makes a link to a page for a new password. Runs in the caller's transaction. */
  issueReset(userId: string): Promise<IssuedReset>;
}

/** What opening a session led to: the session, or with an expired password what sets a new one. */
export type Opening = { opened: OpenedSession; age: PasswordAge | null } | { expired: ExpiredPassword };

/**
 * Opens the session of a login that has proven everything. If the login brought an invitation link, the user joins its tenant before. If the
 * password has expired, no session is opened, and a link to a new password is made instead. The age of the password is looked at last, so that
 * whoever knows the password alone cannot replace it. Runs in the caller's transaction, which is committed in both cases, because the proofs are
 * spent.
 */
export type SessionOpening = (caller: Caller, session: OpenSession & { invitationLinkId: string | null }) => Promise<Opening>;

/** Creates `SessionOpening`, the one way to the session of a login. */
export const createSessionOpening =
  ({ store, sessions, passwordAge, joining, issueReset }: Needs): SessionOpening =>
  async (caller, { invitationLinkId, ...session }) => {
    const { userId, firstFactor, goneAs } = session;
    // They travel together, because every login waits for them.
    const [age, holder] = await together(passwordAge(userId, firstFactor), sessions.holderOfNew(session));
    if (age === null || age.minutesLeft > 0) {
      if (invitationLinkId === null) return { opened: await sessions.open(caller, session, holder), age };
      // Before the session, whose tokens name all tenants of the user. If a guard refuses, nobody has joined.
      await joining.join(caller, userId, invitationLinkId);
      return { opened: await sessions.open(caller, session, await sessions.holderOfNew(session)), age };
    }
    const [user] = await store.users.findMany([userId]);
    if (user === undefined) fail(goneAs);
    if (user.locked) fail('ACCOUNT_LOCKED');
    const { token, expiresAt } = await issueReset(userId);
    return { expired: { userId, email: user.email, resetPasswordToken: token, resetPasswordTokenExpiresAt: expiresAt } };
  };

/** Returns what was opened. Called after the commit. Errors: `PASSWORD_EXPIRED`, with what sets a new password. */
export function requireOpened(opening: Opening, tenantId: string): { opened: OpenedSession; age: PasswordAge | null } {
  if ('opened' in opening) return opening;
  throw new PasswordExpired(opening.expired).about({ userId: opening.expired.userId, tenantId });
}

/** Returns what a login says about the age of the password: nothing until it will expire soon. */
export const soonExpired = (age: PasswordAge | null): PasswordAge | null =>
  age !== null && age.minutesLeft <= age.notificationPeriodMinutes ? age : null;
