import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import { requireSomebody } from '../access/permissions.ts';

/** The user whose account a call is about, and the actor who makes the call. */
export interface TargetUser {
  actor: EnvironmentActor | UserActor;
  user: User;
  /** The tenant whose settings apply. */
  tenantId: string;
}

/**
 * Returns the user whose account the call is about. A user reaches no account but theirs and need not name it; an environment token
 * must name a user that it may see. Errors: `INVALID_INPUT` if it names none, `USER_NOT_FOUND` if the user does not exist or the
 * actor may not see them.
 */
export async function targetUserOf(
  users: { findMany(actor: Actor, ids: readonly string[]): Promise<User[]> },
  actor: Actor,
  userId: string | null,
): Promise<TargetUser> {
  const somebody = requireSomebody(actor);
  if (somebody.kind === 'ENVIRONMENT' && userId === null) {
    throw new InvalidInput([{ path: ['userId'], message: 'must be given with an environment token' }]);
  }
  const [user] = await users.findMany(somebody, [userId ?? (somebody.kind === 'USER' ? somebody.userId : '')]);
  if (user === undefined) fail('USER_NOT_FOUND');
  return { actor: somebody, user, tenantId: somebody.tenantId ?? user.activeTenantId };
}
