import type { Caller } from '../../domain/access/actor.ts';
import { noTenantDetails } from '../../domain/directory/tenant.ts';
import { foldUsername, isUsername, notAUsername } from '../../domain/directory/username.ts';
import { admitsLocalLogin } from '../../domain/environment/auth-strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock, Delivery, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import { refuseField } from '../directory/metadata.ts';
import type { NewUser, NewUsers } from '../directory/new-users.ts';
import type { UserLookup } from '../directory/user-lookup.ts';
import type { Joining } from '../invitation/joining.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Captcha } from '../login/captcha.ts';
import { captchaErrors } from '../login/captcha.ts';
import type { LoginGate, LoginResult } from '../login/gate.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { MailLink } from './link-mail.ts';

/** A person who opens an account, and the tenant that comes with it. */
export interface SignUp extends Pick<NewUser, 'email' | 'name' | 'password' | 'phoneNumber' | 'profilePictureUrl' | 'metadata'> {
  companyName: string;
  /** A username to log in by as well. */
  username: string | null;
  /** The answer to the captcha. Null if the client has none. */
  captchaToken: string | null;
  /** Token of a remembered device, if the browser sent one. */
  deviceToken: string | null;
  /** Token of a link to the tenant that the account begins in, in place of one of its own. Null if the person brought none. */
  invitationToken: string | null;
}

/** The new user, and the new tenant or that of the link. `login` is null if the account has to be activated by a mailed link first. */
export interface SignedUp {
  userId: string;
  tenantId: string;
  login: LoginResult | null;
  /** Token that the code of the mail has to come back with. Null if the mail has none. Where somebody has the address, it is of no link. */
  activationToken: string | null;
}

interface Needs {
  store: Pick<Store, 'environment' | 'tenants' | 'users' | 'usernames' | 'transact'>;
  clock: Clock;
  random: Random;
  delivery: Delivery;
  newUsers: NewUsers;
  rolesForMember: RolesForMember;
  userLookup: UserLookup;
  attempts: Pick<Attempts, 'takeAnonymousSend'>;
  captcha: Captcha;
  gate: LoginGate;
  joining: Pick<Joining, 'forNewUser'>;
  mailLink: MailLink;
  notices: SecurityNotices;
  outbox: Outbox;
  audit: Audit;
}

/** Errors of each use case. */
export const signUpErrors = {
  signUp: [
    ...captchaErrors,
    'INVALID_INPUT',
    'SIGN_UP_DISABLED',
    'INVITATION_NOT_FOUND',
    'USER_EXISTS',
    'USERNAME_EXISTS',
    'EMAIL_UNAVAILABLE',
    'RATE_LIMITED',
    'ACCOUNT_LOCKED',
    'NO_STRATEGY_AVAILABLE',
    'INVALID_CREDENTIALS',
  ],
} as const;

/** Creates the service by which people open accounts themselves. */
export function createSignUp(needs: Needs) {
  const { store, clock, random, delivery, newUsers, rolesForMember, userLookup, attempts, captcha, gate, joining, mailLink, notices, outbox, audit } =
    needs;

  return useCases(audit, 'REQUEST_REFUSED', signUpErrors, {
    /**
     * Creates a tenant and its first user. The account is activated by a mailed link, unless the environment lets users log in before: then
     * the login goes through the same gate as every other. An address that somebody has already gets the same answer with invented ids where
     * a mail follows, and its owner is told.
     *
     * By an invitation link the account begins in the tenant of the link, and none is created. The policies of that tenant count at the first
     * login already, because there is no other tenant that the account could enter.
     */
    async signUp(caller: Caller, { companyName, username, captchaToken, deviceToken, invitationToken, ...input }: SignUp): Promise<SignedUp> {
      const [found, captchaPolicy] = await together(store.environment.find(), captcha.dueFor(caller, { email: input.email }));
      const settings = found ?? fail('INTERNAL', 'the environment row is missing');
      if (!settings.allowSignups || !admitsLocalLogin(settings)) fail('SIGN_UP_DISABLED');
      if (username !== null && !isUsername(username)) refuseField('username', `username ${notAUsername}`);
      const logsIn = settings.allowNotVerifiedUsersLogin && input.password !== null;
      if (!logsIn && !delivery.email.available) fail('EMAIL_UNAVAILABLE', delivery.email.reason);
      await captcha.check(caller, captchaPolicy, captchaToken);
      const { subject } = await userLookup.find({ email: input.email });
      await attempts.takeAnonymousSend('ACTIVATION', subject);
      // Also for an address that somebody has, because the hash takes longer than everything else together.
      const draft = await newUsers.draft(caller, { ...input, externalId: null, vendorMetadata: null, mfaBypass: false }, null);
      const now = clock.now();
      const tenant = { ...noTenantDetails, id: random.uuid(), name: companyName, metadata: '{}', isReseller: false, createdAt: now, updatedAt: now };
      const signedUp = await store.transact('SETTINGS', async () => {
        // The operator may have switched it off while the password was hashed.
        if (!(await store.environment.find())?.allowSignups) fail('SIGN_UP_DISABLED');
        // Before anything else, so that the answer does not depend on whether the address is known.
        if (username !== null && (await store.usernames.find(foldUsername(username))) !== null) fail('USERNAME_EXISTS');
        const codeIsMailed = !logsIn && (await store.environment.mailStrategies()).ACTIVATION.strategy === 'CODE';
        const invitation = invitationToken === null ? null : await joining.forNewUser(invitationToken);
        const tenantId = invitation?.link.tenantId ?? tenant.id;
        const known = await store.users.findByEmail(draft.profile.emailNormalized);
        if (known !== null) {
          if (logsIn) fail('USER_EXISTS');
          await notices.notify(caller, known.id, 'SIGN_UP_ATTEMPTED');
          return { tenantId, user: null, activationToken: codeIsMailed ? random.token() : null };
        }
        if (invitation === null) {
          if (!(await store.tenants.create(tenant))) fail('UNAVAILABLE', 'a generated id of a tenant was taken');
          await audit('TENANT_CREATED', caller, { tenantId });
        }
        const roleIds = invitation?.roleIds ?? (await rolesForMember(tenantId, []));
        const added = await newUsers.add(caller, draft, { tenantId, roleIds, verified: false, expiresAt: null });
        if (added === null) fail('UNAVAILABLE', 'the address was taken while signing up');
        if (username !== null) {
          const given = { userId: added.id, username, usernameFolded: foldUsername(username), createdAt: now };
          if (!(await store.usernames.set(given))) fail('USERNAME_EXISTS');
          await audit('USERNAME_SET', caller, { userId: added.id, tenantId });
        }
        await audit('USER_SIGNED_UP', caller, { userId: added.id, tenantId, reason: invitation?.link.id ?? null });
        await invitation?.tellOwner(caller, added.id);
        const mailed = delivery.email.available ? await mailLink(caller, added, { purpose: 'ACTIVATION', tenantId }) : null;
        return { tenantId, user: added, activationToken: codeIsMailed ? (mailed?.token ?? null) : null };
      });
      outbox.wake();
      const { user, tenantId, activationToken } = signedUp;
      const ids = { userId: draft.profile.id, tenantId, activationToken };
      if (user === null || !logsIn) return { ...ids, login: null };
      return { ...ids, login: await gate.completeFirstFactor(caller, { user, tenantId: null, firstFactor: 'PASSWORD', amr: ['pwd'], deviceToken }) };
    },
  });
}
