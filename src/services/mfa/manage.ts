import type { Caller } from '../../domain/access/actor.ts';
import type { PublicAuthenticator, StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, withEventFields } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { requireUser } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import { hasRoomFor } from '../authenticator/authenticators.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { LoginGate } from '../login/gate.ts';
import type { Sessions } from '../session/sessions.ts';
import type { EnrollableStrategy } from './enrollment.ts';
import { managementErrors } from './errors.ts';

/** What a user may verify with, for the settings page of that user. */
export interface OwnFactors {
  user: User;
  authenticators: PublicAuthenticator[];
  strategies: StrategyName[];
  /** Strategies of which the user may add an authenticator. */
  enrollable: EnrollableStrategy[];
}

/** A new name for an authenticator. `userId` names the user for an environment token. */
export interface RenameAuthenticator {
  userId: string | null;
  deviceId: string;
  name: string;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'sessions' | 'transact'>;
  clock: Clock;
  registry: StrategyRegistry;
  users: Users;
  gate: LoginGate;
  authenticators: Authenticators;
  sessions: Sessions;
  audit: Audit;
}

/** The service that `createFactorManagement` creates. */
export type FactorManagement = ReturnType<typeof createFactorManagement>;

/** Creates the service that lists and renames the authenticators of a user. */
export function createFactorManagement({ store, clock, registry, users, gate, authenticators, sessions, audit }: Needs) {
  return {
    ...useCases(audit, 'MFA_FAILED', managementErrors, {
      /** Gives an authenticator another name. */
      async rename(caller: Caller, { userId, deviceId, name }: RenameAuthenticator): Promise<PublicAuthenticator> {
        const { actor, user } = await targetUserOf(users, caller.actor, userId);
        return withEventFields({ userId: user.id }, () =>
          store.transact({ user: user.id }, async () => {
            await sessions.requireLivingSession(actor);
            if (!(await store.authenticators.rename(deviceId, user.id, name))) fail('DEVICE_NOT_FOUND');
            const renamed = (await store.authenticators.ofUsers([user.id])).find(({ id }) => id === deviceId) ?? fail('DEVICE_NOT_FOUND');
            const { strategy } = renamed;
            await audit('FACTOR_RENAMED', caller, { userId: user.id, tenantId: actor.tenantId, strategy, reason: deviceId });
            return authenticators.describe(renamed);
          }),
        );
      },
    }),

    ...reads(audit, {
      /** Returns the authenticators of the user behind the token, and the strategies that the user can verify with. */
      async own(caller: Caller): Promise<OwnFactors> {
        const actor = requireUser(caller.actor);
        const { user, tenantId } = await targetUserOf(users, actor, null);
        const state = await gate.mfaStateOf(user, tenantId, 'PASSWORD');
        const { firstFactor } = (await store.sessions.find(actor.sessionId, clock.now())) ?? fail('UNAUTHENTICATED');
        const enrollable = state.offered.filter(
          (strategy): strategy is EnrollableStrategy => registry[strategy].enrollment !== null && hasRoomFor(state.enrolled, strategy),
        );
        return { user, authenticators: state.enrolled.map(authenticators.describe), strategies: gate.verifiable(state, firstFactor), enrollable };
      },
    }),
  };
}
