import { z } from 'zod';
import { hostedLoginErrors } from '../../services/oauth/hosted-login.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';

const url = '/oauth/resources/configurations/v1';

/** Serves `GET /oauth/resources/configurations/v1`. */
export const hostedLoginRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readHostedLogin',
      summary: 'Read whether hosted login is active',
      tags: ['Hosted login'],
      response: { 200: z.object({ isActive: z.boolean() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => ({ isActive: (await services.hostedLogin.read(await request.call.caller())).active }),
  });

/** Serves `POST /oauth/resources/configurations/v1/activate`. */
export const hostedLoginActivate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/activate`,
    config: { access: 'environment' },
    schema: {
      operationId: 'activateHostedLogin',
      summary: 'Switch hosted login on',
      tags: ['Hosted login'],
      response: { 200: empty, ...errorResponses(hostedLoginErrors.setActive, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.hostedLogin.setActive(await request.call.caller(), { active: true });
      return reply.send();
    },
  });

/** Serves `POST /oauth/resources/configurations/v1/deactivate`. */
export const hostedLoginDeactivate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/deactivate`,
    config: { access: 'environment' },
    schema: {
      operationId: 'deactivateHostedLogin',
      summary: 'Switch hosted login off; its settings stay',
      tags: ['Hosted login'],
      response: { 200: empty, ...errorResponses(hostedLoginErrors.setActive, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.hostedLogin.setActive(await request.call.caller(), { active: false });
      return reply.send();
    },
  });
