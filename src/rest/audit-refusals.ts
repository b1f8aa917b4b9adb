import type { RestApp, RestNeeds } from './route.ts';

/** Records an event for every refused change, including those refused here before a service was called. */
export function auditRefusals(scope: RestApp, { services }: Pick<RestNeeds, 'services'>): void {
  scope.setErrorHandler(async (error, request) => {
    const { call, method, routeOptions } = request;
    // If resolving the actor itself failed, that failure is not recorded here.
    const actor = routeOptions.config.access === 'public' ? nobody : await call.actor().catch(() => null);
    if (method !== 'GET' && actor !== null) await services.auditTrail.refused(error, call.origin, actor);
    // The error handler of the host answers.
    throw error;
  });
}
