import { z } from 'zod';
import { signsAfterBounds } from '../../domain/environment/environment.ts';
import { keyErrors } from '../../services/environment/keys.ts';
import type { SigningKeyState } from '../../services/environment/signing-keys.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const { minSeconds, maxSeconds } = signsAfterBounds;

const signingKey = z.object({
  id: z.string(),
  state: z.enum(['NEXT', 'CURRENT', 'PREVIOUS']),
  createdAt: z.string(),
  signsFrom: z.string(),
  publishedUntil: z.string().nullable(),
});
const shapeOf = ({ id, state, createdAt, signsFrom, publishedUntil }: SigningKeyState): z.infer<typeof signingKey> => ({
  ...{ id, state, createdAt: createdAt.toISOString(), signsFrom: signsFrom.toISOString() },
  publishedUntil: publishedUntil?.toISOString() ?? null,
});

const masterKey = z.object({
  id: z.string(),
  state: z.enum(['CURRENT', 'OLD', 'RETAINED', 'MISSING']),
  sealedValues: z.int(),
  digests: z.int(),
  removable: z.boolean(),
});

/** Serves `GET /configurations/v1/signing-keys`. */
export const signingKeysRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/signing-keys',
    config: { access: 'environment' },
    schema: {
      operationId: 'readSigningKeys',
      summary: 'List the published signing keys, the one that signs last first',
      tags: ['Environment'],
      response: { 200: z.array(signingKey), ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => (await services.keys.signingKeys(await request.call.caller())).map(shapeOf),
  });

/** Serves `POST /configurations/v1/signing-keys`. */
export const signingKeyRotate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/configurations/v1/signing-keys',
    config: { access: 'environment' },
    schema: {
      operationId: 'rotateSigningKey',
      summary: 'Publish the next signing key, which signs after some time',
      tags: ['Environment'],
      body: z.object({
        signsAfterSeconds: z.int().min(minSeconds).max(maxSeconds).nullish().describe('How many seconds the key is published before it signs.'),
      }),
      response: { 201: z.array(signingKey), ...errorResponses(keyErrors.rotateSigningKey, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { signsAfterSeconds } = request.body;
      const keys = await services.keys.rotateSigningKey(await request.call.caller(), { signsAfterSeconds: signsAfterSeconds ?? null });
      return reply.code(201).send(keys.map(shapeOf));
    },
  });

/** Serves `GET /configurations/v1/master-keys`. */
export const masterKeysRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/master-keys',
    config: { access: 'environment' },
    schema: {
      operationId: 'readMasterKeys',
      summary: 'List the master keys that are set or in use, by id',
      tags: ['Environment'],
      response: { 200: z.array(masterKey), ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request) => services.keys.masterKeys(await request.call.caller()),
  });
