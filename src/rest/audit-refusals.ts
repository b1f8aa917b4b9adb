import type { RestApp, RestNeeds } from './route.ts';

/** Changes that are refused leave an event, also where this surface refused them before any service heard of them. */
export function auditRefusals(scope: RestApp, { services }: Pick<RestNeeds, 'services'>): void {
  scope.setErrorHandler(async (error, request) => {
    const { call, method, routeOptions } = request;
    // If resolving the actor itself failed, that failure is not recorded here.
    const caller = routeOptions.config.access === 'public' ? call.stranger : await call.caller().catch(() => call.stranger);
    if (method !== 'GET') await services.auditLog.recordRefusal(caller, { error });
    // On to the handler of the whole host, which answers.
    throw error;
  });
}
