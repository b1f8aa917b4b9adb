import type { UserActor } from '../domain/actor.ts';
import { requireUser } from '../services/access.ts';
import type { Context } from './context.ts';
import { actorOf } from './context.ts';

/** Whom GraphQL lets add a factor outside of a login. The one place that decides it, for beginning and for confirming. */
export const actorAddingFactor = async (context: Context): Promise<UserActor> => requireUser(await actorOf(context));
