import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { absent, refused } from './refused.ts';

const route = { access: 'environment', tag: 'User pools' } as const;
// Passwords would be checked elsewhere, where neither the lockout nor the audit trail of this server hears of them.
const feature = 'Management of user pools';
const thing = 'User pool';

/** Serves `GET /user-sources/v1`. */
const userPoolsRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/user-sources/v1',
    config: { access: route.access },
    schema: {
      operationId: 'readUserPools',
      summary: 'List the user pools; there are none',
      tags: [route.tag],
      response: { 200: z.array(z.unknown()), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async () => [],
  });

/** The kinds of pools that have routes of their own: the path, the name in ids of operations, and what they are. */
const kinds = [
  ['external/auth0', 'AuthZero', 'of Auth0'],
  ['external/cognito', 'Cognito', 'of Amazon Cognito'],
  ['external/firebase', 'Firebase', 'of Firebase'],
  ['external/custom-code', 'CustomCode', 'behind code of the operator'],
  ['federation', 'Federation', 'of an identity provider'],
] as const;

/** The routes of user pools, which would let other systems check the passwords of users. */
export const userPoolRoutes: readonly RestRoute[] = [
  userPoolsRead,
  absent(thing, { ...route, method: 'GET', url: '/user-sources/v1/:id', operationId: 'readUserPool', summary: 'Read a user pool; always 404' }),
  absent(thing, {
    ...route,
    method: 'GET',
    url: '/user-sources/v1/:id/users',
    operationId: 'readUserPoolUsers',
    summary: 'Read the users of a user pool; always 404',
  }),
  absent(thing, {
    ...route,
    method: 'DELETE',
    url: '/user-sources/v1/:id',
    operationId: 'deleteUserPool',
    summary: 'Remove a user pool; always 404',
  }),
  ...kinds.flatMap(([path, name, what]) => {
    const url = `/user-sources/v1/${path}`;
    return [
      refused(feature, { ...route, method: 'POST', url, operationId: `create${name}UserPool`, summary: `Create a user pool ${what}; refused` }),
      refused(feature, {
        ...route,
        method: 'PUT',
        url: `${url}/:id`,
        operationId: `update${name}UserPool`,
        summary: `Change a user pool ${what}; refused`,
      }),
    ];
  }),
  refused(feature, {
    ...route,
    method: 'POST',
    url: '/user-sources/v1/assign',
    operationId: 'assignUserPool',
    summary: 'Give applications to a user pool; refused',
  }),
  refused(feature, {
    ...route,
    method: 'POST',
    url: '/user-sources/v1/unassign',
    operationId: 'unassignUserPool',
    summary: 'Take applications from a user pool; refused',
  }),
];
