import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { WordedRefusal } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const noApps = (): WordedRefusal => new WordedRefusal(new DomainError('NOT_FOUND'), 'No app is configured');
/** Phones and their makers' servers look again after a while. */
const caching = 'public, max-age=300';

/** Serves `GET /.well-known/apple-app-site-association`. */
export const appleApps: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/.well-known/apple-app-site-association',
    config: { access: 'public' },
    schema: {
      operationId: 'readAppleAppSiteAssociation',
      summary: 'Read which apps for iOS may open links of this server, and may use its passwords and passkeys',
      tags: ['Hosted login'],
      response: {
        200: z.object({
          applinks: z.object({ details: z.array(z.object({ appIDs: z.array(z.string()), components: z.array(z.object({ '/': z.string() })) })) }),
          webcredentials: z.object({ apps: z.array(z.string()) }),
        }),
        ...errorResponses([], 404),
      },
    },
    handler: async (request, reply) => {
      const { ios } = await services.appLinks.read(request.call.stranger);
      if (ios.length === 0) throw noApps();
      reply.header('cache-control', caching);
      const appIDs = [...ios];
      return { applinks: { details: [{ appIDs, components: [{ '/': '/oauth/account/redirect/ios/*' }] }] }, webcredentials: { apps: appIDs } };
    },
  });

/** What an app for Android may do: open links, and use the passwords and passkeys of this server. */
const relations = ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'];

/** Serves `GET /.well-known/assetlinks.json`. */
export const androidApps: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/.well-known/assetlinks.json',
    config: { access: 'public' },
    schema: {
      operationId: 'readAssetLinks',
      summary: 'Read which apps for Android may open links of this server, and may use its passwords and passkeys',
      tags: ['Hosted login'],
      response: {
        200: z.array(
          z.object({
            relation: z.array(z.string()),
            target: z.object({ namespace: z.literal('android_app'), package_name: z.string(), sha256_cert_fingerprints: z.array(z.string()) }),
          }),
        ),
        ...errorResponses([], 404),
      },
    },
    handler: async (request, reply) => {
      const { android } = await services.appLinks.read(request.call.stranger);
      if (android.length === 0) throw noApps();
      reply.header('cache-control', caching);
      return android.map(({ packageName, fingerprints }) => ({
        relation: relations,
        target: { namespace: 'android_app' as const, package_name: packageName, sha256_cert_fingerprints: [...fingerprints] },
      }));
    },
  });
