import type { FastifyInstance } from 'fastify';
import { acceptForms } from '../http/forms.ts';
import { authorizeRoute } from './authorize.ts';
import { discoveryRoute } from './discovery.ts';
import { answerRefusals } from './errors.ts';
import { logoutRoute, logoutTokenRoute } from './logout.ts';
import { portalRoute, preloginRoute } from './phones.ts';
import type { OAuthNeeds } from './route.ts';
import { silentRoute } from './silent.ts';
import { tokenRoute } from './token.ts';
import { userinfoRoute } from './userinfo.ts';

const routes = [authorizeRoute, silentRoute, tokenRoute, logoutRoute, logoutTokenRoute, userinfoRoute, discoveryRoute, preloginRoute, portalRoute];
/** The SDKs for browsers put everything under the second one. */
const prefixes = ['', '/frontegg'];

/** Registers the endpoints of OAuth and OpenID Connect. */
export async function mountOauth(app: FastifyInstance, needs: OAuthNeeds): Promise<void> {
  for (const prefix of prefixes) {
    await app.register(
      async (scope) => {
        acceptForms(scope);
        scope.setErrorHandler(answerRefusals);
        for (const route of routes) route(scope, needs);
      },
      { prefix },
    );
  }
}
