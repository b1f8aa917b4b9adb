import { fail } from '../domain/errors.ts';
import type { OAuthRoute } from './route.ts';

/** Serves `GET` and `POST /oauth/userinfo` (OpenID Connect Core §5.3): the claims of the person whose token it is. */
export const userinfoRoute: OAuthRoute = (scope, { services }) =>
  void scope.route({
    method: ['GET', 'POST'],
    url: '/oauth/userinfo',
    bodyLimit: 16_384,
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      if (caller.actor.kind !== 'USER') fail('UNAUTHENTICATED');
      await services.hostedLogin.requireActive(caller);
      const { id, name, email, verified, profilePictureUrl, phoneNumber } = await services.users.me(caller);
      const { tenantId, tenantIds } = caller.actor;
      return reply.send({
        ...{ sub: id, name, email, email_verified: verified, tenantId, tenantIds },
        ...(profilePictureUrl === null ? {} : { picture: profilePictureUrl }),
        ...(phoneNumber === null ? {} : { phone_number: phoneNumber }),
      });
    },
  });
