import { recordedAs } from '../domain/errors.ts';
import type { RestApp, RestNeeds } from './route.ts';

/** Records an event for every refused change, including those refused here before a service was called. */
export function auditRefusals(scope: RestApp, { services }: Pick<RestNeeds, 'services'>): void {
  scope.setErrorHandler(async (error, request) => {
    const { call, method, routeOptions } = request;
    // Asking who sends the request reads the database, so it is not asked for a refusal that leaves no event.
    if (method === 'GET' || method === 'HEAD' || recordedAs(error) === null) throw error;
    // If resolving the actor itself failed, that failure is not recorded here.
    const caller = routeOptions.config.access === 'public' ? call.stranger : await call.caller().catch(() => call.stranger);
    await services.auditLog.recordRefusal(caller, { error });
    // The error handler of the host answers.
    throw error;
  });
}
