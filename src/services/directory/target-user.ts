import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import { requireSomebody } from '../access/permissions.ts';
import type { Users } from './users.ts';

/** Whose account a call is about, and who asks. */
export interface TargetUser {
  actor: EnvironmentActor | UserActor;
  user: User;
  /** The tenant whose settings count. */
  tenantId: string;
}

/**
 * A user acts on the own account, whatever user is named over REST; an environment token names one it can see.
 * Errors: `USER_NOT_FOUND`, the same for unknown users and those of others.
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
