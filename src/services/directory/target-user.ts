import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import { requireSomebody } from '../access/permissions.ts';
import type { Users } from './users.ts';

/** The user whose account a call is about, and the actor who makes the call. */
export interface TargetUser {
  actor: EnvironmentActor | UserActor;
  user: User;
  /** The tenant whose settings count. */
  tenantId: string;
}

/**
 * Answers whose account the call is about. A user acts on its own account, whichever user is named over REST; an environment
 * token has to name one that it can see. Errors: `INVALID_INPUT` where it names none, `USER_NOT_FOUND` for an unknown user and
 * for one of another tenant alike.
 */
export async function targetUserOf(users: Pick<Users, 'findMany'>, asking: Actor, userId: string | null): Promise<TargetUser> {
  const actor = requireSomebody(asking);
  if (actor.kind === 'ENVIRONMENT' && userId === null) {
    throw new InvalidInput([{ path: ['userId'], message: 'must be given with an environment token' }]);
  }
  const [user] = await users.findMany(actor, [userId ?? (actor.kind === 'USER' ? actor.userId : '')]);
  if (user === undefined) fail('USER_NOT_FOUND');
  return { actor, user, tenantId: actor.tenantId ?? user.activeTenantId };
}
