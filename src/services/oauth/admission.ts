import type { Caller, MfaProof } from '../../domain/access/actor.ts';
import type { AuthorizationRequest } from '../../domain/oauth/authorization-request.ts';
import type { Clock } from '../../domain/ports.ts';
import { isMultiFactor } from '../../domain/session/first-factor.ts';
import type { Session } from '../../domain/session/session.ts';
import { mfaProvenAt } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { LoginGate } from '../login/gate.ts';
import type { SessionLimiting } from '../session/limits.ts';
import { isRecent } from '../session/recent-factor.ts';
import type { BrowserSession } from './browser-sessions.ts';

/**
 * What a request needs of a living session: nothing more, so that its application gets a code with this proof; another proof of a factor;
 * a factor, of which the person has none; or that the person signs in again.
 */
export type Admission = { kind: 'ADMITTED'; session: Session; proof: MfaProof | null } | { kind: 'STEP_UP' | 'NO_FACTOR' | 'SIGN_IN' };

interface Needs {
  store: Pick<Store, 'authenticators' | 'environment' | 'users'>;
  clock: Clock;
  gate: Pick<LoginGate, 'admits'>;
  memberTenants: MemberTenants;
  sessionLimits: Pick<SessionLimiting, 'enter'>;
}

/** The service that `createAdmission` creates. */
export type Admissions = ReturnType<typeof createAdmission>;

/** Creates the rule that every code passes: whether the session fits the request, under the policies as they are now. */
export function createAdmission({ store, clock, gate, memberTenants, sessionLimits }: Needs) {
  /** Returns the second factor of the session if it was proven recently enough. It counts no longer than an access token lives. */
  const recentProof = async (session: Session, maxAgeSeconds: number | null): Promise<MfaProof | null> => {
    const at = mfaProvenAt(session);
    if (at === null) return null;
    const lifetimeSeconds = (await store.environment.find())?.accessTokenLifetimeSeconds ?? 0;
    return isRecent(at, clock.now(), Math.min(maxAgeSeconds ?? lifetimeSeconds, lifetimeSeconds)) ? { amr: session.amr, at } : null;
  };

  return {
    recentProof,

    /**
     * Decides what the request needs, and takes the session into the tenant that it names. Runs in a transaction that has the user to itself,
     * because what it has found must still be true when the code is made. `signedIn` says that the person has just signed in for this request.
     */
    async admit(
      caller: Caller,
      request: AuthorizationRequest,
      { session, user }: BrowserSession,
      deviceToken: string | null,
      signedIn: boolean,
    ): Promise<Admission> {
      const { tenant, asksForFactor, maxAgeSeconds, prompt } = request;
      if (!signedIn && prompt === 'LOGIN') return { kind: 'SIGN_IN' };
      const tenantId = tenant === null ? session.tenantId : await memberTenants.named(user.id, tenant);
      if (tenantId === null) return { kind: 'SIGN_IN' };
      if (!(await gate.admits(user, session, tenantId, deviceToken))) return { kind: 'SIGN_IN' };
      if (!signedIn && !asksForFactor && maxAgeSeconds !== null && !isRecent(session.createdAt, clock.now(), maxAgeSeconds))
        return { kind: 'SIGN_IN' };
      const proof = asksForFactor ? await recentProof(session, maxAgeSeconds) : null;
      if (asksForFactor && proof === null) {
        if ((await store.authenticators.ofUsers([user.id])).length > 0) return { kind: 'STEP_UP' };
        // A passkey is proven by signing in with it again.
        return { kind: !signedIn && isMultiFactor(session.firstFactor) ? 'SIGN_IN' : 'NO_FACTOR' };
      }
      if (tenantId === session.tenantId) return { kind: 'ADMITTED', session, proof };
      const entered = await sessionLimits.enter(caller, session, tenantId);
      if (entered === null) return { kind: 'SIGN_IN' };
      await store.users.recordLogin(user.id, tenantId, clock.now());
      return { kind: 'ADMITTED', session: entered.session, proof };
    },
  };
}
