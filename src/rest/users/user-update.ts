import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import type { UserChange } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import { userErrors } from '../../services/directory/users.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { given, id, metadataText, optionalBytes, optionalFlag, userName } from '../validation.ts';
import { tenantSeenFrom } from './tenant-context.ts';
import { encodeUser, userShape } from './user-shape.ts';

const body = z.object({
  name: userName().nullish(),
  phoneNumber: optionalBytes(profileBounds.phoneNumber),
  profilePictureUrl: optionalBytes(profileBounds.profilePictureUrl).describe('The URL of a picture. Null removes it.'),
  metadata: metadataText(),
  vendorMetadata: metadataText(),
  mfaBypass: optionalFlag().describe('Whether to exempt the user from the second factor at login.'),
  externalId: optionalBytes(profileBounds.externalId),
});

/** Decodes the change. The picture is the one field that null removes; for all others null counts as absent over REST. */
const decode = (fields: z.output<typeof body>): UserChange => ({
  ...given(fields),
  ...(fields.profilePictureUrl === null ? { profilePictureUrl: null } : {}),
});

const updateRoute =
  (url: string, operationId: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'PUT',
      url,
      config: { access: 'environment' },
      schema: {
        operationId,
        summary: 'Change the given fields of a user, in all tenants',
        tags: ['Users'],
        params: z.object({ id: id() }),
        body,
        response: { 200: userShape, ...errorResponses(userErrors.update, 400, 401, 403) },
      },
      handler: async (request) => {
        const caller = await request.call.caller();
        const { id } = request.params;
        const change = decode(request.body);
        // Nothing to change is no error over REST, because a client may send what it has, or less.
        const [user = fail('USER_NOT_FOUND')] =
          Object.keys(change).length > 0
            ? [await services.users.update(caller, { userId: id, change })]
            : await services.users.findMany(caller, { ids: [id] });
        return encodeUser(services, caller, { user, tenantId: tenantSeenFrom(caller.actor, user) });
      },
    });

/** Serves `PUT /users/v1/:id`. */
export const userUpdate = updateRoute('/users/v1/:id', 'updateUser');
/** Serves `PUT /vendor-only/users/v1/:id`. */
export const userUpdateVendor = updateRoute('/vendor-only/users/v1/:id', 'updateUserAsVendor');
