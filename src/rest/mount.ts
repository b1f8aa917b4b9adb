import type { FastifyInstance } from 'fastify';
import type { Actor } from '../domain/access/actor.ts';
import {
  requireEnvironment,
  requireInTenant,
  requireOwner,
  requirePermission,
  requireSomebody,
  requireSomebodyOrOwner,
  requireTokenHolder,
  requireUser,
} from '../services/access/permissions.ts';
import { auditRefusals } from './audit-refusals.ts';
import { withoutBrackets } from './lists.ts';
import { refuseForeignPages } from './origin-check.ts';
import { identityPrefixes, otherPrefixes } from './prefixes.ts';
import type { Access, RestApp, RestNeeds, RestRoute } from './route.ts';
import { identityRoutes, otherRoutes } from './routes.ts';
import { serializerCompiler, validatorCompiler } from './validation.ts';

/** What the REST surface needs of the host. */
export interface RestOptions extends RestNeeds {
  corsOrigins: readonly string[];
}

/** Refuses whom a kind of access does not let in. */
const admits: Readonly<Record<Exclude<Access, 'public'>, (actor: Actor) => unknown>> = {
  environment: requireEnvironment,
  user: requireUser,
  signedIn: requireSomebody,
  ownToken: requireOwner,
  signedInOrOwnToken: requireSomebodyOrOwner,
  permitted: requireTokenHolder,
  inTenant: requireInTenant,
};

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
      const admit = access === undefined || access === 'public' ? null : admits[access];
      if (admit !== null) admit(await request.call.actor());
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
