import type { RestApp, RestNeeds } from './route.ts';

/** Records an event for every refused change, including those refused here before a service was called. */
export function auditRefusals(scope: RestApp, { services }: Pick<RestNeeds, 'services'>): void {
  scope.setErrorHandler(async (error, request) => {
    const { call, method, routeOptions } = request;
    // If resolving the actor itself failed, that failure is not recorded here.
    const caller = routeOptions.config.access === 'public' ? call.stranger : await call.caller().catch(() => call.stranger);
    if (method !== 'GET' && method !== 'HEAD') await services.auditLog.recordRefusal(caller, { error });
    // The error handler of the host answers.
    throw error;
  });
}
