import { z } from 'zod';
import { jwtTemplateErrors } from '../../services/session/jwt-templates.ts';
import { encodePage, listParameter, pageParameters, pageShape } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, id } from '../validation.ts';
import { encodeTemplate, templateFields, templateShape } from './template-shape.ts';

const url = '/jwt-templates/v1';
const tags = ['JWT templates'];
const params = z.object({ id: id() });
const sortKeys = ['id', 'key', 'name', 'createdAt', 'updatedAt'] as const;

/** Serves `POST /jwt-templates/v1`. */
export const jwtTemplateCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'createJwtTemplate',
      summary: 'Create a template of tokens',
      tags,
      body: z.object({ ...templateFields, algorithm: templateFields.algorithm.unwrap().unwrap() }),
      response: { 201: templateShape, ...errorResponses(jwtTemplateErrors.create, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { key, name, description, expiration, templateSchema } = request.body;
      const fields = { key, name, description: description ?? null, lifetimeSeconds: expiration, claims: templateSchema.claims };
      const created = await services.jwtTemplates.create(caller, fields);
      return reply.code(201).send(encodeTemplate(created, (await services.environment.publicSettings(caller)).id));
    },
  });

/** Serves `GET /jwt-templates/v1`. */
export const jwtTemplatesRead: RestRoute = (app, { services, publicUrl }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readJwtTemplates',
      summary: 'Search, sort and page through the templates of tokens',
      tags,
      querystring: z.object({ ...pageParameters(sortKeys, 'createdAt', 200), ids: listParameter(), keys: listParameter() }),
      response: { 200: pageShape(templateShape), ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { _offset: page, _limit: limit, _sortBy, _order, ids, keys } = request.query;
      const { id: vendorId } = await services.environment.publicSettings(caller);
      // There are few, so they are read whole.
      const found = (await services.jwtTemplates.list(caller))
        .filter((template) => (ids?.includes(template.id) ?? true) && (keys?.includes(template.key) ?? true))
        .map((template) => encodeTemplate(template, vendorId))
        .sort((a, b) => (a[_sortBy] < b[_sortBy] ? -1 : a[_sortBy] > b[_sortBy] ? 1 : a.id < b.id ? -1 : 1));
      if (_order === 'DESC') found.reverse();
      const items = found.slice(page * limit, (page + 1) * limit);
      return encodePage({ items, total: found.length, url: new URL(`${publicUrl}${request.originalUrl}`), offset: page, limit });
    },
  });

/** Serves `GET /jwt-templates/v1/:id`. */
export const jwtTemplateRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/:id`,
    config: { access: 'environment' },
    schema: {
      operationId: 'readJwtTemplate',
      summary: 'Read a template of tokens',
      tags,
      params,
      response: { 200: templateShape, ...errorResponses(['JWT_TEMPLATE_NOT_FOUND'], 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const template = await services.jwtTemplates.find(caller, request.params);
      return encodeTemplate(template, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `PUT /jwt-templates/v1/:id`. */
export const jwtTemplateUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: `${url}/:id`,
    config: { access: 'environment' },
    schema: {
      operationId: 'updateJwtTemplate',
      summary: 'Change the given fields of a template of tokens',
      tags,
      params,
      body: z.object({
        ...templateFields,
        key: templateFields.key.nullish(),
        name: templateFields.name.nullish(),
        expiration: templateFields.expiration.nullish(),
        templateSchema: templateFields.templateSchema.nullish(),
      }),
      response: { 200: templateShape, ...errorResponses(jwtTemplateErrors.update, 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { key, name, description, expiration, templateSchema } = request.body;
      const change = given({ key, name, description, lifetimeSeconds: expiration, claims: templateSchema?.claims });
      const updated = await services.jwtTemplates.update(caller, { id: request.params.id, change });
      return encodeTemplate(updated, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `DELETE /jwt-templates/v1/:id`. */
export const jwtTemplateDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'environment' },
    schema: {
      operationId: 'deleteJwtTemplate',
      summary: 'Delete a template of tokens that no rule names',
      tags,
      params,
      response: { 204: empty, ...errorResponses(jwtTemplateErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.jwtTemplates.remove(await request.call.caller(), request.params);
      return reply.code(204).send();
    },
  });
