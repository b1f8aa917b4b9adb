import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../domain/errors.ts';
import { done, returnToApp, signedOut } from '../views/endings.tsx';
import { takeFlash } from './flash.ts';
import type { PagesNeeds } from './needs.ts';
import { pageOf, sendPage } from './send.ts';
import { errorPath } from './step-page.ts';

/** Declares the pages at which something ends. They have no forms. */
export function serveEndings(scope: FastifyInstance, needs: PagesNeeds): void {
  const ending = { homeHref: needs.homeUrl };
  scope.get('/oauth/account/logout', (request, reply) => sendPage(request, reply, needs, pageOf(signedOut, ending)));
  scope.get('/oauth/account/done', { exposeHeadRoute: false }, (request, reply) =>
    sendPage(request, reply, needs, pageOf(done, ending), { flash: takeFlash(request, reply, 'done') }),
  );
  // Phones open these addresses in the app. A browser that shows the page has opened it itself.
  scope.get('/oauth/account/redirect/:platform/:id', (request, reply) => sendPage(request, reply, needs, pageOf(returnToApp, {})));
  scope.get(errorPath, async () => {
    throw new DomainError('INTERACTION_EXPIRED');
  });
}
