import { z } from 'zod';
import type { MailStrategy, StrategyMail } from '../../domain/environment/mail-strategy.ts';
import { codeLifetimeBounds } from '../../domain/environment/mail-strategy.ts';
import { mailStrategyErrors } from '../../services/account/mail-strategies.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given } from '../validation.ts';

const tags = ['Invitations'];
const wireStrategies = ['link', 'code'] as const;
const { minSeconds, maxSeconds } = codeLifetimeBounds;
const seconds = () => z.int().min(minSeconds).max(maxSeconds).nullish().describe('How many seconds a mail with a code works.');
const shape = z.object({ strategy: z.enum(wireStrategies), codeExpiration: z.int() });
const encode = ({ strategy, codeLifetimeSeconds }: MailStrategy): z.input<typeof shape> => ({
  strategy: strategy === 'CODE' ? 'code' : 'link',
  codeExpiration: codeLifetimeSeconds,
});

interface Body {
  strategy?: (typeof wireStrategies)[number] | null | undefined;
  codeExpiration?: number | null | undefined;
}
const decode = ({ strategy, codeExpiration }: Body): Partial<MailStrategy> =>
  given({ strategy: strategy == null ? null : strategy === 'code' ? ('CODE' as const) : ('LINK' as const), codeLifetimeSeconds: codeExpiration });

const read =
  (url: string, mail: StrategyMail, operationId: string, summary: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'environment' },
      schema: { operationId, summary, tags, response: { 200: shape, ...errorResponses([], 400, 401, 403) } },
      handler: async (request) => encode((await services.mailStrategies.all(await request.call.caller()))[mail]),
    });

/** Serves `GET /configurations/v1/activation/strategies`. */
export const activationStrategyRead = read(
  '/configurations/v1/activation/strategies',
  'ACTIVATION',
  'readActivationMailStrategy',
  'Read whether mails that activate an account have a link alone, or a code as well',
);

/** Serves `GET /configurations/v1/invitation/strategies`. */
export const invitationStrategyRead = read(
  '/configurations/v1/invitation/strategies',
  'INVITATION',
  'readInvitationMailStrategy',
  'Read whether mails that invite a user have a link alone, or a code as well',
);

const response = { 200: empty, ...errorResponses(mailStrategyErrors.set, 400, 401, 403) };

/** Serves `POST /configurations/v1/activation/strategies`. */
export const activationStrategySet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/configurations/v1/activation/strategies',
    config: { access: 'environment' },
    schema: {
      operationId: 'setActivationMailStrategy',
      summary: 'Set whether mails that activate an account have a link alone, or a code as well',
      ...{ tags, body: z.object({ strategy: z.enum(wireStrategies), codeExpiration: seconds() }), response },
    },
    handler: async (request, reply) => {
      await services.mailStrategies.set(await request.call.caller(), { mail: 'ACTIVATION', change: decode(request.body) });
      return reply.code(200).send();
    },
  });

/** Serves `POST /configurations/v1/invitation/strategies`. */
export const invitationStrategySet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/configurations/v1/invitation/strategies',
    config: { access: 'environment' },
    schema: {
      operationId: 'setInvitationMailStrategy',
      summary: 'Set whether mails that invite a user have a link alone, or a code as well',
      ...{ tags, body: z.object({ strategy: z.enum(wireStrategies).nullish(), codeExpiration: seconds() }), response },
    },
    handler: async (request, reply) => {
      await services.mailStrategies.set(await request.call.caller(), { mail: 'INVITATION', change: decode(request.body) });
      return reply.code(200).send();
    },
  });
