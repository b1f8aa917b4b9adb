import { nobody } from '../domain/access/actor.ts';
import type { RestApp, RestNeeds } from './route.ts';

/** Changes that are refused leave an event, also where this surface refused them before any service heard of them. */
export function auditRefusals(scope: RestApp, { services }: Pick<RestNeeds, 'services'>): void {
  scope.setErrorHandler(async (error, request) => {
    const { call, method, routeOptions } = request;
    // Who is nobody by the credentials, or by the tenant named with them, is refused for that, and nothing is recorded here.
    const actor = routeOptions.config.access === 'public' ? nobody : await call.actor().catch(() => null);
    if (method !== 'GET' && actor !== null) await services.auditTrail.refused(error, call.origin, actor);
    // On to the handler of the whole host, which answers.
    throw error;
  });
}
