import { importErrors } from '../../services/account/imports.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodeUser, userShape } from '../users/user-shape.ts';
import { decodeImported, importedUser } from './imported-user.ts';

/** Serves `POST /migrations/v1/local`. */
export const userImport: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/migrations/v1/local',
    config: { access: 'environment' },
    schema: {
      operationId: 'importUser',
      summary: 'Import a user from another system, with the hash of the password and second factors; no mail is sent',
      description:
        'The hash is checked by its own algorithm, and replaced by one of this server at the first right password. A user who exists joins the tenant, and gets only what is not there yet.',
      tags: ['Migrations'],
      body: importedUser,
      response: { 201: userShape, ...errorResponses(importErrors.importUser, 400, 401, 403, 503) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const user = await services.imports.importUser(caller, decodeImported(request.body));
      return reply.code(201).send(await encodeUser(services, caller, { user, tenantId: request.body.tenantId }));
    },
  });
