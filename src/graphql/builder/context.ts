import type { Actor, Caller } from '../../domain/access/actor.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Call } from '../../http/call.ts';
import type { Services } from '../../services/index.ts';
import { topLevel } from '../errors/response.ts';
import type { Loaders } from './loaders.ts';
import { createLoaders } from './loaders.ts';

/** What every resolver receives. It is made once for each request. */
export interface Context {
  call: Call;
  services: Services;
  /** Returns the loaders of this request, which are made when the first one is asked for, because many operations load nothing. */
  loaders(): Loaders;
}

/**
 * Makes the context of one request. `loaders` is a function and not a getter: for an object that is made with a getter, V8 makes a hidden
 * class of its own, and collecting those took longer than executing most operations.
 */
export function createContext(call: Call, services: Services): Context {
  let loaders: Loaders | undefined;
  return {
    call,
    services,
    loaders: () => (loaders ??= createLoaders(services, () => callerOf({ call }))),
  };
}

/**
 * Returns the caller. A refusal of the credentials or of the tenant header becomes a top-level error here, so that no mutation
 * answers it as an error of its input, where `TENANT_NOT_FOUND` means another tenant.
 */
export async function actorOf({ call }: Pick<Context, 'call'>): Promise<Actor> {
  try {
    return await call.actor();
  } catch (error) {
    throw topLevel(error);
  }
}

/** Returns the caller with the origin of the request: the first argument of every use case. */
export const callerOf = async (context: Pick<Context, 'call'>): Promise<Caller> => ({ actor: await actorOf(context), origin: context.call.origin });

/** Returns whose settings the call means: the current tenant, or null for the environment. */
export async function ownerInForce(context: Pick<Context, 'call'>): Promise<SettingsOwner> {
  const actor = await actorOf(context);
  return actor.kind === 'NOBODY' ? null : actor.tenantId;
}
