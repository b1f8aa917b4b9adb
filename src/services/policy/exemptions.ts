import type { Actor, Caller } from '../../domain/access/actor.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { MfaExemption } from '../../domain/policy/exemption.ts';
import { maxExemptionDays } from '../../domain/policy/exemption.ts';
import { daysLater } from '../../domain/policy/grace.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { may, readSecurityPolicy, requireEnvironment, requirePermission, requireSomebody, writeSecurityPolicy } from '../access/permissions.ts';
import { serverItself } from '../audit/itself.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { visibleUserIds } from '../directory/visibility.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Authority, AuthorityRules } from '../role/authority.ts';

/** Exemptions that one transaction ends by itself. */
const endedAtOnce = 20;

/** An exemption as people read it. One without an end is the field `mfaBypass` of the user. */
export interface ReadExemption extends Pick<MfaExemption, 'id' | 'userId' | 'tenantId'> {
  reason: string | null;
  grantedBy: string | null;
  createdAt: Date | null;
  until: Date | null;
}

/** What to exempt a person from, until when, and why. */
export interface GrantExemption {
  userId: string;
  /** Null for the tenant in force, or without one for the environment. */
  tenantId: string | null;
  until: Date;
  reason: string;
}

interface Needs {
  store: Pick<Store, 'mfaExemptions' | 'tenants' | 'transact' | 'users'>;
  clock: Clock;
  random: Random;
  authority: Pick<AuthorityRules, 'withAuthority' | 'memberOf'>;
  notices: SecurityNotices;
  audit: Audit;
}

/** Errors of each use case. */
export const exemptionErrors = {
  grant: ['INVALID_INPUT', 'TENANT_NOT_FOUND', 'USER_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  end: ['EXEMPTION_NOT_FOUND'],
} as const;

/** What the id of an exemption without an end begins with. The id of the user follows. */
const bypassMark = 'bypass:';

/** Returns the exemption that `mfaBypass` is. */
const bypassOf = (userId: string): ReadExemption => ({
  ...{ id: `${bypassMark}${userId}`, userId, tenantId: null },
  ...{ reason: null, grantedBy: null, createdAt: null, until: null },
});

/**
 * Creates the service that exempts people from the second factor for a while. A user whose role may write the security policy gives the
 * exemption of the current tenant, which opens logins to that tenant alone and never those that somebody else asks a second factor for. An
 * environment token gives that of any tenant, and that of the environment, which counts for every login.
 */
export function createExemptions({ store, clock, random, authority, notices, audit }: Needs) {
  const refuse = (field: string, message: string): never => {
    throw new InvalidInput([{ path: [field], message }]);
  };

  /** Returns whose exemption the caller gives. Errors: `TENANT_NOT_FOUND`, `FORBIDDEN`. */
  const ownerOf = async ({ tenantId }: Authority, named: string | null): Promise<SettingsOwner> =>
    named === null ? tenantId : tenantNamed(store, tenantId, named);

  /** Refuses a person who cannot get this exemption from the caller. Errors: `USER_NOT_FOUND`, `ROLE_LEVEL_TOO_LOW`. */
  const requirePerson = async (by: Authority, userId: string, owner: SettingsOwner): Promise<void> => {
    if (owner !== null) await authority.memberOf(by, userId, owner);
    else if ((await store.users.findMany([userId])).length === 0) fail('USER_NOT_FOUND');
  };

  const end = async (caller: Caller, exemption: MfaExemption, reason: string): Promise<boolean> => {
    if (!(await store.mfaExemptions.end(exemption, clock.now()))) return false;
    await audit('MFA_EXEMPTION_ENDED', caller, { userId: exemption.userId, tenantId: exemption.tenantId, reason });
    return true;
  };

  /** Ends the exemption that `mfaBypass` is. Errors: `EXEMPTION_NOT_FOUND`. */
  const endBypass = async (caller: Caller, userId: string): Promise<ReadExemption> => {
    const { tenantId } = requireEnvironment(caller.actor);
    return store.transact({ user: userId }, async () => {
      const [visible] = await visibleUserIds(store, caller.actor, [userId]);
      const [user] = visible === undefined ? [] : await store.users.findMany([visible]);
      if (user?.mfaBypass !== true) fail('EXEMPTION_NOT_FOUND');
      await store.users.update(userId, { mfaBypass: false }, clock.now());
      await audit('MFA_BYPASS_SET', caller, { tenantId, userId, reason: 'off' });
      return bypassOf(userId);
    });
  };

  /** Whether the actor reads the exemptions that the owner gives to others. */
  const readsOf = (actor: Actor, owner: SettingsOwner): boolean => {
    if (actor.kind === 'NOBODY' || !may(actor, readSecurityPolicy)) return false;
    return owner === null || actor.tenantId === null || actor.tenantId === owner;
  };

  /** Returns those of the users whose exemptions the actor reads: own ones, and those of people in the tenant in force. */
  const readable = async (actor: Actor, userIds: readonly string[]): Promise<string[]> => {
    const visible = await visibleUserIds(store, actor, userIds);
    if (actor.kind !== 'USER' || !may(actor, readSecurityPolicy)) return visible;
    const others = userIds.filter((userId) => !visible.includes(userId));
    const members = await store.users.visibleMembers(actor.tenantId, others);
    return [...visible, ...members.flatMap(({ userId, pending }) => (pending ? [] : [userId]))];
  };

  /** Whether the actor reads this exemption of a person whose exemptions it reads. */
  const shows = (actor: Actor, { userId, tenantId }: ReadExemption): boolean =>
    (actor.kind === 'USER' && actor.userId === userId) || readsOf(actor, tenantId);

  return {
    /** Ends some exemptions that have come to their end, so that lists and counts leave them out. Returns whether more may be left. */
    async endSome(): Promise<boolean> {
      const expired = await store.mfaExemptions.expired(clock.now(), endedAtOnce);
      for (const exemption of expired) {
        await store.transact({ user: exemption.userId }, () => end(serverItself('exemptions'), exemption, 'expired'));
      }
      return expired.length === endedAtOnce;
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', exemptionErrors, {
        /** Gives an exemption. One of the same person from the same owner ends. The person is notified by e-mail. */
        async grant(caller: Caller, { userId, tenantId: named, until, reason }: GrantExemption): Promise<ReadExemption> {
          const granted = await authority.withAuthority(caller, writeSecurityPolicy, async (by) => {
            const now = clock.now();
            if (until <= now || until > daysLater(now, maxExemptionDays)) {
              refuse('until', `until must be in the future, at most ${maxExemptionDays} days from now`);
            }
            const owner = await ownerOf(by, named);
            await requirePerson(by, userId, owner);
            const grantedBy = caller.actor.kind === 'USER' ? caller.actor.userId : null;
            const exemption = { id: random.uuid(), userId, tenantId: owner, reason, grantedBy, createdAt: now, until, endedAt: null };
            const replaced = await store.mfaExemptions.add(exemption);
            if (replaced) await audit('MFA_EXEMPTION_ENDED', caller, { userId, tenantId: owner, reason: 'replaced' });
            await audit('MFA_EXEMPTION_GRANTED', caller, { userId, tenantId: owner, reason: `until ${until.toISOString()}: ${reason}` });
            await notices.notify(caller, userId, 'EXEMPTION_GRANTED');
            return exemption;
          });
          notices.wake();
          return granted;
        },

        /** Ends an exemption, from the next login on. */
        async end(caller: Caller, { exemptionId }: { exemptionId: string }): Promise<ReadExemption> {
          if (exemptionId.startsWith(bypassMark)) return endBypass(caller, exemptionId.slice(bypassMark.length));
          return authority.withAuthority(
            caller,
            writeSecurityPolicy,
            async ({ tenantId }) => {
              const [found] = await store.mfaExemptions.findMany([exemptionId]);
              if (found === undefined || (tenantId !== null && found.tenantId !== tenantId)) fail('EXEMPTION_NOT_FOUND');
              if (found.until <= clock.now() || !(await end(caller, found, 'ended'))) fail('EXEMPTION_NOT_FOUND');
              return found;
            },
            // To end an exemption makes nothing weaker.
            'NO_RECENT_FACTOR',
          );
        },
      }),

      ...reads(audit, {
        /** Returns the exemptions of each user that last, `mfaBypass` first. A user reads own ones, and others as far as the role allows. */
        async ofUsers({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<ReadExemption[][]> {
          const ids = await readable(actor, userIds);
          const [users, lasting] = [await store.users.findMany(ids), await store.mfaExemptions.lasting(ids, clock.now())];
          return userIds.map((userId) => {
            const bypass = users.some((user) => user.id === userId && user.mfaBypass) ? [bypassOf(userId)] : [];
            return [...bypass, ...lasting.filter((exemption) => exemption.userId === userId)].filter((exemption) => shows(actor, exemption));
          });
        },

        /** Returns those of the exemptions that exist and that the caller may read, also those that have ended. */
        async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<ReadExemption[]> {
          requireSomebody(actor);
          const bypassed = ids.filter((id) => id.startsWith(bypassMark)).map((id) => id.slice(bypassMark.length));
          const found = await store.mfaExemptions.findMany(ids.filter((id) => !id.startsWith(bypassMark)));
          const people = await readable(actor, [...new Set([...bypassed, ...found.map(({ userId }) => userId)])]);
          const users = await store.users.findMany(people.filter((id) => bypassed.includes(id)));
          const all = [...users.filter(({ mfaBypass }) => mfaBypass).map(({ id }) => bypassOf(id)), ...found];
          return all.filter((exemption) => people.includes(exemption.userId) && shows(actor, exemption));
        },

        /** Returns a page of those of the tenant in force that last, or without one of all, those that end first before the others. */
        async list({ actor }: Caller, { page }: { page: PageRequest }): Promise<Page<MfaExemption>> {
          return store.mfaExemptions.list(requirePermission(actor, readSecurityPolicy).tenantId, page, clock.now());
        },

        /** Returns how many `list` has. */
        async count({ actor }: Caller): Promise<number> {
          return store.mfaExemptions.count(requirePermission(actor, readSecurityPolicy).tenantId, clock.now());
        },
      }),
    },
  };
}
