import type { GraphQLError } from 'graphql';
import type { EnvironmentActor, UserActor } from '../../domain/access/actor.ts';
import { DomainError } from '../../domain/errors.ts';
import { may, readAudits, readSecurityPolicy, writeSecurityPolicy } from '../../services/access/permissions.ts';
import { topLevel } from '../errors/response.ts';
import type { Context } from './context.ts';
import { actorOf } from './context.ts';

/** Who may ask for a field. The service decides again: these are a second lock, and the documentation. */
export interface Scopes {
  /** Anybody, with or without a token. */
  public: boolean;
  /** The environment token. */
  environment: boolean;
  /** A logged-in user. */
  user: boolean;
  /** The environment token or a logged-in user. */
  somebody: boolean;
  /** The environment token, or a user who may read the security policy of the tenant in force. */
  readPolicy: boolean;
  /** The environment token, or a user who may read the audit trail of the tenant in force. */
  readEvents: boolean;
  /** The environment token, or a user who may change the security policy of the tenant in force. */
  writePolicy: boolean;
}

/** Asks for the actor only where a field needs one: a stale token must not disturb operations that need none. */
export function scopesOf(context: Context) {
  const test = (allows: (actor: EnvironmentActor | UserActor) => boolean) => async (): Promise<boolean> => {
    const actor = await actorOf(context);
    if (actor.kind === 'NOBODY') throw topLevel(new DomainError('UNAUTHENTICATED'));
    return allows(actor);
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

/** The token is valid but not the right one. */
export const unauthorizedError = (): GraphQLError => topLevel(new DomainError('FORBIDDEN'));
