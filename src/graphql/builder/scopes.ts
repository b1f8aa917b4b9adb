import type { GraphQLError } from 'graphql';
import type { Actor, EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import { DomainError } from '../../domain/errors.ts';
import { may, readAudits, readSecurityPolicy, writeSecurityPolicy } from '../../services/access/permissions.ts';
import { topLevel } from '../errors/response.ts';
import type { Context } from './context.ts';
import { actorOf } from './context.ts';

/** Who may use a field. The services check permissions themselves, so this is a second check and documents the schema. */
export interface Scopes {
  /** Anybody, with or without a token. */
  public: boolean;
  /** The environment token. */
  environment: boolean;
  /** A logged-in user. */
  user: boolean;
  /** The environment token or a logged-in user. */
  somebody: boolean;
  /** The environment token, or a user who may read the security policy of the current tenant. */
  readPolicy: boolean;
  /** The environment token, or a user who may read the audit trail of the current tenant. */
  readEvents: boolean;
  /** The environment token, or a user who may change the security policy of the current tenant. */
  writePolicy: boolean;
}

/**
 * Returns the tests of the scopes. A token that is refused disturbs only the fields that need to know who asks. Once the actor is known
 * the tests answer at once, because a promise for each field takes longer than to read it.
 */
export function scopesOf(context: Context) {
  const test = (allows: (actor: EnvironmentActor | UserActor) => boolean) => {
    const judge = (actor: Actor): boolean => {
      if (actor.kind === 'NOBODY') throw topLevel(new DomainError('UNAUTHENTICATED'));
      return allows(actor);
    };
    return (): boolean | Promise<boolean> => {
      const known = context.call.knownActor();
      return known === null ? actorOf(context).then(judge) : judge(known);
    };
  };
  return {
    public: true,
    environment: test((actor) => actor.kind === 'ENVIRONMENT'),
    user: test((actor) => actor.kind === 'USER'),
    somebody: test(() => true),
    readPolicy: test((actor) => may(actor, readSecurityPolicy)),
    readEvents: test((actor) => may(actor, readAudits)),
    writePolicy: test((actor) => may(actor, writeSecurityPolicy)),
  };
}

/** Makes the error for a valid token that lacks the permission. */
export const unauthorizedError = (): GraphQLError => topLevel(new DomainError('FORBIDDEN'));
