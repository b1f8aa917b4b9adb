import { absent } from './refused.ts';

/** Serves `POST /oauth/resources/configurations/v1/redirect-uri/sync`. By 404 clients know that they have to register what their apps need. */
export const redirectUriSync = absent('Synchronization', {
  ...{ access: 'environment', tag: 'Hosted login', method: 'POST' },
  url: '/oauth/resources/configurations/v1/redirect-uri/sync',
  operationId: 'syncRedirectUris',
  summary: 'Register what registered apps need; always 404, because apps are not registered here',
});
