import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.ts';
import { done, returnToApp, signedOut } from '../views/endings.tsx';
import { takeFlash } from './flash.ts';
import type { PagesNeeds } from './needs.ts';
import { pageOf, sendPage } from './send.ts';
import { errorPath } from './step-page.ts';

/** Returns where a person goes on to: the front end of the operator, otherwise the account page, while that is there. */
async function endingFor(request: FastifyRequest, { homeUrl, services }: PagesNeeds): Promise<{ homeHref: string | null }> {
  if (homeUrl !== null) return { homeHref: homeUrl };
  const active = await services.hostedLogin.isActive(request.call.stranger);
  return { homeHref: active ? '/oauth/account' : null };
}

/** Declares the pages at which something ends. They have no forms. */
export function serveEndings(scope: FastifyInstance, needs: PagesNeeds): void {
  scope.get('/oauth/account/logout', async (request, reply) => sendPage(request, reply, needs, pageOf(signedOut, await endingFor(request, needs))));
  scope.get('/oauth/account/done', { exposeHeadRoute: false }, async (request, reply) =>
    sendPage(request, reply, needs, pageOf(done, await endingFor(request, needs)), { flash: takeFlash(request, reply, 'done') }),
  );
  // Phones open these addresses in the app. A browser that shows the page has opened it itself.
  scope.get('/oauth/account/redirect/:platform/:id', (request, reply) => sendPage(request, reply, needs, pageOf(returnToApp, {})));
  scope.get(errorPath, async () => {
    throw new DomainError('INTERACTION_EXPIRED');
  });
}
