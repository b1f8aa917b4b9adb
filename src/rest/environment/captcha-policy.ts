import { z } from 'zod';
import type { CaptchaPolicy } from '../../domain/environment/captcha-policy.ts';
import { captchaBounds } from '../../domain/environment/captcha-policy.ts';
import { captchaPolicyErrors } from '../../services/environment/captcha-policy.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { emailText, storable } from '../validation.ts';

const url = '/configurations/v1/captcha-policy';
const tags = ['Environment'];
const key = () => storable().min(1).max(captchaBounds.keyCharacters);

const body = z.object({
  enabled: z.boolean().describe('Whether strangers have to answer a captcha. True is refused where `CAPTCHA_VERIFY_URL` is not set.'),
  siteKey: key(),
  secretKey: key(),
  minScore: z.number().min(0).max(1),
  ignoredEmails: z.array(emailText()).max(captchaBounds.ignoredEmails).nullish(),
});
const shape = z
  .object({
    id: z.string(),
    enabled: z.boolean(),
    siteKey: z.string(),
    secretKey: z.string().describe('As it was sent.'),
    minScore: z.number(),
    ignoredEmails: z.array(z.string()),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({
    id: 'CaptchaPolicy',
    description:
      'The captcha policy. Where it is enabled, `recaptchaToken` is required before a first factor, a sign-up, and a message to a stranger.',
  });

const fieldsIn = ({ ignoredEmails, ...fields }: z.output<typeof body>) => ({ ...fields, ignoredEmails: ignoredEmails ?? [] });
const encode = ({ ignoredEmails, createdAt, updatedAt, ...policy }: CaptchaPolicy): z.input<typeof shape> => ({
  ...policy,
  ignoredEmails: [...ignoredEmails],
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** Serves `POST /configurations/v1/captcha-policy`. */
export const captchaPolicyCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'createCaptchaPolicy',
      summary: 'Store the captcha policy where there is none yet',
      tags,
      body,
      response: { 201: shape, ...errorResponses(captchaPolicyErrors.create, 400, 401, 403) },
    },
    handler: async (request, reply) =>
      reply.code(201).send(encode(await services.captchaPolicy.create(await request.call.caller(), fieldsIn(request.body)))),
  });

/** Serves `PUT /configurations/v1/captcha-policy`. */
export const captchaPolicyUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'updateCaptchaPolicy',
      summary: 'Replace the captcha policy',
      tags,
      body,
      response: { 200: shape, ...errorResponses(captchaPolicyErrors.update, 400, 401, 403) },
    },
    handler: async (request) => encode(await services.captchaPolicy.update(await request.call.caller(), fieldsIn(request.body))),
  });

/** Serves `GET /configurations/v1/captcha-policy`. */
export const captchaPolicyRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'readCaptchaPolicy',
      summary: 'Read the captcha policy with its secret, which clients compare with what they sent',
      tags,
      response: { 200: shape, ...errorResponses(captchaPolicyErrors.find, 400, 401, 403) },
    },
    handler: async (request) => encode(await services.captchaPolicy.find(await request.call.caller())),
  });

/** Serves `GET /configurations/v1/captcha-policy/public`. */
export const publicCaptchaPolicyRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: `${url}/public`,
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicCaptchaPolicy',
      summary: 'Read whether logins ask for a captcha, and the key that a form shows to the provider',
      tags: ['Login box'],
      response: { 200: z.object({ siteKey: z.string(), enabled: z.boolean() }), ...errorResponses(captchaPolicyErrors.findPublic) },
    },
    handler: (request) => services.captchaPolicy.findPublic(request.call.stranger),
  });
