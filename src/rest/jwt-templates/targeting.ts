import { z } from 'zod';
import type { JwtTargeting, TargetingRule } from '../../domain/session/jwt-targeting.ts';
import { targetingAttributes, targetingBounds, targetingOperators } from '../../domain/session/jwt-targeting.ts';
import { jwtTemplateErrors } from '../../services/session/jwt-templates.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id, storable, supportedValues } from '../validation.ts';

const url = '/configurations/v1/jwt-template-targeting';
const tags = ['JWT templates'];
const { rules: mostRules, conditions: mostConditions, values: mostValues, valueCharacters } = targetingBounds;

const condition = z.object({
  attribute: z.enum(targetingAttributes),
  op: z.enum(targetingOperators),
  value: z.object({ list: z.array(storable().max(valueCharacters)).max(mostValues) }),
  negate: z.boolean(),
});
const body = z.object({
  rules: z
    .array(
      z.object({
        conditionLogic: supportedValues('conditionLogic', 'and'),
        conditions: z.array(condition).max(mostConditions),
        treatment: storable().min(1).max(200).describe('Id or key of a template.'),
      }),
    )
    .max(mostRules),
});
const rule = z.object({
  conditionLogic: z.string(),
  conditions: z.array(condition),
  treatment: z.string(),
});
const shape = z
  .object({ id: z.string(), createdAt: z.string(), updatedAt: z.string(), targeting: z.object({ rules: z.array(rule) }) })
  .meta({ id: 'JwtTemplateTargeting', description: 'The rules that say by which template a token is made.' });

const rulesIn = ({ rules }: z.output<typeof body>): TargetingRule[] =>
  rules.map(({ conditions, treatment }) => ({
    conditions: conditions.map(({ attribute, op, value, negate }) => ({ attribute, op, list: value.list, negate })),
    treatment,
  }));

const encode = ({ id: targetingId, createdAt, updatedAt, rules }: JwtTargeting): z.input<typeof shape> => ({
  ...{ id: targetingId, createdAt, updatedAt },
  targeting: {
    rules: rules.map(({ conditions, treatment }) => ({
      conditionLogic: 'and',
      conditions: conditions.map(({ attribute, op, list, negate }) => ({ attribute, op, value: { list: [...list] }, negate })),
      treatment,
    })),
  },
});

/** Serves `GET /configurations/v1/jwt-template-targeting`. */
export const targetingRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readJwtTemplateTargeting',
      summary: 'Read the rules that say by which template a token is made',
      tags,
      response: { 200: shape, ...errorResponses(['JWT_TARGETING_NOT_FOUND'], 400, 401, 403) },
    },
    handler: async (request) => encode(await services.jwtTemplates.existingTargeting(await request.call.caller())),
  });

/** Serves `POST /configurations/v1/jwt-template-targeting`. */
export const targetingCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'createJwtTemplateTargeting',
      summary: 'Store rules that say by which template a token is made, where there are none yet',
      tags,
      body,
      response: { 201: shape, ...errorResponses(jwtTemplateErrors.createTargeting, 400, 401, 403) },
    },
    handler: async (request, reply) =>
      reply.code(201).send(encode(await services.jwtTemplates.createTargeting(await request.call.caller(), { rules: rulesIn(request.body) }))),
  });

/** Serves `PUT /configurations/v1/jwt-template-targeting`. */
export const targetingSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'setJwtTemplateTargeting',
      summary: 'Replace the rules that say by which template a token is made, or create them',
      tags,
      body,
      response: { 200: empty, ...errorResponses(jwtTemplateErrors.setTargeting, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.jwtTemplates.setTargeting(await request.call.caller(), { id: null, rules: rulesIn(request.body) });
      return reply.code(200).send();
    },
  });

/** Serves `PATCH /configurations/v1/jwt-template-targeting/:id`. */
export const targetingUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: `${url}/:id`,
    config: { access: 'environment' },
    schema: {
      operationId: 'updateJwtTemplateTargeting',
      summary: 'Replace the rules with this id',
      tags,
      params: z.object({ id: id() }),
      body,
      response: { 200: empty, ...errorResponses(jwtTemplateErrors.setTargeting, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.jwtTemplates.setTargeting(await request.call.caller(), { id: request.params.id, rules: rulesIn(request.body) });
      return reply.code(200).send();
    },
  });

/** Serves `DELETE /configurations/v1/jwt-template-targeting/:id`. */
export const targetingDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    config: { access: 'environment' },
    schema: {
      operationId: 'deleteJwtTemplateTargeting',
      summary: 'Remove the rules, so that every token is a standard one',
      tags,
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(jwtTemplateErrors.removeTargeting, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.jwtTemplates.removeTargeting(await request.call.caller(), request.params);
      return reply.code(200).send();
    },
  });
