import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import type { ProfileChange } from '../../services/directory/users.ts';
import { userErrors } from '../../services/directory/users.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { given, metadataText, optionalBytes, userName } from '../validation.ts';
import { tenantOfHeader, tenantSeenFrom } from './tenant-context.ts';
import { encodeUser, userShape } from './user-shape.ts';

const body = z.object({
  name: userName().nullish(),
  phoneNumber: optionalBytes(profileBounds.phoneNumber).describe('A text for people to read. No code is sent to it.'),
  profilePictureUrl: optionalBytes(profileBounds.profilePictureUrl).describe('The URL of a picture. Null removes it.'),
  metadata: metadataText(),
});

/** Decodes the change. The picture is the one field that null removes. */
const decode = (fields: z.output<typeof body>): ProfileChange => ({
  ...given(fields),
  ...(fields.profilePictureUrl === null ? { profilePictureUrl: null } : {}),
});

const profileRoute =
  (url: string, operationId: string, access: 'user' | 'signedIn'): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'PUT',
      url,
      config: { access },
      schema: {
        operationId,
        summary:
          access === 'user'
            ? 'Change fields of the own profile'
            : 'Change fields of the own profile or, by an environment token, of the user it names',
        tags: ['Users'],
        body,
        response: { 200: userShape, ...errorResponses(userErrors.updateProfile, 400, 401, 403) },
      },
      handler: async (request) => {
        const { caller, userId } = await targetOfRequest(request);
        if (caller.actor.kind === 'ENVIRONMENT') tenantOfHeader(caller.actor);
        const user = await services.users.updateProfile(caller, { userId, change: decode(request.body) });
        const tenantId = caller.actor.kind === 'USER' ? caller.actor.tenantId : tenantSeenFrom(caller.actor, user);
        return encodeUser(services, caller, { user, tenantId });
      },
    });

/** Serves `PUT /users/v2/me`. */
export const myProfileUpdate = profileRoute('/users/v2/me', 'updateMe', 'user');
/** Serves `PUT /users/v1`. */
export const profileUpdate = profileRoute('/users/v1', 'updateProfile', 'signedIn');
