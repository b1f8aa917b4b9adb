import type { FastifyInstance } from 'fastify';
import { requireEnvironment, requirePermission, requireSomebody, requireUser } from '../services/access/permissions.ts';
import { auditRefusals } from './audit-refusals.ts';
import { withoutBrackets } from './lists.ts';
import { refuseForeignPages } from './origin-check.ts';
import { identityPrefixes, otherPrefixes } from './prefixes.ts';
import type { RestApp, RestNeeds, RestRoute } from './route.ts';
import { identityRoutes, otherRoutes } from './routes.ts';
import { serializerCompiler, validatorCompiler } from './validation.ts';

/** What the REST surface needs of the host. */
export interface RestOptions extends RestNeeds {
  corsOrigins: readonly string[];
}

/** Registers every operation. */
export async function mountRest(app: FastifyInstance, options: RestOptions): Promise<void> {
  const declare = (routes: readonly RestRoute[], prefixed: RestApp): void => {
    for (const route of routes) route(prefixed, options);
  };
  await app.register(async (scope: RestApp) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    refuseForeignPages(scope, options);
    auditRefusals(scope, options);
    scope.addHook('onRequest', async (request) => {
      const { access, permission, limit } = request.routeOptions.config;
      if (limit !== undefined) await request.call.takeFromAddress(limit);
      // This runs before the body is read, so that strangers get no validation texts. The service checks again.
      if (access === 'environment') requireEnvironment(await request.call.actor());
      if (access === 'user') requireUser(await request.call.actor());
      if (access === 'signedIn') requireSomebody(await request.call.actor());
      if (permission !== undefined) requirePermission(await request.call.actor(), permission);
    });
    scope.addHook('preValidation', async (request) => {
      request.query = withoutBrackets(request.query as Record<string, unknown>);
    });
    // The host brings the URLs of the other prefixes into this form, by `underPublishedPrefix`.
    await scope.register(async (prefixed: RestApp) => declare(identityRoutes, prefixed), { prefix: identityPrefixes[0] });
    for (const prefix of otherPrefixes) {
      await scope.register(async (prefixed: RestApp) => declare(otherRoutes, prefixed), { prefix });
    }
  });
}
